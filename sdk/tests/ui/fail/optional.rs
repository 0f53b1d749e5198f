//! What is no hook and no API method cannot be optional.

use mmplugin::{Activation, Error, Hooks};

struct Greeter;

#[mmplugin::plugin(id = "com.example.greeter", optional = ["PluginHttp", "get_usr", 5, "on_saml_login", "GetUser"])]
impl Hooks for Greeter {
    async fn activate(_: Activation<()>) -> Result<Self, Error> {
        Ok(Self)
    }
}

struct Other;

#[mmplugin::plugin(id = "com.example.other", optional = "GetUser")]
impl Hooks for Other {
    async fn activate(_: Activation<()>) -> Result<Self, Error> {
        Ok(Self)
    }
}

fn main() {}

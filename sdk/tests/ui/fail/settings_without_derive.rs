//! The settings type must derive its trait.

use mmplugin::{Activation, Error, Hooks};

#[derive(Default)]
struct Config;

struct Greeter;

#[mmplugin::plugin(id = "com.example.greeter", settings = Config)]
impl Hooks for Greeter {
    async fn activate(_: Activation<Config>) -> Result<Self, Error> {
        Ok(Self)
    }
}

fn main() {}

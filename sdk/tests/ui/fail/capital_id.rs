//! The server lower-cases ids.

use mmplugin::{Activation, Error, Hooks};

struct Greeter;

#[mmplugin::plugin(id = "com.example.Greeter")]
impl Hooks for Greeter {
    async fn activate(_: Activation<()>) -> Result<Self, Error> {
        Ok(Self)
    }
}

fn main() {}

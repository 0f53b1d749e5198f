//! The id is the one key that is required.

use mmplugin::{Activation, Error, Hooks};

struct Greeter;

#[mmplugin::plugin(name = "Greeter")]
impl Hooks for Greeter {
    async fn activate(_: Activation<()>) -> Result<Self, Error> {
        Ok(Self)
    }
}

fn main() {}

//! Ids have a shortest length.

use mmplugin::{Activation, Error, Hooks};

struct Greeter;

#[mmplugin::plugin(id = "x")]
impl Hooks for Greeter {
    async fn activate(_: Activation<()>) -> Result<Self, Error> {
        Ok(Self)
    }
}

fn main() {}

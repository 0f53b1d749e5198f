//! A plugin's block without the attribute.

use mmplugin::{Activation, Error, Hooks};

struct Greeter;

impl Hooks for Greeter {
    async fn activate(_: Activation<()>) -> Result<Self, Error> {
        Ok(Self)
    }
}

fn main() {}

//! Hooks written by a macro would never be called.

use mmplugin::{Activation, Error, Hooks};

macro_rules! deactivation {
    () => {
        async fn on_deactivate(&self) -> Result<(), Error> {
            Ok(())
        }
    };
}

struct Greeter;

#[mmplugin::plugin(id = "com.example.greeter")]
impl Hooks for Greeter {
    async fn activate(_: Activation<()>) -> Result<Self, Error> {
        Ok(Self)
    }

    deactivation!();
}

fn main() {}

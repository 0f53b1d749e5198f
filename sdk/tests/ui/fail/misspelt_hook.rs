//! A name that is no hook is left to the compiler: one message, not two.

use mmplugin::{Activation, Error, Hooks};

struct Greeter;

#[mmplugin::plugin(id = "com.example.greeter")]
impl Hooks for Greeter {
    async fn activate(_: Activation<()>) -> Result<Self, Error> {
        Ok(Self)
    }

    async fn on_deactivated(&self) -> Result<(), Error> {
        Ok(())
    }
}

fn main() {}

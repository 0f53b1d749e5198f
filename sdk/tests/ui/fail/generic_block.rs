//! A plugin is one concrete type.

use mmplugin::{Activation, Error, Hooks};

struct Greeter<T>(T);

#[mmplugin::plugin(id = "com.example.greeter")]
impl<T: Send> Hooks for Greeter<T> {
    async fn activate(_: Activation<()>) -> Result<Self, Error> {
        Err(Error::msg("no"))
    }
}

fn main() {}

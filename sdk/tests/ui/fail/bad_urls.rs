//! Addresses and paths are checked.

use mmplugin::{Activation, Error, Hooks};

struct Greeter;

#[mmplugin::plugin(
    id = "com.example.greeter",
    homepage_url = "example.com",
    icon = "assets/icon.png",
    name = " ",
)]
impl Hooks for Greeter {
    async fn activate(_: Activation<()>) -> Result<Self, Error> {
        Ok(Self)
    }
}

fn main() {}

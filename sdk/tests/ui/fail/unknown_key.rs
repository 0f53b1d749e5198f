//! Unknown keys, the nearest known one, and a key given twice.

use mmplugin::{Activation, Error, Hooks};

struct Greeter;

#[mmplugin::plugin(id = "com.example.greeter", home_page_url = "https://example.com", id = "com.example.other")]
impl Hooks for Greeter {
    async fn activate(_: Activation<()>) -> Result<Self, Error> {
        Ok(Self)
    }
}

fn main() {}

//! The link section that carries the manifest is no unsafe code of the author's.

#![forbid(unsafe_code)]
#![deny(warnings, unused, nonstandard_style, rust_2018_idioms)]

use mmplugin::{Activation, Error, Hooks};

struct Greeter;

#[mmplugin::plugin(id = "com.example.greeter")]
impl Hooks for Greeter {
    async fn activate(_: Activation<()>) -> Result<Self, Error> {
        Ok(Self)
    }
}

fn main() {
    use mmplugin::hooks::Plugin;
    assert_eq!(Greeter::ID, "com.example.greeter");
}

//! A block that is compiled out leaves no plugin behind.

#![allow(unused_imports)]

use mmplugin::{Activation, Error, Hooks};

#[mmplugin::plugin(id = "com.example.greeter")]
#[cfg(any())]
impl Hooks for NotThere {
    async fn activate(_: Activation<()>) -> Result<Self, Error> {
        Ok(Self)
    }
}

fn main() {}

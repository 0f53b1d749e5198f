//! A hook that is compiled out is not announced.

use std::sync::Arc;

use mmplugin::hooks::Plugin;
use mmplugin::{Activation, Error, Hooks};

struct Greeter;

#[mmplugin::plugin(id = "com.example.greeter")]
impl Hooks for Greeter {
    async fn activate(_: Activation<()>) -> Result<Self, Error> {
        Ok(Self)
    }

    #[cfg(any())]
    async fn execute_command(&self, this: &is, not: &compiled) {}

    #[cfg(not(any()))]
    async fn on_configuration_change(&self, _: Arc<()>) -> Result<(), Error> {
        Ok(())
    }
}

fn main() {
    let names: Vec<&str> = Greeter::IMPLEMENTED.iter().map(|hook| hook.go).collect();
    assert_eq!(names, ["OnActivate", "OnDeactivate", "OnConfigurationChange"]);
}

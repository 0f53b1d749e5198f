//! Module `hooks`.

use std::future::Future;

mod hook;
mod plugin;

pub use hook::{ALL, Hook, constants};
pub use plugin::Plugin;

use crate::Error;

/// What a plugin gets when it is activated.
pub struct Activation<S> {
    /// The settings as the server has them now.
    pub config: S,
}

/// The hooks of a plugin.
pub trait Hooks: Plugin {
    /// Makes the plugin.
    fn activate(ctx: Activation<Self::Settings>) -> impl Future<Output = Result<Self, Error>> + Send;

    /// The plugin is being stopped.
    fn on_deactivate(&self) -> impl Future<Output = Result<(), Error>> + Send {
        async { Ok(()) }
    }

    /// The settings have changed.
    fn on_configuration_change(&self) -> impl Future<Output = Result<(), Error>> + Send {
        async { Ok(()) }
    }
}

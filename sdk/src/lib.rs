//! Write Mattermost server plugins in Rust.

// Macros and generated code name this crate by its public path, inside it as outside.
extern crate self as mmplugin;

pub mod api;
mod error;
pub mod gob;
pub mod goplugin;
pub mod hooks;
pub mod http;
mod link;
pub mod log;
pub mod model;
pub mod netrpc;
mod runtime;
pub mod settings;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod wire;
pub mod yamux;

#[doc(hidden)]
pub mod __private;

pub use error::Error;
pub use hooks::{Activation, Hooks};
pub use mmplugin_macros::Gob;
#[doc = include_str!("../docs/settings.md")]
pub use mmplugin_macros::Settings;
#[doc = include_str!("../docs/plugin.md")]
pub use mmplugin_macros::plugin;
pub use settings::Settings;

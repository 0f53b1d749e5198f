//! What the server asks of a plugin: the [`Hooks`] trait and the types of its answers.

mod activation;
mod decision;
mod generated;
mod hook;
mod plugin;
mod upload;

pub use activation::{Activation, Tasks};
pub use decision::{Decision, PostDecision, Verdict};
pub use generated::{ALL, Hooks, constants};
pub use hook::Hook;
pub use plugin::Plugin;
pub use upload::UploadDecision;

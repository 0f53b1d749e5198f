//! A plugin with every hook. It remembers what each was given and answers as it was told.
//!
//! By HTTP, so that a host in any language can ask:
//! - `POST /answer/<Hook>` with a [`How`] as its body (`allow`, `replace`, `reject`, `error`, `panic`): how that hook
//!   answers from now on.
//! - `GET /seen/<Hook>`: a JSON list of its calls, each the list of its arguments without the context.

#![forbid(unsafe_code)]

mod answers;
mod every;

pub use answers::How;
pub use every::Every;

/// What is appended where a hook changes a text.
pub const CHANGED: &str = " (changed)";

/// The reason of every refusal, and the text of every error.
pub const REASON: &str = "told to refuse";

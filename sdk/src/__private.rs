//! Paths that the macros emit. No guarantees for anybody else.

pub use serde_json;

pub use crate::gob::rt as gob;
pub use crate::hooks::constants as hook;
pub use crate::hooks::{Hook, Plugin};
pub use crate::runtime::{Handler, calls as call};
pub use crate::settings::private as settings;

pub mod record;
pub mod text;

/// For the test that shows what a static binary does without it;
/// the runtime calls it for plugins.
pub fn pin_nss() {
    crate::link::pin_nss();
}

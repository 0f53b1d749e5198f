//! Module `goplugin`.

pub(crate) mod hclog;
pub mod signals;
pub mod stdio;

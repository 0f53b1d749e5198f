//! Messages and services of `proto/`.

mod generated;

pub(crate) use generated::pluginapi;
pub(super) use generated::{go_plugin, health};

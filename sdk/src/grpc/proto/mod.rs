//! Messages and services of `proto/`.

mod generated;

pub(super) use generated::{go_plugin, health};

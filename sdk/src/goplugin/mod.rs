//! Module `goplugin`.

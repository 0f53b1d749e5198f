//! Module `wire`.

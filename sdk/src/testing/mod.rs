//! Module `testing`.

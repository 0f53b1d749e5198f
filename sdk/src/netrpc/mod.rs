//! Module `netrpc`.

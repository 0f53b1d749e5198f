//! Module `api`.

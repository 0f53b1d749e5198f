//! Module `hooks`.

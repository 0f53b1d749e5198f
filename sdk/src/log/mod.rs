//! Module `log`.

//! Module `gob`.

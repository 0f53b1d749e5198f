//! Module `yamux`.

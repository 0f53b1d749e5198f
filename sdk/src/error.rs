//! The error of author code.

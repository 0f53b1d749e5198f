//! Go's `net/rpc` over any byte stream: concurrent calls, replies in any order, one gob stream a direction.
//!
//! A message is two gob values, a header and a body. Types are described once per stream, so headers and bodies are
//! read in order by one task and written in order under one lock; everything between is concurrent.

mod client;
mod error;
mod header;
mod reader;
mod sequential;
mod server;
#[cfg(test)]
mod tests;
mod writer;

pub use client::Client;
pub use error::{CallError, ServeError};
pub use header::Empty;
pub(crate) use sequential::{FirstCall, Sequential};
pub(crate) use server::relieve;
pub use server::{Call, Refusal, Responder, Service, Work, serve, serve_halves};

/// Go's text for a method that the other side does not have; the name follows.
///
/// Callers match on it, as Go's own plugins do, since `net/rpc` has no error codes.
pub(crate) const MISSING_METHOD: &str = "rpc: can't find method ";

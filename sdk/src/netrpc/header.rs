//! The first value of every message.

use crate::gob::Gob;

/// Go's `rpc.Request`.
///
/// `Seq` starts at 0, which gob omits, so the first header of a stream has a method only.
#[derive(Debug, Clone, Default, PartialEq, Gob)]
#[gob(name = "Request")]
pub(crate) struct RequestHead {
    #[gob(name = "ServiceMethod")]
    pub(crate) service_method: String,
    #[gob(name = "Seq")]
    pub(crate) seq: u64,
}

/// Go's `rpc.Response`.
///
/// `error` empty means success; a body follows in both cases (an empty struct on failure).
#[derive(Debug, Clone, Default, PartialEq, Gob)]
#[gob(name = "Response")]
pub(crate) struct ResponseHead {
    #[gob(name = "ServiceMethod")]
    pub(crate) service_method: String,
    #[gob(name = "Seq")]
    pub(crate) seq: u64,
    #[gob(name = "Error")]
    pub(crate) error: String,
}

/// Go's `struct{}`: the body of replies without a result, and of error replies.
#[derive(Debug, Clone, Default, PartialEq, Gob)]
#[gob(name = "")]
pub struct Empty {}

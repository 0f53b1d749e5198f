//! What can go wrong with a call and with a connection.

use std::io;
use std::sync::Arc;

use thiserror::Error;

use crate::gob::{DecodeError, EncodeError};

use super::MISSING_METHOD;

/// Why a call has no reply.
#[derive(Debug, Clone, Error)]
#[non_exhaustive]
pub enum CallError {
    /// The other side does not have the method; the connection goes on.
    #[error("{method}: the other side does not have this method")]
    MissingMethod {
        /// The full name, as `Plugin.KVGet`.
        method: String,
    },
    /// The other side answered with an error text.
    #[error("{method}: {text}")]
    Remote {
        /// The full name, as `Plugin.KVGet`.
        method: String,
        /// The text as it came.
        text: String,
    },
    /// The arguments cannot be written; nothing was sent.
    #[error("{method}: arguments: {source}")]
    Encode {
        /// The full name, as `Plugin.KVGet`.
        method: String,
        /// Where and why.
        source: Arc<EncodeError>,
    },
    /// The reply cannot be read as the expected type; the connection goes on.
    #[error("{method}: reply {source}")]
    Decode {
        /// The full name, as `Plugin.KVGet`.
        method: String,
        /// Where and why.
        source: Arc<DecodeError>,
    },
    /// The connection ended before the reply came.
    #[error("{method}: connection is shut down: {reason}")]
    Closed {
        /// The full name, as `Plugin.KVGet`.
        method: String,
        /// Why the connection ended.
        reason: Arc<str>,
    },
}

impl CallError {
    /// What an error text of the other side means.
    pub(crate) fn remote(method: &str, text: String) -> Self {
        let method = method.to_owned();
        if text.starts_with(MISSING_METHOD) {
            Self::MissingMethod { method }
        } else {
            Self::Remote { method, text }
        }
    }
}

/// Why a connection ended.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ServeError {
    /// The stream failed or was reset.
    #[error("connection lost: {0}")]
    Io(#[from] io::Error),
    /// What came is no gob stream of headers and bodies; nothing after it can be trusted.
    #[error("not a net/rpc stream: {0}")]
    Stream(#[from] DecodeError),
    /// The stream ended in the middle of a message.
    #[error("connection ended in the middle of a message")]
    UnexpectedEof,
}

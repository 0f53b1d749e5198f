//! Why an API call failed.

use std::sync::Arc;

use thiserror::Error;

use crate::gob::{DecodeError, EncodeError};
use crate::http::BodyError;
use crate::model::AppError;
use crate::netrpc::CallError;
use crate::wire::HostError;

/// Why an API call failed.
///
/// ```
/// use mmplugin::{ApiError, model::AppError};
///
/// fn describe(error: &ApiError) -> &'static str {
///     match error {
///         ApiError::App(app) if app.status_code == 404 => "there is no such thing",
///         ApiError::Unsupported { .. } => "this server is too old",
///         _ => "something else",
///     }
/// }
/// # let missing = AppError { status_code: 404, ..AppError::default() };
/// # assert_eq!(describe(&missing.into()), "there is no such thing");
/// ```
#[derive(Debug, Clone, Error)]
#[non_exhaustive]
pub enum ApiError {
    /// The server refused or failed; carries its id, text and HTTP status.
    #[error("{0}")]
    App(Box<AppError>),
    /// The server failed in a method whose Go result is a plain `error`.
    #[error("{0}")]
    Host(HostError),
    /// The server does not have this method.
    #[error("{method}: not supported by this server (needs {since} or newer)")]
    Unsupported {
        /// Go's name of the method.
        method: &'static str,
        /// The server version it appeared in.
        since: &'static str,
    },
    /// The arguments cannot be sent.
    #[error("{method}: arguments: {source}")]
    Encode {
        /// Go's name of the method.
        method: &'static str,
        /// Where and why.
        source: Arc<EncodeError>,
    },
    /// The reply is not what the method answers.
    #[error("{method}: reply {source}")]
    Decode {
        /// Go's name of the method.
        method: &'static str,
        /// Where and why.
        source: Arc<DecodeError>,
    },
    /// The body that was to be sent broke off; the server has been told by a reset of its stream.
    #[error("{method}: {source}")]
    Body {
        /// Go's name of the method.
        method: &'static str,
        /// What failed.
        source: Arc<BodyError>,
    },
    /// The server answered with an error of its own plumbing.
    #[error("{method}: {text}")]
    Rpc {
        /// Go's name of the method.
        method: &'static str,
        /// What it said.
        text: String,
    },
    /// The connection to the server ended.
    #[error("{method}: the server is gone: {reason}")]
    Closed {
        /// Go's name of the method.
        method: &'static str,
        /// Why it ended.
        reason: Arc<str>,
    },
}

impl ApiError {
    /// True when the thing asked for does not exist: HTTP status 404 of the server's own error, and for methods whose
    /// Go result is a plain `error` what the server's store says then.
    pub fn is_not_found(&self) -> bool {
        match self {
            Self::App(error) => error.status_code == 404,
            // Of `sql.ErrNoRows` the code arrives, of the store's own type of error nothing but its text.
            Self::Host(HostError::Text { code: 2, .. }) => true,
            Self::Host(HostError::Text { message, .. }) => {
                message.starts_with("resource \"") && message.contains("\" not found, id: ")
            }
            _ => false,
        }
    }

    pub(crate) fn of_call(method: &'static str, since: &'static str, error: CallError) -> Self {
        match error {
            CallError::MissingMethod { .. } => Self::Unsupported { method, since },
            CallError::Encode { source, .. } => Self::Encode { method, source },
            CallError::Decode { source, .. } => Self::Decode { method, source },
            CallError::Closed { reason, .. } => Self::Closed { method, reason },
            CallError::Remote { text, .. } => Self::Rpc { method, text },
        }
    }
}

impl From<AppError> for ApiError {
    fn from(error: AppError) -> Self {
        Self::App(Box::new(error))
    }
}

impl From<HostError> for ApiError {
    fn from(error: HostError) -> Self {
        match error {
            HostError::App(error) => Self::App(error),
            error => Self::Host(error),
        }
    }
}

//! Go's `error` in arguments and results: an interface value of a registered type.

use std::fmt;

use crate::Gob;
use crate::gob::{Named, Value};
use crate::model::AppError;

/// An error that crosses the wire in a place of Go's type `error`.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum HostError {
    /// The server's own error.
    App(Box<AppError>),
    /// Any other: a text, and a code that only the database driver gives a meaning.
    Text {
        /// 0 but for the driver's: 1 end of rows, 2 no rows, 3 connection done, 4 transaction done …
        code: i64,
        /// What went wrong.
        message: String,
    },
}

/// `plugin.ErrorString`: what Go makes of an error that has no registered type.
#[derive(Debug, Clone, PartialEq, Default, Gob)]
struct ErrorString {
    code: i64,
    err: String,
}

/// The part of `pq.Error` and `mysql.MySQLError` that people read.
#[derive(Debug, Clone, PartialEq, Default, Gob)]
struct DatabaseError {
    message: String,
}

const APP_ERROR: &str = "*model.AppError";
const ERROR_STRING: &str = "*plugin.ErrorString";

impl HostError {
    /// An error that is only a text.
    pub fn text(message: impl Into<String>) -> Self {
        Self::Text { code: 0, message: message.into() }
    }
}

impl fmt::Display for HostError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::App(error) => error.fmt(f),
            Self::Text { message, .. } => f.write_str(message),
        }
    }
}

impl std::error::Error for HostError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::App(error) => Some(&**error),
            Self::Text { .. } => None,
        }
    }
}

impl From<AppError> for HostError {
    fn from(error: AppError) -> Self {
        Self::App(Box::new(error))
    }
}

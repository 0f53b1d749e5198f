//! Replies to results.

use super::ApiError;
use crate::model::AppError;
use crate::wire::HostError;

/// A result of Go's type `*model.AppError`.
pub(super) fn app_result(error: Option<AppError>) -> Result<(), ApiError> {
    error.map_or(Ok(()), |error| Err(error.into()))
}

/// A result of Go's type `error`.
pub(super) fn error_result(error: Option<HostError>) -> Result<(), ApiError> {
    error.map_or(Ok(()), |error| Err(error.into()))
}

/// A pointer that is nil only when something went wrong.
pub(super) fn present<T>(method: &'static str, value: Option<T>) -> Result<T, ApiError> {
    value.ok_or_else(|| ApiError::Rpc { method, text: "the server answered nothing".into() })
}

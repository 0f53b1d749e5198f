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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_of_both_kinds_are_matched_alike() {
        let missing = AppError::new("GetUser", "app.user.missing", "no such user", 404);
        assert!(app_result(Some(missing.clone())).unwrap_err().is_not_found());
        assert!(error_result(Some(missing.into())).unwrap_err().is_not_found());
        assert!(matches!(error_result(Some(HostError::text("no"))), Err(ApiError::Host(_))));
        for (code, text, missing) in [
            (0, "resource \"Command\" not found, id: x", true),
            (2, "sql: no rows in result set", true),
            (0, "command not found", false),
            (1, "EOF", false),
        ] {
            let error = error_result(Some(HostError::Text { code, message: text.into() })).unwrap_err();
            assert_eq!(error.is_not_found(), missing, "{text}");
        }
        assert!(app_result(None).is_ok() && error_result(None).is_ok());
    }

    #[test]
    fn nothing_where_something_must_be_is_an_error() {
        assert_eq!(present("GetUser", Some(1)).unwrap(), 1);
        let error = present::<()>("SendEphemeralPost", None).unwrap_err();
        assert_eq!(error.to_string(), "SendEphemeralPost: the server answered nothing");
    }
}

//! Lines for the server's log.

use std::fmt::Display;

use super::{Api, ApiError};
use crate::gob::Value;
use crate::wire::{LogDebugArgs, LogErrorArgs, LogInfoArgs, LogWarnArgs};

/// What stands beside a message: names and values, which travel as text.
///
/// Any other kind would do on the wire, too, but Go plugins send text, and so every server is known to take it.
pub type LogFields<'a> = &'a [(&'a str, &'a (dyn Display + Sync))];

/// # The server's log
/// Plugins that use `tracing` need none of these: their events arrive here by themselves.
impl Api {
    /// Writes a line to the server's log at level debug.
    ///
    /// ```
    /// # async fn example(api: mmplugin::Api, user: mmplugin::model::UserId) -> Result<(), mmplugin::ApiError> {
    /// api.log_debug("word found", &[("user", &user), ("count", &3)]).await
    /// # }
    /// ```
    ///
    /// # Errors
    /// Only when the call itself fails: the server reports no failure of its own.
    ///
    /// Since server 5.2. Go: `API.LogDebug`.
    pub async fn log_debug(&self, message: &str, fields: LogFields<'_>) -> Result<(), ApiError> {
        self.call(LogDebugArgs { a: message.to_owned(), b: pairs(fields) }).await.map(drop)
    }

    /// Writes a line to the server's log at level info.
    ///
    /// # Errors
    /// Only when the call itself fails: the server reports no failure of its own.
    ///
    /// Since server 5.2. Go: `API.LogInfo`.
    pub async fn log_info(&self, message: &str, fields: LogFields<'_>) -> Result<(), ApiError> {
        self.call(LogInfoArgs { a: message.to_owned(), b: pairs(fields) }).await.map(drop)
    }

    /// Writes a line to the server's log at level warn.
    ///
    /// # Errors
    /// Only when the call itself fails: the server reports no failure of its own.
    ///
    /// Since server 5.2. Go: `API.LogWarn`.
    pub async fn log_warn(&self, message: &str, fields: LogFields<'_>) -> Result<(), ApiError> {
        self.call(LogWarnArgs { a: message.to_owned(), b: pairs(fields) }).await.map(drop)
    }

    /// Writes a line to the server's log at level error.
    ///
    /// # Errors
    /// Only when the call itself fails: the server reports no failure of its own.
    ///
    /// Since server 5.2. Go: `API.LogError`.
    pub async fn log_error(&self, message: &str, fields: LogFields<'_>) -> Result<(), ApiError> {
        self.call(LogErrorArgs { a: message.to_owned(), b: pairs(fields) }).await.map(drop)
    }
}

/// Name, value, name, value.
fn pairs(fields: LogFields<'_>) -> Vec<Value> {
    fields.iter().flat_map(|(name, value)| [Value::from(*name), Value::from(value.to_string())]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_alternate_as_text() {
        let fields = pairs(&[("user", &"u1"), ("count", &3)]);
        assert_eq!(fields, ["user", "u1", "count", "3"].map(Value::from));
    }
}

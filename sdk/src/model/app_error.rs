//! The server's error as a Rust error.

use std::fmt;

use super::AppError;

impl AppError {
    /// An error: the function it comes from, an id for translators, a text for people, an HTTP status.
    pub fn new(
        where_: impl Into<String>,
        id: impl Into<String>,
        message: impl Into<String>,
        status_code: i64,
    ) -> Self {
        Self { where_: where_.into(), id: id.into(), message: message.into(), status_code, ..Self::default() }
    }
}

/// As Go writes it: `where: message, details`.
impl fmt::Display for AppError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.where_.is_empty() {
            write!(f, "{}: ", self.where_)?;
        }
        f.write_str(&self.message)?;
        match self.detailed_error.as_str() {
            "" => Ok(()),
            details if self.message.is_empty() => f.write_str(details),
            details => write!(f, ", {details}"),
        }
    }
}

impl std::error::Error for AppError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_that_of_go() {
        let error = |where_: &str, message: &str, detailed_error: &str| AppError {
            where_: where_.into(),
            message: message.into(),
            detailed_error: detailed_error.into(),
            ..AppError::default()
        };
        for (error, text) in [
            (error("GetUser", "Not found.", "id=x"), "GetUser: Not found., id=x"),
            (error("", "Not found.", ""), "Not found."),
            (error("GetUser", "", "id=x"), "GetUser: id=x"),
        ] {
            assert_eq!(error.to_string(), text);
        }
    }

    #[test]
    fn json_has_the_names_that_clients_know() {
        let error = AppError::new("here", "app.x", "gone", 404);
        let json = serde_json::to_value(&error).unwrap();
        assert_eq!(json["status_code"], 404);
        assert_eq!(json["id"], "app.x");
        assert!(json.get("where").is_none());
    }
}

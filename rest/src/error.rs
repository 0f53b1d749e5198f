//! What can go wrong, as values: whether anybody was there, and what the server or a proxy said.

use std::fmt;
use std::time::Duration;

use crate::place::BadAddress;

/// Why a request gave no result.
///
/// The texts are for logs and screens; programs match the variants, and for an answer of the server its
/// [`status`](ApiError::status) and [`id`](ApiError::id). No text holds a token or a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The address given for the server is none.
    #[error("the server's address {0}")]
    Address(BadAddress),
    /// The text of certificates to trust is not PEM, or holds none.
    #[error("the certificates to trust {0}")]
    Certificates(String),
    /// A secret would travel over plain http to another machine; see [`Builder::allow_http`](crate::Builder::allow_http).
    #[error("the server's address is plain http: a token or password could be read on the way")]
    PlainHttp,
    /// What was to be sent cannot be: a part of the address is empty, a file is not readable.
    #[error("nothing was sent: {0}")]
    Input(String),
    /// No connection, or one that broke.
    #[error("no connection to the server: {0}")]
    Unreachable(String),
    /// The certificate or the handshake of TLS.
    #[error("the encrypted connection failed: {0}")]
    Tls(String),
    /// The server did not answer in time. Whether it did what was asked is not known.
    #[error("the server did not answer in time")]
    TimedOut,
    /// The server, or a proxy in front of it, said no.
    #[error("{}: {_0}", _0.request)]
    Api(Box<ApiError>),
    /// The answer sends elsewhere; a token is not taken along, so nothing is followed.
    #[error("the server sends elsewhere: {to:?}")]
    Redirected {
        /// Where to.
        to: String,
    },
    /// An answer of success that is not what a Mattermost server says.
    #[error("the answer is not a Mattermost server's: {0}")]
    NotMattermost(String),
    /// An answer of more bytes than are read at once.
    #[error("the answer is longer than {0} bytes")]
    TooLong(u64),
    /// The caller's [`Cancel`](crate::Cancel) was used. Whether the server did what was asked is not known.
    #[error("cancelled")]
    Cancelled,
}

impl Error {
    /// What the server or a proxy said, where one of them did.
    pub fn api(&self) -> Option<&ApiError> {
        match self {
            Self::Api(error) => Some(error),
            _ => None,
        }
    }

    /// The server says that there is no such thing, or none that this account may see.
    ///
    /// A proxy's page of status 404 is not meant: that is a wrong address.
    pub fn is_not_found(&self) -> bool {
        self.api().is_some_and(|error| error.status == 404 && !error.id.is_empty())
    }

    /// Nobody there, or a proxy that says so: a server that restarts looks like this for a while.
    pub fn is_absence(&self) -> bool {
        match self {
            Self::Unreachable(_) | Self::TimedOut => true,
            Self::Api(error) => matches!(error.status, 502..=504),
            _ => false,
        }
    }
}

/// An answer with a status of 400 or more.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ApiError {
    /// Method and path of the request, e.g. `GET /users/me`.
    pub request: String,
    /// The HTTP status.
    pub status: u16,
    /// The server's name of the error, e.g. `app.plugin.extract.app_error`; empty when it was not the server that spoke.
    pub id: String,
    /// The server's sentence, or the title or text of another answer.
    pub message: String,
    /// What the server adds when it is set up to.
    pub detailed_error: String,
    /// Under this id the request is in the server's log.
    pub request_id: String,
    /// The answer was a web page: it comes from a proxy, or from something that is no Mattermost server.
    pub html: bool,
    /// After that time another try is welcome: of a rate limit, or of a proxy that says so.
    pub retry_after: Option<Duration>,
}

/// How much of a text that is not the server's is repeated.
const EXCERPT: usize = 200;

impl ApiError {
    /// Reads the body of an answer: the server's JSON, a proxy's page, or plain text.
    pub fn read(status: u16, body: &[u8]) -> Self {
        #[derive(serde::Deserialize)]
        struct AppError {
            id: String,
            message: String,
            #[serde(default)]
            detailed_error: String,
            #[serde(default)]
            request_id: String,
        }
        if let Ok(error) = serde_json::from_slice::<AppError>(body) {
            let AppError { id, message, detailed_error, request_id } = error;
            return Self { status, id, message, detailed_error, request_id, ..Self::default() };
        }
        let text = String::from_utf8_lossy(body);
        let text = text.trim();
        let html = text.starts_with('<');
        let message = if html { title(text) } else { excerpt(text) };
        Self { status, message, html, ..Self::default() }
    }

    /// Whether what was sent is too large: servers say it as JSON (11.x) or as plain text (9.3), nginx as a page.
    pub fn is_too_large(&self) -> bool {
        self.status == 413 || self.message.contains("request body too large")
    }
}

/// `404: Unable to find the user. (app.user.missing_account.const)`; the server's details are not in it.
impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.status)?;
        if self.html {
            write!(f, ", a web page")?;
        }
        if !self.message.is_empty() {
            write!(f, ": {}", self.message)?;
        }
        if !self.id.is_empty() {
            write!(f, " ({})", self.id)?;
        }
        Ok(())
    }
}

fn title(page: &str) -> String {
    let lower = page.to_ascii_lowercase();
    let start = lower.find("<title>").map(|at| at + "<title>".len());
    let end = lower.find("</title>");
    let title = start.zip(end).and_then(|(start, end)| page.get(start..end));
    excerpt(title.unwrap_or_default().trim())
}

fn excerpt(text: &str) -> String {
    let line: Vec<&str> = text.split_whitespace().collect();
    line.join(" ").chars().filter(|c| !c.is_control()).take(EXCERPT).collect()
}

impl From<ureq::Error> for Error {
    fn from(error: ureq::Error) -> Self {
        match error {
            ureq::Error::Timeout(_) => Self::TimedOut,
            ureq::Error::BodyExceedsLimit(limit) => Self::TooLong(limit),
            ureq::Error::Rustls(error) => Self::Tls(error.to_string()),
            ureq::Error::Tls(error) => Self::Tls(error.to_owned()),
            ureq::Error::Io(error) => match error.kind() {
                // rustls reports through the stream it reads from, and nothing else has this kind.
                std::io::ErrorKind::InvalidData => Self::Tls(error.to_string()),
                std::io::ErrorKind::TimedOut => Self::TimedOut,
                _ => Self::Unreachable(error.to_string()),
            },
            other => Self::Unreachable(other.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_the_servers_words_from_a_proxys_page() {
        let body = br#"{"id": "app.plugin.extract.app_error", "message": "An error occurred.",
            "detailed_error": "gzip: invalid header", "request_id": "r", "status_code": 400}"#;
        let error = ApiError::read(400, body);
        assert_eq!(error.id, "app.plugin.extract.app_error");
        assert_eq!(error.detailed_error, "gzip: invalid header");
        assert!(!error.html && !error.is_too_large());

        let page =
            b"<html>\r\n<head><title>413 Request Entity Too Large</title></head>\r\n<body></body></html>";
        let error = ApiError::read(413, page);
        assert!(error.html && error.is_too_large());
        assert_eq!(error.to_string(), "413, a web page: 413 Request Entity Too Large");
    }

    #[test]
    fn plain_text_and_nothing_at_all_are_answers_too() {
        let error = ApiError::read(400, b"http: request body too large\n");
        assert!(error.is_too_large());
        assert_eq!(error.to_string(), "400: http: request body too large");
        assert_eq!(ApiError::read(502, b"").to_string(), "502");
        let long = ApiError::read(500, "\u{1b}[31m x ".repeat(500).as_bytes());
        assert!(long.message.chars().count() <= EXCERPT && !long.message.contains('\u{1b}'));
    }

    #[test]
    fn only_the_server_can_say_that_something_is_not_there() {
        let error = |status, body: &str| Error::Api(Box::new(ApiError::read(status, body.as_bytes())));
        assert!(error(404, r#"{"id": "app.user.missing", "message": "m"}"#).is_not_found());
        assert!(!error(404, "<html><title>404 Not Found</title></html>").is_not_found());
        assert!(!error(404, "404 page not found").is_not_found());
        assert!(!error(403, r#"{"id": "api.context.permissions", "message": "m"}"#).is_not_found());
        assert!(error(503, "").is_absence() && !error(500, "").is_absence());
    }
}

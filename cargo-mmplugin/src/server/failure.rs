//! What can go wrong with one request, as values: what people read is made of it in `advice`.

use std::fmt;

/// Why a request gave no result.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Failure {
    /// No connection, or one that broke.
    Unreachable(String),
    /// The certificate or the handshake of TLS.
    Tls(String),
    /// The server did not answer in time.
    TimedOut,
    /// The server, or a proxy in front of it, said no.
    Refused(Refusal),
    /// The answer sends elsewhere; a token is not taken along, so nothing is followed.
    Redirected {
        /// Where to.
        to: String,
    },
    /// An answer of success that is not what a Mattermost server says.
    NotMattermost(String),
    /// Ctrl-C.
    Interrupted,
}

impl Failure {
    /// Nobody there, or a proxy that says so: a server that restarts looks like this for a while.
    pub fn is_absence(&self) -> bool {
        match self {
            Self::Unreachable(_) | Self::TimedOut => true,
            Self::Refused(refusal) => matches!(refusal.status, 502..=504),
            _ => false,
        }
    }
}

/// An answer with a status of 400 or more.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// The server's name of the error, e.g. `app.plugin.extract.app_error`; empty when it was not the server that spoke.
    pub id: String,
    /// The server's sentence, or the title or text of another answer.
    pub message: String,
    /// What the server adds when it is set up to.
    pub detailed: String,
    /// Under this id the request is in the server's log.
    pub request_id: String,
    /// The answer was a web page: it comes from a proxy, or from something that is no Mattermost server.
    pub html: bool,
}

/// How much of a text that is not the server's is repeated.
const EXCERPT: usize = 200;

impl Refusal {
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
            return Self { status, id, message, detailed: detailed_error, request_id, html: false };
        }
        let text = String::from_utf8_lossy(body);
        let text = text.trim();
        let html = text.starts_with('<');
        let message = if html { title(text) } else { excerpt(text) };
        Self { status, message, html, ..Self::default() }
    }

    /// A server says it as JSON (11.x) or as plain text (9.3), nginx as a page.
    pub fn is_too_large(&self) -> bool {
        self.status == 413 || self.message.contains("request body too large")
    }
}

impl fmt::Display for Refusal {
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

impl From<ureq::Error> for Failure {
    fn from(error: ureq::Error) -> Self {
        match error {
            ureq::Error::Timeout(_) => Self::TimedOut,
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
        let refusal = Refusal::read(400, body);
        assert_eq!(refusal.id, "app.plugin.extract.app_error");
        assert_eq!(refusal.detailed, "gzip: invalid header");
        assert!(!refusal.html && !refusal.is_too_large());

        let page =
            b"<html>\r\n<head><title>413 Request Entity Too Large</title></head>\r\n<body></body></html>";
        let refusal = Refusal::read(413, page);
        assert!(refusal.html && refusal.is_too_large());
        assert_eq!(refusal.to_string(), "413, a web page: 413 Request Entity Too Large");
    }

    #[test]
    fn plain_text_and_nothing_at_all_are_answers_too() {
        let refusal = Refusal::read(400, b"http: request body too large\n");
        assert!(refusal.is_too_large());
        assert_eq!(refusal.to_string(), "400: http: request body too large");
        assert_eq!(Refusal::read(502, b"").to_string(), "502");
        let long = Refusal::read(500, "\u{1b}[31m x ".repeat(500).as_bytes());
        assert!(long.message.chars().count() <= EXCERPT && !long.message.contains('\u{1b}'));
    }
}

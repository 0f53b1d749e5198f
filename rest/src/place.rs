//! Where a server is: an address as people open it, or the local-mode socket.

use std::fmt;
use std::path::PathBuf;

use ureq::http::Uri;

/// Where a server is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// The local-mode socket; the server asks for no token there, and some addresses of the API are missing.
    Socket(PathBuf),
    /// An address, without a slash at its end.
    Url(String),
}

/// What is wrong with an address. As text the rest of a sentence that begins with "the address".
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadAddress {
    /// No URL at all.
    #[error("is not a URL")]
    NotUrl,
    /// Neither https nor http.
    #[error("does not begin with https:// or http://")]
    Scheme,
    /// Something before an `@`. Not repeated, since it may be a password.
    #[error("holds a name or a password")]
    Credentials,
    /// Something after a `?`.
    #[error("has a query")]
    Query,
}

impl Place {
    /// An address as people open it in a browser, with its path if it has one: `https://example.com/chat`.
    ///
    /// # Errors
    /// See [`BadAddress`].
    pub fn url(text: &str) -> Result<Self, BadAddress> {
        let url = text.trim().trim_end_matches('/');
        let uri: Uri = url.parse().map_err(|_| BadAddress::NotUrl)?;
        if !matches!(uri.scheme_str(), Some("http" | "https")) {
            return Err(BadAddress::Scheme);
        }
        if uri.authority().is_some_and(|authority| authority.as_str().contains('@')) {
            return Err(BadAddress::Credentials);
        }
        if uri.query().is_some() {
            return Err(BadAddress::Query);
        }
        Ok(Self::Url(url.to_owned()))
    }

    /// Whether nobody on the way can read what is sent: https, this machine, or the socket.
    pub fn is_private(&self) -> bool {
        let Self::Url(url) = self else { return true };
        let Ok(uri) = url.parse::<Uri>() else { return false };
        uri.scheme_str() == Some("https") || uri.host().is_some_and(is_loopback)
    }

    /// Whether the server is on this machine.
    pub(crate) fn is_loopback(&self) -> bool {
        let Self::Url(url) = self else { return true };
        url.parse::<Uri>().is_ok_and(|uri| uri.host().is_some_and(is_loopback))
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Socket(path) => write!(f, "{} (local mode)", path.display()),
            Self::Url(url) => f.write_str(url),
        }
    }
}

fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let address = bare.parse::<std::net::IpAddr>();
    bare.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_one_that_people_open() {
        for (text, expected) in [
            (" https://chat.example.com/ ", Ok("https://chat.example.com")),
            ("http://localhost:8065/chat//", Ok("http://localhost:8065/chat")),
            ("chat.example.com", Err(BadAddress::Scheme)),
            ("ftp://chat.example.com", Err(BadAddress::Scheme)),
            ("", Err(BadAddress::NotUrl)),
            ("https://a b", Err(BadAddress::NotUrl)),
            ("https://me:hunter2@x", Err(BadAddress::Credentials)),
            ("https://x?token=1", Err(BadAddress::Query)),
        ] {
            assert_eq!(Place::url(text), expected.map(|url| Place::Url(url.to_owned())), "{text}");
        }
    }

    #[test]
    fn https_and_this_machine_are_private() {
        for url in ["https://x", "http://localhost", "http://127.0.0.2:1", "http://[::1]:8065"] {
            assert!(Place::Url(url.into()).is_private(), "{url}");
        }
        for url in ["http://x", "http://127.0.0.1.example.com", "http://10.0.0.1"] {
            assert!(!Place::Url(url.into()).is_private(), "{url}");
        }
    }
}

//! The tokens by which webhooks and slash commands show that the server sends them.

use http::HeaderMap;
use http::header::AUTHORIZATION;
use subtle::{Choice, ConstantTimeEq};

use super::Secret;

/// The tokens of the webhooks or commands that one address serves.
///
/// The server makes a token for each outgoing webhook and each slash command and sends it with every request: in the body
/// always, for commands also as `Authorization: Token …`. All comparisons take the same time wherever the texts differ.
///
/// ```
/// use mmplugin::integrations::Tokens;
///
/// let tokens = Tokens::new("first, second".split(','));
/// assert!(tokens.matches("second"));
/// assert!(!tokens.matches(""));
/// ```
#[derive(Debug, Clone)]
pub struct Tokens(Vec<Secret>);

/// Why a request is not believed; the sender should get status 401.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TokenError {
    /// Neither the header nor the body has a token.
    #[error("no token came with the request")]
    Missing,
    /// It has one that is not among ours.
    #[error("the request's token is not that of a known webhook or command")]
    Wrong,
}

impl Tokens {
    /// Of texts, with or without space around them; empty ones are left out, so that nobody can match them.
    pub fn new<T: AsRef<str>>(tokens: impl IntoIterator<Item = T>) -> Self {
        let tokens = tokens.into_iter().map(|token| token.as_ref().trim().to_owned());
        Self(tokens.filter(|token| !token.is_empty()).map(Secret::new).collect())
    }

    /// True without any token: then every request is refused.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether this is one of the tokens. Takes the same time for all texts of a length.
    pub fn matches(&self, token: &str) -> bool {
        let equal = |known: &Secret| known.expose().as_bytes().ct_eq(token.as_bytes());
        // All are compared, so that time does not tell which one it is.
        self.0.iter().map(equal).fold(Choice::from(0), |found, equal| found | equal).into()
    }

    /// Checks the token of a request: the one in its body and, if there is one, the one in its headers.
    ///
    /// For outgoing webhooks give their headers all the same; they have none of the form `Token …`.
    ///
    /// # Errors
    /// [`TokenError`] when there is no token at all, or one that is not ours.
    pub fn verify(&self, headers: &HeaderMap, in_body: &Secret) -> Result<(), TokenError> {
        let in_body = Some(in_body.expose().as_str()).filter(|token| !token.is_empty());
        let mut given = [token_header(headers), in_body].into_iter().flatten().peekable();
        if given.peek().is_none() {
            return Err(TokenError::Missing);
        }
        if given.all(|token| self.matches(token)) { Ok(()) } else { Err(TokenError::Wrong) }
    }
}

/// What follows `Token` in the header. A server with outgoing OAuth connections has `Bearer` there, for somebody else.
fn token_header(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("token").then(|| token.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "xr3j5x3p4pfk7kk6ck7b4e6ghh";

    fn verify(header: Option<&'static str>, body: &str) -> Result<(), TokenError> {
        let value = header.map(|value| (AUTHORIZATION, value.parse().unwrap()));
        Tokens::new(["other", TOKEN]).verify(&value.into_iter().collect(), &body.into())
    }

    #[test]
    fn header_and_body_count() {
        let right = Some("Token xr3j5x3p4pfk7kk6ck7b4e6ghh");
        for (header, body) in [
            (right, TOKEN),
            (right, ""),
            (None, TOKEN),
            (Some("token xr3j5x3p4pfk7kk6ck7b4e6ghh"), ""),
            (Some("Bearer for-somebody-else"), TOKEN),
        ] {
            assert_eq!(verify(header, body), Ok(()), "{header:?} {body:?}");
        }
        for (header, body) in [
            (Some("Token x"), TOKEN),
            (right, "x"),
            (None, "xr3j5x3p4pfk7kk6ck7b4e6gh"),
            (None, "xr3j5x3p4pfk7kk6ck7b4e6ghhh"),
            (Some("Token "), ""),
        ] {
            assert_eq!(verify(header, body), Err(TokenError::Wrong), "{header:?} {body:?}");
        }
        for header in [None, Some("Bearer xr3j5x3p4pfk7kk6ck7b4e6ghh"), Some("Token"), Some("")] {
            assert_eq!(verify(header, ""), Err(TokenError::Missing), "{header:?}");
        }
    }

    #[test]
    fn an_empty_token_matches_nothing() {
        for tokens in [Tokens::new([""]), Tokens::new(Vec::<String>::new()), Tokens::new(" , ".split(','))] {
            assert!(tokens.is_empty());
            assert!(!tokens.matches(""));
            assert_eq!(tokens.verify(&HeaderMap::new(), &TOKEN.into()), Err(TokenError::Wrong));
        }
    }
}

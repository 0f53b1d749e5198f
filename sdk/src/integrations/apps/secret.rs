//! Calls are believed when they are signed with the app's secret.

use std::time::SystemTime;

use http::{HeaderMap, HeaderName};

use super::{CallRequest, Claims, JwtError, jwt};
use crate::integrations::Secret;

/// The header with the token of a call, after `Bearer `. Not `Authorization`, which proxies take for themselves.
pub const AUTHORIZATION: HeaderName = HeaderName::from_static("mattermost-app-authorization");

/// The secret that an administrator gives the server when installing an app with `use_jwt`.
#[derive(Debug, Clone)]
pub struct AppSecret(Secret);

/// Why a call is refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CallError {
    /// The server did not send it: status 401.
    #[error(transparent)]
    Jwt(#[from] JwtError),
    /// It is signed for somebody else than the acting user in its context: status 401.
    #[error("the call is signed for another user than its acting_user")]
    OtherUser,
    /// It is not what the server sends: status 400.
    #[error("the body is not a call: {0}")]
    Json(#[from] serde_json::Error),
}

impl CallError {
    /// The HTTP status to answer with.
    pub fn status(&self) -> http::StatusCode {
        match self {
            Self::Jwt(_) | Self::OtherUser => http::StatusCode::UNAUTHORIZED,
            Self::Json(_) => http::StatusCode::BAD_REQUEST,
        }
    }
}

impl AppSecret {
    /// Hides the text. An empty one believes nobody.
    pub fn new(secret: impl Into<String>) -> Self {
        Self(Secret::new(secret.into()))
    }

    /// The call in a request's body, if its headers prove that the server sends it for the user in its context.
    ///
    /// # Errors
    /// [`CallError`], which has the status to answer with.
    pub fn call(&self, headers: &HeaderMap, body: &[u8]) -> Result<CallRequest, CallError> {
        let claims = self.verify(headers)?;
        let call: CallRequest = serde_json::from_slice(body)?;
        match &call.context.acting_user {
            Some(user) if user.id != claims.acting_user_id => Err(CallError::OtherUser),
            _ => Ok(call),
        }
    }

    /// Checks the token alone, for requests whose body is not a call.
    ///
    /// # Errors
    /// [`JwtError`] when there is none, it has another algorithm than HS256, another signature, or its time is over.
    pub fn verify(&self, headers: &HeaderMap) -> Result<Claims, JwtError> {
        let header = headers.get(AUTHORIZATION).ok_or(JwtError::Missing)?;
        let bearer = header.to_str().ok().and_then(|value| value.strip_prefix("Bearer "));
        self.verify_at(bearer.ok_or(JwtError::Missing)?.trim(), SystemTime::now())
    }

    /// Checks a token at any time.
    ///
    /// # Errors
    /// As [`verify`](Self::verify).
    pub fn verify_at(&self, token: &str, now: SystemTime) -> Result<Claims, JwtError> {
        jwt::verify(token, self.0.expose().as_bytes(), now)
    }

    /// A token as the server makes it: for tests of apps. Empty when the secret is, which nobody believes.
    pub fn sign(&self, claims: &Claims) -> String {
        jwt::sign(claims, self.0.expose().as_bytes()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CALL: &[u8] = br#"{"path":"/send","context":{"acting_user":{"id":"u1"}}}"#;

    fn headers(value: &str) -> HeaderMap {
        HeaderMap::from_iter([(AUTHORIZATION, value.parse().unwrap())])
    }

    #[test]
    fn a_signed_call_is_believed_for_its_user() {
        let secret = AppSecret::new("s3cret");
        let signed =
            |user: &str| headers(&format!("Bearer {}", secret.sign(&Claims::in_minutes(15, user.into()))));
        assert_eq!(secret.call(&signed("u1"), CALL).unwrap().path, "/send");
        assert_eq!(secret.call(&signed(""), b"{}").unwrap(), CallRequest::default());
        for other in ["u2", ""] {
            let error = secret.call(&signed(other), CALL).unwrap_err();
            assert!(matches!(error, CallError::OtherUser) && error.status() == 401);
        }
        assert_eq!(secret.call(&signed("u1"), b"{").unwrap_err().status(), 400);
    }

    #[test]
    fn without_a_bearer_token_nobody_is_believed() {
        let secret = AppSecret::new("s3cret");
        let token = secret.sign(&Claims::in_minutes(15, "u1".into()));
        assert_eq!(secret.verify(&HeaderMap::new()), Err(JwtError::Missing));
        for value in [token.clone(), format!("Token {token}"), "Bearer".into(), String::new()] {
            assert_eq!(secret.verify(&headers(&value)), Err(JwtError::Missing), "{value}");
        }
        let other = AppSecret::new("other").sign(&Claims::in_minutes(15, "u1".into()));
        assert_eq!(secret.verify(&headers(&format!("Bearer {other}"))), Err(JwtError::Signature));
        let over = secret.sign(&Claims::in_minutes(0, "u1".into()));
        assert_eq!(secret.verify(&headers(&format!("Bearer {over}"))), Err(JwtError::Expired));
        assert_eq!(AppSecret::new("").verify(&headers("Bearer a.b.c")), Err(JwtError::Malformed));
    }
}

//! JSON Web Tokens of calls: HMAC with SHA-256, and nothing else.
//!
//! By hand, since the framework knows one algorithm with one key: no table of algorithms, so no choice for who signs, and
//! fifty lines in place of a tree of crates. The hash and the comparison in constant time are RustCrypto's.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use hmac::{Hmac, Mac};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::Sha256;

use crate::gob::base64;
use crate::model::UserId;

/// What a token says.
///
/// Go: `apps.JWTClaims`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// When it ends, in seconds since 1970.
    pub exp: i64,
    /// From when on it counts, in seconds since 1970. The server sets none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nbf: Option<i64>,
    /// Who calls; empty when the call did not ask for the acting user, the bot's for notifications.
    #[serde(default, skip_serializing_if = "UserId::is_empty")]
    pub acting_user_id: UserId,
}

impl Claims {
    /// Claims that end so many minutes from now; the server's own live for 15.
    pub fn in_minutes(minutes: u32, acting_user_id: UserId) -> Self {
        let end = SystemTime::now() + Duration::from_secs(u64::from(minutes) * 60);
        Self { exp: seconds(end), nbf: None, acting_user_id }
    }
}

/// Why a call is not believed; the sender should get status 401.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum JwtError {
    /// Is the manifest's `use_jwt` set?
    #[error(
        "the header Mattermost-App-Authorization with a bearer token is missing; has the manifest \"use_jwt\"?"
    )]
    Missing,
    /// Not three parts of base64 with JSON in the first two.
    #[error("the token in Mattermost-App-Authorization is no JSON Web Token")]
    Malformed,
    /// Another algorithm than HS256, or an extension that has to be understood.
    #[error("the token is not signed with HS256")]
    Algorithm,
    /// Signed with another secret, or changed since.
    #[error("the token's signature is wrong: the server has another secret for this app")]
    Signature,
    /// Its time is over, it has no end, or its time has not come.
    #[error("the token has expired or does not count yet; are the clocks right?")]
    Expired,
    /// Anybody could sign with an empty secret.
    #[error("the app's own secret is empty")]
    NoSecret,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    #[serde(default)]
    crit: Value,
}

/// Checks a token and gives what it says.
pub(super) fn verify(token: &str, secret: &[u8], now: SystemTime) -> Result<Claims, JwtError> {
    let (signed, signature) = token.rsplit_once('.').ok_or(JwtError::Malformed)?;
    let (header, claims) = signed.split_once('.').ok_or(JwtError::Malformed)?;
    let header: Header = json(header)?;
    if header.alg != "HS256" || !header.crit.is_null() {
        return Err(JwtError::Algorithm);
    }
    let signature = decode(signature).ok_or(JwtError::Malformed)?;
    mac(signed, secret)?.verify_slice(&signature).map_err(|_| JwtError::Signature)?;
    let claims: Claims = json(claims)?;
    let now = seconds(now);
    if claims.exp <= now || claims.nbf.is_some_and(|begin| begin > now) {
        return Err(JwtError::Expired);
    }
    Ok(claims)
}

/// A token as the server makes it.
pub(super) fn sign(claims: &Claims, secret: &[u8]) -> Result<String, JwtError> {
    let claims = serde_json::to_vec(claims).map_err(|_| JwtError::Malformed)?;
    let signed = format!("{}.{}", encode(br#"{"alg":"HS256","typ":"JWT"}"#), encode(&claims));
    let signature = mac(&signed, secret)?.finalize().into_bytes();
    Ok(format!("{signed}.{}", encode(&signature)))
}

fn mac(signed: &str, secret: &[u8]) -> Result<Hmac<Sha256>, JwtError> {
    if secret.is_empty() {
        return Err(JwtError::NoSecret);
    }
    let mac = Hmac::<Sha256>::new_from_slice(secret).map_err(|_| JwtError::NoSecret)?;
    Ok(mac.chain_update(signed.as_bytes()))
}

fn json<T: for<'de> Deserialize<'de>>(part: &str) -> Result<T, JwtError> {
    let bytes = decode(part).ok_or(JwtError::Malformed)?;
    serde_json::from_slice(&bytes).map_err(|_| JwtError::Malformed)
}

fn seconds(time: SystemTime) -> i64 {
    time.duration_since(UNIX_EPOCH).map_or(0, |since| i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
}

/// Base64 with the letters for URLs and without padding.
fn encode(bytes: &[u8]) -> String {
    base64::encode(bytes).trim_end_matches('=').replace('+', "-").replace('/', "_")
}

fn decode(text: &str) -> Option<Vec<u8>> {
    if text.contains(['+', '/', '=']) {
        return None;
    }
    let mut standard = text.replace('-', "+").replace('_', "/");
    while !standard.len().is_multiple_of(4) {
        standard.push('=');
    }
    base64::decode(&standard)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of RFC 7515, A.1: its key is bytes, its payload has other claims and CR LF inside.
    const RFC: &str = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9\
        .eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ\
        .dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const RFC_KEY: &str =
        "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";

    fn at(seconds: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(seconds)
    }

    #[test]
    fn the_example_of_the_standard_holds_until_its_end() {
        let key = decode(RFC_KEY).unwrap();
        let claims = verify(RFC, &key, at(1_300_819_379)).unwrap();
        assert_eq!(claims, Claims { exp: 1_300_819_380, nbf: None, acting_user_id: UserId::default() });
        assert_eq!(verify(RFC, &key, at(1_300_819_380)), Err(JwtError::Expired));
        assert_eq!(verify(RFC, &key[1..], at(0)), Err(JwtError::Signature));
    }

    #[test]
    fn what_we_sign_we_believe() {
        let claims = Claims { exp: 100, nbf: Some(50), acting_user_id: "u1".into() };
        let token = sign(&claims, b"s3cret").unwrap();
        assert_eq!(verify(&token, b"s3cret", at(99)).unwrap(), claims);
        assert_eq!(verify(&token, b"s3cret", at(49)), Err(JwtError::Expired));
        assert_eq!(verify(&token, b"s3creT", at(99)), Err(JwtError::Signature));
        assert_eq!(verify(&token, b"", at(99)), Err(JwtError::NoSecret));
        assert_eq!(sign(&claims, b""), Err(JwtError::NoSecret));
    }

    #[test]
    fn a_changed_byte_anywhere_is_refused() {
        let token = sign(&Claims { exp: 100, nbf: None, acting_user_id: "u1".into() }, b"s3cret").unwrap();
        for place in 0..token.len() {
            for letter in ["A", "b", ".", "=", "é"] {
                let mut changed = token.clone();
                changed.replace_range(place..=place, letter);
                // The last letter has two bits that count for nothing.
                if changed != token && place + 1 < token.len() {
                    assert!(verify(&changed, b"s3cret", at(0)).is_err(), "{changed}");
                }
            }
        }
    }

    #[test]
    fn only_hs256_counts() {
        let claims = encode(br#"{"exp":100}"#);
        for (header, error) in [
            (r#"{"alg":"none"}"#, JwtError::Algorithm),
            (r#"{"alg":"None"}"#, JwtError::Algorithm),
            (r#"{"alg":"HS512"}"#, JwtError::Algorithm),
            (r#"{"alg":"RS256"}"#, JwtError::Algorithm),
            (r#"{"alg":"HS256","crit":["exp"]}"#, JwtError::Algorithm),
            (r#"{"typ":"JWT"}"#, JwtError::Malformed),
            ("[]", JwtError::Malformed),
        ] {
            let signed = format!("{}.{claims}", encode(header.as_bytes()));
            let right = encode(&mac(&signed, b"s3cret").unwrap().finalize().into_bytes());
            for signature in ["", &right] {
                assert_eq!(
                    verify(&format!("{signed}.{signature}"), b"s3cret", at(0)),
                    Err(error),
                    "{header}"
                );
            }
        }
    }

    #[test]
    fn other_texts_are_no_tokens() {
        let no_end = format!("{}.{}", encode(br#"{"alg":"HS256"}"#), encode(b"{}"));
        let no_end = format!("{no_end}.{}", encode(&mac(&no_end, b"k").unwrap().finalize().into_bytes()));
        for token in ["", ".", "..", "a.b.c", "x", "....", RFC_KEY, no_end.as_str()] {
            assert_eq!(verify(token, b"k", at(0)), Err(JwtError::Malformed), "{token}");
        }
    }
}

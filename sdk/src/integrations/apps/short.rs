//! Values for which a plain text is a short form.

use serde::{Deserialize, Deserializer};

/// Either form in JSON.
#[derive(Deserialize)]
#[serde(untagged)]
enum Either<T> {
    Short(String),
    Full(T),
}

/// Reads the short form by `expand`, the full one as `T`.
pub(super) fn read<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
    expand: fn(String) -> T,
) -> Result<T, D::Error> {
    Ok(match Either::deserialize(deserializer)? {
        Either::Short(text) => expand(text),
        Either::Full(value) => value,
    })
}

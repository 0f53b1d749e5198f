//! Values that nobody shall read in a log.

use std::fmt;

use serde_json::Value;

use super::{Expected, SettingValue};

/// A value that is never shown: not by `Debug`, not in messages about settings.
///
/// A field of this type is a `secret` setting: newer servers mask it in copies of their configuration, too. There is no
/// `Display`, so that it is not printed by accident, and no way to serialize it.
///
/// ```
/// use mmplugin::settings::Secret;
///
/// let token: Secret = "abc".into();
/// assert_eq!(format!("{token:?}"), "Secret(…)");
/// assert_eq!(token.expose(), "abc");
/// ```
///
/// ```compile_fail
/// let token: mmplugin::settings::Secret = "abc".into();
/// println!("{token}");
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secret<T = String>(T);

impl<T> Secret<T> {
    /// Hides a value.
    pub fn new(value: T) -> Self {
        Self(value)
    }

    /// The value, for the one place that needs it.
    pub fn expose(&self) -> &T {
        &self.0
    }
}

impl<T> From<T> for Secret<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

impl From<&str> for Secret {
    fn from(value: &str) -> Self {
        Self(value.to_owned())
    }
}

impl<T> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl<T: SettingValue> SettingValue for Secret<T> {
    const KIND: &'static str = T::KIND;
    const SECRET: bool = true;
    const OPTIONS: &'static str = T::OPTIONS;
    const DEFAULT: &'static str = T::DEFAULT;

    fn from_json(value: &Value) -> Result<Option<Self>, Expected> {
        Ok(T::from_json(value)?.map(Self))
    }
}

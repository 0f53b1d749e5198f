//! How Go writes some values in JSON.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::Gob;
pub(crate) use crate::gob::base64::{decode, encode};

/// Any JSON, as its text: Go's `json.RawMessage`.
///
/// Bytes on the wire, the value itself in JSON. Empty means none, `null` in JSON.
#[derive(Debug, Clone, PartialEq, Eq, Default, Gob)]
pub struct RawJson(pub Vec<u8>);

impl RawJson {
    /// The value as JSON text.
    ///
    /// # Errors
    /// When the value cannot be written as JSON.
    pub fn new<T: Serialize + ?Sized>(value: &T) -> Result<Self, serde_json::Error> {
        serde_json::to_vec(value).map(Self)
    }

    /// Reads the text; an empty one is `null`.
    ///
    /// # Errors
    /// When the text is not JSON, or not that of a `T`.
    pub fn parse<'a, T: Deserialize<'a>>(&'a self) -> Result<T, serde_json::Error> {
        serde_json::from_slice(if self.0.is_empty() { b"null" } else { &self.0 })
    }
}

impl Serialize for RawJson {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let value: serde_json::Value = self.parse().map_err(serde::ser::Error::custom)?;
        value.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for RawJson {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match serde_json::Value::deserialize(deserializer)? {
            serde_json::Value::Null => Ok(Self::default()),
            value => Self::new(&value).map_err(serde::de::Error::custom),
        }
    }
}

/// What `omitempty` leaves away.
pub(crate) fn is_empty<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// Go writes lists and maps that were never made as `null`.
pub(crate) fn or_null<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(
    deserializer: D,
) -> Result<T, D::Error> {
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

/// The same for the lists and maps that lie in a map.
pub(crate) fn all_or_null<'de, D, K, V>(deserializer: D) -> Result<BTreeMap<K, V>, D::Error>
where
    D: Deserializer<'de>,
    K: Deserialize<'de> + Ord,
    V: Deserialize<'de> + Default,
{
    Option::deserialize(deserializer).map(without_null)
}

pub(crate) fn without_null<K: Ord, V: Default>(entries: Option<BTreeMap<K, Option<V>>>) -> BTreeMap<K, V> {
    entries.unwrap_or_default().into_iter().map(|(key, value)| (key, value.unwrap_or_default())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn raw_json_is_the_value_itself() {
        let raw: RawJson = serde_json::from_str(r#"{"a": [1, null]}"#).unwrap();
        assert_eq!(serde_json::to_string(&raw).unwrap(), r#"{"a":[1,null]}"#);
        assert_eq!(serde_json::to_string(&RawJson::default()).unwrap(), "null");
        assert_eq!(serde_json::from_str::<RawJson>("null").unwrap(), RawJson::default());
        assert!(serde_json::to_string(&RawJson(b"{".to_vec())).is_err());
    }
}

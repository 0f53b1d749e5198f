//! Making a [`Value`] from Rust and JSON values.

use std::collections::BTreeMap;

use super::Value;

macro_rules! from {
    ($($ty:ty => $variant:ident),* $(,)?) => { $(
        impl From<$ty> for Value {
            fn from(value: $ty) -> Self {
                Self::$variant(value)
            }
        }
    )* };
}

from! {
    bool => Bool,
    i8 => Int8,
    i16 => Int16,
    i32 => Int32,
    i64 => Int64,
    u8 => Uint8,
    u16 => Uint16,
    u32 => Uint32,
    u64 => Uint64,
    f32 => Float32,
    f64 => Float64,
    String => String,
    Vec<String> => Strings,
    Vec<u8> => Bytes,
    Vec<Value> => List,
    BTreeMap<String, Value> => Map,
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::String(text.to_owned())
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Self {
        Self::String(text.clone())
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Nil, Into::into)
    }
}

impl<K: Into<String>, V: Into<Value>, const N: usize> From<[(K, V); N]> for Value {
    fn from(entries: [(K, V); N]) -> Self {
        entries.into_iter().collect()
    }
}

impl FromIterator<Value> for Value {
    fn from_iter<I: IntoIterator<Item = Value>>(items: I) -> Self {
        Self::List(items.into_iter().collect())
    }
}

impl<K: Into<String>, V: Into<Value>> FromIterator<(K, V)> for Value {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        Self::Map(entries.into_iter().map(|(key, value)| (key.into(), value.into())).collect())
    }
}

/// Integers become `int64`, or `uint64` beyond its range; other numbers `float64`.
impl From<serde_json::Value> for Value {
    fn from(json: serde_json::Value) -> Self {
        match json {
            serde_json::Value::Null => Self::Nil,
            serde_json::Value::Bool(value) => Self::Bool(value),
            serde_json::Value::Number(number) => match (number.as_i64(), number.as_u64()) {
                (Some(n), _) => Self::Int64(n),
                (None, Some(n)) => Self::Uint64(n),
                (None, None) => Self::Float64(number.as_f64().unwrap_or_default()),
            },
            serde_json::Value::String(text) => Self::String(text),
            serde_json::Value::Array(items) => items.into_iter().map(Self::from).collect(),
            serde_json::Value::Object(entries) => entries.into_iter().collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_goes_there_and_back() {
        let json = serde_json::json!({
            "null": null, "yes": true, "n": -5, "big": u64::MAX, "half": 0.5, "list": ["x", 1], "map": {"k": "v"},
        });
        let value = Value::from(json.clone());
        assert_eq!(serde_json::to_value(&value).expect("is JSON"), json);
        assert_eq!(serde_json::from_value::<Value>(json).expect("is a value"), value);
        assert_eq!(value.get("n"), Some(&Value::Int64(-5)));
        assert_eq!(value.get("big").and_then(Value::as_u64), Some(u64::MAX));
        assert_eq!(value.get("list").and_then(Value::as_list).map(<[Value]>::len), Some(2));
    }

    #[test]
    fn numbers_of_any_type_are_read_as_one_where_they_fit() {
        for (value, int, float) in [
            (Value::Int8(-3), Some(-3), Some(-3.0)),
            (Value::Uint64(u64::MAX), None, Some(u64::MAX as f64)),
            (Value::Float64(7.0), Some(7), Some(7.0)),
            (Value::Float64(7.5), None, Some(7.5)),
            (Value::Float64(9.3e18), None, Some(9.3e18)),
            (Value::Float64(f64::NAN), None, None),
            (Value::from("7"), None, None),
        ] {
            assert_eq!(value.as_i64(), int, "{value:?}");
            if !matches!(value, Value::Float64(n) if n.is_nan()) {
                assert_eq!(value.as_f64(), float, "{value:?}");
            }
        }
    }
}

//! Values of columns and parameters, and their Rust types.

use std::borrow::Cow;

use crate::gob::Value;
use crate::model;

/// A value as the server's driver knows it: six kinds, whatever the database calls the type.
///
/// | Rust, and this | PostgreSQL sends it for | MySQL sends it for |
/// |---|---|---|
/// | `Int` | `int2`, `int4`, `int8` | integers of statements with parameters |
/// | `Float` | `float4`, `float8` | floats of statements with parameters |
/// | `Bool` | `bool` | |
/// | `Text` | `"char"`, `varchar`, `text` | |
/// | `Bytes` | `bytea` as it is; every other type as its text: `numeric`, `uuid`, `json`, `char(n)`, arrays … | all else, as text |
/// | `Null` | `NULL` of every type | `NULL` |
///
/// Numbers, texts and JSON are read from `Bytes`, too, so that `numeric` is a `String` and `json` a
/// [`serde_json::Value`] where that is asked for. Dates and times do not travel: see [`db`](crate::db#dates-and-times).
#[derive(Debug, Clone, PartialEq, Default)]
pub enum SqlValue {
    /// `NULL`
    #[default]
    Null,
    /// A whole number.
    Int(i64),
    /// A number with a fraction.
    Float(f64),
    /// A truth value.
    Bool(bool),
    /// A text. What is not UTF-8 has become U+FFFD.
    Text(String),
    /// Bytes, or the text of a type that the driver does not know.
    Bytes(Vec<u8>),
}

impl SqlValue {
    /// True for `NULL`.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// What it is, for messages.
    fn kind(&self) -> &'static str {
        match self {
            Self::Null => "NULL",
            Self::Int(_) => "a whole number",
            Self::Float(_) => "a float",
            Self::Bool(_) => "a bool",
            Self::Text(_) => "a text",
            Self::Bytes(_) => "bytes",
        }
    }

    fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Bytes(bytes) => std::str::from_utf8(bytes).ok(),
            _ => None,
        }
    }

    pub(crate) fn into_wire(self) -> Value {
        match self {
            Self::Null => Value::Nil,
            Self::Int(n) => Value::Int64(n),
            Self::Float(n) => Value::Float64(n),
            Self::Bool(truth) => Value::Bool(truth),
            Self::Text(text) => Value::String(text),
            Self::Bytes(bytes) => Value::Bytes(bytes),
        }
    }

    /// The error is the name of a Go type that no driver gives.
    pub(crate) fn from_wire(value: Value) -> Result<Self, String> {
        Ok(match value {
            Value::Nil => Self::Null,
            Value::Bool(truth) => Self::Bool(truth),
            Value::String(text) => Self::Text(text),
            Value::Bytes(bytes) => Self::Bytes(bytes),
            Value::Float32(n) => Self::Float(n.into()),
            Value::Float64(n) => Self::Float(n),
            other => match (other.as_i64(), other.as_u64()) {
                (Some(n), _) => Self::Int(n),
                // Larger than Go's own int64: its text, as drivers give it elsewhere.
                (None, Some(n)) => Self::Bytes(n.to_string().into_bytes()),
                (None, None) => return Err(other.type_name().to_owned()),
            },
        })
    }
}

/// Why a value does not fit; the text says what was expected and found.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ValueError(String);

impl ValueError {
    /// An error with a text of its own, for implementations of [`ToSql`] and [`FromSql`].
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    fn expected(what: &str, found: &SqlValue) -> Self {
        let help = if found.is_null() { "; ask for an Option" } else { "" };
        Self(format!("expected {what}, found {}{help}", found.kind()))
    }
}

/// A type that can be a parameter.
///
/// Times have no form of their own on the way: send their text and cast it, as in `$1::timestamptz`, or a number, as in
/// `to_timestamp($1)`.
pub trait ToSql: Sync {
    /// The value to send.
    ///
    /// # Errors
    /// The value is out of the range of what the database takes.
    fn to_sql(&self) -> Result<SqlValue, ValueError>;
}

/// A type that a column can be read as.
pub trait FromSql: Sized {
    /// Reads a column's value.
    ///
    /// # Errors
    /// The column is of another kind, or out of range.
    fn from_sql(value: &SqlValue) -> Result<Self, ValueError>;
}

macro_rules! whole {
    ($($ty:ty)*) => {$(
        impl ToSql for $ty {
            fn to_sql(&self) -> Result<SqlValue, ValueError> {
                let n = i64::try_from(*self);
                n.map(SqlValue::Int).map_err(|_| ValueError(format!("{self} is larger than an int8 can be")))
            }
        }

        impl FromSql for $ty {
            fn from_sql(value: &SqlValue) -> Result<Self, ValueError> {
                let what = concat!("a whole number (", stringify!($ty), ")");
                let range = |text: &dyn std::fmt::Display| {
                    ValueError(format!(concat!("{} does not fit into ", stringify!($ty)), text))
                };
                match value {
                    SqlValue::Int(n) => Self::try_from(*n).map_err(|_| range(n)),
                    other => {
                        let text = other.as_text().ok_or_else(|| ValueError::expected(what, other))?;
                        match text.parse::<i128>() {
                            Ok(n) => Self::try_from(n).map_err(|_| range(&n)),
                            Err(_) => Err(ValueError::expected(what, other)),
                        }
                    }
                }
            }
        }
    )*};
}

whole!(i8 i16 i32 i64 isize u8 u16 u32 u64 usize);

macro_rules! simple {
    ($($ty:ty, $from:ident => $make:expr;)*) => {$(
        impl ToSql for $ty {
            fn to_sql(&self) -> Result<SqlValue, ValueError> {
                let $from = self;
                Ok($make)
            }
        }
    )*};
}

simple! {
    bool, truth => SqlValue::Bool(*truth);
    f32, n => SqlValue::Float((*n).into());
    f64, n => SqlValue::Float(*n);
    str, text => SqlValue::Text(text.to_owned());
    String, text => SqlValue::Text(text.clone());
    Cow<'_, str>, text => SqlValue::Text(text.to_string());
    [u8], bytes => SqlValue::Bytes(bytes.to_vec());
    Vec<u8>, bytes => SqlValue::Bytes(bytes.clone());
    bytes::Bytes, bytes => SqlValue::Bytes(bytes.to_vec());
    serde_json::Value, json => SqlValue::Text(json.to_string());
    SqlValue, value => value.clone();
}

impl<const N: usize> ToSql for [u8; N] {
    fn to_sql(&self) -> Result<SqlValue, ValueError> {
        self.as_slice().to_sql()
    }
}

impl<T: ToSql + ?Sized> ToSql for &T {
    fn to_sql(&self) -> Result<SqlValue, ValueError> {
        (**self).to_sql()
    }
}

impl<T: ToSql> ToSql for Option<T> {
    fn to_sql(&self) -> Result<SqlValue, ValueError> {
        self.as_ref().map_or(Ok(SqlValue::Null), ToSql::to_sql)
    }
}

impl FromSql for SqlValue {
    fn from_sql(value: &SqlValue) -> Result<Self, ValueError> {
        Ok(value.clone())
    }
}

impl<T: FromSql> FromSql for Option<T> {
    fn from_sql(value: &SqlValue) -> Result<Self, ValueError> {
        if value.is_null() { Ok(None) } else { T::from_sql(value).map(Some) }
    }
}

/// MySQL has numbers for truth values.
impl FromSql for bool {
    fn from_sql(value: &SqlValue) -> Result<Self, ValueError> {
        match value {
            SqlValue::Bool(truth) => Ok(*truth),
            SqlValue::Int(0) => Ok(false),
            SqlValue::Int(1) => Ok(true),
            other => match other.as_text() {
                Some("0") => Ok(false),
                Some("1") => Ok(true),
                _ => Err(ValueError::expected("a bool", other)),
            },
        }
    }
}

impl FromSql for f64 {
    fn from_sql(value: &SqlValue) -> Result<Self, ValueError> {
        match value {
            SqlValue::Float(n) => Ok(*n),
            // The nearest float, as the database's own cast gives.
            SqlValue::Int(n) => Ok(*n as f64),
            other => {
                let number = other.as_text().and_then(|text| text.parse().ok());
                number.ok_or_else(|| ValueError::expected("a number", other))
            }
        }
    }
}

impl FromSql for f32 {
    fn from_sql(value: &SqlValue) -> Result<Self, ValueError> {
        f64::from_sql(value).map(|n| n as f32)
    }
}

impl FromSql for String {
    fn from_sql(value: &SqlValue) -> Result<Self, ValueError> {
        match value {
            SqlValue::Bytes(bytes) if std::str::from_utf8(bytes).is_err() => {
                Err(ValueError::new("expected a text, found bytes that are not UTF-8"))
            }
            other => other.as_text().map(str::to_owned).ok_or_else(|| ValueError::expected("a text", other)),
        }
    }
}

impl FromSql for Vec<u8> {
    fn from_sql(value: &SqlValue) -> Result<Self, ValueError> {
        match value {
            SqlValue::Bytes(bytes) => Ok(bytes.clone()),
            SqlValue::Text(text) => Ok(text.clone().into_bytes()),
            other => Err(ValueError::expected("bytes", other)),
        }
    }
}

impl FromSql for bytes::Bytes {
    fn from_sql(value: &SqlValue) -> Result<Self, ValueError> {
        Vec::from_sql(value).map(Self::from)
    }
}

impl FromSql for serde_json::Value {
    fn from_sql(value: &SqlValue) -> Result<Self, ValueError> {
        let text = value.as_text().ok_or_else(|| ValueError::expected("JSON", value))?;
        serde_json::from_str(text).map_err(|error| ValueError(format!("expected JSON: {error}")))
    }
}

macro_rules! ids {
    ($($id:ident)*) => {$(
        impl ToSql for model::$id {
            fn to_sql(&self) -> Result<SqlValue, ValueError> {
                self.as_str().to_sql()
            }
        }

        impl FromSql for model::$id {
            fn from_sql(value: &SqlValue) -> Result<Self, ValueError> {
                String::from_sql(value).map(Self::new)
            }
        }
    )*};
}

ids!(UserId TeamId ChannelId PostId FileId EmojiId CommandId SessionId GroupId);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_the_same_after_the_wire() {
        let values = [
            SqlValue::Null,
            SqlValue::Int(i64::MIN),
            SqlValue::Float(-0.5),
            SqlValue::Bool(false),
            SqlValue::Text(String::new()),
            SqlValue::Bytes(vec![0, 255]),
        ];
        for value in values {
            assert_eq!(SqlValue::from_wire(value.clone().into_wire()), Ok(value));
        }
        assert_eq!(SqlValue::from_wire(Value::Float32(0.5)), Ok(SqlValue::Float(0.5)));
        assert_eq!(
            SqlValue::from_wire(Value::Uint64(u64::MAX)),
            Ok(SqlValue::Bytes(b"18446744073709551615".into()))
        );
        assert_eq!(SqlValue::from_wire(Value::List(vec![])), Err("[]interface {}".to_owned()));
    }

    #[test]
    fn numbers_out_of_range_are_refused_in_both_directions() {
        assert_eq!((i64::MAX as u64).to_sql(), Ok(SqlValue::Int(i64::MAX)));
        let error = u64::MAX.to_sql().unwrap_err();
        assert_eq!(error.to_string(), "18446744073709551615 is larger than an int8 can be");
        let error = u8::from_sql(&SqlValue::Int(300)).unwrap_err();
        assert_eq!(error.to_string(), "300 does not fit into u8");
        assert!(u64::from_sql(&SqlValue::Int(-1)).is_err());
        assert_eq!(u64::from_sql(&SqlValue::Bytes(b"18446744073709551615".into())), Ok(u64::MAX));
    }

    #[test]
    fn types_that_come_as_bytes_are_read_as_what_they_say() {
        let bytes = |text: &str| SqlValue::Bytes(text.into());
        assert_eq!(String::from_sql(&bytes("12.50")), Ok("12.50".to_owned()));
        assert_eq!(f64::from_sql(&bytes("12.50")), Ok(12.5));
        assert_eq!(i32::from_sql(&bytes("-7")), Ok(-7));
        assert_eq!(serde_json::Value::from_sql(&bytes(r#"{"a":1}"#)).unwrap()["a"], 1);
        assert_eq!(bool::from_sql(&bytes("1")), Ok(true));
        assert!(String::from_sql(&SqlValue::Bytes(vec![255])).unwrap_err().to_string().contains("UTF-8"));
    }

    #[test]
    fn null_is_read_by_options_only() {
        assert_eq!(Option::<String>::from_sql(&SqlValue::Null), Ok(None));
        let error = i64::from_sql(&SqlValue::Null).unwrap_err();
        assert_eq!(error.to_string(), "expected a whole number (i64), found NULL; ask for an Option");
        assert_eq!(None::<i32>.to_sql(), Ok(SqlValue::Null));
    }
}

//! [`Value`]: what an interface holds.

use std::collections::BTreeMap;

use super::error::{DecodeCause, DecodeError, EncodeError};
use super::{Complex, Dynamic, Gob, Tree};

/// The value of a Go interface: nil, a basic type under its own name, a list or map of such values, or any other type
/// that both sides have registered by name.
///
/// The variants keep Go's exact type: a Go `int` and an `int64` differ as interface values.
/// JSON kinds arrive from Go as `Nil`, `Bool`, `Float64`, `String`, `List` and `Map`.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub enum Value {
    /// nil
    #[default]
    Nil,
    /// `bool`
    Bool(bool),
    /// `int`, which has 64 bits on the server
    Int(i64),
    /// `int8`
    Int8(i8),
    /// `int16`
    Int16(i16),
    /// `int32`
    Int32(i32),
    /// `int64`
    Int64(i64),
    /// `uint`
    Uint(u64),
    /// `uint8`
    Uint8(u8),
    /// `uint16`
    Uint16(u16),
    /// `uint32`
    Uint32(u32),
    /// `uint64`
    Uint64(u64),
    /// `uintptr`
    Uintptr(u64),
    /// `float32`
    Float32(f32),
    /// `float64`
    Float64(f64),
    /// `complex64`
    Complex64(Complex),
    /// `complex128`
    Complex128(Complex),
    /// `string`; what is not UTF-8 has become U+FFFD
    String(String),
    /// `[]byte`
    Bytes(Vec<u8>),
    /// `[]string`
    Strings(Vec<String>),
    /// `[]interface {}`
    List(Vec<Value>),
    /// `map[string]interface {}`
    Map(BTreeMap<String, Value>),
    /// Any other registered type.
    Named(Box<Named>),
}

/// An interface value of a registered type: the name and the value with its own description.
#[derive(Debug, Clone, PartialEq)]
pub struct Named {
    /// The registered name, as `*model.AppError`.
    pub name: String,
    /// The value.
    pub value: Dynamic,
}

/// A Rust type that stands for a Go type registered under a name.
pub trait Registered: Gob {
    /// The registered name: for pointers with `*` and the short package, as `*model.AppError`.
    const NAME: &'static str;
}

impl Value {
    /// A typed value under a registered name.
    ///
    /// # Errors
    /// As [`Encoder::encode`](super::Encoder::encode).
    pub fn typed<T: Gob>(name: impl Into<String>, value: &T) -> Result<Self, EncodeError> {
        Ok(Self::Named(Box::new(Named { name: name.into(), value: Dynamic::new(value)? })))
    }

    /// A typed value under its registered name.
    ///
    /// # Errors
    /// As [`Encoder::encode`](super::Encoder::encode).
    pub fn registered<T: Registered>(value: &T) -> Result<Self, EncodeError> {
        Self::typed(T::NAME, value)
    }

    /// The typed value, if this is one of that name; `None` if nil or another.
    ///
    /// # Errors
    /// The name is right and the value does not fit `T`.
    pub fn downcast<T: Gob>(&self, name: &str) -> Result<Option<T>, DecodeError> {
        match self {
            Self::Named(named) if named.name == name => named.value.to().map(Some),
            _ => Ok(None),
        }
    }

    /// The typed value, if this is one of `T`'s name; `None` if nil or another.
    ///
    /// # Errors
    /// The name is right and the value does not fit `T`.
    pub fn get_as<T: Registered>(&self) -> Result<Option<T>, DecodeError> {
        self.downcast(T::NAME)
    }

    /// As [`get_as`](Self::get_as), where nothing but nil and that type is expected.
    ///
    /// # Errors
    /// Another type is inside, or the value does not fit `T`.
    pub fn expect_as<T: Registered>(&self) -> Result<Option<T>, DecodeError> {
        match self.get_as()? {
            None if !self.is_nil() => {
                let (expected, found) = (T::NAME.to_owned(), self.type_name().to_owned());
                Err(DecodeError::new(DecodeCause::OtherType { expected, found }, 0))
            }
            value => Ok(value),
        }
    }

    /// The registered name of what is inside; empty for nil.
    #[must_use]
    pub fn type_name(&self) -> &str {
        match self {
            Self::Nil => "",
            Self::Bool(_) => "bool",
            Self::Int(_) => "int",
            Self::Int8(_) => "int8",
            Self::Int16(_) => "int16",
            Self::Int32(_) => "int32",
            Self::Int64(_) => "int64",
            Self::Uint(_) => "uint",
            Self::Uint8(_) => "uint8",
            Self::Uint16(_) => "uint16",
            Self::Uint32(_) => "uint32",
            Self::Uint64(_) => "uint64",
            Self::Uintptr(_) => "uintptr",
            Self::Float32(_) => "float32",
            Self::Float64(_) => "float64",
            Self::Complex64(_) => "complex64",
            Self::Complex128(_) => "complex128",
            Self::String(_) => "string",
            Self::Bytes(_) => "[]uint8",
            Self::Strings(_) => "[]string",
            Self::List(_) => "[]interface {}",
            Self::Map(_) => "map[string]interface {}",
            Self::Named(named) => &named.name,
        }
    }

    /// True for nil.
    #[must_use]
    pub fn is_nil(&self) -> bool {
        matches!(self, Self::Nil)
    }

    /// The boolean, if it is one.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// The number, if it is an integer of any type, or a float without fraction, and fits.
    #[must_use]
    pub fn as_i64(&self) -> Option<i64> {
        match *self {
            Self::Int(n) | Self::Int64(n) => Some(n),
            Self::Int8(n) => Some(n.into()),
            Self::Int16(n) => Some(n.into()),
            Self::Int32(n) => Some(n.into()),
            Self::Float32(n) => whole(n.into()),
            Self::Float64(n) => whole(n),
            _ => i64::try_from(self.as_unsigned()?).ok(),
        }
    }

    /// As [`as_i64`](Self::as_i64), without negative ones and up to `u64::MAX`.
    #[must_use]
    pub fn as_u64(&self) -> Option<u64> {
        self.as_unsigned().or_else(|| u64::try_from(self.as_i64()?).ok())
    }

    fn as_unsigned(&self) -> Option<u64> {
        match *self {
            Self::Uint(n) | Self::Uint64(n) | Self::Uintptr(n) => Some(n),
            Self::Uint8(n) => Some(n.into()),
            Self::Uint16(n) => Some(n.into()),
            Self::Uint32(n) => Some(n.into()),
            _ => None,
        }
    }

    /// The number of any type; the nearest float for large integers.
    #[must_use]
    pub fn as_f64(&self) -> Option<f64> {
        match *self {
            Self::Float32(n) => Some(n.into()),
            Self::Float64(n) => Some(n),
            _ => self.as_i64().map(|n| n as f64).or_else(|| self.as_unsigned().map(|n| n as f64)),
        }
    }

    /// The text, if it is a string.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// The bytes, if it is `[]byte`.
    #[must_use]
    pub fn as_bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// The elements, if it is `[]interface {}`.
    #[must_use]
    pub fn as_list(&self) -> Option<&[Value]> {
        match self {
            Self::List(items) => Some(items),
            _ => None,
        }
    }

    /// The entries, if it is `map[string]interface {}`.
    #[must_use]
    pub fn as_map(&self) -> Option<&BTreeMap<String, Value>> {
        match self {
            Self::Map(entries) => Some(entries),
            _ => None,
        }
    }

    /// The value at that key, if it is a map that has it.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.as_map()?.get(key)
    }

    /// The structure of a registered type without a variant of its own.
    ///
    /// # Errors
    /// As [`Dynamic::tree`].
    pub fn tree(&self) -> Result<Option<Tree>, DecodeError> {
        match self {
            Self::Named(named) => named.value.tree().map(Some),
            _ => Ok(None),
        }
    }
}

/// A float without fraction as an integer; 2^63 and beyond do not fit.
fn whole(n: f64) -> Option<i64> {
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    (n.fract() == 0.0 && (-LIMIT..LIMIT).contains(&n)).then_some(n as i64)
}

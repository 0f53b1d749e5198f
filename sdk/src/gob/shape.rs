//! What a Rust type is to gob: the description that is sent and that incoming types are compared with.

use std::any::TypeId;

use super::Gob;

/// A Rust type as gob sees it: identity and shape. Pointers and transparent wrappers have those of what they hold.
#[derive(Clone, Copy)]
pub struct Type {
    pub(crate) id: TypeId,
    pub(crate) shape: Shape,
}

/// Gives a [`Type`] on demand; a function, so that recursive types can be described.
pub type Describe = fn() -> Type;

/// The kinds of gob with what they are made of.
#[derive(Clone, Copy)]
pub(crate) enum Shape {
    /// `bool`
    Bool,
    /// All signed integers.
    Int,
    /// All unsigned integers.
    Uint,
    /// `float32` and `float64`
    Float,
    /// `complex64` and `complex128`
    Complex,
    /// `[]byte`
    Bytes,
    /// `string`
    String,
    /// Any interface type.
    Interface,
    /// A slice of anything but bytes.
    Slice(Describe),
    /// An array and its length; of bytes, too.
    Array(Describe, usize),
    /// A map: key, value.
    Map(Describe, Describe),
    /// A struct.
    Record(&'static Info),
    /// A type that writes itself as opaque bytes, and its name.
    Blob(Marshal, &'static str),
}

/// Which of Go's interfaces a type writes itself by.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub(crate) enum Marshal {
    /// `gob.GobEncoder`
    Gob,
    /// `encoding.BinaryMarshaler`
    Binary,
    /// `encoding.TextMarshaler`; Go reserves it and does not send it.
    Text,
}

/// A struct: its Go name and its fields in order.
pub struct Info {
    /// The Go name, without package.
    pub name: &'static str,
    /// The fields, numbered by their place.
    pub fields: &'static [Field],
}

/// One field of a struct.
pub struct Field {
    /// The Go name.
    pub name: &'static str,
    /// The field's type.
    pub of: Describe,
}

impl Type {
    /// A struct type.
    #[must_use]
    pub fn record<T: 'static>(info: &'static Info) -> Self {
        Self::new::<T>(Shape::Record(info))
    }

    pub(crate) fn new<T: 'static>(shape: Shape) -> Self {
        Self { id: TypeId::of::<T>(), shape }
    }

    pub(crate) fn slice<T: Gob>() -> Self {
        Self::new::<Vec<T>>(Shape::Slice(T::describe))
    }

    /// The name for the front of an error's path.
    pub(crate) fn root_name(&self) -> &'static str {
        match self.shape {
            Shape::Record(info) => info.name,
            Shape::Blob(_, name) => name,
            _ => "",
        }
    }
}

impl Shape {
    /// Whether Go leaves out a pointer to its zero, so that it cannot be told from nil.
    pub(crate) fn is_lost_as_zero(&self) -> bool {
        !matches!(self, Self::Array(..) | Self::Map(..) | Self::Record(_) | Self::Blob(..) | Self::Interface)
    }

    /// The kind in words, for messages.
    pub(crate) fn words(&self) -> String {
        match self {
            Self::Bool => "bool".into(),
            Self::Int => "int".into(),
            Self::Uint => "uint".into(),
            Self::Float => "float".into(),
            Self::Complex => "complex".into(),
            Self::Bytes => "bytes".into(),
            Self::String => "string".into(),
            Self::Interface => "interface".into(),
            Self::Slice(_) => "slice".into(),
            Self::Array(_, len) => format!("array of {len}"),
            Self::Map(..) => "map".into(),
            Self::Record(info) => format!("struct {}", info.name),
            Self::Blob(marshal, name) => format!("{} {name}", marshal.words()),
        }
    }
}

impl Marshal {
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Gob => "GobEncoder",
            Self::Binary => "BinaryMarshaler",
            Self::Text => "TextMarshaler",
        }
    }
}

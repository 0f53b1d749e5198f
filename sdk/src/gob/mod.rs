//! Go's `encoding/gob`, both directions, without I/O and without anything of Mattermost.
//!
//! [`Encoder`] and [`Decoder`] are one stream each. What they carry implements [`Gob`]:
//!
//! | Rust | Go |
//! |---|---|
//! | `bool`, `i8`…`i64`, `u8`…`u64`, `f32`, `f64`, [`Complex`] | the kinds bool, int, uint, float, complex |
//! | `String`, `Cow<'static, str>`; [`GoString`] keeps what is not UTF-8 | `string` |
//! | `Vec<u8>`, `bytes::Bytes` | `[]byte` |
//! | `Vec<T>`, `[T; N]` | slice, array |
//! | `BTreeMap`, `HashMap` | map |
//! | `Option<T>`, `Option<Box<T>>` | pointer; `Box<T>` alone is as `T` |
//! | [`Value`] | interface |
//! | [`Time`], [`GobBytes`], [`BinaryBytes`], [`BinaryText`] | types that write themselves |
//! | `()` | `struct{}` |
//! | structs, newtypes and open enums with `#[derive(Gob)]` | structs; strings and integers with names |
//!
//! As in Go a struct's field is left out when it is zero: `false`, `0`, `""`, an empty list or map, `None`, a nil
//! interface, a zero time. Structs and arrays are always sent. Unlike Go, `Some` is sent even when it holds zero;
//! [`Explicit`] and `#[gob(explicit)]` send all zeros, for receivers that decode into a value they already have.

pub(crate) mod base64;
mod bits;
mod blob;
mod collections;
mod convert;
mod decoder;
mod dynamic;
mod encoder;
mod error;
mod interface;
pub mod limits;
#[doc(hidden)]
pub mod open;
mod plan;
mod reader;
mod registry;
mod scalar;
pub(crate) mod serde;
mod shape;
mod short;
mod string_map;
mod time;
mod tree;
mod types;
mod value;
mod walk;
mod writer;

#[cfg(test)]
mod tests;

pub use blob::{BinaryBytes, BinaryText, GobBytes};
pub use collections::{Explicit, Filled};
pub use decoder::{Decoder, Peek};
pub use dynamic::Dynamic;
pub use encoder::Encoder;
pub use error::{DecodeCause, DecodeError, EncodeCause, EncodeError, Path, Step};
pub use mmplugin_macros::Gob;
pub use open::{IntEnum, StringEnum};
pub use scalar::{Complex, GoString};
pub(crate) use short::ShortText;
pub use string_map::StringMap;
pub use time::{ParseTimeError, Time};
pub use tree::Tree;
pub use value::{Named, Registered, Value};

use reader::{Plan, Reader, Res};
use shape::Type;
use writer::Writer;

/// What the derive needs and nobody else.
#[doc(hidden)]
pub mod rt {
    pub use super::Gob;
    pub use super::open::{self, IntEnum, StringEnum, put_explicit};
    pub use super::plan::Record;
    pub use super::reader::{Plan, Reader, Res};
    pub use super::shape::{Describe, Field, Info, Type};
    pub use super::writer::{Outer, Writer};
}

/// A Rust type that can travel as a gob. Derive it; the methods other than [`zero`](Self::zero) are for the derive.
pub trait Gob: Sized + 'static {
    /// Go's zero value of the type, which need not be Rust's default.
    fn zero() -> Self;

    /// What the type is to gob.
    #[doc(hidden)]
    fn describe() -> Type;

    /// Whether a struct leaves a field of this value out.
    #[doc(hidden)]
    fn gob_is_zero(&self) -> bool {
        false
    }

    /// Writes the value.
    #[doc(hidden)]
    fn gob_put(&self, w: &mut Writer<'_>);

    /// Writes the value as a struct's field of that number, or leaves it out.
    #[doc(hidden)]
    fn gob_put_field(&self, w: &mut Writer<'_>, index: u32) {
        if w.explicit() || !self.gob_is_zero() {
            self.gob_put_present(w, index);
        }
    }

    /// Writes the value as a struct's field of that number, be it zero or not.
    #[doc(hidden)]
    fn gob_put_present(&self, w: &mut Writer<'_>, index: u32) {
        w.delta(index);
        self.gob_put(w);
        w.note(|| Step::Number(index));
    }

    /// Reads the value into this one.
    #[doc(hidden)]
    fn gob_get(&mut self, r: &mut Reader<'_>, plan: Plan) -> Res;

    /// As [`describe`](Self::describe), for `Vec<Self>`.
    #[doc(hidden)]
    fn describe_slice() -> Type {
        Type::slice::<Self>()
    }

    /// As [`put`](Self::gob_put), for `Vec<Self>`.
    #[doc(hidden)]
    fn put_slice(items: &[Self], w: &mut Writer<'_>) {
        collections::put_slice(items, w);
    }

    /// As [`get`](Self::gob_get), for `Vec<Self>`.
    #[doc(hidden)]
    fn get_slice(items: &mut Vec<Self>, r: &mut Reader<'_>, plan: Plan) -> Res {
        collections::get_slice(items, r, plan)
    }
}

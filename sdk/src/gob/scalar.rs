//! Numbers, strings and bytes.

use std::borrow::Cow;
use std::fmt;

use super::bits::{put_bytes, put_float, put_uint, zigzag};
use super::error::DecodeCause;
use super::reader::{Plan, Reader, Res, lossy};
use super::shape::{Shape, Type};
use super::short::ShortText;
use super::writer::Writer;
use super::{Gob, collections};

/// A complex number of Go: `complex64` and `complex128`.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Complex {
    /// The real part.
    pub re: f64,
    /// The imaginary part.
    pub im: f64,
}

/// A string that keeps its bytes, whether they are UTF-8 or not.
///
/// `String` puts U+FFFD in place of what is not UTF-8; where that would lose something, this is the type.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct GoString(pub Vec<u8>);

impl fmt::Debug for GoString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.0.escape_ascii())
    }
}

impl fmt::Display for GoString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from_utf8_lossy(&self.0))
    }
}

impl From<&str> for GoString {
    fn from(text: &str) -> Self {
        Self(text.as_bytes().to_vec())
    }
}

impl From<String> for GoString {
    fn from(text: String) -> Self {
        Self(text.into_bytes())
    }
}

impl Gob for bool {
    fn zero() -> Self {
        false
    }

    fn describe() -> Type {
        Type::new::<Self>(Shape::Bool)
    }

    fn gob_is_zero(&self) -> bool {
        !*self
    }

    fn gob_put(&self, w: &mut Writer<'_>) {
        w.out.push(u8::from(*self));
    }

    fn gob_put_field(&self, w: &mut Writer<'_>, index: u32) {
        w.uint_field(index, u64::from(*self));
    }

    fn gob_put_present(&self, w: &mut Writer<'_>, index: u32) {
        w.uint_present(index, u64::from(*self));
    }

    fn gob_get(&mut self, r: &mut Reader<'_>, _: Plan) -> Res {
        *self = r.uint()? != 0;
        Ok(())
    }
}

macro_rules! numbers {
    ($($ty:ident $shape:ident $bits:expr, $read:ident;)*) => { $(
        impl Gob for $ty {
            fn zero() -> Self {
                0
            }

            fn describe() -> Type {
                Type::new::<Self>(Shape::$shape)
            }

            fn gob_is_zero(&self) -> bool {
                *self == 0
            }

            fn gob_put(&self, w: &mut Writer<'_>) {
                put_uint(w.out, $bits(*self));
            }

            fn gob_put_field(&self, w: &mut Writer<'_>, index: u32) {
                w.uint_field(index, $bits(*self));
            }

            fn gob_put_present(&self, w: &mut Writer<'_>, index: u32) {
                w.uint_present(index, $bits(*self));
            }

            fn gob_get(&mut self, r: &mut Reader<'_>, _: Plan) -> Res {
                match Self::try_from(r.$read()?) {
                    Ok(value) => *self = value,
                    Err(_) => return Err(r.fail(DecodeCause::OutOfRange { wanted: stringify!($ty) })),
                }
                Ok(())
            }
        }
    )* };
}

numbers! {
    i8 Int |n| zigzag(i64::from(n)), int;
    i16 Int |n| zigzag(i64::from(n)), int;
    i32 Int |n| zigzag(i64::from(n)), int;
    i64 Int zigzag, int;
    u16 Uint u64::from, uint;
    u32 Uint u64::from, uint;
    u64 Uint u64::from, uint;
}

impl Gob for u8 {
    fn zero() -> Self {
        0
    }

    fn describe() -> Type {
        Type::new::<Self>(Shape::Uint)
    }

    fn gob_is_zero(&self) -> bool {
        *self == 0
    }

    fn gob_put(&self, w: &mut Writer<'_>) {
        put_uint(w.out, u64::from(*self));
    }

    fn gob_get(&mut self, r: &mut Reader<'_>, _: Plan) -> Res {
        match Self::try_from(r.uint()?) {
            Ok(value) => *self = value,
            Err(_) => return Err(r.fail(DecodeCause::OutOfRange { wanted: "u8" })),
        }
        Ok(())
    }

    fn describe_slice() -> Type {
        Type::new::<Vec<Self>>(Shape::Bytes)
    }

    fn put_slice(items: &[Self], w: &mut Writer<'_>) {
        put_bytes(w.out, items);
    }

    fn get_slice(items: &mut Vec<Self>, r: &mut Reader<'_>, _: Plan) -> Res {
        *items = r.bytes()?.to_vec();
        Ok(())
    }
}

impl Gob for f64 {
    fn zero() -> Self {
        0.0
    }

    fn describe() -> Type {
        Type::new::<Self>(Shape::Float)
    }

    fn gob_is_zero(&self) -> bool {
        *self == 0.0
    }

    fn gob_put(&self, w: &mut Writer<'_>) {
        put_float(w.out, *self);
    }

    fn gob_get(&mut self, r: &mut Reader<'_>, _: Plan) -> Res {
        *self = r.float()?;
        Ok(())
    }
}

impl Gob for f32 {
    fn zero() -> Self {
        0.0
    }

    fn describe() -> Type {
        Type::new::<Self>(Shape::Float)
    }

    fn gob_is_zero(&self) -> bool {
        *self == 0.0
    }

    fn gob_put(&self, w: &mut Writer<'_>) {
        put_float(w.out, f64::from(*self));
    }

    fn gob_get(&mut self, r: &mut Reader<'_>, _: Plan) -> Res {
        *self = narrow(r)?;
        Ok(())
    }
}

/// A float as one of 32 bits; too large is an error, infinite is not.
pub(crate) fn narrow(r: &mut Reader<'_>) -> Res<f32> {
    let wide = r.float()?;
    if wide.is_finite() && wide.abs() > f64::from(f32::MAX) {
        return Err(r.fail(DecodeCause::OutOfRange { wanted: "f32" }));
    }
    Ok(wide as f32)
}

impl Gob for Complex {
    fn zero() -> Self {
        Self::default()
    }

    fn describe() -> Type {
        Type::new::<Self>(Shape::Complex)
    }

    fn gob_is_zero(&self) -> bool {
        *self == Self::default()
    }

    fn gob_put(&self, w: &mut Writer<'_>) {
        put_float(w.out, self.re);
        put_float(w.out, self.im);
    }

    fn gob_get(&mut self, r: &mut Reader<'_>, _: Plan) -> Res {
        *self = Self { re: r.float()?, im: r.float()? };
        Ok(())
    }
}

macro_rules! texts {
    ($($ty:ty, $shape:ident, $bytes:expr, $from:expr;)*) => { $(
        impl Gob for $ty {
            fn zero() -> Self {
                Self::default()
            }

            fn describe() -> Type {
                Type::new::<Self>(Shape::$shape)
            }

            fn gob_is_zero(&self) -> bool {
                $bytes(self).is_empty()
            }

            fn gob_put(&self, w: &mut Writer<'_>) {
                put_bytes(w.out, $bytes(self));
            }

            fn gob_put_field(&self, w: &mut Writer<'_>, index: u32) {
                w.bytes_field(index, $bytes(self));
            }

            fn gob_put_present(&self, w: &mut Writer<'_>, index: u32) {
                w.bytes_present(index, $bytes(self));
            }

            fn gob_get(&mut self, r: &mut Reader<'_>, _: Plan) -> Res {
                *self = $from(r.bytes()?);
                Ok(())
            }
        }
    )* };
}

texts! {
    String, String, str::as_bytes, lossy;
    Cow<'static, str>, String, str::as_bytes, |bytes| Cow::Owned(lossy(bytes));
    Box<str>, String, str::as_bytes, |bytes| lossy(bytes).into_boxed_str();
    ShortText, String, ShortText::as_bytes, ShortText::lossy;
    GoString, String, GoString::raw, |bytes: &[u8]| GoString(bytes.to_vec());
    bytes::Bytes, Bytes, same, bytes::Bytes::copy_from_slice;
}

impl Gob for () {
    fn zero() -> Self {}

    fn describe() -> Type {
        static EMPTY: super::shape::Info = super::shape::Info { name: "", fields: &[] };
        Type::record::<Self>(&EMPTY)
    }

    fn gob_put(&self, w: &mut Writer<'_>) {
        w.out.push(0);
    }

    fn gob_get(&mut self, r: &mut Reader<'_>, plan: Plan) -> Res {
        r.record(&mut collections::Nothing, plan)
    }
}

impl GoString {
    fn raw(&self) -> &[u8] {
        &self.0
    }
}

fn same(bytes: &[u8]) -> &[u8] {
    bytes
}

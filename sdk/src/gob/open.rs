//! Enums over a string or an integer that keep values they do not know.

use super::reader::{Reader, Res, lossy_text};
use super::writer::Writer;
use super::{Gob, bits};

/// An enum whose variants are strings; `#[derive(Gob)]` with `#[gob(string)]` implements it.
pub trait StringEnum: Sized + 'static {
    /// The Go value.
    fn as_str(&self) -> &str;
    /// The variant of that Go value.
    fn from_text(text: &str) -> Self;
}

/// An enum whose variants are integers of the type `N`; `#[derive(Gob)]` with `#[gob(i64)]` implements it.
pub trait IntEnum<N>: Sized + 'static {
    /// The Go value.
    fn as_int(&self) -> N;
    /// The variant of that Go value.
    fn from_int(value: N) -> Self;
}

/// A field of a struct that is written even when it is zero.
#[doc(hidden)]
pub fn put_explicit<T: Gob>(value: &T, w: &mut Writer<'_>, index: u32) {
    w.explicitly(|w| value.gob_put_field(w, index));
}

#[doc(hidden)]
pub fn put_text(text: &str, w: &mut Writer<'_>) {
    bits::put_bytes(w.out, text.as_bytes());
}

#[doc(hidden)]
pub fn put_text_field(text: &str, w: &mut Writer<'_>, index: u32) {
    w.bytes_field(index, text.as_bytes());
}

#[doc(hidden)]
pub fn get_text<T: StringEnum>(r: &mut Reader<'_>) -> Res<T> {
    Ok(T::from_text(&lossy_text(r.bytes()?)))
}

#[doc(hidden)]
pub fn get_int<N: Gob, T: IntEnum<N>>(r: &mut Reader<'_>, plan: super::Plan) -> Res<T> {
    let mut value = N::zero();
    value.gob_get(r, plan)?;
    Ok(T::from_int(value))
}

//! Values of every type that travels, made up here and not read from Go's bytes: the same ones for the same seed.
//!
//! Beside each value goes what Go must see of it, noted while it is made and by the schema's field names, so that a
//! field which the encoder leaves out or misnames does not go unnoticed.

mod kinds;
mod same;

pub(super) use same::{Forms, same};

use crate::gob::{Gob, Registered, Value};

/// Deeper pointers, lists and maps stay empty, so that types which hold themselves end.
const DEPTH: usize = 6;
/// After so many fields of one value only what must be there is made.
const FIELDS: usize = 4000;

/// A type that can be made up.
pub(crate) trait Make: Gob {
    /// Its default is nil to Go, not only a zero.
    const NIL: bool = false;

    /// A value, and what Go must see of it.
    fn make(maker: &mut Maker) -> (Self, Seen);

    /// Several; bytes are one value to Go.
    fn make_list(maker: &mut Maker) -> (Vec<Self>, Seen) {
        let made: Vec<_> = (0..maker.count()).map(|_| maker.deeper(Self::make)).collect();
        let (values, seen) = made.into_iter().unzip();
        (values, Seen::List(seen))
    }
}

/// What Go must see.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Seen {
    /// The zero of whatever Go has there.
    Zero,
    /// A nil pointer or interface.
    Nil,
    /// A pointer to it.
    Pointer(Box<Seen>),
    Bool(bool),
    Int(i64),
    Uint(u64),
    /// The bits of a float of that many.
    Float(u64, u64),
    Text(Vec<u8>),
    Bytes(Vec<u8>),
    /// Time and URL: as text.
    Told(&'static str, String),
    List(Vec<Seen>),
    Map(Vec<(Seen, Seen)>),
    Struct(Vec<(&'static str, Seen)>),
    /// The registered name of what is in an interface.
    Interface(String, Box<Seen>),
}

/// The source of values.
pub(crate) struct Maker {
    state: u64,
    depth: usize,
    fields: usize,
    /// How many of a hundred fields are set.
    share: u64,
    /// Only what Go can write as JSON, and what keeps its JSON through gob.
    pub(in crate::wire::tests) json: bool,
    /// Even so there may be types in interfaces that are known by their names.
    pub(in crate::wire::tests) typed: bool,
    /// Interfaces may be nil.
    pub(in crate::wire::tests) nils: bool,
}

impl Maker {
    /// The seed decides all; types differ in theirs.
    pub(crate) fn new(name: &str, seed: u64, share: u64) -> Self {
        let state = name.bytes().fold(seed, |seed, byte| seed.wrapping_mul(0x100_0193) ^ u64::from(byte));
        Self { state, depth: 0, fields: 0, share, json: false, typed: false, nils: true }
    }

    /// The next number: SplitMix64.
    pub(crate) fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.state ^ self.state >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    /// A number below `limit`.
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    /// True once in so many times.
    pub(crate) fn once_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }

    fn is_deep(&self) -> bool {
        self.depth >= DEPTH || self.fields > FIELDS
    }

    /// How many elements; none where it is deep.
    fn count(&mut self) -> u64 {
        if self.is_deep() { 0 } else { self.below(4) }
    }

    fn deeper<T>(&mut self, make: impl FnOnce(&mut Self) -> T) -> T {
        self.depth += 1;
        let made = make(self);
        self.depth -= 1;
        made
    }

    /// A field: made up or, for some, its zero.
    pub(crate) fn field<T: Make + Default>(
        &mut self,
        go: &'static str,
        seen: &mut Vec<(&'static str, Seen)>,
    ) -> T {
        self.fields += 1;
        let (value, field) = match self.below(100) < self.share {
            true => self.deeper(T::make),
            false => (T::default(), if T::NIL { Seen::Nil } else { Seen::Zero }),
        };
        seen.push((go, field));
        value
    }

    /// One of the known values of an enum, or one that nobody knows.
    pub(crate) fn known<T: Clone>(&mut self, known: &[T]) -> Option<T> {
        let at = self.below(known.len() as u64 + 2);
        known.get(usize::try_from(at).unwrap()).cloned()
    }

    /// A value of a registered type, as an interface holds it.
    pub(crate) fn registered<T: Make + Registered>(&mut self) -> (Value, Seen) {
        let (value, seen) = self.deeper(T::make);
        (Value::registered(&value).unwrap(), Seen::Interface(T::NAME.to_owned(), seen.into()))
    }
}

/// Structs: Rust's field and Go's.
macro_rules! make_struct {
    ($name:ident { $($field:ident $go:literal)* }) => {
        impl $crate::wire::tests::make::Make for $name {
            fn make(
                _maker: &mut $crate::wire::tests::make::Maker,
            ) -> (Self, $crate::wire::tests::make::Seen) {
                let mut _seen = Vec::new();
                let made = Self { $($field: _maker.field($go, &mut _seen),)* };
                (made, $crate::wire::tests::make::Seen::Struct(_seen))
            }
        }
    };
}

/// Newtypes, which travel as what they hold.
macro_rules! make_newtype {
    ($name:ident) => {
        impl $crate::wire::tests::make::Make for $name {
            fn make(maker: &mut $crate::wire::tests::make::Maker) -> (Self, $crate::wire::tests::make::Seen) {
                let (made, seen) = $crate::wire::tests::make::Make::make(maker);
                (Self(made), seen)
            }
        }
    };
}

/// Open enums over strings: variants and what they are on the wire.
macro_rules! make_enum {
    ($name:ident { $($variant:ident $text:literal)* }) => {
        impl $crate::wire::tests::make::Make for $name {
            fn make(
                maker: &mut $crate::wire::tests::make::Maker,
            ) -> (Self, $crate::wire::tests::make::Seen) {
                let known = [(Self::Unset, ""), $((Self::$variant, $text)),*];
                let (made, text) =
                    maker.known(&known).unwrap_or((Self::Other("none of them".into()), "none of them"));
                (made, $crate::wire::tests::make::Seen::Text(text.into()))
            }
        }
    };
}

/// Open enums over integers.
macro_rules! make_int_enum {
    ($name:ident { $($variant:ident $number:literal)* }) => {
        impl $crate::wire::tests::make::Make for $name {
            fn make(
                maker: &mut $crate::wire::tests::make::Maker,
            ) -> (Self, $crate::wire::tests::make::Seen) {
                let known = [$((Self::$variant, $number)),*];
                let (made, number) = maker.known(&known).unwrap_or((Self::Other(i64::MIN), i64::MIN));
                (made, $crate::wire::tests::make::Seen::Int(number))
            }
        }
    };
}

pub(crate) use {make_enum, make_int_enum, make_newtype, make_struct};

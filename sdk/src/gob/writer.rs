//! Writing one value: field numbers, what is left out, errors that stick.

use super::bits::{put_bytes, put_uint};
use super::error::{EncodeCause, EncodeError, Step};
use super::limits::MAX_DEPTH;
use super::plan::field_name;
use super::registry::Registry;
use super::shape::Info;

/// Writes one value.
///
/// The first error sticks and is reported when the value is done; what is written after it is thrown away.
pub struct Writer<'a> {
    pub(crate) out: &'a mut Vec<u8>,
    pub(crate) registry: &'a mut Registry,
    /// Number of the field written last, −1 at a struct's start.
    last: u32,
    depth: u32,
    explicit: bool,
    filled: bool,
    pub(crate) error: Option<EncodeError>,
}

/// What [`Writer::open`] saves of the enclosing struct.
#[derive(Clone, Copy)]
pub struct Outer(u32);

impl<'a> Writer<'a> {
    pub(crate) fn new(out: &'a mut Vec<u8>, registry: &'a mut Registry) -> Self {
        Self { out, registry, last: u32::MAX, depth: 0, explicit: false, filled: false, error: None }
    }

    /// Starts a struct. `None`: too deep, nothing may be written.
    #[inline]
    pub fn open(&mut self) -> Option<Outer> {
        if !self.enter() {
            return None;
        }
        Some(Outer(std::mem::replace(&mut self.last, u32::MAX)))
    }

    /// Ends a struct.
    #[inline]
    pub fn close(&mut self, outer: Outer, info: &'static Info) {
        if let Some(error) = &mut self.error {
            error.resolve(self.depth, |n| field_name(info, n));
        }
        self.out.push(0);
        self.last = outer.0;
        self.depth -= 1;
    }

    /// Starts a field: its number relative to the last one.
    #[inline]
    pub(crate) fn delta(&mut self, index: u32) {
        let delta = index.wrapping_sub(self.last);
        self.last = index;
        put_uint(self.out, u64::from(delta));
    }

    /// A field that is bytes or text.
    #[inline]
    pub(crate) fn bytes_field(&mut self, index: u32, bytes: &[u8]) {
        if !bytes.is_empty() || self.explicit {
            self.bytes_present(index, bytes);
        }
    }

    /// As [`bytes_field`](Self::bytes_field), and never left out.
    #[inline]
    pub(crate) fn bytes_present(&mut self, index: u32, bytes: &[u8]) {
        let delta = index.wrapping_sub(self.last);
        if delta < 0x80 && bytes.len() < 0x80 {
            self.last = index;
            self.out.reserve(2 + bytes.len());
            self.out.extend_from_slice(&[delta as u8, bytes.len() as u8]);
            self.out.extend_from_slice(bytes);
        } else {
            self.delta(index);
            put_bytes(self.out, bytes);
        }
    }

    /// A field that is a number.
    #[inline]
    pub(crate) fn uint_field(&mut self, index: u32, value: u64) {
        if value != 0 || self.explicit {
            self.uint_present(index, value);
        }
    }

    /// As [`uint_field`](Self::uint_field), and never left out.
    #[inline]
    pub(crate) fn uint_present(&mut self, index: u32, value: u64) {
        let delta = index.wrapping_sub(self.last);
        if delta < 0x80 && value < 0x80 {
            self.last = index;
            self.out.extend_from_slice(&[delta as u8, value as u8]);
        } else {
            self.delta(index);
            put_uint(self.out, value);
        }
    }

    /// Whether zeros are written, too.
    pub(crate) fn explicit(&self) -> bool {
        self.explicit
    }

    /// What `put` writes has its zeros written, too.
    pub fn explicitly(&mut self, put: impl FnOnce(&mut Self)) {
        let before = std::mem::replace(&mut self.explicit, true);
        put(self);
        self.explicit = before;
    }

    /// Whether nil pointers to what Go leaves out as zero are written as that zero.
    pub(crate) fn filled(&self) -> bool {
        self.filled
    }

    /// As [`explicitly`](Self::explicitly), and filled.
    pub(crate) fn filling(&mut self, put: impl FnOnce(&mut Self)) {
        let before = std::mem::replace(&mut self.filled, true);
        self.explicitly(put);
        self.filled = before;
    }

    /// One level deeper; false if that is too deep.
    #[inline]
    pub(crate) fn enter(&mut self) -> bool {
        if self.depth >= MAX_DEPTH {
            self.fail(EncodeCause::TooDeep);
            return false;
        }
        self.depth += 1;
        true
    }

    #[inline]
    pub(crate) fn leave(&mut self) {
        self.depth -= 1;
    }

    pub(crate) fn depth(&self) -> u32 {
        self.depth
    }

    #[cold]
    pub(crate) fn fail(&mut self, cause: EncodeCause) {
        let depth = self.depth;
        self.error.get_or_insert_with(|| EncodeError::new(cause, depth));
    }

    /// To be called after each part of a collection or struct: adds to the path of a new error.
    #[inline]
    pub(crate) fn note(&mut self, step: impl FnOnce() -> Step) {
        if self.error.is_some() {
            self.note_error(step());
        }
    }

    #[cold]
    fn note_error(&mut self, step: Step) {
        let depth = self.depth;
        if let Some(error) = &mut self.error {
            error.note(depth, step);
        }
    }
}

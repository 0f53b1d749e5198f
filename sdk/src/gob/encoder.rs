//! [`Encoder`]: one outgoing stream, from values to bytes.

use super::Gob;
use super::bits::{long, put_int, put_uint};
use super::dynamic::Dynamic;
use super::error::{EncodeCause, EncodeError};
use super::limits::MAX_MESSAGE;
use super::registry::{Mark, Registry};
use super::shape::Type;
use super::types;
use super::writer::Writer;

/// One outgoing gob stream: remembers which types it has described.
///
/// All definitions that a value needs, also those of values inside interfaces, go out as messages of their own before
/// it, so that no value is ever cut into several messages.
#[derive(Debug, Default)]
pub struct Encoder {
    registry: Registry,
    /// How many bytes the last message's length took: a guess for the next one.
    prefix: usize,
}

impl Encoder {
    /// A stream that has described nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Appends the definitions not sent yet, then the value.
    ///
    /// # Errors
    /// See [`EncodeCause`]. Neither `out` nor the stream has changed then.
    pub fn encode<T: Gob>(&mut self, value: &T, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        self.message(&T::describe(), &mut |w| value.gob_put(w), out).map(drop)
    }

    /// Appends two values; both or, in case of an error, neither.
    ///
    /// # Errors
    /// As [`encode`](Self::encode).
    pub fn encode_pair<A: Gob, B: Gob>(
        &mut self,
        first: &A,
        second: &B,
        out: &mut Vec<u8>,
    ) -> Result<(), EncodeError> {
        let start = out.len();
        let before = self.message(&A::describe(), &mut |w| first.gob_put(w), out)?;
        let undo = self.registry.take_new();
        let result = self.encode(second, out);
        if result.is_err() {
            out.truncate(start);
            self.registry.undo(before, undo);
        }
        result
    }

    /// Appends a value, and of a `[]byte` of `len` bytes all but the bytes: the caller sends those itself, next.
    ///
    /// # Errors
    /// As [`encode`](Self::encode).
    pub(crate) fn encode_before_bytes<A: Gob>(
        &mut self,
        first: &A,
        len: usize,
        out: &mut Vec<u8>,
    ) -> Result<(), EncodeError> {
        if len > MAX_MESSAGE {
            return Err(EncodeError::new(EncodeCause::TooLarge(len), 0));
        }
        self.encode(first, out)?;
        let mut head = Vec::with_capacity(12);
        put_int(&mut head, types::BYTES.into());
        head.push(0);
        put_uint(&mut head, len as u64);
        put_uint(out, (head.len() + len) as u64);
        out.extend_from_slice(&head);
        Ok(())
    }

    /// Appends a value that was kept with its description.
    ///
    /// # Errors
    /// As [`encode`](Self::encode).
    pub fn encode_dynamic(&mut self, value: &Dynamic, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        let ids = |registry: &mut Registry| value.id_on(registry);
        self.any(&ids, value.is_struct(), &mut |w| value.put_body(w), "", out).map(drop)
    }

    fn message(
        &mut self,
        ty: &Type,
        put: &mut dyn FnMut(&mut Writer<'_>),
        out: &mut Vec<u8>,
    ) -> Result<Mark, EncodeError> {
        let is_struct = matches!(ty.shape, super::shape::Shape::Record(_));
        self.any(&|registry| registry.id(ty), is_struct, put, ty.root_name(), out)
    }

    fn any(
        &mut self,
        id: &dyn Fn(&mut Registry) -> i32,
        is_struct: bool,
        put: &mut dyn FnMut(&mut Writer<'_>),
        root: &str,
        out: &mut Vec<u8>,
    ) -> Result<Mark, EncodeError> {
        let mark = self.registry.begin();
        let start = out.len();
        let prefix = self.prefix.max(1);
        out.resize(start + prefix, 0);
        let id = id(&mut self.registry);
        put_int(out, id.into());
        if !is_struct {
            out.push(0);
        }
        let mut writer = Writer::new(out, &mut self.registry);
        put(&mut writer);
        let error = writer.error.take();
        let len = out.len() - start - prefix;
        let error = error.or_else(|| {
            let large = (len > MAX_MESSAGE).then_some(EncodeCause::TooLarge(len));
            Some(EncodeError::new(self.registry.check().or(large)?, 0))
        });
        if let Some(error) = error {
            out.truncate(start);
            self.registry.rollback(mark);
            return Err(error.rooted(root));
        }
        self.finish(start, prefix, len, out);
        Ok(mark)
    }

    /// Puts the length in its place, and the definitions before it.
    fn finish(&mut self, start: usize, prefix: usize, len: usize, out: &mut Vec<u8>) {
        let (bytes, count) = if len < 0x80 { ([len as u8; 9], 1) } else { long(len as u64) };
        let head = bytes.get(..count).unwrap_or_default();
        self.prefix = count;
        if !self.registry.definitions.is_empty() {
            let definitions = std::mem::take(&mut self.registry.definitions);
            out.splice(start..start + prefix, definitions.into_iter().chain(head.iter().copied()));
        } else if count == prefix {
            if let Some(room) = out.get_mut(start..start + prefix) {
                room.copy_from_slice(head);
            }
        } else {
            out.splice(start..start + prefix, head.iter().copied());
        }
    }
}

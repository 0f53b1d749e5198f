//! [`Decoder`]: one incoming stream, from bytes to values.

use super::Gob;
use super::dynamic::{Capture, Dynamic};
use super::error::{DecodeCause, DecodeError};
use super::limits::{KEEP_BUFFER, MAX_REPEATED};
use super::plan::Plans;
use super::reader::{Plan, Reader, Res, frame};
use super::shape::Type;
use super::types::{Id, Source, StreamTypes, Wire, define, too_large};

/// One incoming gob stream. It does no I/O: it is fed bytes and asked for values.
///
/// It remembers what the sender has described, so there is exactly one for each stream and direction. Unknown fields
/// are skipped, missing ones keep Go's zero value, fields of another kind are errors.
///
/// ```
/// use mmplugin::gob::{Decoder, Encoder};
///
/// let mut bytes = Vec::new();
/// Encoder::new().encode(&"hello".to_owned(), &mut bytes)?;
/// let mut decoder = Decoder::new();
/// decoder.feed(&bytes[..3]);
/// assert_eq!(decoder.next::<String>()?, None);
/// decoder.feed(&bytes[3..]);
/// assert_eq!(decoder.next::<String>()?.as_deref(), Some("hello"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Default)]
pub struct Decoder {
    buf: Vec<u8>,
    start: usize,
    /// Offset in the stream of `buf[0]`.
    base: u64,
    types: StreamTypes,
    plans: Plans,
    /// Do not try again before so many bytes are there.
    need: usize,
    /// Bytes read in vain because a later piece of their value had not arrived.
    repeated: usize,
    /// The value in front failed and its end has not arrived.
    dropping: bool,
    dead: bool,
}

/// The value message in front.
#[derive(Clone, Copy)]
struct Front {
    id: Id,
    body: usize,
    end: usize,
}

impl Decoder {
    /// A stream that has described nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes in bytes that have arrived.
    pub fn feed(&mut self, bytes: &[u8]) {
        self.room(bytes.len()).extend_from_slice(bytes);
    }

    /// The buffer, with room for at least `least` more bytes: what arrives is appended to it.
    pub(crate) fn room(&mut self, least: usize) -> &mut Vec<u8> {
        if self.buf.capacity() - self.buf.len() < least {
            self.buf.drain(..self.start);
            self.base += self.start as u64;
            self.start = 0;
            // At least doubles, so no more than twice of what has arrived is asked for.
            self.buf.reserve(least);
        }
        &mut self.buf
    }

    /// Bytes that have arrived and not been taken.
    #[must_use]
    pub fn buffered(&self) -> usize {
        self.buf.len().saturating_sub(self.start)
    }

    /// The next value, `None` if more bytes are needed.
    ///
    /// # Errors
    /// A fault in the value drops that value only: the next call reads the one after it. A fault in the stream itself
    /// (a length out of bounds, a bad definition) is [fatal](DecodeError::is_fatal).
    #[expect(clippy::should_implement_trait, reason = "the type is the caller's choice at each call")]
    pub fn next<T: Gob>(&mut self) -> Result<Option<T>, DecodeError> {
        let mut value = None;
        let done = self.read(&T::describe(), &mut |r, plan| value.insert(T::zero()).gob_get(r, plan))?;
        // What was read before the missing bytes is no value yet.
        Ok(value.filter(|_| done))
    }

    /// As [`next`](Self::next); a value with a fault as `T` is read as `U`, and comes with the first error.
    ///
    /// # Errors
    /// As [`next`](Self::next), when both fail.
    #[expect(clippy::type_complexity, reason = "a value, or the other with an error, once they are there")]
    pub(crate) fn next_or<T: Gob, U: Gob>(
        &mut self,
    ) -> Result<Option<Result<T, (U, DecodeError)>>, DecodeError> {
        if !self.drop_failed()? || self.buffered() < self.need {
            return Ok(None);
        }
        let Some(front) = self.front()? else { return Ok(None) };
        let mut value = None;
        let mut get = |r: &mut Reader<'_>, plan: Plan| value.insert(T::zero()).gob_get(r, plan);
        let tried = self.attempt(front, &mut planned(&T::describe(), &mut get));
        match tried {
            Ok(done) => Ok(value.filter(|_| done).map(Ok)),
            Err(error) if self.dead => Err(error),
            Err(error) => match self.next::<U>() {
                Ok(other) => Ok(other.map(|other| Err((other, error)))),
                Err(other) if self.dead => Err(other),
                Err(_) => Err(error),
            },
        }
    }

    /// Reads the next value into `target` as Go does: what the sender left out stays as it is, maps gain and replace
    /// keys, lists are overwritten from the front and cut. `false` if more bytes are needed.
    ///
    /// # Errors
    /// As [`next`](Self::next); `target` may have been changed in part then.
    pub fn next_into<T: Gob>(&mut self, target: &mut T) -> Result<bool, DecodeError> {
        self.read(&T::describe(), &mut |r, plan| target.gob_get(r, plan))
    }

    /// The next value whatever its type is, with its description.
    ///
    /// # Errors
    /// As [`next`](Self::next).
    pub fn next_dynamic(&mut self) -> Result<Option<Dynamic>, DecodeError> {
        let mut value = None;
        self.front_value(&mut |front, plans, r| {
            plans.close(r.types.table(), front.id).map_err(|error| error.at(r.offset()))?;
            if !r.is_struct(front.id) {
                r.singleton()?;
            }
            value = Some(Capture::take(r, front.id)?);
            Ok(())
        })?;
        Ok(value)
    }

    /// Drops the next value, `None` if more bytes are needed.
    ///
    /// # Errors
    /// As [`next`](Self::next).
    pub fn skip(&mut self) -> Result<Option<()>, DecodeError> {
        let done = self.front_value(&mut |front, _, r| r.walk_single(front.id, None))?;
        Ok(done.then_some(()))
    }

    /// What the next value is, without taking it. `None` if more bytes are needed to know.
    ///
    /// # Errors
    /// Only fatal ones.
    pub fn peek(&mut self) -> Result<Option<Peek<'_>>, DecodeError> {
        if !self.drop_failed()? {
            return Ok(None);
        }
        Ok(self.front()?.map(|front| Peek { decoder: self, id: front.id }))
    }

    fn read(
        &mut self,
        ty: &Type,
        get: &mut dyn FnMut(&mut Reader<'_>, Plan) -> Res,
    ) -> Result<bool, DecodeError> {
        self.front_value(&mut planned(ty, get))
    }

    /// Runs `take` on the value in front and moves on behind it.
    fn front_value(
        &mut self,
        take: &mut dyn for<'r> FnMut(Front, &'r mut Plans, &mut Reader<'r>) -> Res,
    ) -> Result<bool, DecodeError> {
        if !self.drop_failed()? || self.buffered() < self.need {
            return Ok(false);
        }
        let Some(front) = self.front()? else { return Ok(false) };
        match self.attempt(front, take) {
            Ok(done) => Ok(done),
            Err(error) if self.dead => Err(error),
            Err(error) => {
                self.dropping = true;
                // A fatal fault on the way to its end is reported by the next call.
                let _ = self.drop_failed();
                Err(error)
            }
        }
    }

    /// `false`: more bytes are needed.
    fn attempt(
        &mut self,
        front: Front,
        take: &mut dyn for<'r> FnMut(Front, &'r mut Plans, &mut Reader<'r>) -> Res,
    ) -> Result<bool, DecodeError> {
        let mark = self.types.mark();
        let (plans, buf) = (&mut self.plans, &self.buf);
        let body = buf.get(front.body..front.end).unwrap_or_default();
        let after = buf.get(front.end..).unwrap_or_default();
        let end = self.base + front.end as u64;
        let mut r = Reader::new(body, after, end, Source::Stream(&mut self.types), &[]);
        let result = take(front, plans, &mut r);
        let (need, left) = (r.need, r.after().len());
        match result {
            Ok(()) => {
                self.consume(self.buf.len() - left);
                Ok(true)
            }
            Err(_) if need > 0 => {
                self.types.rollback(mark);
                self.need = self.buf.len() - left - self.start + need;
                self.repeated += self.buf.len() - left - self.start;
                if self.repeated > MAX_REPEATED {
                    let cause = too_large("value in pieces", self.repeated, MAX_REPEATED);
                    return Err(self.end_with(DecodeError::new(cause, self.offset())));
                }
                Ok(false)
            }
            Err(error) => {
                self.types.rollback(mark);
                Err(error)
            }
        }
    }

    /// Finishes dropping a value that failed. `false`: its end has not arrived.
    fn drop_failed(&mut self) -> Result<bool, DecodeError> {
        if self.dead {
            return Err(DecodeError::new(DecodeCause::Ended, self.offset()).fatal());
        }
        if !self.dropping {
            return Ok(true);
        }
        if self.buffered() < self.need {
            return Ok(false);
        }
        let Some(front) = self.front()? else { return Ok(false) };
        match self.attempt(front, &mut |front, _, r| r.walk_single(front.id, None)) {
            Ok(false) => return Ok(false),
            Ok(true) => {}
            Err(error) if self.dead => return Err(error),
            // Not even its structure is sound: its first message is all that is known to belong to it.
            Err(_) => self.consume(front.end),
        }
        self.dropping = false;
        Ok(true)
    }

    /// Takes in definitions until a value is in front.
    fn front(&mut self) -> Result<Option<Front>, DecodeError> {
        loop {
            let pending = self.buf.get(self.start..).unwrap_or_default();
            let (header, len) = match frame(pending) {
                Ok(Some(frame)) => frame,
                Ok(None) => return Ok(None),
                Err(cause) => {
                    let error = DecodeError::new(cause, self.offset());
                    return Err(self.end_with(error));
                }
            };
            let Some(message) = pending.get(header..header + len) else {
                self.need = self.need.max(header + len);
                return Ok(None);
            };
            let end = self.start + header + len;
            let after = self.buf.get(end..).unwrap_or_default();
            let offset = self.base + end as u64;
            let mut r = Reader::new(message, after, offset, Source::Stream(&mut self.types), &[]);
            let id = match r.int() {
                Ok(id) if id >= 0 => {
                    let body = end - r.left();
                    return self.value_id(id, end).map(|id| Some(Front { id, body, end }));
                }
                Ok(id) => define(&mut r, id).and_then(|()| match r.left() {
                    0 => Ok(()),
                    _ => Err(r.fail(DecodeCause::BadDefinition("something follows it in its message"))),
                }),
                Err(error) => Err(error),
            };
            match id {
                Ok(()) => self.consume(end),
                Err(error) => return Err(self.end_with(error)),
            }
        }
    }

    fn value_id(&mut self, id: i64, end: usize) -> Result<Id, DecodeError> {
        let known = Id::try_from(id).ok().filter(|id| self.types.types.has(*id));
        known.ok_or_else(|| {
            let error = DecodeError::new(DecodeCause::UndefinedType(id), self.offset());
            self.consume(end);
            self.dropping = false;
            error
        })
    }

    #[cold]
    fn end_with(&mut self, error: DecodeError) -> DecodeError {
        self.dead = true;
        self.buf = Vec::new();
        self.start = 0;
        error.fatal()
    }

    fn offset(&self) -> u64 {
        self.base + self.start as u64
    }

    fn consume(&mut self, to: usize) {
        self.need = 0;
        self.repeated = 0;
        self.start = to;
        if self.start == self.buf.len() {
            self.base += self.start as u64;
            self.start = 0;
            self.buf.clear();
            self.buf.shrink_to(KEEP_BUFFER);
        }
    }
}

/// Finds the plan for a type, then reads by it.
fn planned<'a>(
    ty: &'a Type,
    get: &'a mut dyn FnMut(&mut Reader<'_>, Plan) -> Res,
) -> impl for<'r> FnMut(Front, &'r mut Plans, &mut Reader<'r>) -> Res + use<'a> {
    move |front, plans, r| {
        let offset = r.offset();
        let plan = plans.find(r.types.table(), front.id, ty).map_err(|error| error.at(offset))?;
        if !r.is_struct(front.id) {
            r.singleton()?;
        }
        r.nodes = &plans.nodes;
        get(r, plan).map_err(|error| error.rooted(ty.root_name()))
    }
}

/// What the next value of a stream is; from [`Decoder::peek`].
#[derive(Debug)]
pub struct Peek<'a> {
    decoder: &'a Decoder,
    id: Id,
}

impl<'a> Peek<'a> {
    /// The sender's name of the type; empty for predefined and unnamed types.
    #[must_use]
    pub fn type_name(&self) -> &'a str {
        self.decoder.types.types.name(self.id)
    }

    /// The names of a struct's fields in the sender's order; nothing for other kinds.
    pub fn fields(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let def = self.decoder.types.types.def(self.id);
        let fields = match def.map(|def| &def.wire) {
            Some(Wire::Struct(fields)) => &fields[..],
            _ => &[],
        };
        fields.iter().map(|(name, _)| &**name)
    }
}

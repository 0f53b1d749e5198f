//! Reading: a cursor over the messages of one value that narrows and never indexes.

use std::borrow::Cow;

use super::error::{DecodeCause, DecodeError};
use super::limits::{MAX_DEPTH, MAX_MESSAGE, MAX_PARTS, MEMORY_BASE, MEMORY_FACTOR};
use super::plan::Node;
use super::types::{Id, Source, define, too_large};

/// What reading gives.
pub type Res<T = ()> = Result<T, DecodeError>;

/// Which compiled plan decodes a value: what the sender's type means for the receiving one.
pub type Plan = u32;

/// Reads one value.
pub struct Reader<'a> {
    /// What is left of the current message.
    rest: &'a [u8],
    /// What has arrived after it.
    after: &'a [u8],
    /// Offset in the stream of the end of the current message.
    end: u64,
    pub(crate) types: Source<'a>,
    pub(crate) nodes: &'a [Node],
    depth: u32,
    parts: u32,
    total: usize,
    memory: usize,
    /// Set when the next message of this value has not arrived: how many bytes after the current one are needed.
    pub(crate) need: usize,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(
        body: &'a [u8],
        after: &'a [u8],
        end: u64,
        types: Source<'a>,
        nodes: &'a [Node],
    ) -> Self {
        let memory = MEMORY_BASE + body.len().saturating_mul(MEMORY_FACTOR);
        Self { rest: body, after, end, types, nodes, depth: 0, parts: 1, total: body.len(), memory, need: 0 }
    }

    /// Counts from `depth` on instead of 0.
    pub(crate) fn at_depth(mut self, depth: u32) -> Self {
        self.depth = depth;
        self
    }

    /// Bytes left in the current message.
    pub(crate) fn left(&self) -> usize {
        self.rest.len()
    }

    /// What has not been read of the current message.
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// What has arrived after the current message.
    pub(crate) fn after(&self) -> &'a [u8] {
        self.after
    }

    pub(crate) fn offset(&self) -> u64 {
        self.end - self.rest.len() as u64
    }

    #[cold]
    pub(crate) fn fail(&self, cause: DecodeCause) -> DecodeError {
        DecodeError::new(cause, self.offset())
    }

    #[cold]
    fn truncated<T>(&self) -> Res<T> {
        Err(self.fail(DecodeCause::Truncated))
    }

    /// An unsigned number.
    #[inline]
    pub(crate) fn uint(&mut self) -> Res<u64> {
        match self.rest {
            [b, rest @ ..] if *b < 0x80 => {
                self.rest = rest;
                Ok(u64::from(*b))
            }
            _ => self.long(),
        }
    }

    fn long(&mut self) -> Res<u64> {
        let Some((first, tail)) = self.rest.split_first() else { return self.truncated() };
        let count = usize::from(first.wrapping_neg());
        if count > 8 {
            return Err(self.fail(DecodeCause::BadNumber));
        }
        if let Some(eight) = tail.first_chunk::<8>() {
            self.rest = tail.get(count..).unwrap_or_default();
            return Ok(u64::from_be_bytes(*eight) >> (64 - 8 * count));
        }
        let Some((bytes, rest)) = tail.split_at_checked(count) else { return self.truncated() };
        self.rest = rest;
        Ok(bytes.iter().fold(0, |value, byte| value << 8 | u64::from(*byte)))
    }

    /// A signed number.
    #[inline]
    pub(crate) fn int(&mut self) -> Res<i64> {
        let bits = self.uint()?;
        Ok((bits >> 1) as i64 ^ -((bits & 1) as i64))
    }

    /// A float.
    #[inline]
    pub(crate) fn float(&mut self) -> Res<f64> {
        Ok(f64::from_bits(self.uint()?.swap_bytes()))
    }

    /// So many bytes, in place.
    #[inline]
    fn take(&mut self, len: u64) -> Res<&'a [u8]> {
        let cut = usize::try_from(len).ok().and_then(|len| self.rest.split_at_checked(len));
        let Some((bytes, rest)) = cut else { return self.short(len) };
        self.rest = rest;
        Ok(bytes)
    }

    #[cold]
    fn short<T>(&self, len: u64) -> Res<T> {
        Err(self.fail(DecodeCause::TooLarge { what: "length", len, max: self.rest.len() as u64 }))
    }

    /// A length and the bytes, in place.
    #[inline]
    pub(crate) fn bytes(&mut self) -> Res<&'a [u8]> {
        let len = self.uint()?;
        self.take(len)
    }

    /// A string; what is not UTF-8 becomes U+FFFD.
    pub(crate) fn text(&mut self) -> Res<String> {
        Ok(lossy(self.bytes()?))
    }

    /// A number of elements, each of at least `least` bytes.
    #[inline]
    pub(crate) fn count(&mut self, what: &'static str, least: usize) -> Res<usize> {
        let len = self.uint()?;
        let max = self.rest.len() / least;
        match usize::try_from(len) {
            Ok(len) if len <= max => Ok(len),
            _ => Err(self.fail(DecodeCause::TooLarge { what, len, max: max as u64 })),
        }
    }

    /// Takes `bytes` from the memory that this value may have.
    #[inline]
    pub(crate) fn charge(&mut self, bytes: usize) -> Res {
        match self.memory.checked_sub(bytes) {
            Some(left) => {
                self.memory = left;
                Ok(())
            }
            None => Err(self.fail(DecodeCause::Memory)),
        }
    }

    /// One level deeper.
    #[inline]
    pub(crate) fn enter(&mut self) -> Res {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.fail(DecodeCause::TooDeep));
        }
        Ok(())
    }

    /// One level back; not needed on the way out with an error.
    #[inline]
    pub(crate) fn leave(&mut self) {
        self.depth -= 1;
    }

    /// The zero byte before a value that is no struct.
    pub(crate) fn singleton(&mut self) -> Res {
        match self.uint()? {
            0 => Ok(()),
            _ => Err(self.fail(DecodeCause::NotSingleton)),
        }
    }

    /// The definitions that come with an interface value, then its type's id.
    ///
    /// Go cuts the value after each definition: at the outermost level a new message goes on, deeper inside only a
    /// length stands there.
    pub(crate) fn concrete_id(&mut self) -> Res<Id> {
        loop {
            if self.rest.is_empty() {
                self.next_part()?;
            }
            let id = self.int()?;
            if id >= 0 {
                let known = Id::try_from(id).ok().filter(|id| self.types.table().has(*id));
                return known.ok_or_else(|| self.fail(DecodeCause::UndefinedType(id)));
            }
            define(self, id)?;
            if !self.rest.is_empty() {
                self.uint()?;
            }
        }
    }

    fn next_part(&mut self) -> Res {
        match frame(self.after) {
            Ok(Some((header, len))) => {
                self.parts += 1;
                if self.parts > MAX_PARTS {
                    return Err(self.fail(too_large(
                        "pieces of a value",
                        self.parts as usize,
                        MAX_PARTS as usize,
                    )));
                }
                self.total = self.total.saturating_add(len);
                if self.total > MAX_MESSAGE {
                    return Err(self.fail(too_large("pieces of a value together", self.total, MAX_MESSAGE)));
                }
                let Some((part, after)) =
                    self.after.get(header..).and_then(|after| after.split_at_checked(len))
                else {
                    self.need = header + len;
                    return self.truncated();
                };
                self.end += (header + len) as u64;
                self.memory = self.memory.saturating_add(len.saturating_mul(MEMORY_FACTOR));
                (self.rest, self.after) = (part, after);
                Ok(())
            }
            Ok(None) => {
                self.need = self.after.len() + 1;
                self.truncated()
            }
            Err(cause) => Err(self.fail(cause)),
        }
    }
}

/// A string of Go's as one of Rust's.
#[inline]
pub(crate) fn lossy(bytes: &[u8]) -> String {
    lossy_text(bytes).into_owned()
}

/// U+FFFD stands in for what is not UTF-8.
#[inline]
pub(crate) fn lossy_text(bytes: &[u8]) -> Cow<'_, str> {
    // First the check that is quick with what is nearly always there.
    str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed)
}

/// The head of a message: how many bytes it has and how many follow it. `None`: not yet all there.
pub(crate) fn frame(bytes: &[u8]) -> Result<Option<(usize, usize)>, DecodeCause> {
    let Some((&first, tail)) = bytes.split_first() else { return Ok(None) };
    let (header, len) = if first < 0x80 {
        (1, u64::from(first))
    } else {
        let count = usize::from(first.wrapping_neg());
        if count > 8 {
            return Err(DecodeCause::BadNumber);
        }
        let Some(bytes) = tail.get(..count) else { return Ok(None) };
        (1 + count, bytes.iter().fold(0, |len, byte| len << 8 | u64::from(*byte)))
    };
    match usize::try_from(len) {
        Ok(len) if len <= MAX_MESSAGE => Ok(Some((header, len))),
        _ => Err(DecodeCause::TooLarge { what: "message", len, max: MAX_MESSAGE as u64 }),
    }
}

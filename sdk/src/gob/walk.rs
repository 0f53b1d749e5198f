//! Walking over a value by its sender's description: to skip it, or to copy it with other type ids.

use super::bits::{patch_len, put_int};
use super::error::DecodeCause;
use super::limits::MAX_NAME;
use super::reader::{Reader, Res};
use super::types::{Id, Types, Wire, too_large};

/// Copies what is walked over; type ids inside interface values are replaced, definitions left out.
pub(crate) struct Copy<'a, 'w> {
    /// The part of the message that has not been copied, from where on.
    from: &'a [u8],
    out: &'w mut Vec<u8>,
    ids: &'w mut dyn Ids,
}

/// Gives types other ids.
pub(crate) trait Ids {
    /// The id that stands for `id` of `types` in the copy.
    fn id(&mut self, types: &Types, id: Id) -> Result<Id, DecodeCause>;
}

impl<'a, 'w> Copy<'a, 'w> {
    pub(crate) fn new(r: &Reader<'a>, out: &'w mut Vec<u8>, ids: &'w mut dyn Ids) -> Self {
        Self { from: r.rest(), out, ids }
    }

    /// Copies up to the reader's place.
    pub(crate) fn flush(&mut self, r: &Reader<'a>) {
        let len = self.from.len().saturating_sub(r.left());
        self.out.extend_from_slice(self.from.get(..len).unwrap_or_default());
        self.from = r.rest();
    }
}

impl<'a> Reader<'a> {
    /// Walks over one value of the type `id`.
    pub(crate) fn walk(&mut self, id: Id, mut copy: Option<&mut Copy<'a, '_>>) -> Res {
        let Some(wire) = self.types.table().wire(id) else {
            return Err(self.fail(DecodeCause::UndefinedType(id.into())));
        };
        match wire {
            Wire::Bool | Wire::Int | Wire::Uint | Wire::Float => self.uint().map(drop),
            Wire::Complex => self.uint().and_then(|_| self.uint()).map(drop),
            Wire::Bytes | Wire::String | Wire::Blob(_) => self.bytes().map(drop),
            Wire::Slice(elem) => {
                let count = self.count("slice", 1)?;
                self.walk_many(count, &[elem], copy)
            }
            Wire::Array(elem, len) => {
                let count = self.array_len(len)?;
                self.walk_many(count, &[elem], copy)
            }
            Wire::Map(key, elem) => {
                let count = self.count("map", 2)?;
                self.walk_many(count, &[key, elem], copy)
            }
            Wire::Struct(fields) => {
                self.enter()?;
                let mut next = 0u64;
                while self.left() > 0 {
                    let delta = self.uint()?;
                    if delta == 0 {
                        break;
                    }
                    next = next.saturating_add(delta);
                    let Some((_, id)) = fields.get((next - 1) as usize) else {
                        return Err(self.fail(DecodeCause::FieldNumber(next - 1)));
                    };
                    self.walk(*id, copy.as_deref_mut())?;
                }
                self.leave();
                Ok(())
            }
            Wire::Interface => self.walk_interface(copy),
        }
    }

    fn walk_many(&mut self, count: usize, of: &[Id], mut copy: Option<&mut Copy<'a, '_>>) -> Res {
        self.enter()?;
        for _ in 0..count {
            for id in of {
                self.walk(*id, copy.as_deref_mut())?;
            }
        }
        self.leave();
        Ok(())
    }

    /// The element count of an array, which must be that of its type.
    pub(crate) fn array_len(&mut self, len: u64) -> Res<usize> {
        let count = self.count("array", 1)?;
        if count as u64 != len {
            let (expected, found) = (format!("array of {len}"), format!("array of {count}"));
            return Err(self.fail(DecodeCause::Mismatch { expected, found }));
        }
        Ok(count)
    }

    /// The registered name of an interface value; empty for nil.
    pub(crate) fn interface_name(&mut self) -> Res<&'a [u8]> {
        let name = self.bytes()?;
        if name.len() > MAX_NAME {
            return Err(self.fail(too_large("name", name.len(), MAX_NAME)));
        }
        Ok(name)
    }

    // Never by the byte count: that is only a part of the value when Go cut it for a new definition.
    fn walk_interface(&mut self, copy: Option<&mut Copy<'a, '_>>) -> Res {
        self.enter()?;
        if !self.interface_name()?.is_empty() {
            match copy {
                Some(copy) => {
                    copy.flush(self);
                    self.walk_concrete(copy)?;
                }
                None => {
                    let id = self.concrete_id()?;
                    self.uint()?;
                    self.walk_single(id, None)?;
                }
            }
        }
        self.leave();
        Ok(())
    }

    fn walk_concrete(&mut self, copy: &mut Copy<'a, '_>) -> Res {
        let id = self.concrete_id()?;
        let new = copy.ids.id(self.types.table(), id).map_err(|cause| self.fail(cause))?;
        put_int(copy.out, new.into());
        self.uint()?;
        let at = copy.out.len();
        copy.out.push(0);
        copy.from = self.rest();
        self.walk_single(id, Some(copy))?;
        copy.flush(self);
        patch_len(copy.out, at);
        Ok(())
    }

    /// Walks over a value as it stands at top level or inside an interface.
    pub(crate) fn walk_single(&mut self, id: Id, copy: Option<&mut Copy<'a, '_>>) -> Res {
        if !self.is_struct(id) {
            self.singleton()?;
        }
        self.walk(id, copy)
    }

    pub(crate) fn is_struct(&self, id: Id) -> bool {
        self.types.table().is_struct(id)
    }
}

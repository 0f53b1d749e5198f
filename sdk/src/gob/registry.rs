//! The types that one outgoing stream has described, and the definitions that are still to be sent.

use std::any::TypeId;
use std::collections::HashMap;
use std::sync::Arc;

use super::bits::{put_bytes, put_int, put_uint};
use super::error::EncodeCause;
use super::limits::MAX_TYPES;
use super::plan::FastMap;
use super::shape::{Marshal, Shape, Type};
use super::types::{self, FIRST_OWN, Id, Types, Wire};

/// Ids given on one outgoing stream.
#[derive(Debug)]
pub(crate) struct Registry {
    ids: FastMap<TypeId, Id>,
    kept: HashMap<Arc<Types>, Arc<[Id]>>,
    next: Id,
    /// Definition messages that must go out before the value being written.
    pub(crate) definitions: Vec<u8>,
    new_ids: Vec<TypeId>,
    new_kept: Vec<Arc<Types>>,
    full: bool,
}

impl Default for Registry {
    fn default() -> Self {
        Self {
            ids: FastMap::default(),
            kept: HashMap::new(),
            next: FIRST_OWN,
            definitions: Vec::new(),
            new_ids: Vec::new(),
            new_kept: Vec::new(),
            full: false,
        }
    }
}

/// A state to go back to.
#[derive(Clone, Copy)]
pub(crate) struct Mark(Id);

/// What one value added.
pub(crate) struct New(Vec<TypeId>, Vec<Arc<Types>>);

impl Registry {
    /// Starts a value: what is given from here on can be taken back.
    pub(crate) fn begin(&mut self) -> Mark {
        self.definitions.clear();
        self.new_ids.clear();
        self.new_kept.clear();
        Mark(self.next)
    }

    pub(crate) fn rollback(&mut self, mark: Mark) {
        let new = self.take_new();
        self.undo(mark, new);
    }

    /// What the value just written added, for a later [`undo`](Self::undo).
    pub(crate) fn take_new(&mut self) -> New {
        New(std::mem::take(&mut self.new_ids), std::mem::take(&mut self.new_kept))
    }

    pub(crate) fn undo(&mut self, mark: Mark, new: New) {
        for id in new.0 {
            self.ids.remove(&id);
        }
        for types in new.1 {
            self.kept.remove(&types);
        }
        self.definitions.clear();
        self.next = mark.0;
        self.full = false;
    }

    /// The error, if more types were asked for than a stream may have.
    pub(crate) fn check(&self) -> Option<EncodeCause> {
        self.full.then_some(EncodeCause::TooManyTypes)
    }

    fn give(&mut self) -> Id {
        let id = self.next;
        self.full |= id - FIRST_OWN >= MAX_TYPES as Id;
        self.next += 1;
        id
    }

    /// The id of a Rust type; described if it is new.
    pub(crate) fn id(&mut self, ty: &Type) -> Id {
        match ty.shape {
            Shape::Bool => types::BOOL,
            Shape::Int => types::INT,
            Shape::Uint => types::UINT,
            Shape::Float => types::FLOAT,
            Shape::Bytes => types::BYTES,
            Shape::String => types::STRING,
            Shape::Complex => types::COMPLEX,
            Shape::Interface => types::INTERFACE,
            _ => match self.ids.get(&ty.id) {
                Some(id) => *id,
                None => self.describe(ty),
            },
        }
    }

    /// The id comes first: a type may contain itself.
    #[cold]
    fn describe(&mut self, ty: &Type) -> Id {
        let id = self.give();
        self.ids.insert(ty.id, id);
        self.new_ids.push(ty.id);
        let (name, wire) = match ty.shape {
            Shape::Slice(elem) => ("", Wire::Slice(self.id(&elem()))),
            Shape::Array(elem, len) => ("", Wire::Array(self.id(&elem()), len as u64)),
            Shape::Map(key, elem) => ("", Wire::Map(self.id(&key()), self.id(&elem()))),
            Shape::Blob(marshal, name) => (name, Wire::Blob(marshal)),
            Shape::Record(info) => {
                let fields = info.fields.iter();
                let fields = fields.map(|field| (field.name.into(), self.id(&(field.of)()))).collect();
                (info.name, Wire::Struct(fields))
            }
            // The predefined kinds never get here.
            _ => ("", Wire::Interface),
        };
        self.define(id, name, &wire);
        id
    }

    /// The ids on this stream of types that came with a kept value; described if they are new.
    pub(crate) fn kept(&mut self, types: &Arc<Types>) -> Arc<[Id]> {
        if let Some(ids) = self.kept.get(types) {
            return ids.clone();
        }
        let ids: Arc<[Id]> = types.iter().map(|_| self.give()).collect();
        self.kept.insert(types.clone(), ids.clone());
        self.new_kept.push(types.clone());
        for ((_, def), new) in types.iter().zip(ids.iter()) {
            let mut wire = def.wire.clone();
            wire.children(|id| *id = renumbered(&ids, *id));
            self.define(*new, &def.name, &wire);
        }
        ids
    }

    /// Appends the message that defines `id`.
    fn define(&mut self, id: Id, name: &str, wire: &Wire) {
        let mut body = Vec::with_capacity(64);
        let out = &mut body;
        put_int(out, -i64::from(id));
        let kind = match wire {
            Wire::Array(..) => 1,
            Wire::Slice(_) => 2,
            Wire::Struct(_) => 3,
            Wire::Map(..) => 4,
            Wire::Blob(Marshal::Gob) => 5,
            Wire::Blob(Marshal::Binary) => 6,
            _ => 7,
        };
        out.push(kind);
        out.push(1);
        common(out, name, id);
        match wire {
            Wire::Slice(elem) => field(out, 1, *elem),
            Wire::Array(elem, len) => {
                field(out, 1, *elem);
                out.push(1);
                put_int(out, i64::try_from(*len).unwrap_or(i64::MAX));
            }
            Wire::Map(key, elem) => {
                field(out, 1, *key);
                field(out, 1, *elem);
            }
            Wire::Struct(fields) if !fields.is_empty() => {
                out.push(1);
                put_uint(out, fields.len() as u64);
                fields.iter().for_each(|(name, id)| common(out, name, *id));
            }
            _ => {}
        }
        out.extend_from_slice(&[0, 0]);
        put_bytes(&mut self.definitions, &body);
    }
}

/// The id on the stream of the type that is `id` in a kept value.
pub(crate) fn renumbered(ids: &[Id], id: Id) -> Id {
    let place = usize::try_from(id - FIRST_OWN).ok();
    place.and_then(|place| ids.get(place)).copied().unwrap_or(id)
}

fn field(out: &mut Vec<u8>, delta: u8, id: Id) {
    out.push(delta);
    put_int(out, id.into());
}

/// A struct of a name and an id, as both a type's head and a struct's fields are.
fn common(out: &mut Vec<u8>, name: &str, id: Id) {
    if name.is_empty() {
        field(out, 2, id);
    } else {
        out.push(1);
        put_bytes(out, name.as_bytes());
        field(out, 1, id);
    }
    out.push(0);
}

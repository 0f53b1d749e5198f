//! [`Dynamic`]: a value kept as it came, with the description of its types.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::sync::Arc;

use super::bits::{patch_len, put_bytes, put_int};
use super::error::{DecodeCause, DecodeError, EncodeCause, EncodeError};
use super::limits::MAX_NAME;
use super::plan::Plans;
use super::reader::{Reader, Res};
use super::registry::{Registry, renumbered};
use super::tree::Tree;
use super::types::{Def, FIRST_OWN, Id, Source, Types};
use super::walk::{Copy, Ids};
use super::writer::Writer;
use super::{Decoder, Encoder, Gob};

/// A value of any type: its bytes and the description they need. It can be sent on, read as a Rust type, or looked at
/// as a [`Tree`].
///
/// Two are equal if types and bytes are: equal values whose maps were sent in another order are not.
#[derive(Clone, PartialEq)]
pub struct Dynamic {
    types: Arc<Types>,
    root: Id,
    body: Box<[u8]>,
}

impl Dynamic {
    /// Keeps a Rust value with its type's description.
    ///
    /// # Errors
    /// As [`Encoder::encode`].
    pub fn new<T: Gob>(value: &T) -> Result<Self, EncodeError> {
        let mut bytes = Vec::new();
        Encoder::new().encode(value, &mut bytes)?;
        let mut decoder = Decoder::new();
        decoder.feed(&bytes);
        let kept = decoder.next_dynamic();
        let bad = |error| EncodeError::new(EncodeCause::Kept(error), 0);
        kept.map_err(bad)?.ok_or_else(|| bad(DecodeError::new(DecodeCause::Truncated, 0)))
    }

    /// Reads it as a Rust type, by the rules of [`Decoder::next`].
    ///
    /// # Errors
    /// As [`Decoder::next`]; offsets count from the start of this value.
    pub fn to<T: Gob>(&self) -> Result<T, DecodeError> {
        let ty = T::describe();
        let mut plans = Plans::default();
        let plan = plans.find(&self.types, self.root, &ty)?;
        let mut r = self.reader();
        r.nodes = &plans.nodes;
        let mut value = T::zero();
        value.gob_get(&mut r, plan).map_err(|error| error.rooted(ty.root_name()))?;
        Ok(value)
    }

    /// The value's structure, for looking at.
    ///
    /// # Errors
    /// Only if the value takes more memory as a tree than [limits](super::limits) allow.
    pub fn tree(&self) -> Result<Tree, DecodeError> {
        Tree::read(&mut self.reader(), self.root)
    }

    /// The sender's name of the type; empty for predefined and unnamed types.
    #[must_use]
    pub fn type_name(&self) -> &str {
        self.types.name(self.root)
    }

    pub(crate) fn is_struct(&self) -> bool {
        self.types.is_struct(self.root)
    }

    pub(crate) fn id_on(&self, registry: &mut Registry) -> Id {
        renumbered(&registry.kept(&self.types), self.root)
    }

    fn reader(&self) -> Reader<'_> {
        Reader::new(&self.body, &[], self.body.len() as u64, Source::Fixed(&self.types), &[])
    }

    /// Writes the value with the ids of the writer's stream.
    pub(crate) fn put_body(&self, w: &mut Writer<'_>) {
        let mut ids = Renumber(w.registry.kept(&self.types));
        let mut r = self.reader().at_depth(w.depth());
        let mut copy = Copy::new(&r, w.out, &mut ids);
        let walked = r.walk(self.root, Some(&mut copy));
        copy.flush(&r);
        if let Err(error) = walked {
            w.fail(match error.cause() {
                DecodeCause::TooDeep => EncodeCause::TooDeep,
                _ => EncodeCause::Kept(error),
            });
        }
    }

    /// Writes it as an interface value under a registered name.
    pub(crate) fn put_named(&self, w: &mut Writer<'_>, name: &str) {
        if name.is_empty() || name.len() > MAX_NAME {
            return w.fail(EncodeCause::BadName(name.to_owned()));
        }
        put_bytes(w.out, name.as_bytes());
        let id = self.id_on(w.registry);
        put_int(w.out, id.into());
        let at = w.out.len();
        w.out.push(0);
        if !self.is_struct() {
            w.out.push(0);
        }
        self.put_body(w);
        patch_len(w.out, at);
    }
}

impl fmt::Debug for Dynamic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.tree() {
            Ok(tree) => tree.fmt(f),
            Err(error) => write!(f, "Dynamic({error})"),
        }
    }
}

/// Replaces the ids of a kept value by those of a stream.
struct Renumber(Arc<[Id]>);

impl Ids for Renumber {
    fn id(&mut self, _: &Types, id: Id) -> Result<Id, DecodeCause> {
        Ok(renumbered(&self.0, id))
    }
}

/// Collects the types that a value needs, numbered in the order in which they are met.
#[derive(Default)]
pub(crate) struct Capture {
    ids: HashMap<Id, Id>,
    types: Types,
}

impl Capture {
    /// Takes the next value of the type `id` out of the reader.
    pub(crate) fn take(r: &mut Reader<'_>, id: Id) -> Res<Dynamic> {
        let mut capture = Self::default();
        let root = capture.id(r.types.table(), id).map_err(|cause| r.fail(cause))?;
        let mut body = Vec::new();
        let mut copy = Copy::new(r, &mut body, &mut capture);
        r.walk(id, Some(&mut copy))?;
        copy.flush(r);
        Ok(Dynamic { types: Arc::new(capture.types), root, body: body.into() })
    }

    fn number(&mut self, id: Id, open: &mut VecDeque<Id>) -> Id {
        let next = FIRST_OWN + self.ids.len() as Id;
        *self.ids.entry(id).or_insert_with(|| {
            open.push_back(id);
            next
        })
    }
}

impl Ids for Capture {
    fn id(&mut self, types: &Types, id: Id) -> Result<Id, DecodeCause> {
        if types.def(id).is_none() {
            return Ok(id);
        }
        let mut open = VecDeque::new();
        let new = self.number(id, &mut open);
        while let Some(old) = open.pop_front() {
            let Some(Def { name, mut wire }) = types.def(old).cloned() else { continue };
            let mut undefined = None;
            wire.children(|child| {
                if types.def(*child).is_some() {
                    *child = self.number(*child, &mut open);
                } else if types.wire(*child).is_none() {
                    undefined = Some(*child);
                }
            });
            if let Some(id) = undefined {
                return Err(DecodeCause::UndefinedType(id.into()));
            }
            let new = self.ids.get(&old).copied().unwrap_or_default();
            self.types.insert(new, Def { name, wire });
        }
        Ok(new)
    }
}

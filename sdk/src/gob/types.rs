//! The types that a sender has described, by the ids it gave them.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::error::DecodeCause;
use super::limits::{MAX_TYPE_BYTES, MAX_TYPES};
use super::reader::{Reader, Res};
use super::shape::Marshal;

/// A type id; those below [`FIRST_USER`] are the same everywhere.
pub(crate) type Id = i32;

pub(crate) const BOOL: Id = 1;
pub(crate) const INT: Id = 2;
pub(crate) const UINT: Id = 3;
pub(crate) const FLOAT: Id = 4;
pub(crate) const BYTES: Id = 5;
pub(crate) const STRING: Id = 6;
pub(crate) const COMPLEX: Id = 7;
pub(crate) const INTERFACE: Id = 8;
/// The lowest id that a definition may have.
pub(crate) const FIRST_USER: Id = 64;
/// The lowest id that we give; Go's documentation says so, although today's Go starts one below.
pub(crate) const FIRST_OWN: Id = 65;

/// One type as its sender described it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Def {
    pub(crate) name: Box<str>,
    pub(crate) wire: Wire,
}

/// What a type is made of.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Wire {
    Bool,
    Int,
    Uint,
    Float,
    Bytes,
    String,
    Complex,
    Interface,
    Slice(Id),
    Array(Id, u64),
    Map(Id, Id),
    Struct(Arc<[(Box<str>, Id)]>),
    Blob(Marshal),
}

impl Wire {
    fn basic(id: Id) -> Option<Self> {
        Some(match id {
            BOOL => Self::Bool,
            INT => Self::Int,
            UINT => Self::Uint,
            FLOAT => Self::Float,
            BYTES => Self::Bytes,
            STRING => Self::String,
            COMPLEX => Self::Complex,
            INTERFACE => Self::Interface,
            _ => return None,
        })
    }

    /// Calls `f` with each type this one is made of; `f` may put another id in its place.
    pub(crate) fn children(&mut self, mut f: impl FnMut(&mut Id)) {
        match self {
            Self::Slice(elem) | Self::Array(elem, _) => f(elem),
            Self::Map(key, elem) => {
                f(key);
                f(elem);
            }
            Self::Struct(fields) => {
                let mut changed: Vec<_> = fields.to_vec();
                changed.iter_mut().for_each(|(_, id)| f(id));
                *fields = changed.into();
            }
            _ => {}
        }
    }

    /// The kind in words, for messages.
    pub(crate) fn words(&self, name: &str) -> String {
        match self {
            Self::Bool => "bool".into(),
            Self::Int => "int".into(),
            Self::Uint => "uint".into(),
            Self::Float => "float".into(),
            Self::Bytes => "bytes".into(),
            Self::String => "string".into(),
            Self::Complex => "complex".into(),
            Self::Interface => "interface".into(),
            Self::Slice(_) => "slice".into(),
            Self::Array(_, len) => format!("array of {len}"),
            Self::Map(..) => "map".into(),
            Self::Struct(_) => format!("struct {name}"),
            Self::Blob(marshal) => format!("{} {name}", marshal.words()),
        }
    }
}

/// Types by id, without the predefined ones.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(crate) struct Types(BTreeMap<Id, Def>);

impl Types {
    pub(crate) fn def(&self, id: Id) -> Option<&Def> {
        self.0.get(&id)
    }

    /// What `id` is made of; cheap to copy.
    pub(crate) fn wire(&self, id: Id) -> Option<Wire> {
        match self.0.get(&id) {
            Some(def) => Some(def.wire.clone()),
            None => Wire::basic(id),
        }
    }

    /// Whether `id` is known.
    pub(crate) fn has(&self, id: Id) -> bool {
        (BOOL..=INTERFACE).contains(&id) || self.0.contains_key(&id)
    }

    /// Whether a value of that type at top level or in an interface starts without the zero byte.
    pub(crate) fn is_struct(&self, id: Id) -> bool {
        self.0.get(&id).is_some_and(|def| matches!(def.wire, Wire::Struct(_)))
    }

    /// Whether `id` is made of just that.
    pub(crate) fn is(&self, id: Id, wire: &Wire) -> bool {
        match self.0.get(&id) {
            Some(def) => def.wire == *wire,
            None => Wire::basic(id).as_ref() == Some(wire),
        }
    }

    pub(crate) fn name(&self, id: Id) -> &str {
        self.0.get(&id).map_or("", |def| &def.name)
    }

    pub(crate) fn words(&self, id: Id) -> String {
        self.wire(id).map_or_else(|| format!("undefined type {id}"), |wire| wire.words(self.name(id)))
    }

    pub(crate) fn insert(&mut self, id: Id, def: Def) {
        self.0.insert(id, def);
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (Id, &Def)> {
        self.0.iter().map(|(id, def)| (*id, def))
    }
}

/// The types of one incoming stream, with what it takes to forget the newest of them again.
#[derive(Debug, Default)]
pub(crate) struct StreamTypes {
    pub(crate) types: Types,
    order: Vec<(Id, usize)>,
    bytes: usize,
}

impl StreamTypes {
    pub(crate) fn mark(&self) -> usize {
        self.order.len()
    }

    pub(crate) fn rollback(&mut self, mark: usize) {
        for (id, bytes) in self.order.drain(mark.min(self.order.len())..) {
            self.types.0.remove(&id);
            self.bytes -= bytes;
        }
    }

    fn add(&mut self, id: i64, def: Def, bytes: usize) -> Result<(), DecodeCause> {
        let Ok(id) = Id::try_from(id) else {
            return Err(DecodeCause::BadDefinition("the id does not fit 32 bits"));
        };
        if id < FIRST_USER {
            return Err(DecodeCause::BadDefinition("ids below 64 are taken"));
        }
        if self.types.def(id).is_some() {
            return Err(DecodeCause::DuplicateType(id.into()));
        }
        if self.types.len() >= MAX_TYPES {
            return Err(too_large("type table", self.types.len() + 1, MAX_TYPES));
        }
        if self.bytes + bytes > MAX_TYPE_BYTES {
            return Err(too_large("definitions", self.bytes + bytes, MAX_TYPE_BYTES));
        }
        self.types.insert(id, def);
        self.order.push((id, bytes));
        self.bytes += bytes;
        Ok(())
    }
}

pub(crate) fn too_large(what: &'static str, len: usize, max: usize) -> DecodeCause {
    DecodeCause::TooLarge { what, len: len as u64, max: max as u64 }
}

/// Where a reader looks types up.
pub(crate) enum Source<'a> {
    /// A stream: interface values may bring new definitions.
    Stream(&'a mut StreamTypes),
    /// The types kept with one value.
    Fixed(&'a Types),
}

impl Source<'_> {
    pub(crate) fn table(&self) -> &Types {
        match self {
            Self::Stream(stream) => &stream.types,
            Self::Fixed(types) => types,
        }
    }
}

/// Reads the rest of a definition whose negative id has been read, and enters it.
pub(crate) fn define(r: &mut Reader<'_>, negative: i64) -> Res {
    let before = r.left();
    let def = definition(r)?;
    let bytes = before - r.left();
    let id = negative.checked_neg().unwrap_or(i64::MAX);
    let added = match &mut r.types {
        Source::Stream(stream) => stream.add(id, def, bytes),
        Source::Fixed(_) => Err(DecodeCause::BadDefinition("not allowed inside a kept value")),
    };
    added.map_err(|cause| r.fail(cause))
}

/// Go's `wireType`: a struct of which one field is set.
fn definition(r: &mut Reader<'_>) -> Res<Def> {
    let mut def = None;
    fields(r, 7, |r, field| {
        if def.is_some() {
            return Err(r.fail(DecodeCause::BadDefinition("two kinds at once")));
        }
        let mut body = Body::default();
        fields(r, 3, |r, part| body.read(r, field, part))?;
        def = Some(Def { name: std::mem::take(&mut body.name), wire: body.finish(r, field)? });
        Ok(())
    })?;
    def.ok_or_else(|| r.fail(DecodeCause::BadDefinition("no kind")))
}

/// The parts that the kinds of definitions have, together.
#[derive(Default)]
struct Body {
    name: Box<str>,
    ids: [Id; 2],
    len: u64,
    fields: Vec<(Box<str>, Id)>,
}

impl Body {
    fn read(&mut self, r: &mut Reader<'_>, kind: u64, part: u64) -> Res {
        match (kind, part) {
            // CommonType: the name, and an id that is not to be trusted.
            (_, 0) => fields(r, 2, |r, n| match n {
                0 => r.text().map(|name| self.name = name.into()),
                _ => r.int().map(drop),
            }),
            (0 | 1 | 3, 1) => type_id(r).map(|id| self.ids[0] = id),
            (0, 2) => r.int().map(|len| self.len = u64::try_from(len).unwrap_or(u64::MAX)),
            (3, 2) => type_id(r).map(|id| self.ids[1] = id),
            (2, 1) => self.read_fields(r),
            _ => Err(r.fail(DecodeCause::BadDefinition("unknown part"))),
        }
    }

    fn read_fields(&mut self, r: &mut Reader<'_>) -> Res {
        let count = r.count("field list", 1)?;
        for _ in 0..count {
            let (mut name, mut id) = (Box::default(), 0);
            fields(r, 2, |r, n| match n {
                0 => r.text().map(|text| name = text.into()),
                _ => type_id(r).map(|n| id = n),
            })?;
            if str::is_empty(&name) {
                return Err(r.fail(DecodeCause::BadDefinition("a field without a name")));
            }
            self.fields.push((name, id));
        }
        Ok(())
    }

    fn finish(self, r: &Reader<'_>, kind: u64) -> Res<Wire> {
        let [first, second] = self.ids;
        let wire = match kind {
            0 => Wire::Array(first, self.len),
            1 => Wire::Slice(first),
            2 => Wire::Struct(self.fields.into()),
            3 => Wire::Map(first, second),
            4 => Wire::Blob(Marshal::Gob),
            5 => Wire::Blob(Marshal::Binary),
            _ => Wire::Blob(Marshal::Text),
        };
        let mut missing = false;
        if !matches!(wire, Wire::Struct(_)) {
            wire.clone().children(|id| missing |= *id == 0);
        }
        if let Wire::Struct(fields) = &wire {
            missing |= fields.iter().any(|(_, id)| *id == 0);
        }
        if missing {
            return Err(r.fail(DecodeCause::BadDefinition("a part without a type")));
        }
        Ok(wire)
    }
}

fn type_id(r: &mut Reader<'_>) -> Res<Id> {
    let id = r.int()?;
    Id::try_from(id).ok().filter(|id| *id > 0).ok_or_else(|| r.fail(DecodeCause::UndefinedType(id)))
}

/// Reads a struct of `count` fields, field by field.
fn fields<'a>(r: &mut Reader<'a>, count: u64, mut read: impl FnMut(&mut Reader<'a>, u64) -> Res) -> Res {
    let mut next = 0u64;
    while r.left() > 0 {
        let delta = r.uint()?;
        if delta == 0 {
            return Ok(());
        }
        next = next.saturating_add(delta);
        if next > count {
            return Err(r.fail(DecodeCause::FieldNumber(next - 1)));
        }
        read(r, next - 1)?;
    }
    Ok(())
}

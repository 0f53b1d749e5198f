//! [`Tree`]: the structure of any value, for looking at.

use super::error::{DecodeCause, Step};
use super::reader::{Reader, Res};
use super::types::{Id, Wire};

/// A value whose types are known only from its sender's description.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Tree {
    /// `bool`
    Bool(bool),
    /// Any signed integer.
    Int(i64),
    /// Any unsigned integer.
    Uint(u64),
    /// Any float.
    Float(f64),
    /// Real and imaginary part.
    Complex(f64, f64),
    /// A string, as bytes since Go does not promise UTF-8.
    String(Vec<u8>),
    /// `[]byte`
    Bytes(Vec<u8>),
    /// A slice or array.
    List(Vec<Tree>),
    /// A map, in the sender's order.
    Map(Vec<(Tree, Tree)>),
    /// A struct: its name, and the fields that were sent.
    Struct(String, Vec<(String, Tree)>),
    /// The opaque bytes of a type with its own format.
    Blob(Vec<u8>),
    /// A nil interface.
    Nil,
    /// An interface value: registered name and value.
    Interface(String, Box<Tree>),
}

impl Tree {
    /// The field of a struct, if it was sent.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Tree> {
        match self {
            Self::Struct(_, fields) => fields.iter().find(|(field, _)| field == name).map(|(_, tree)| tree),
            _ => None,
        }
    }

    /// Reads a value of the type `id`.
    pub(crate) fn read(r: &mut Reader<'_>, id: Id) -> Res<Self> {
        let Some(wire) = r.types.table().wire(id) else {
            return Err(r.fail(DecodeCause::UndefinedType(id.into())));
        };
        Ok(match wire {
            Wire::Bool => Self::Bool(r.uint()? != 0),
            Wire::Int => Self::Int(r.int()?),
            Wire::Uint => Self::Uint(r.uint()?),
            Wire::Float => Self::Float(r.float()?),
            Wire::Complex => Self::Complex(r.float()?, r.float()?),
            Wire::Bytes => Self::Bytes(r.bytes()?.to_vec()),
            Wire::String => Self::String(r.bytes()?.to_vec()),
            Wire::Blob(_) => Self::Blob(r.bytes()?.to_vec()),
            Wire::Slice(elem) => {
                let count = r.count("slice", 1)?;
                Self::list(r, elem, count)?
            }
            Wire::Array(elem, len) => {
                let count = r.array_len(len)?;
                Self::list(r, elem, count)?
            }
            Wire::Map(key, elem) => Self::map(r, key, elem)?,
            Wire::Struct(fields) => Self::structure(r, id, &fields)?,
            Wire::Interface => Self::interface(r)?,
        })
    }

    fn list(r: &mut Reader<'_>, elem: Id, count: usize) -> Res<Self> {
        r.enter()?;
        r.charge(count * size_of::<Self>())?;
        let mut items = Vec::with_capacity(count);
        for i in 0..count {
            items.push(Self::read(r, elem).map_err(|error| error.within(Step::Index(i)))?);
        }
        r.leave();
        Ok(Self::List(items))
    }

    fn map(r: &mut Reader<'_>, key: Id, elem: Id) -> Res<Self> {
        r.enter()?;
        let count = r.count("map", 2)?;
        r.charge(count * size_of::<(Self, Self)>())?;
        let mut entries = Vec::with_capacity(count);
        for _ in 0..count {
            entries.push((Self::read(r, key)?, Self::read(r, elem)?));
        }
        r.leave();
        Ok(Self::Map(entries))
    }

    fn structure(r: &mut Reader<'_>, id: Id, types: &[(Box<str>, Id)]) -> Res<Self> {
        r.enter()?;
        let name = r.types.table().name(id).to_owned();
        r.charge(name.len())?;
        let mut fields = Vec::new();
        let mut next = 0u64;
        while r.left() > 0 {
            let delta = r.uint()?;
            if delta == 0 {
                break;
            }
            next = next.saturating_add(delta);
            let Some((name, id)) = types.get((next - 1) as usize) else {
                return Err(r.fail(DecodeCause::FieldNumber(next - 1)));
            };
            r.charge(2 * size_of::<(String, Self)>() + name.len())?;
            let value =
                Self::read(r, *id).map_err(|error| error.within(Step::Field(name.to_string().into())))?;
            fields.push((name.to_string(), value));
        }
        r.leave();
        Ok(Self::Struct(name, fields))
    }

    fn interface(r: &mut Reader<'_>) -> Res<Self> {
        let name = r.interface_name()?;
        if name.is_empty() {
            return Ok(Self::Nil);
        }
        let name = super::reader::lossy(name);
        r.enter()?;
        let id = r.concrete_id()?;
        r.uint()?;
        if !r.is_struct(id) {
            r.singleton()?;
        }
        let value = Self::read(r, id)?;
        r.leave();
        Ok(Self::Interface(name, Box::new(value)))
    }
}

//! Plans: what a sender's type means for a receiving Rust type, worked out once per stream and pair of types.
//!
//! A plan holds numbers only. Names are compared while it is made, never while a value is read.

use std::any::TypeId;
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::hash::{BuildHasherDefault, Hasher};

use super::error::{DecodeCause, DecodeError, Step};
use super::limits::MAX_DEPTH;
use super::reader::{Plan, Reader, Res};
use super::shape::{Info, Shape, Type};
use super::types::{Id, Types, Wire};

/// The plan of everything that needs none.
pub(crate) const LEAF: Plan = 0;
/// Stands for a field that the receiving struct does not have.
const SKIP: u32 = u32::MAX;

/// One step of a plan.
pub(crate) enum Node {
    Leaf,
    Elem(Plan),
    Pair(Plan, Plan),
    Record(Box<[Op]>, &'static Info),
}

/// What to do with one of the sender's fields.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Op {
    /// The receiving field's number, or `SKIP`.
    local: u32,
    /// Its plan; for a skipped field the sender's type id.
    plan: u32,
}

/// A struct that is read field by field; implemented by the derive.
pub trait Record {
    /// Reads the field of that number in place.
    ///
    /// # Errors
    /// Whatever the field's own reading gives.
    fn get_field(&mut self, index: u32, r: &mut Reader<'_>, plan: Plan) -> Res;
}

impl Reader<'_> {
    /// Reads a struct.
    ///
    /// # Errors
    /// The first fault in a field, with that field's name; a field number the sender's type does not have.
    pub fn record(&mut self, target: &mut dyn Record, plan: Plan) -> Res {
        let nodes = self.nodes;
        let Some(Node::Record(ops, info)) = nodes.get(plan as usize) else { return Ok(()) };
        self.enter()?;
        let mut next = 0u64;
        // Go tolerates a missing end mark when the message ends there.
        while self.left() > 0 {
            let delta = self.uint()?;
            if delta == 0 {
                break;
            }
            next = next.saturating_add(delta);
            let Some(op) = ops.get((next - 1) as usize) else {
                return Err(self.fail(DecodeCause::FieldNumber(next - 1)));
            };
            if op.local == SKIP {
                self.walk(op.plan as Id, None)?;
            } else if let Err(error) = target.get_field(op.local, self, op.plan) {
                return Err(error.within(Step::Field(field_name(info, op.local).into())));
            }
        }
        self.leave();
        Ok(())
    }

    /// The plan of a collection's elements.
    pub(crate) fn elem(&self, plan: Plan) -> Plan {
        match self.nodes.get(plan as usize) {
            Some(Node::Elem(elem)) => *elem,
            _ => LEAF,
        }
    }

    /// The plans of a map's keys and values.
    pub(crate) fn pair(&self, plan: Plan) -> (Plan, Plan) {
        match self.nodes.get(plan as usize) {
            Some(Node::Pair(key, value)) => (*key, *value),
            _ => (LEAF, LEAF),
        }
    }
}

pub(crate) fn field_name(info: &'static Info, index: u32) -> &'static str {
    info.fields.get(index as usize).map_or("?", |field| field.name)
}

/// A hasher for keys that are hashes or small numbers already.
#[derive(Default)]
pub(crate) struct Mix(u64);

impl Hasher for Mix {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_u64(u64::from(*byte)));
    }

    fn write_u64(&mut self, n: u64) {
        self.0 = (self.0.rotate_left(26) ^ n).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }

    fn write_i32(&mut self, n: i32) {
        self.write_u64(u64::from(n as u32));
    }
}

type Fast = BuildHasherDefault<Mix>;
/// A map keyed by what [`Mix`] suits.
pub(crate) type FastMap<K, V> = HashMap<K, V, Fast>;

/// All plans of one stream.
pub(crate) struct Plans {
    pub(crate) nodes: Vec<Node>,
    index: FastMap<(Id, TypeId), Result<Plan, DecodeError>>,
    /// Types of which every type they refer to is known to be defined.
    closed: HashSet<Id, Fast>,
}

impl Default for Plans {
    fn default() -> Self {
        Self { nodes: vec![Node::Leaf], index: FastMap::default(), closed: HashSet::default() }
    }
}

impl fmt::Debug for Plans {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Plans").field("nodes", &self.nodes.len()).finish_non_exhaustive()
    }
}

impl Plans {
    /// The plan for reading the sender's type `id` as `ty`.
    pub(crate) fn find(&mut self, types: &Types, id: Id, ty: &Type) -> Res<Plan> {
        if let Some(known) = self.index.get(&(id, ty.id)) {
            return known.clone();
        }
        let nodes = self.nodes.len();
        let mut maker = Maker { plans: self, types, made: Vec::new(), depth: 0 };
        let result = maker.make(id, ty).map_err(|error| error.rooted(ty.root_name()));
        let made = maker.made;
        if let Err(error) = &result {
            self.nodes.truncate(nodes);
            for key in made {
                self.index.remove(&key);
            }
            // A definition may still come; a wrong kind stays wrong.
            if !matches!(error.cause(), DecodeCause::UndefinedType(_)) {
                self.index.insert((id, ty.id), Err(error.clone()));
            }
        }
        result
    }

    /// Checks that every type that `id` refers to is defined.
    pub(crate) fn close(&mut self, types: &Types, id: Id) -> Res {
        let mut open = vec![id];
        while let Some(id) = open.pop() {
            if !self.closed.insert(id) {
                continue;
            }
            match types.wire(id) {
                Some(Wire::Struct(fields)) => open.extend(fields.iter().map(|(_, id)| *id)),
                Some(mut wire) => wire.children(|id| open.push(*id)),
                None => {
                    self.closed.clear();
                    return Err(DecodeError::new(DecodeCause::UndefinedType(id.into()), 0));
                }
            }
        }
        Ok(())
    }
}

struct Maker<'a> {
    plans: &'a mut Plans,
    types: &'a Types,
    made: Vec<(Id, TypeId)>,
    depth: u32,
}

impl Maker<'_> {
    fn make(&mut self, id: Id, ty: &Type) -> Res<Plan> {
        let Some(wire) = self.types.wire(id) else {
            return Err(error(DecodeCause::UndefinedType(id.into())));
        };
        match (&wire, &ty.shape) {
            (Wire::Bool, Shape::Bool)
            | (Wire::Int, Shape::Int)
            | (Wire::Uint, Shape::Uint)
            | (Wire::Float, Shape::Float)
            | (Wire::Bytes, Shape::Bytes)
            | (Wire::String, Shape::String)
            | (Wire::Complex, Shape::Complex)
            | (Wire::Interface, Shape::Interface) => Ok(LEAF),
            (Wire::Blob(theirs), Shape::Blob(ours, _)) if theirs == ours => Ok(LEAF),
            (Wire::Array(_, theirs), Shape::Array(_, ours)) if *theirs != *ours as u64 => {
                Err(self.mismatch(id, ty))
            }
            (Wire::Slice(_), Shape::Slice(_))
            | (Wire::Array(..), Shape::Array(..))
            | (Wire::Map(..), Shape::Map(..))
            | (Wire::Struct(_), Shape::Record(_)) => self.compound(id, &wire, ty),
            _ => Err(self.mismatch(id, ty)),
        }
    }

    fn mismatch(&self, id: Id, ty: &Type) -> DecodeError {
        error(DecodeCause::Mismatch { expected: ty.shape.words(), found: self.types.words(id) })
    }

    /// Gives the node its number before its parts are looked at, so that types can contain themselves.
    fn compound(&mut self, id: Id, wire: &Wire, ty: &Type) -> Res<Plan> {
        if let Some(known) = self.plans.index.get(&(id, ty.id)) {
            return known.clone();
        }
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(error(DecodeCause::TooDeep));
        }
        let plan = self.plans.nodes.len() as Plan;
        self.plans.nodes.push(Node::Leaf);
        self.plans.index.insert((id, ty.id), Ok(plan));
        self.made.push((id, ty.id));
        let node = match (wire, &ty.shape) {
            (Wire::Slice(elem), Shape::Slice(of)) | (Wire::Array(elem, _), Shape::Array(of, _)) => {
                Node::Elem(self.make(*elem, &of()).map_err(|error| error.within(Step::Index(0)))?)
            }
            (Wire::Map(key, value), Shape::Map(of_key, of_value)) => {
                Node::Pair(self.make(*key, &of_key())?, self.make(*value, &of_value())?)
            }
            (Wire::Struct(theirs), Shape::Record(info)) => Node::Record(self.ops(id, theirs, info)?, info),
            _ => Node::Leaf,
        };
        if let Some(slot) = self.plans.nodes.get_mut(plan as usize) {
            *slot = node;
        }
        self.depth -= 1;
        Ok(plan)
    }

    fn ops(&mut self, id: Id, theirs: &[(Box<str>, Id)], info: &'static Info) -> Res<Box<[Op]>> {
        let mut ops = Vec::with_capacity(theirs.len());
        let mut common = theirs.is_empty() || info.fields.is_empty();
        for (name, field) in theirs {
            let ours = info.fields.iter().enumerate().find(|(_, ours)| *ours.name == **name);
            ops.push(match ours {
                Some((local, ours)) => {
                    common = true;
                    let plan = self.make(*field, &(ours.of)());
                    Op {
                        local: local as u32,
                        plan: plan.map_err(|error| error.within(Step::Field(ours.name.into())))?,
                    }
                }
                None => {
                    let closed = self.plans.close(self.types, *field);
                    closed.map_err(|error| error.within(Step::Field(name.to_string().into())))?;
                    Op { local: SKIP, plan: *field as u32 }
                }
            });
        }
        if !common {
            return Err(error(DecodeCause::NoCommonField { found: self.types.name(id).to_owned() }));
        }
        Ok(ops.into())
    }
}

#[cold]
fn error(cause: DecodeCause) -> DecodeError {
    DecodeError::new(cause, 0)
}

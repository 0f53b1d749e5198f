//! Lists, arrays, maps, pointers, and the wrapper that writes zeros.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Debug;
use std::hash::{BuildHasher, Hash};

use super::Gob;
use super::bits::put_uint;
use super::error::{EncodeCause, Step};
use super::plan::Record;
use super::reader::{Plan, Reader, Res};
use super::shape::{Shape, Type};
use super::writer::Writer;

impl<T: Gob> Gob for Vec<T> {
    fn zero() -> Self {
        Self::new()
    }

    fn describe() -> Type {
        T::describe_slice()
    }

    fn gob_is_zero(&self) -> bool {
        self.is_empty()
    }

    fn gob_put(&self, w: &mut Writer<'_>) {
        T::put_slice(self, w);
    }

    fn gob_get(&mut self, r: &mut Reader<'_>, plan: Plan) -> Res {
        T::get_slice(self, r, plan)
    }
}

pub(crate) fn put_slice<T: Gob>(items: &[T], w: &mut Writer<'_>) {
    if !w.enter() {
        return;
    }
    put_uint(w.out, items.len() as u64);
    for (i, item) in items.iter().enumerate() {
        item.gob_put(w);
        w.note(|| Step::Index(i));
    }
    w.leave();
}

pub(crate) fn get_slice<T: Gob>(items: &mut Vec<T>, r: &mut Reader<'_>, plan: Plan) -> Res {
    let count = r.count("slice", 1)?;
    let elem = r.elem(plan);
    r.enter()?;
    items.truncate(count);
    let fresh = count - items.len();
    r.charge(fresh.saturating_mul(size_of::<T>()))?;
    items.reserve_exact(fresh);
    for i in 0..count {
        if i == items.len() {
            items.push(T::zero());
        }
        if let Some(item) = items.get_mut(i)
            && let Err(error) = item.gob_get(r, elem)
        {
            return Err(error.within(Step::Index(i)));
        }
    }
    r.leave();
    Ok(())
}

impl<T: Gob, const N: usize> Gob for [T; N] {
    fn zero() -> Self {
        std::array::from_fn(|_| T::zero())
    }

    fn describe() -> Type {
        Type::new::<Self>(Shape::Array(T::describe, N))
    }

    fn gob_put(&self, w: &mut Writer<'_>) {
        put_slice(self, w);
    }

    fn gob_get(&mut self, r: &mut Reader<'_>, plan: Plan) -> Res {
        r.array_len(N as u64)?;
        let elem = r.elem(plan);
        r.enter()?;
        for (i, item) in self.iter_mut().enumerate() {
            item.gob_get(r, elem).map_err(|error| error.within(Step::Index(i)))?;
        }
        r.leave();
        Ok(())
    }
}

impl<K: Gob + Ord + Debug, V: Gob> Gob for BTreeMap<K, V> {
    fn zero() -> Self {
        Self::new()
    }

    fn describe() -> Type {
        Type::new::<Self>(Shape::Map(K::describe, V::describe))
    }

    fn gob_is_zero(&self) -> bool {
        self.is_empty()
    }

    fn gob_put(&self, w: &mut Writer<'_>) {
        put_map(self.len(), self.iter(), w);
    }

    fn gob_get(&mut self, r: &mut Reader<'_>, plan: Plan) -> Res {
        // Nodes of eleven entries, at least five of them used. To sort the entries first would gain from a thousand on
        // only, and the code for it is large, once for each type.
        get_map(r, plan, 11, self, |_, _| {}, |map, key, value| drop(map.insert(key, value)))
    }
}

impl<K: Gob + Eq + Hash + Debug, V: Gob, S: BuildHasher + Default + 'static> Gob for HashMap<K, V, S> {
    fn zero() -> Self {
        Self::default()
    }

    fn describe() -> Type {
        Type::new::<Self>(Shape::Map(K::describe, V::describe))
    }

    fn gob_is_zero(&self) -> bool {
        self.is_empty()
    }

    fn gob_put(&self, w: &mut Writer<'_>) {
        put_map(self.len(), self.iter(), w);
    }

    fn gob_get(&mut self, r: &mut Reader<'_>, plan: Plan) -> Res {
        get_map(r, plan, 4, self, Self::reserve, |map, key, value| drop(map.insert(key, value)))
    }
}

fn put_map<'m, K: Gob + Debug, V: Gob>(
    len: usize,
    entries: impl Iterator<Item = (&'m K, &'m V)>,
    w: &mut Writer<'_>,
) {
    if !w.enter() {
        return;
    }
    put_uint(w.out, len as u64);
    for (key, value) in entries {
        key.gob_put(w);
        value.gob_put(w);
        w.note(|| key_step(key));
    }
    w.leave();
}

/// `node`: how many entries the smallest allocation of the map has room for.
fn get_map<M, K: Gob + Debug, V: Gob>(
    r: &mut Reader<'_>,
    plan: Plan,
    node: usize,
    map: &mut M,
    reserve: impl Fn(&mut M, usize),
    insert: impl Fn(&mut M, K, V),
) -> Res {
    let count = r.count("map", 2)?;
    let (key_plan, value_plan) = r.pair(plan);
    r.enter()?;
    let room = count.saturating_mul(2).max(if count > 0 { node } else { 0 });
    r.charge(room.saturating_mul(size_of::<(K, V)>()))?;
    reserve(map, count);
    for _ in 0..count {
        let (mut key, mut value) = (K::zero(), V::zero());
        key.gob_get(r, key_plan)?;
        if let Err(error) = value.gob_get(r, value_plan) {
            return Err(error.within(key_step(&key)));
        }
        insert(map, key, value);
    }
    r.leave();
    Ok(())
}

#[cold]
fn key_step(key: &dyn Debug) -> Step {
    let text = format!("{key:?}");
    Step::Key(text.trim_matches('"').to_owned())
}

impl<T: Gob> Gob for Option<T> {
    fn zero() -> Self {
        None
    }

    fn describe() -> Type {
        T::describe()
    }

    fn gob_is_zero(&self) -> bool {
        self.is_none()
    }

    fn gob_put(&self, w: &mut Writer<'_>) {
        match self {
            Some(value) => value.gob_put(w),
            None => w.fail(EncodeCause::NilElement),
        }
    }

    fn gob_put_field(&self, w: &mut Writer<'_>, index: u32) {
        if let Some(value) = self {
            value.gob_put_present(w, index);
        } else if w.filled() && T::describe().shape.is_lost_as_zero() {
            w.delta(index);
            T::zero().gob_put(w);
        }
    }

    fn gob_get(&mut self, r: &mut Reader<'_>, plan: Plan) -> Res {
        self.get_or_insert_with(T::zero).gob_get(r, plan)
    }
}

impl<T: Gob> Gob for Box<T> {
    fn zero() -> Self {
        Self::new(T::zero())
    }

    fn describe() -> Type {
        T::describe()
    }

    fn gob_is_zero(&self) -> bool {
        (**self).gob_is_zero()
    }

    fn gob_put(&self, w: &mut Writer<'_>) {
        (**self).gob_put(w);
    }

    fn gob_put_field(&self, w: &mut Writer<'_>, index: u32) {
        (**self).gob_put_field(w, index);
    }

    fn gob_put_present(&self, w: &mut Writer<'_>, index: u32) {
        (**self).gob_put_present(w, index);
    }

    fn gob_get(&mut self, r: &mut Reader<'_>, plan: Plan) -> Res {
        r.charge(size_of::<T>())?;
        (**self).gob_get(r, plan)
    }
}

/// Writes what it holds with all its zeros, at every depth: empty strings, numbers, lists and maps, nil interfaces.
/// `None` stays left out.
///
/// For receivers that decode into a value they already have and where a missing field means "as it was".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Explicit<T>(pub T);

impl<T: Gob> Gob for Explicit<T> {
    fn zero() -> Self {
        Self(T::zero())
    }

    fn describe() -> Type {
        T::describe()
    }

    fn gob_is_zero(&self) -> bool {
        false
    }

    fn gob_put(&self, w: &mut Writer<'_>) {
        w.explicitly(|w| self.0.gob_put(w));
    }

    fn gob_put_field(&self, w: &mut Writer<'_>, index: u32) {
        w.explicitly(|w| self.0.gob_put_field(w, index));
    }

    fn gob_get(&mut self, r: &mut Reader<'_>, plan: Plan) -> Res {
        self.0.gob_get(r, plan)
    }
}

/// As [`Explicit`], and `None` of a number, a text or a list is written as a pointer to its zero.
///
/// For values that came from Go, whose encoder leaves out pointers to zeros, and that go back to a receiver for whom
/// nil means a default of its own: without this a `false` becomes `true` on the way, wherever that is the default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Filled<T>(pub T);

impl<T: Gob> Gob for Filled<T> {
    fn zero() -> Self {
        Self(T::zero())
    }

    fn describe() -> Type {
        T::describe()
    }

    fn gob_is_zero(&self) -> bool {
        false
    }

    fn gob_put(&self, w: &mut Writer<'_>) {
        w.filling(|w| self.0.gob_put(w));
    }

    fn gob_put_field(&self, w: &mut Writer<'_>, index: u32) {
        w.filling(|w| self.0.gob_put_field(w, index));
    }

    fn gob_get(&mut self, r: &mut Reader<'_>, plan: Plan) -> Res {
        self.0.gob_get(r, plan)
    }
}

/// A struct without fields.
pub(crate) struct Nothing;

impl Record for Nothing {
    fn get_field(&mut self, _: u32, _: &mut Reader<'_>, _: Plan) -> Res {
        Ok(())
    }
}

//! [`Value`] on the wire: a registered name, the type's id, a length, the value.

use super::bits::{patch_len, put_bytes, put_int};
use super::dynamic::Capture;
use super::error::DecodeCause;
use super::reader::{Plan, Reader, Res};
use super::scalar::narrow;
use super::shape::{Shape, Type};
use super::types::{self, Id, Wire};
use super::value::Named;
use super::writer::Writer;
use super::{Complex, Gob, Value};

impl Gob for Value {
    fn zero() -> Self {
        Self::Nil
    }

    fn describe() -> Type {
        Type::new::<Self>(Shape::Interface)
    }

    fn gob_is_zero(&self) -> bool {
        self.is_nil()
    }

    fn gob_put(&self, w: &mut Writer<'_>) {
        match self {
            Self::Nil => w.out.push(0),
            Self::Bool(v) => unnamed(w, self, v),
            Self::Int(v) | Self::Int64(v) => unnamed(w, self, v),
            Self::Int8(v) => unnamed(w, self, v),
            Self::Int16(v) => unnamed(w, self, v),
            Self::Int32(v) => unnamed(w, self, v),
            Self::Uint(v) | Self::Uint64(v) | Self::Uintptr(v) => unnamed(w, self, v),
            Self::Uint8(v) => unnamed(w, self, v),
            Self::Uint16(v) => unnamed(w, self, v),
            Self::Uint32(v) => unnamed(w, self, v),
            Self::Float32(v) => unnamed(w, self, v),
            Self::Float64(v) => unnamed(w, self, v),
            Self::Complex64(v) | Self::Complex128(v) => unnamed(w, self, v),
            Self::String(v) => unnamed(w, self, v),
            Self::Bytes(v) => unnamed(w, self, v),
            Self::Strings(v) => unnamed(w, self, v),
            Self::List(v) => unnamed(w, self, v),
            Self::Map(v) => unnamed(w, self, v),
            Self::Named(named) => {
                if w.enter() {
                    named.value.put_named(w, &named.name);
                    w.leave();
                }
            }
        }
    }

    fn gob_get(&mut self, r: &mut Reader<'_>, _: Plan) -> Res {
        let name = r.interface_name()?;
        if name.is_empty() {
            *self = Self::Nil;
            return Ok(());
        }
        let id = r.concrete_id()?;
        // The length is only a part of the truth when the value was cut for a new definition.
        r.uint()?;
        *self = read(r, name, id)?;
        Ok(())
    }
}

/// Writes a value that is no struct under its own name.
fn unnamed<T: Gob>(w: &mut Writer<'_>, value: &Value, inner: &T) {
    put_bytes(w.out, value.type_name().as_bytes());
    let id = w.registry.id(&T::describe());
    put_int(w.out, id.into());
    let at = w.out.len();
    w.out.extend_from_slice(&[0, 0]);
    inner.gob_put(w);
    patch_len(w.out, at);
}

fn read(r: &mut Reader<'_>, name: &[u8], id: Id) -> Res<Value> {
    Ok(match name {
        b"string" => Value::String(basic(r, id)?),
        b"bool" => Value::Bool(basic(r, id)?),
        b"float64" => Value::Float64(basic(r, id)?),
        b"map[string]interface {}" => {
            check(r, id, Wire::Map(types::STRING, types::INTERFACE), "map[string]interface {}")?;
            Value::Map(open(r)?)
        }
        b"[]interface {}" => {
            check(r, id, Wire::Slice(types::INTERFACE), "[]interface {}")?;
            Value::List(open(r)?)
        }
        b"[]string" => {
            check(r, id, Wire::Slice(types::STRING), "[]string")?;
            Value::Strings(open(r)?)
        }
        b"int" => Value::Int(basic(r, id)?),
        b"int64" => Value::Int64(basic(r, id)?),
        b"[]uint8" => Value::Bytes(basic(r, id)?),
        b"int8" => Value::Int8(basic(r, id)?),
        b"int16" => Value::Int16(basic(r, id)?),
        b"int32" => Value::Int32(basic(r, id)?),
        b"uint" => Value::Uint(basic(r, id)?),
        b"uint8" => Value::Uint8(basic(r, id)?),
        b"uint16" => Value::Uint16(basic(r, id)?),
        b"uint32" => Value::Uint32(basic(r, id)?),
        b"uint64" => Value::Uint64(basic(r, id)?),
        b"uintptr" => Value::Uintptr(basic(r, id)?),
        b"float32" => {
            check(r, id, Wire::Float, "float")?;
            r.singleton()?;
            Value::Float32(narrow(r)?)
        }
        b"complex64" => Value::Complex64(basic::<Complex>(r, id)?),
        b"complex128" => Value::Complex128(basic::<Complex>(r, id)?),
        _ => named(r, name, id)?,
    })
}

fn basic<T: Gob>(r: &mut Reader<'_>, id: Id) -> Res<T> {
    let shape = T::describe().shape;
    let fits = matches!(
        (shape, id),
        (Shape::Bool, types::BOOL)
            | (Shape::Int, types::INT)
            | (Shape::Uint, types::UINT)
            | (Shape::Float, types::FLOAT)
            | (Shape::Bytes, types::BYTES)
            | (Shape::String, types::STRING)
            | (Shape::Complex, types::COMPLEX)
    );
    if !fits {
        let found = r.types.table().words(id);
        return Err(r.fail(DecodeCause::Mismatch { expected: shape.words(), found }));
    }
    open(r)
}

/// A value that is no struct and needs no plan.
fn open<T: Gob>(r: &mut Reader<'_>) -> Res<T> {
    r.singleton()?;
    let mut value = T::zero();
    value.gob_get(r, super::plan::LEAF)?;
    Ok(value)
}

fn check(r: &Reader<'_>, id: Id, wire: Wire, name: &str) -> Res {
    if r.types.table().is(id, &wire) {
        return Ok(());
    }
    let found = r.types.table().words(id);
    Err(r.fail(DecodeCause::Mismatch { expected: name.to_owned(), found }))
}

fn named(r: &mut Reader<'_>, name: &[u8], id: Id) -> Res<Value> {
    let Ok(name) = str::from_utf8(name) else {
        return Err(r.fail(DecodeCause::BadBlob("the registered name is not UTF-8")));
    };
    r.enter()?;
    r.charge(size_of::<Named>() + name.len())?;
    if !r.is_struct(id) {
        r.singleton()?;
    }
    let value = Capture::take(r, id)?;
    r.leave();
    Ok(Value::Named(Box::new(Named { name: name.to_owned(), value })))
}

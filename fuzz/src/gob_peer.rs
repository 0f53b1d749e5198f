//! Our decoder beside another implementation: what both accept, both must read alike.

use std::sync::Arc;

use gobwire::{StreamDecoder, Type, Value as Theirs};
use mmplugin::gob::{Decoder, Tree};

/// Compares value by value up to the first that one of them refuses.
pub fn gob_peer(bytes: &[u8]) {
    let mut ours = Decoder::new();
    ours.feed(bytes);
    let mut theirs = StreamDecoder::new(bytes);
    loop {
        // First ours: what it refuses, such as the id i64::MIN, can make theirs panic.
        let ours = ours.next_dynamic().ok().flatten().and_then(|value| value.tree().ok());
        let Some(ours) = ours else { return };
        let Some(theirs) = theirs.decode::<gobwire::Dynamic>().ok().flatten() else { return };
        let theirs = tree(&theirs.ty, &theirs.value, &mut Vec::new());
        assert_eq!(format!("{:?}", readable(ours)), format!("{theirs:?}"));
    }
}

/// Their strings are text; ours are the bytes.
fn readable(tree: Tree) -> Tree {
    match tree {
        Tree::String(bytes) => Tree::String(String::from_utf8_lossy(&bytes).into_owned().into_bytes()),
        Tree::List(items) => Tree::List(items.into_iter().map(readable).collect()),
        Tree::Map(entries) => {
            Tree::Map(entries.into_iter().map(|(key, value)| (readable(key), readable(value))).collect())
        }
        Tree::Struct(name, fields) => {
            Tree::Struct(name, fields.into_iter().map(|(name, value)| (name, readable(value))).collect())
        }
        Tree::Interface(name, value) => Tree::Interface(name, Box::new(readable(*value))),
        other => other,
    }
}

fn tree(ty: &Type, value: &Theirs, outer: &mut Vec<Arc<gobwire::StructType>>) -> Tree {
    match (ty, value) {
        (Type::Ref(up), value) => {
            let at = outer.len() - 1 - up;
            let kept = outer.split_off(at + 1);
            let this = outer.pop().expect("a struct around it");
            let tree = tree(&Type::Struct(Arc::clone(&this)), value, outer);
            outer.push(this);
            outer.extend(kept);
            tree
        }
        (_, Theirs::Bool(flag)) => Tree::Bool(*flag),
        (_, Theirs::Int(number)) => Tree::Int(*number),
        (_, Theirs::Uint(number)) => Tree::Uint(*number),
        (_, Theirs::Float(number)) => Tree::Float(*number),
        (_, Theirs::Complex(re, im)) => Tree::Complex(*re, *im),
        (_, Theirs::Bytes(bytes)) => Tree::Bytes(bytes.clone()),
        (_, Theirs::String(text)) => Tree::String(text.clone().into_bytes()),
        (_, Theirs::Marshaled(bytes)) => Tree::Blob(bytes.clone()),
        (_, Theirs::Interface(None)) => Tree::Nil,
        (_, Theirs::Interface(Some(held))) => {
            Tree::Interface(held.name.clone(), Box::new(tree(&held.ty, &held.value, &mut Vec::new())))
        }
        (Type::Slice(elem) | Type::Array(elem, _), Theirs::Slice(items) | Theirs::Array(items)) => {
            Tree::List(items.iter().map(|item| tree(elem, item, outer)).collect())
        }
        (Type::Map(key, elem), Theirs::Map(entries)) => {
            Tree::Map(entries.iter().map(|(k, v)| (tree(key, k, outer), tree(elem, v, outer))).collect())
        }
        (Type::Struct(this), Theirs::Struct(values)) => {
            outer.push(Arc::clone(this));
            let fields = this.fields.iter().zip(values);
            let fields = fields.filter_map(|((name, ty), value)| {
                value.as_ref().map(|value| (name.clone(), tree(ty, value, outer)))
            });
            let fields = fields.collect();
            outer.pop();
            Tree::Struct(this.name.clone(), fields)
        }
        (ty, value) => panic!("{value:?} is no {ty:?}"),
    }
}

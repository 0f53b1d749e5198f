//! Compares what Go must see with what it says that it saw.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::Seen;
use crate::wire::tests::hex;

/// Which fields Go's structs have, as `model.Post.Message`: each server's form has its own.
#[derive(Debug, Default)]
pub(crate) struct Forms {
    /// What Go has is the oldest server's form.
    pub(crate) old: bool,
    pub(crate) missing: BTreeSet<String>,
    pub(crate) found: BTreeSet<String>,
}

/// Compares at every depth; the error says where, and what is there.
pub(crate) fn same(seen: &Seen, node: &Json, forms: &mut Forms) -> Result<(), String> {
    let nil = node["nil"] == true;
    let kind = node["kind"].as_str().unwrap_or_default();
    let good = match (kind, seen) {
        ("ptr" | "interface", Seen::Nil) => nil,
        ("ptr", Seen::Pointer(inner)) if !nil => return same(inner, &node["elem"], forms),
        ("ptr", Seen::Zero) if !nil => is_zero_node(&node["elem"]),
        // Elements are never nil in Rust, and what Go embeds by a pointer is always there.
        ("ptr", Seen::Pointer(_)) => false,
        ("ptr", seen) if nil => is_zero(seen),
        ("ptr", seen) => return same(seen, &node["elem"], forms),
        ("interface", Seen::Interface(name, inner)) if node["gob_name"] == **name => {
            return same(inner, &node["elem"], forms);
        }
        ("struct", Seen::Struct(fields)) => return same_fields(fields, node, forms),
        ("slice", Seen::List(items)) => return same_items(items, node, forms),
        ("map", Seen::Map(entries)) => return same_entries(entries, node, forms),
        (_, Seen::Zero) => is_zero_node(node),
        // The oldest server has some values in place that are behind pointers now.
        (_, Seen::Nil) if forms.old => is_zero_node(node),
        (_, Seen::Pointer(inner)) if forms.old => return same(inner, node, forms),
        _ => plain(seen).is_some_and(|ours| ours == theirs(node)),
    };
    if good { Ok(()) } else { Err(format!(": Go must see {seen:?}, and sees {node}")) }
}

fn same_fields(ours: &[(&str, Seen)], node: &Json, forms: &mut Forms) -> Result<(), String> {
    let of = node["type"].as_str().unwrap_or_default().replace("93.", ".");
    let theirs = list(node, "fields");
    for (name, seen) in ours {
        match theirs.iter().find(|field| field["name"] == **name) {
            Some(field) => {
                forms.found.insert(format!("{of}.{name}"));
                same(seen, &field["value"], forms).map_err(|why| format!(".{name}{why}"))?;
            }
            None => drop(forms.missing.insert(format!("{of}.{name}"))),
        }
    }
    let mut others = theirs.iter().filter(|field| ours.iter().all(|(name, _)| field["name"] != **name));
    match others.find(|field| !is_zero_node(&field["value"])) {
        Some(field) => Err(format!(": nobody set {field}")),
        None => Ok(()),
    }
}

fn same_items(ours: &[Seen], node: &Json, forms: &mut Forms) -> Result<(), String> {
    let theirs = list(node, "elems");
    if ours.len() != theirs.len() {
        return Err(format!(": {} elements, Go sees {}", ours.len(), theirs.len()));
    }
    let mut pairs = ours.iter().zip(theirs).enumerate();
    pairs.try_for_each(|(i, (seen, node))| same(seen, node, forms).map_err(|why| format!("[{i}]{why}")))
}

fn same_entries(ours: &[(Seen, Seen)], node: &Json, forms: &mut Forms) -> Result<(), String> {
    let theirs = list(node, "entries");
    if ours.len() != theirs.len() {
        return Err(format!(": {} entries, Go sees {}", ours.len(), theirs.len()));
    }
    ours.iter().try_for_each(|(key, seen)| {
        let entry = theirs.iter().find(|entry| same(key, &entry[0], forms).is_ok());
        let entry = entry.ok_or_else(|| format!(": no key {key:?}"))?;
        same(seen, &entry[1], forms).map_err(|why| format!("[{key:?}]{why}"))
    })
}

fn list<'a>(node: &'a Json, key: &str) -> &'a [Json] {
    node[key].as_array().map_or(&[], Vec::as_slice)
}

/// A value without parts, as its kind and its text.
fn plain(seen: &Seen) -> Option<(&str, String)> {
    Some(match seen {
        Seen::Bool(value) => ("bool", value.to_string()),
        Seen::Int(value) => ("int", value.to_string()),
        Seen::Uint(value) => ("uint", value.to_string()),
        Seen::Float(bits, 32) => ("float", format!("{bits:08x}")),
        Seen::Float(bits, _) => ("float", format!("{bits:016x}")),
        Seen::Text(text) => ("string", hex(text)),
        Seen::Bytes(bytes) => ("bytes", hex(bytes)),
        Seen::Told(kind, text) => (kind, text.clone()),
        _ => return None,
    })
}

fn theirs(node: &Json) -> (&str, String) {
    let text = node["value"].as_str().unwrap_or_default();
    let kind = node["kind"].as_str().unwrap_or_default();
    let value = match kind {
        "bool" => (node["value"] == true).to_string(),
        "string" if !node["hex"].is_string() => hex(text.as_bytes()),
        "string" | "bytes" => node["hex"].as_str().unwrap_or_default().to_owned(),
        _ => text.to_owned(),
    };
    (kind, value)
}

fn is_zero(seen: &Seen) -> bool {
    match seen {
        Seen::Zero | Seen::Nil | Seen::Bool(false) | Seen::Int(0) | Seen::Uint(0) | Seen::Float(0, _) => true,
        Seen::Text(bytes) | Seen::Bytes(bytes) => bytes.is_empty(),
        Seen::List(items) => items.is_empty(),
        Seen::Map(entries) => entries.is_empty(),
        Seen::Struct(fields) => fields.iter().all(|(_, seen)| is_zero(seen)),
        _ => false,
    }
}

fn is_zero_node(node: &Json) -> bool {
    match node["kind"].as_str().unwrap_or_default() {
        "struct" => list(node, "fields").iter().all(|field| is_zero_node(&field["value"])),
        "bool" => node["value"] != true,
        "int" | "uint" => node["value"] == "0",
        "float" => node["value"].as_str().is_some_and(|bits| bits.bytes().all(|digit| digit == b'0')),
        "string" | "bytes" | "url" => theirs(node).1.is_empty(),
        "slice" => list(node, "elems").is_empty(),
        "map" => list(node, "entries").is_empty(),
        "time" => node["value"] == "0001-01-01T00:00:00Z",
        _ => node["nil"] == true,
    }
}

#[test]
fn a_difference_is_found_wherever_it_is() {
    let node = serde_json::json!({"type": "model.X", "kind": "struct", "fields": [
        {"name": "A", "value": {"kind": "slice", "elems": [{"kind": "int", "value": "7"}]}},
        {"name": "B", "value": {"kind": "ptr", "nil": true}},
    ]});
    let with = |item, b| Seen::Struct(vec![("A", Seen::List(vec![Seen::Int(item)])), ("B", b)]);
    let mut forms = Forms::default();
    assert_eq!(same(&with(7, Seen::Nil), &node, &mut forms), Ok(()));
    assert!(same(&with(8, Seen::Nil), &node, &mut forms).unwrap_err().starts_with(".A[0]: "));
    assert!(same(&with(7, Seen::Pointer(Seen::Int(0).into())), &node, &mut forms).is_err());
    assert!(same(&Seen::Struct(vec![("B", Seen::Nil)]), &node, &mut forms).is_err(), "A was set by nobody");
    assert!(same(&Seen::Zero, &node, &mut forms).is_err());
    let other = Seen::Struct(vec![("A", Seen::List(vec![Seen::Int(7)])), ("C", Seen::Nil)]);
    assert_eq!(same(&other, &node, &mut forms), Ok(()));
    assert_eq!(Vec::from_iter(forms.missing), ["model.X.C"]);
}

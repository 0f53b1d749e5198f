//! Values that Go's encoder wrote from the server's own types, against what Go's decoder makes of them.

mod called;
pub(crate) mod generated;
mod json;
#[cfg(feature = "grpc")]
mod live;
mod made;
pub(crate) mod make;
mod malformed;
#[cfg(feature = "grpc")]
mod messages;
mod sent;

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};

use serde_json::Value as Json;

use super::*;
use crate::gob::{Decoder, Dynamic, Encoder, Gob, Tree};
use crate::model::{BotPatch, SearchParameter};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/golden")
}

/// Reads the values of one file as `T`, compares them with Go's, and reads back what we write for them.
pub(crate) fn check<T: Gob + std::fmt::Debug>(name: &str) {
    let file = |ending| folder().join(format!("{name}.{ending}"));
    let json: Json = serde_json::from_slice(&std::fs::read(file("json")).expect(name)).expect(name);
    check_values::<T>(name, &std::fs::read(file("gob")).expect(name), &json);
}

fn check_values<T: Gob + std::fmt::Debug>(name: &str, bytes: &[u8], json: &Json) {
    let mut decoder = Decoder::new();
    decoder.feed(bytes);
    for node in json["values"].as_array().expect(name) {
        let value: T = decoder.next().unwrap_or_else(|error| panic!("{name}: {error}")).expect(name);
        let tree = Dynamic::new(&value).expect(name).tree().expect(name);
        if let Err(difference) = same(Some(&tree), node) {
            panic!("{name}{difference}");
        }
        // As text, since NaN is not equal to itself.
        assert_eq!(format!("{:?}", again(&value)), format!("{value:?}"), "{name}");
    }
}

fn again<T: Gob>(value: &T) -> T {
    let mut bytes = Vec::new();
    Encoder::new().encode(value, &mut bytes).unwrap();
    let mut decoder = Decoder::new();
    decoder.feed(&bytes);
    decoder.next().unwrap().unwrap()
}

/// Compares what we would send with what Go has; `None` is a field that we leave out.
fn same(tree: Option<&Tree>, node: &Json) -> Result<(), String> {
    let text = || node["value"].as_str().unwrap_or_default();
    let kind = node["kind"].as_str().unwrap_or_default();
    let expected = match (kind, tree) {
        // In a configuration nil is a pointer to zero, which Go does not send.
        ("ptr", Some(tree)) if !node["elem"].is_object() && is_plain_zero(tree) => return Ok(()),
        // What Go embeds by a pointer, and what `Config` points to, we always have; the way back tells whether it matters.
        ("ptr", Some(tree)) if !node["elem"].is_object() && is_all_zero(tree) => return Ok(()),
        ("ptr", _) if !node["elem"].is_object() => Json::Null,
        ("ptr", tree) => return same(tree, &node["elem"]),
        ("struct", Some(Tree::Struct(_, fields))) => return same_fields(fields, node),
        ("slice", Some(Tree::List(items))) => return same_items(items, node),
        ("map", Some(Tree::Map(entries))) => return same_entries(entries, node),
        ("interface", Some(Tree::Interface(name, inner))) if *name == node["gob_name"] => {
            return same(Some(inner), &node["elem"]);
        }
        ("interface", _) if !node["elem"].is_object() => Json::Null,
        ("slice" | "map", None) => Json::Array(items(node).to_vec()),
        ("bool", _) => Json::Bool(node["value"] == true),
        ("int", _) => text().parse::<i64>().unwrap().into(),
        ("uint", _) => text().parse::<u64>().unwrap().into(),
        ("float", _) if node["bits"] == 32 => {
            f64::from(f32::from_bits(u32::from_str_radix(text(), 16).unwrap())).to_bits().into()
        }
        ("float", _) => u64::from_str_radix(text(), 16).unwrap().into(),
        // Kept as it is where nobody has looked into it yet.
        ("string", Some(Tree::String(raw))) if node["hex"] == hex(raw) => node["hex"].clone(),
        ("string", _) if node["hex"].is_string() => {
            hex(lossy(node["hex"].as_str().unwrap()).as_bytes()).into()
        }
        ("string", _) => hex(text().as_bytes()).into(),
        ("url", _) => hex(text().as_bytes()).into(),
        ("bytes" | "time", _) => node["hex"].as_str().or(node["value"].as_str()).unwrap_or_default().into(),
        _ => return Err(format!(": {kind} in {node}, we have {tree:?}")),
    };
    let found = match tree {
        None => {
            return if is_zero(&expected) { Ok(()) } else { Err(format!(": left out, Go has {expected}")) };
        }
        Some(Tree::Nil) => Json::Null,
        Some(Tree::Bool(value)) => Json::Bool(*value),
        Some(Tree::Int(value)) => (*value).into(),
        Some(Tree::Uint(value)) => (*value).into(),
        Some(Tree::Float(value)) => value.to_bits().into(),
        Some(Tree::String(bytes) | Tree::Bytes(bytes) | Tree::Blob(bytes)) => hex(bytes).into(),
        Some(other) => return Err(format!(": we have {other:?}, Go has {expected}")),
    };
    if found == expected { Ok(()) } else { Err(format!(": we have {found}, Go has {expected}")) }
}

fn same_fields(ours: &[(String, Tree)], node: &Json) -> Result<(), String> {
    let fields = node["fields"].as_array().map_or(&[][..], Vec::as_slice);
    for field in fields {
        let name = field["name"].as_str().unwrap_or_default();
        let tree = ours.iter().find(|(ours, _)| ours == name).map(|(_, tree)| tree);
        same(tree, &field["value"]).map_err(|difference| format!(".{name}{difference}"))?;
    }
    // Fields of other versions than the one that wrote this.
    match ours.iter().find(|(name, tree)| fields.iter().all(|f| f["name"] != **name) && !is_empty(tree)) {
        Some((name, _)) => Err(format!(".{name}: Go has no such field")),
        None => Ok(()),
    }
}

fn same_items(ours: &[Tree], node: &Json) -> Result<(), String> {
    let theirs = items(node);
    if ours.len() != theirs.len() {
        return Err(format!(": {} items, Go has {}", ours.len(), theirs.len()));
    }
    let mut pairs = ours.iter().zip(theirs).enumerate();
    pairs.try_for_each(|(i, (tree, node))| same(Some(tree), node).map_err(|e| format!("[{i}]{e}")))
}

fn same_entries(ours: &[(Tree, Tree)], node: &Json) -> Result<(), String> {
    let theirs = items(node);
    if ours.len() != theirs.len() {
        return Err(format!(": {} entries, Go has {}", ours.len(), theirs.len()));
    }
    for entry in theirs {
        let (key, value) = (&entry[0], &entry[1]);
        let Some((_, tree)) = ours.iter().find(|(ours, _)| same(Some(ours), key).is_ok()) else {
            return Err(format!("[{key}]: missing"));
        };
        same(Some(tree), value).map_err(|difference| format!("[{key}]{difference}"))?;
    }
    Ok(())
}

/// A text that is no UTF-8, as Rust reads it.
fn lossy(digits: &str) -> String {
    String::from_utf8_lossy(&made::unhex(digits)).into_owned()
}

fn items(node: &Json) -> &[Json] {
    let list = node["elems"].as_array().or_else(|| node["entries"].as_array());
    list.map_or(&[], Vec::as_slice)
}

fn is_zero(value: &Json) -> bool {
    match value {
        Json::Null => true,
        Json::Bool(value) => !value,
        Json::Number(value) => value.as_u64() == Some(0),
        Json::String(value) => value.is_empty(),
        Json::Array(values) => values.is_empty(),
        Json::Object(_) => false,
    }
}

fn is_plain_zero(tree: &Tree) -> bool {
    match tree {
        Tree::Bool(value) => !value,
        Tree::Int(value) => *value == 0,
        Tree::String(bytes) => bytes.is_empty(),
        Tree::List(items) => items.is_empty(),
        _ => false,
    }
}

fn is_all_zero(tree: &Tree) -> bool {
    match tree {
        Tree::Struct(_, fields) => fields.iter().all(|(_, tree)| is_all_zero(tree)),
        Tree::Bool(value) => !value,
        Tree::Int(value) => *value == 0,
        Tree::Uint(value) => *value == 0,
        Tree::Float(value) => *value == 0.0,
        Tree::String(bytes) | Tree::Bytes(bytes) => bytes.is_empty(),
        Tree::List(items) => items.is_empty(),
        Tree::Map(entries) => entries.is_empty(),
        _ => false,
    }
}

fn is_empty(tree: &Tree) -> bool {
    is_plain_zero(tree)
        || matches!(tree, Tree::Struct(_, fields) if fields.iter().all(|(_, tree)| is_empty(tree)))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The recorded values without a file of their own, by their names: bytes, and what Go makes of them.
fn rest() -> BTreeMap<String, (Vec<u8>, Json)> {
    let packed = std::fs::File::open(folder().join("rest-11.5.jsonl.gz")).unwrap();
    let mut text = String::new();
    flate2::read::GzDecoder::new(packed).read_to_string(&mut text).unwrap();
    let lines = text.lines().skip(1).map(|line| serde_json::from_str::<Json>(line).unwrap());
    let entry = |mut line: Json| {
        let text = |key: &str| line[key].as_str().unwrap().to_owned();
        (text("name"), (made::unhex(&text("gob_hex")), line["view"].take()))
    };
    lines.map(entry).collect()
}

/// Checks the recorded values of one call as `T`; how many there are.
fn check_recorded<T: Gob + std::fmt::Debug>(call: &str, rest: &BTreeMap<String, (Vec<u8>, Json)>) -> usize {
    let mut checked = 0;
    for prefix in ["", "sparse/", "zero/"] {
        let name = format!("{prefix}{call}");
        // Of an HTTP response we read a part.
        if name.ends_with("PluginHTTP.returns") {
            continue;
        }
        if let Some((bytes, view)) = rest.get(&name) {
            check_values::<T>(&name, bytes, view);
            checked += 1;
        } else if folder().join(format!("{name}.gob")).exists() {
            check::<T>(&name);
            checked += 1;
        }
    }
    checked
}

#[test]
fn recorded_values_of_all_hooks_and_methods_mean_the_same() {
    let (mut checked, rest) = (0, rest());
    macro_rules! check_all {
        ($ty:ident $name:literal) => {
            checked += check_recorded::<$ty>($name, &rest);
        };
    }
    super::generated::for_each_struct!(check_all);
    assert!(checked > 1000, "only {checked} recorded values found");
}

#[test]
fn recorded_special_values_mean_the_same() {
    for n in 0..=7 {
        check::<OnActivateReturns>(&format!("special/error.errorstring_{n}"));
    }
    for name in ["error.nil", "error.apperror_bare", "error.apperror_zero"] {
        check::<OnActivateReturns>(&format!("special/{name}"));
    }
    for name in ["apperror.nil", "apperror.wrapped"] {
        check::<KvSetReturns>(&format!("special/{name}"));
    }
    for name in ["stringinterface", "stringinterface.empty"] {
        check::<MessageWillBePostedReturns>(&format!("special/{name}"));
    }
    check::<GetConfigReturns>("special/config.defaults");
}

#[test]
fn a_configuration_goes_back_with_every_false_written() {
    let read = std::fs::read(folder().join("special/config.defaults.gob")).unwrap();
    let mut decoder = Decoder::new();
    decoder.feed(&read);
    let config = decoder.next::<GetConfigReturns>().unwrap().unwrap().a.unwrap();
    // Off by choice, on by default: Go sends nothing for it.
    assert_eq!(config.service_settings.enable_developer, Some(false));
    let sent = Dynamic::new(&SaveConfigArgs { a: Some(config) }).unwrap().tree().unwrap();
    let field = |tree: &Tree, name: &str| match tree {
        Tree::Struct(_, fields) => fields.iter().find(|field| field.0 == name).map(|field| field.1.clone()),
        _ => None,
    };
    let settings = field(&field(&sent, "A").unwrap(), "ServiceSettings").unwrap();
    assert_eq!(field(&settings, "EnableDeveloper"), Some(Tree::Bool(false)));
    assert_eq!(field(&settings, "SiteURL"), Some(Tree::String(Vec::new())));
}

#[test]
fn a_patch_says_false_and_keeps_still_about_what_is_none() {
    let patch = BotPatch { display_name: Some(String::new()), ..BotPatch::default() };
    let Tree::Struct(_, fields) = Dynamic::new(&patch).unwrap().tree().unwrap() else { panic!("no struct") };
    assert_eq!(fields, [("DisplayName".to_owned(), Tree::String(Vec::new()))]);
    let search = SearchParameter { is_or_search: Some(false), page: Some(0), ..SearchParameter::default() };
    assert_eq!(again(&search), search);
}

#[test]
fn errors_are_read_by_their_registered_type() {
    let read = |name: &str| {
        let mut decoder = Decoder::new();
        decoder.feed(&std::fs::read(folder().join(format!("{name}.gob"))).unwrap());
        decoder.next::<OnActivateReturns>().unwrap().unwrap().a
    };
    assert_eq!(read("special/error.nil"), None);
    assert!(matches!(read("special/error.errorstring_2"), Some(HostError::Text { code: 2, .. })));
    assert!(matches!(read("special/error.apperror_bare"), Some(HostError::App(_))));
    let database = read("OnActivate.returns").unwrap();
    assert!(matches!(&database, HostError::Other(value) if value.type_name() == "*pq.Error"));
    assert_eq!(database.to_string(), "dup-37");
}

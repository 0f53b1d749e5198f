//! Every golden vector: its structure must be the one that Go's decoder saw, also after a trip through our encoder.

use std::collections::BTreeSet;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use mmplugin::gob::{Decoder, Dynamic, Encoder, Tree};
use serde_json::Value as Json;

/// Go's bytes and Go's view of them.
pub(crate) struct Vector {
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
    pub(crate) view: Json,
}

pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/golden")
}

pub(crate) fn vectors() -> Vec<Vector> {
    let mut found = Vec::new();
    for part in ["", "sparse", "zero", "special"] {
        for entry in fs::read_dir(folder().join(part)).expect("tests/golden is there") {
            let path = entry.expect("is readable").path();
            let file = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
            if let Some(name) = file.strip_suffix(".gz").unwrap_or(&file).strip_suffix(".gob") {
                let view = path.with_file_name(file.replace(".gob", ".json"));
                let view = serde_json::from_slice(&read(&view)).expect("is JSON");
                found.push(Vector { name: format!("{part}/{name}"), bytes: read(&path), view });
            }
        }
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    found
}

/// The rest of them, in one file: its first line lists the names of all, each other line is one.
fn rest() -> (Vec<String>, Vec<Vector>) {
    let text = String::from_utf8(read(&folder().join("rest-11.5.jsonl.gz"))).expect("is text");
    let mut lines = text.lines().map(|line| serde_json::from_str::<Json>(line).expect("is JSON"));
    let index = lines.next().expect("a line with names");
    let names = index["names"].as_array().expect("names").iter();
    let vectors = lines.map(|mut line| Vector {
        name: line["name"].as_str().unwrap_or_default().to_owned(),
        bytes: unhex(line["gob_hex"].as_str().unwrap_or_default()),
        view: line["view"].take(),
    });
    (names.filter_map(|name| Some(name.as_str()?.to_owned())).collect(), vectors.collect())
}

/// Those with a file of their own, and the rest.
pub(crate) fn all_vectors() -> Vec<Vector> {
    let mut all = vectors();
    all.extend(rest().1);
    all
}

fn read(path: &Path) -> Vec<u8> {
    let bytes = fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    if path.extension().is_some_and(|end| end == "gz") {
        let mut plain = Vec::new();
        flate2::read::GzDecoder::new(&bytes[..]).read_to_end(&mut plain).expect("is gzip");
        return plain;
    }
    bytes
}

/// All values of a stream.
pub(crate) fn dynamics(bytes: &[u8]) -> Vec<Dynamic> {
    let mut decoder = Decoder::new();
    decoder.feed(bytes);
    let values = std::iter::from_fn(|| decoder.next_dynamic().expect("decodes")).collect();
    assert_eq!(decoder.buffered(), 0);
    values
}

fn trees(values: &[Dynamic]) -> Vec<Tree> {
    values.iter().map(|value| value.tree().expect("is small")).collect()
}

#[test]
fn no_vector_that_was_recorded_is_left_out() {
    let recorded = rest().0;
    assert!(recorded.len() > 1200, "{} names", recorded.len());
    let all: BTreeSet<String> =
        all_vectors().into_iter().map(|vector| vector.name.trim_start_matches('/').to_owned()).collect();
    let missing: Vec<_> = recorded.iter().filter(|name| !all.contains(*name)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn every_vector_has_the_structure_that_go_saw() {
    for vector in &all_vectors() {
        let values = dynamics(&vector.bytes);
        if let Some(views) = vector.view["values"].as_array() {
            assert_eq!(values.len(), views.len(), "{}", vector.name);
            for (value, view) in trees(&values).iter().zip(views) {
                compare(Some(value), view).unwrap_or_else(|why| panic!("{}: {why}", vector.name));
            }
        }
    }
}

#[test]
fn every_vector_survives_our_encoder() {
    for vector in all_vectors() {
        let values = dynamics(&vector.bytes);
        let (mut encoder, mut bytes) = (Encoder::new(), Vec::new());
        for value in &values {
            encoder.encode_dynamic(value, &mut bytes).expect("encodes");
        }
        let again = dynamics(&bytes);
        assert!(again == values, "{}", vector.name);
        // As text, since a NaN is not equal to itself.
        assert_eq!(format!("{again:?}"), format!("{values:?}"), "{}", vector.name);
    }
}

#[test]
fn a_stream_is_the_same_in_pieces_of_any_size() {
    for vector in vectors().iter().filter(|vector| vector.bytes.len() < 50_000) {
        let whole = dynamics(&vector.bytes);
        for size in [1, 2, 3, 7, 64, 1000] {
            let mut decoder = Decoder::new();
            let mut values = Vec::new();
            for piece in vector.bytes.chunks(size) {
                decoder.feed(piece);
                values.extend(std::iter::from_fn(|| decoder.next_dynamic().expect("decodes")));
            }
            assert!(values == whole, "{} by {size}", vector.name);
        }
    }
}

#[test]
fn every_vector_can_be_skipped() {
    for vector in all_vectors() {
        let mut decoder = Decoder::new();
        decoder.feed(&vector.bytes);
        let count = std::iter::from_fn(|| decoder.skip().expect("is sound")).count();
        assert_eq!(count, dynamics(&vector.bytes).len(), "{}", vector.name);
        assert_eq!(decoder.buffered(), 0);
    }
}

/// `None`: the sender left the value out.
fn compare(tree: Option<&Tree>, view: &Json) -> Result<(), String> {
    let kind = view["kind"].as_str().unwrap_or_default();
    let nil = view["nil"].as_bool().unwrap_or(false);
    let value = view["value"].as_str().unwrap_or_default();
    let same = match (kind, tree) {
        ("ptr", None) => nil,
        ("ptr", tree) if !nil => return compare(tree, &view["elem"]),
        ("interface", None | Some(Tree::Nil)) => nil,
        ("interface", Some(Tree::Interface(name, inner))) => {
            if *name != view["gob_name"].as_str().unwrap_or_default() {
                return Err(format!("{name} instead of {}", view["gob_name"]));
            }
            return compare(Some(inner), &view["elem"]);
        }
        ("struct", Some(Tree::Struct(..)) | None) => {
            for field in view["fields"].as_array().into_iter().flatten() {
                let name = field["name"].as_str().unwrap_or_default();
                let tree = tree.and_then(|tree| tree.field(name));
                compare(tree, &field["value"]).map_err(|why| format!("{name}.{why}"))?;
            }
            true
        }
        ("slice" | "array", Some(Tree::List(items))) => return lists(items, view),
        ("map", Some(Tree::Map(entries))) => return maps(entries, view),
        ("slice" | "map", None) => list(view, "elems").is_empty() && list(view, "entries").is_empty(),
        ("bool", tree) => {
            tree.unwrap_or(&Tree::Bool(false)) == &Tree::Bool(view["value"].as_bool().unwrap_or(false))
        }
        ("int", tree) => matches!(tree.unwrap_or(&Tree::Int(0)), Tree::Int(n) if n.to_string() == value),
        ("uint", tree) => matches!(tree.unwrap_or(&Tree::Uint(0)), Tree::Uint(n) if n.to_string() == value),
        ("float", tree) => {
            let wide = view["bits"].as_i64() == Some(64);
            matches!(tree.unwrap_or(&Tree::Float(0.0)), Tree::Float(n) if bits(*n, wide) == hex(value))
        }
        ("complex", tree) => {
            let (re, im) = value.split_once(',').unwrap_or((value, ""));
            matches!(tree.unwrap_or(&Tree::Complex(0.0, 0.0)), Tree::Complex(a, b)
                if bits(*a, true) == hex(re) && bits(*b, true) == hex(im))
        }
        ("string", tree) => {
            let want = view["hex"].as_str().map_or_else(|| value.as_bytes().to_vec(), unhex);
            matches!(tree.unwrap_or(&Tree::String(vec![])), Tree::String(text) if *text == want)
        }
        ("bytes", tree) => {
            let want = unhex(view["hex"].as_str().unwrap_or_default());
            matches!(tree.unwrap_or(&Tree::Bytes(vec![])), Tree::Bytes(bytes) if *bytes == want)
        }
        ("time", None) => value == "0001-01-01T00:00:00Z",
        ("time", Some(Tree::Blob(bytes))) => *bytes == unhex(view["hex"].as_str().unwrap_or_default()),
        ("url", Some(Tree::Blob(bytes))) => bytes == value.as_bytes(),
        _ => false,
    };
    if same { Ok(()) } else { Err(format!(" {tree:?} is not {view}")) }
}

fn lists(items: &[Tree], view: &Json) -> Result<(), String> {
    let elems = list(view, "elems");
    if items.len() != elems.len() {
        return Err(format!(" {} instead of {} elements", items.len(), elems.len()));
    }
    let mut pairs = items.iter().zip(elems).enumerate();
    pairs.try_for_each(|(i, (item, elem))| compare(Some(item), elem).map_err(|why| format!("[{i}]{why}")))
}

/// Go sends maps in any order: each entry of the view must match one of ours.
fn maps(entries: &[(Tree, Tree)], view: &Json) -> Result<(), String> {
    let wanted = list(view, "entries");
    if entries.len() != wanted.len() {
        return Err(format!(" {} instead of {} entries", entries.len(), wanted.len()));
    }
    for want in wanted {
        let entry = entries.iter().find(|(key, _)| compare(Some(key), &want[0]).is_ok());
        let (_, value) = entry.ok_or_else(|| format!(" no key {}", want[0]))?;
        compare(Some(value), &want[1]).map_err(|why| format!("[{}]{why}", want[0]["value"]))?;
    }
    Ok(())
}

fn list<'a>(view: &'a Json, name: &str) -> &'a [Json] {
    view[name].as_array().map_or(&[], Vec::as_slice)
}

fn bits(n: f64, wide: bool) -> u64 {
    if wide { n.to_bits() } else { (n as f32).to_bits().into() }
}

fn hex(text: &str) -> u64 {
    u64::from_str_radix(text, 16).unwrap_or(u64::MAX)
}

fn unhex(text: &str) -> Vec<u8> {
    let digit = |b: u8| char::from(b).to_digit(16).unwrap_or(0) as u8;
    text.as_bytes().chunks(2).map(|pair| digit(pair[0]) << 4 | digit(pair[1])).collect()
}

//! The way back: Go decodes what we wrote. Needs Go; says so and passes where there is none.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use mmplugin::gob::{Encoder, Gob, Time, Value};
use serde_json::{Value as Json, json};

use crate::golden::{all_vectors, dynamics, folder};
use crate::roundtrip::encode;
use crate::types::{AppError, Colls, ErrorReturns, ErrorString, Ints, Small, Times, decode, vector};

/// Asks `gobcheck` about many streams at once. `None`: there is no Go here.
fn ask(requests: &[(String, Vec<u8>, Option<PathBuf>)]) -> Option<Vec<Json>> {
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/gohost");
    if Command::new("go").arg("version").output().is_err() {
        eprintln!("skipped: there is no `go` here to decode what we wrote");
        return None;
    }
    let scratch = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("gob-{:p}", requests));
    fs::create_dir_all(&scratch).expect("a folder for streams");
    let mut lines = String::new();
    for (i, (name, bytes, expect)) in requests.iter().enumerate() {
        let file = scratch.join(format!("{i}.gob"));
        fs::write(&file, bytes).expect("writes a stream");
        let expect = expect.as_ref().map(|path| path.display().to_string()).unwrap_or_default();
        lines += &json!({"name": name, "file": file, "expect": expect}).to_string();
        lines.push('\n');
    }
    let mut go = Command::new("go")
        .args(["run", "./cmd/gobcheck", "-batch"])
        .current_dir(program)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("go starts");
    let mut input = go.stdin.take().expect("is piped");
    let writer = std::thread::spawn(move || input.write_all(lines.as_bytes()));
    let output = go.wait_with_output().expect("go runs");
    writer.join().expect("writes").expect("go reads");
    fs::remove_dir_all(&scratch).expect("a folder of our own");
    let text = String::from_utf8(output.stdout).expect("is text");
    let answers: Vec<Json> = text.lines().map(|line| serde_json::from_str(line).expect("is JSON")).collect();
    assert_eq!(answers.len(), requests.len());
    Some(answers)
}

/// The Go types of a vector's values, as `gobcheck` wants them.
fn types_of(view: &Json) -> Option<String> {
    let values = view["values"].as_array()?;
    let types: Vec<_> = values.iter().filter_map(|value| value["type"].as_str()).collect();
    Some(types.join("+"))
}

#[test]
fn go_reads_every_vector_that_went_through_us() {
    let mut requests = Vec::new();
    let views = Path::new(env!("CARGO_TARGET_TMPDIR")).join("views");
    fs::create_dir_all(&views).expect("a folder for views");
    for vector in all_vectors() {
        let Some(types) = types_of(&vector.view) else { continue };
        let view = views.join(format!("{}.json", vector.name.trim_start_matches('/').replace('/', "+")));
        fs::write(&view, vector.view.to_string()).expect("writes a view");
        let (mut encoder, mut bytes) = (Encoder::new(), Vec::new());
        for value in dynamics(&vector.bytes) {
            encoder.encode_dynamic(&value, &mut bytes).expect("encodes");
        }
        requests.push((types, bytes, Some(view)));
    }
    assert!(requests.len() > 1100, "{} vectors", requests.len());
    let Some(answers) = ask(&requests) else { return };
    let failed: Vec<_> = answers.iter().zip(&requests).filter(|(answer, _)| answer["ok"] != true).collect();
    let failed: Vec<_> =
        failed.iter().map(|(answer, (_, _, view))| format!("{view:?}: {}", answer["error"])).collect();
    assert!(failed.is_empty(), "{failed:#?}");
}

fn again<T: Gob>(name: &str, go: &str) -> (String, Vec<u8>, Option<PathBuf>) {
    let (mut encoder, mut bytes) = (Encoder::new(), Vec::new());
    for value in decode::<T>(&vector(name)) {
        encoder.encode(&value, &mut bytes).expect("encodes");
    }
    (go.into(), bytes, Some(folder().join(format!("special/{name}.json"))))
}

#[test]
fn go_reads_typed_values() {
    let requests = [
        again::<Ints>("ints.max", "vec.Ints"),
        again::<Ints>("ints.neg1", "vec.Ints"),
        again::<Ints>("ints.zero", "vec.Ints"),
        again::<Times>("times", "vec.Times"),
        again::<Vec<String>>("top.strings", "[]string"),
    ];
    let Some(answers) = ask(&requests) else { return };
    for (answer, (name, _, expect)) in answers.iter().zip(&requests) {
        assert_eq!(answer["ok"], true, "{name} {expect:?}: {}", answer["error"]);
    }
}

/// Newer than Go's `EvoOld`: it must skip what it does not know, also new types inside interfaces.
#[derive(Debug, Gob)]
struct Newer {
    a: i64,
    extra: Value,
    more: Vec<BTreeMap<String, Value>>,
    c: i32,
    at: Time,
    tail: bool,
}

#[test]
fn go_reads_what_only_we_can_say() {
    let colls = Colls {
        ptr_ptr: Some(Some(0)),
        ptr_str: Some(String::new()),
        ptr_zero: Some(0),
        ptr_structs: vec![Some(Small { a: 1, s: String::new() })],
        any: [("list", vec![Value::from(1.5), Value::Nil, [("k", "v")].into()])].into(),
        anys: vec!["x".into(), Value::Nil, vec!["a".to_owned()].into()],
        ..Colls::zero()
    };
    let nested: Value = [("l", vec![Value::from("x"), Value::List(vec![])])].into();
    let newer = Newer {
        a: 1,
        extra: nested.clone(),
        more: vec![[("k".to_owned(), nested)].into()],
        c: 2,
        at: Time::from_unix(1, 0),
        tail: true,
    };
    let error = ErrorString { code: 1, err: "EOF".into() };
    let app = AppError { status_code: 404, message: "gone".into(), ..AppError::zero() };
    let returns = |a: Result<Value, _>| encode(&ErrorReturns { a: a.expect("encodes") });
    let requests = [
        ("vec.Colls".to_owned(), encode(&colls), None),
        ("vec.EvoOld".to_owned(), encode(&newer), None),
        ("OnActivate.returns".to_owned(), returns(Value::registered(&error)), None),
        ("OnActivate.returns".to_owned(), returns(Value::registered(&app)), None),
    ];
    let Some(answers) = ask(&requests) else { return };
    for answer in &answers {
        assert_eq!(answer["ok"], true, "{answer}");
    }
    let text: Vec<String> = answers.iter().map(|answer| answer["values"][0].to_string()).collect();
    let field = |i: usize, name: &str| {
        let fields = answers[i]["values"][0]["fields"].as_array().cloned().unwrap_or_default();
        fields.into_iter().find(|field| field["name"] == name).unwrap_or_default()["value"].clone()
    };
    assert_eq!(field(0, "PtrZero")["elem"]["value"], "0", "{}", text[0]);
    assert_eq!(field(0, "PtrStr")["elem"]["value"], "", "{}", text[0]);
    assert_eq!(field(0, "Anys")["elems"][2]["gob_name"], "[]string", "{}", text[0]);
    assert_eq!((&field(1, "A")["value"], &field(1, "Tail")["value"]), (&json!("1"), &json!(true)));
    assert_eq!(field(2, "A")["gob_name"], "*plugin.ErrorString", "{}", text[2]);
    assert_eq!(field(3, "A")["gob_name"], "*model.AppError", "{}", text[3]);
    assert!(text[3].contains("gone"), "{}", text[3]);
}

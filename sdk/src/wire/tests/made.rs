//! Values of every call that Go makes up by construction: read, compared field by field, written, and read by Go again.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value as Json, json};

use super::generated::for_each_driver_struct;
use super::*;

/// Calls with a `Config`, in which we send pointers to zero where Go has nil, and with a struct that Go embeds by a
/// pointer.
const ZERO_IS_NIL: &[&str] = &[
    "ConfigurationWillBeSaved.",
    "GetConfig.returns",
    "GetUnsanitizedConfig.returns",
    "SaveConfig.args",
    "SearchPostsInTeamForUser.returns",
];

/// The seed of values with texts that are no UTF-8.
const BROKEN: u64 = 5;

/// One value: of which call, and what Go makes it of.
struct Made {
    name: String,
    seed: u64,
    /// How many of the fields are set.
    share: f64,
    /// Texts are no UTF-8.
    broken: bool,
    through: fn(&[u8], &Json) -> Result<Vec<u8>, String>,
}

/// Reads a value as `T`, compares it with what Go has, and writes it.
fn through<T: Gob>(bytes: &[u8], node: &Json) -> Result<Vec<u8>, String> {
    let mut decoder = Decoder::new();
    decoder.feed(bytes);
    let value: T = decoder.next().map_err(|error| error.to_string())?.ok_or("half a value")?;
    let tree = Dynamic::new(&value).map_err(|error| error.to_string())?.tree();
    same(Some(&tree.map_err(|error| error.to_string())?), node)?;
    let mut out = Vec::new();
    Encoder::new().encode(&value, &mut out).map_err(|error| error.to_string())?;
    Ok(out)
}

/// One call: newest form all fields set and few of them, and the oldest server's form where that is another one.
fn add<T: Gob>(call: &str, all: &mut Vec<Made>) {
    for (form, seed, share) in [("", 1, 1.0), ("", 2, 0.5), ("", 3, 0.2), ("9.3/", 4, 0.8), ("", BROKEN, 0.6)]
    {
        let (name, broken) = (format!("{form}{call}"), seed == BROKEN);
        all.push(Made { name, seed, share, broken, through: through::<T> });
    }
}

fn all() -> Vec<Made> {
    let mut all = Vec::new();
    macro_rules! add {
        ($ty:ident $name:literal) => {
            add::<$ty>($name, &mut all)
        };
    }
    crate::wire::generated::for_each_struct!(add);
    for_each_driver_struct!(add);
    all
}

/// Whether Go's side can be asked; says so if not.
pub(super) fn has_go() -> bool {
    let has = Command::new("go").arg("version").output().is_ok();
    if !has {
        eprintln!("skipped: there is no `go` here to be the other side");
    }
    has
}

/// Answers of Go's side, one a request. `None`: there is no Go here.
pub(super) fn ask(requests: &[Json]) -> Option<Vec<Json>> {
    if !has_go() {
        return None;
    }
    let mut go = Command::new("go")
        .args(["run", "./cmd/gobcheck", "-batch"])
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/gohost"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = go.stdin.take().unwrap();
    let lines: String = requests.iter().map(|request| format!("{request}\n")).collect();
    let writer = std::thread::spawn(move || input.write_all(lines.as_bytes()));
    let output = go.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let answers: Vec<Json> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(answers.len(), requests.len());
    Some(answers)
}

pub(super) fn unhex(text: &str) -> Vec<u8> {
    let digit = |at: usize| u8::from_str_radix(&text[at..at + 2], 16).unwrap();
    (0..text.len()).step_by(2).map(digit).collect()
}

#[test]
fn values_that_go_makes_up_mean_the_same_both_ways() {
    let all = all();
    let requests: Vec<Json> = all
        .iter()
        .map(|made| json!({"name": made.name, "make": made.seed, "share": made.share, "broken": made.broken}))
        .collect();
    let Some(answers) = ask(&requests) else { return };
    let (mut failed, mut back, mut old, mut read_broken) = (Vec::new(), Vec::new(), 0, 0);
    for (made, answer) in all.iter().zip(&answers) {
        let case = format!("{}, seed {}", made.name, made.seed);
        if answer["none"] == true {
            continue;
        }
        old += usize::from(made.name.starts_with("9.3/"));
        let Some(gob) = answer["gob_hex"].as_str() else {
            failed.push(format!("{case}: {}", answer["error"]));
            continue;
        };
        match (made.through)(&unhex(gob), &answer["values"][0]) {
            // What is no UTF-8 has become something else.
            Ok(_) if made.broken => read_broken += 1,
            Ok(bytes) => back.push((
                case,
                json!({
                    "name": made.name, "made": made.seed, "share": made.share, "gob_hex": hex(&bytes),
                    "zero_is_nil": ZERO_IS_NIL.iter().any(|name| made.name.contains(name)),
                }),
            )),
            Err(error) => failed.push(format!("{case}: {error}")),
        }
    }
    assert!(back.len() > 1500 && old > 20, "only {} values, {old} of an old server", back.len());
    assert!(read_broken > 500, "only {read_broken} values with texts that are no UTF-8");
    let requests: Vec<Json> = back.iter().map(|(_, request)| request.clone()).collect();
    let answers = ask(&requests).unwrap();
    let wrong = back.iter().zip(&answers).filter(|(_, answer)| answer["ok"] != true);
    failed.extend(wrong.map(|((case, _), answer)| format!("{case}, on the way back: {}", answer["error"])));
    assert!(failed.is_empty(), "{} of {} failed:\n{}", failed.len(), all.len(), failed.join("\n"));
}

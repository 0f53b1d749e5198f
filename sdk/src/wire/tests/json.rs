//! JSON beside gob: for values made up of every type of the model, what we write is what Go's `encoding/json` writes of
//! the same value, and each reads the other's.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value as Json, json};

use super::generated::{OLD_JSON, for_each_model};
use super::made::ask;
use super::make::{Make, Maker};
use super::*;

/// Fields with bytes: Go writes those that were never made as `null`, we as empty.
const BYTES: &[&str] = &[".Body", ".Data", ".OldValue", ".SignatureDocument"];

/// Go reads less of these than it writes.
const READ_IN_PART: &[&str] = &["model.GroupSyncable"];

const ROUNDS: &[(u64, u64)] = &[(21, 100), (22, 50), (23, 0)];

/// One value: in gob, as our JSON, and how we read Go's.
struct Case {
    name: String,
    seed: u64,
    bytes: Vec<u8>,
    text: String,
    again: fn(&str) -> Result<Json, String>,
}

fn add<T: Make + Serialize + DeserializeOwned>(name: &str, all: &mut Vec<Case>) {
    for (seed, share) in ROUNDS {
        let mut maker = Maker::new(name, *seed, *share);
        (maker.json, maker.typed) = (true, true);
        let (value, _) = T::make(&mut maker);
        let mut bytes = Vec::new();
        Encoder::new().encode(&value, &mut bytes).unwrap();
        let text =
            serde_json::to_string(&value).unwrap_or_else(|error| panic!("{name}, seed {seed}: {error}"));
        all.push(Case { name: name.to_owned(), seed: *seed, bytes, text, again: again_as::<T> });
    }
}

/// Reads JSON as a `T`, and writes it.
fn again_as<T: Serialize + DeserializeOwned>(text: &str) -> Result<Json, String> {
    let value: T = serde_json::from_str(text).map_err(|error| error.to_string())?;
    Ok(parse(&serde_json::to_string(&value).map_err(|error| error.to_string())?))
}

fn parse(text: &str) -> Json {
    serde_json::from_str(text).unwrap()
}

#[test]
fn json_is_that_of_go_in_both_directions() {
    let mut all = Vec::new();
    macro_rules! add {
        ($ty:ident $name:literal) => {
            add::<$ty>($name, &mut all)
        };
    }
    {
        use crate::model::*;
        for_each_model!(add);
    }
    let request = |case: &Case| json!({"name": case.name, "gob_hex": hex(&case.bytes), "json": case.text, "none": true});
    let Some(answers) = ask(&all.iter().map(request).collect::<Vec<_>>()) else { return };
    let (mut failed, mut compared) = (Vec::new(), 0);
    for (case, answer) in all.iter().zip(&answers) {
        // Go writes no link of a group that is not linked to a team or a channel.
        let refused = answer["error"].as_str().is_some_and(|error| error.contains("unknown syncable type"));
        if answer["none"] == true || refused {
            continue;
        }
        compared += 1;
        if let Err(why) = compare(case, answer) {
            failed.push(format!("{}, seed {}{why}", case.name, case.seed));
        }
    }
    assert!(compared > 500, "only {compared} values");
    assert!(failed.is_empty(), "{} of {compared} failed:\n{}", failed.len(), failed.join("\n"));
}

fn compare(case: &Case, answer: &Json) -> Result<(), String> {
    let text =
        |key: &str| answer[key].as_str().map(parse).ok_or_else(|| format!(": {key}: {}", answer["error"]));
    let ours = parse(&case.text);
    same(&ours, &text("json")?)?;
    if !READ_IN_PART.contains(&case.name.as_str()) {
        same(&ours, &text("json_back")?).map_err(|why| format!(", read by Go{why}"))?;
    }
    let again =
        (case.again)(answer["json"].as_str().unwrap_or_default()).map_err(|why| format!(": {why}"))?;
    if again == ours { Ok(()) } else { same(&again, &ours).map_err(|why| format!(", read by us{why}")) }
}

/// Compares at every depth. Go writes `null` for lists and maps that were never made, which gob cannot tell from empty
/// ones; we write those as empty.
fn same(ours: &Json, theirs: &Json) -> Result<(), String> {
    compare_at("", ours, theirs)
}

fn compare_at(path: &str, ours: &Json, theirs: &Json) -> Result<(), String> {
    match (ours, theirs) {
        (Json::Object(ours), Json::Object(theirs)) => {
            for key in ours.keys().chain(theirs.keys()) {
                let path = format!("{path}.{key}");
                match (ours.get(key), theirs.get(key)) {
                    _ if OLD_JSON.contains(&&**key) => {}
                    (Some(ours), Some(theirs)) => compare_at(&path, ours, theirs)?,
                    one => return Err(format!("{path}: only one has it: {one:?}")),
                }
            }
            Ok(())
        }
        (Json::Array(ours), Json::Array(theirs)) if ours.len() == theirs.len() => {
            let mut pairs = ours.iter().zip(theirs).enumerate();
            pairs.try_for_each(|(i, (ours, theirs))| compare_at(&format!("{path}[{i}]"), ours, theirs))
        }
        (Json::String(ours), Json::Null)
            if ours.is_empty() && BYTES.iter().any(|end| path.ends_with(end)) =>
        {
            Ok(())
        }
        (Json::Array(list), Json::Null) | (Json::Null, Json::Array(list)) if list.is_empty() => Ok(()),
        (Json::Object(ours), Json::Null) if ours.is_empty() => Ok(()),
        (Json::Number(a), Json::Number(b)) if a == b || a.as_f64() == b.as_f64() => Ok(()),
        _ if ours == theirs => Ok(()),
        _ => Err(format!("{path}: we have {ours}, Go has {theirs}")),
    }
}

//! Differences between two JSON values, a line each.

use serde::Serialize;
use serde_json::{Map, Value};

use super::record::shortened;

/// Texts up to this length stand side by side.
const SIDE_BY_SIDE: usize = 50;

/// How much has to be equal.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Extent {
    /// Everything.
    Whole,
    /// What is expected; objects may have more.
    Part,
}

/// The JSON form, for comparing. What has none is shown as what it is not.
pub(super) fn json(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_else(|error| Value::String(format!("no JSON form: {error}")))
}

/// The fields of `value` that are not as in `zero`.
pub(super) fn without(value: Value, zero: &Value) -> Value {
    match (value, zero) {
        (Value::Object(fields), Value::Object(zeros)) => {
            let set = fields.into_iter().filter(|(name, field)| zeros.get(name) != Some(field));
            Value::Object(set.collect::<Map<_, _>>())
        }
        (value, _) => value,
    }
}

/// What differs, by path; empty if nothing does.
pub(super) fn differences(expected: &Value, actual: &Value, extent: Extent) -> Vec<String> {
    let mut found = Vec::new();
    compare("", Some(expected), Some(actual), extent, &mut found);
    found
}

fn compare(
    path: &str,
    expected: Option<&Value>,
    actual: Option<&Value>,
    extent: Extent,
    found: &mut Vec<String>,
) {
    match (expected, actual) {
        (Some(expected), Some(actual)) if expected == actual => {}
        (Some(Value::Object(expected)), Some(Value::Object(actual))) => {
            for (name, field) in expected {
                compare(&below(path, name), Some(field), actual.get(name), extent, found);
            }
            for (name, field) in actual.iter().filter(|(name, _)| !expected.contains_key(*name)) {
                if extent == Extent::Whole {
                    compare(&below(path, name), None, Some(field), extent, found);
                }
            }
        }
        (Some(Value::Array(expected)), Some(Value::Array(actual))) => {
            for index in 0..expected.len().max(actual.len()) {
                let path = format!("{path}[{index}]");
                compare(&path, expected.get(index), actual.get(index), extent, found);
            }
        }
        (expected, actual) => found.push(line(path, expected, actual)),
    }
}

fn below(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

fn line(path: &str, expected: Option<&Value>, actual: Option<&Value>) -> String {
    let path = if path.is_empty() { "the value" } else { path };
    let (wanted, got) = (shown(expected), shown(actual));
    if wanted.len() + got.len() <= 2 * SIDE_BY_SIDE {
        return format!("{path}: expected {wanted}, got {got}");
    }
    let at = match (expected.and_then(Value::as_str), actual.and_then(Value::as_str)) {
        (Some(wanted), Some(got)) => {
            let same = wanted.chars().zip(got.chars()).take_while(|(a, b)| a == b).count();
            format!(" (from character {} on)", same + 1)
        }
        _ => String::new(),
    };
    format!("{path}:{at}\n  expected {wanted}\n       got {got}")
}

fn shown(value: Option<&Value>) -> String {
    value.map_or_else(|| "nothing".to_owned(), |value| shortened(&value.to_string()))
}

/// Lines as the end of a message.
pub(super) fn listed(lines: impl IntoIterator<Item = String>) -> String {
    lines.into_iter().map(|line| format!("\n  {}", line.replace('\n', "\n  "))).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_field_that_differs_is_a_line() {
        let expected = json!({"a": 1, "b": {"c": "x", "d": [1, 2]}, "e": null, "f": true});
        let actual = json!({"a": 1, "b": {"c": "y", "d": [1, 3, 4]}, "f": {"g": 1}, "h": 2});
        assert_eq!(
            differences(&expected, &actual, Extent::Whole),
            [
                "b.c: expected \"x\", got \"y\"",
                "b.d[1]: expected 2, got 3",
                "b.d[2]: expected nothing, got 4",
                "e: expected null, got nothing",
                "f: expected true, got {\"g\":1}",
                "h: expected nothing, got 2",
            ]
        );
        assert_eq!(differences(&expected, &expected, Extent::Whole), [""; 0]);
        assert_eq!(differences(&json!(1), &json!("1"), Extent::Whole), ["the value: expected 1, got \"1\""]);
    }

    #[test]
    fn a_part_may_be_all_that_is_expected() {
        let actual = json!({"a": 1, "b": {"c": 2, "d": 3}});
        assert_eq!(differences(&json!({"b": {"c": 2}}), &actual, Extent::Part), [""; 0]);
        assert_eq!(differences(&json!({"b": {"c": 1}}), &actual, Extent::Part), ["b.c: expected 1, got 2"]);
        assert_eq!(
            without(json!({"a": "", "b": "x", "c": 0}), &json!({"a": "", "b": "", "c": 0})),
            json!({"b": "x"})
        );
    }

    #[test]
    fn long_texts_stand_below_each_other_and_say_where_they_part() {
        let text = "The quick brown fox jumps over the lazy dog, and over another one. ";
        let lines = differences(&json!({"m": text.repeat(2)}), &json!({"m": text}), Extent::Whole);
        assert_eq!(lines[0].lines().next(), Some("m: (from character 68 on)"));
        assert_eq!(lines[0].lines().count(), 3);
        let endless = "x".repeat(10_000);
        assert!(differences(&json!(endless), &json!(1), Extent::Whole)[0].len() < 300);
    }
}

//! Lines are always what the host can read.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::*;

fn now() -> SystemTime {
    UNIX_EPOCH + Duration::from_micros(1_767_323_045_000_006)
}

fn written(entry: Entry<'_>) -> String {
    let mut out = Vec::new();
    entry.write(now(), &mut out);
    String::from_utf8(out).unwrap()
}

fn rewritten(line: &str) -> Option<Value> {
    let mut out = Vec::new();
    rewrite(line, Level::Info, now(), &mut out).then(|| serde_json::from_slice(&out).unwrap())
}

#[test]
fn an_entry_is_one_line_of_strings() {
    let entry = Entry {
        level: Level::Warn,
        module: "acme::http",
        message: "two\nlines \"quoted\"",
        fields: &[("user", "ada"), ("@message", "not the message")],
    };
    assert_eq!(
        written(entry),
        "{\"@level\":\"warn\",\"@message\":\"two\\nlines \\\"quoted\\\"\",\"@module\":\"acme::http\",\
         \"@timestamp\":\"2026-01-02T03:04:05.000006Z\",\"message\":\"not the message\",\"user\":\"ada\"}\n"
    );
}

#[test]
fn long_messages_are_cut_between_characters() {
    for unit in ["a", "é", "\u{1}", "\"", "😀"] {
        let message = unit.repeat(200 * 1024 / unit.len());
        let value = unit.repeat(100 * 1024);
        let text = written(Entry {
            level: Level::Info,
            module: &message,
            message: &message,
            fields: &[("a", &value), ("b", &value), ("c", &value)],
        });
        let mut joined = String::new();
        for line in text.lines() {
            assert!(line.len() < MAX_LINE, "{} bytes", line.len());
            let value: Value = serde_json::from_str(line).unwrap();
            joined += value["@message"].as_str().unwrap();
        }
        assert_eq!(joined, message);
        assert!(text.contains("fields_left_out"));
    }
}

#[test]
fn an_empty_message_still_is_a_line() {
    let text = written(Entry { level: Level::Error, module: "", message: "", fields: &[("error", "gone")] });
    assert_eq!(text.lines().count(), 1);
    assert!(text.contains(r#""error":"gone""#) && !text.contains("@module"));
}

#[test]
fn keys_that_end_the_server_become_strings() {
    for line in [
        r#"{"@message":5}"#,
        r#"{"@message":null,"@level":7,"@timestamp":{}}"#,
        r#"{"@message":["a"],"@level":{"x":1},"@timestamp":1700000000,"@module":[1]}"#,
        r#"{"@level":"off","@message":"x","@timestamp":"2026-01-02T03:04:05.1Z"}"#,
        r#"  {"@message":"a","@message":5}"#,
        "{}",
    ] {
        let value = rewritten(line).unwrap();
        for key in ["@message", "@level", "@timestamp"] {
            assert!(value[key].is_string(), "{key} in {value}");
        }
        assert!(normalise(value["@timestamp"].as_str().unwrap()).is_some());
        assert!(Level::parse(value["@level"].as_str().unwrap()).is_some());
        assert_ne!(value.get("@module").map(Value::is_string), Some(false));
    }
}

#[test]
fn well_formed_lines_keep_what_they_say() {
    let line = r#"{"@level":"warn","@message":"m","@timestamp":"2020-01-02T03:04:05.000001+02:00","n":1,"o":{"p":[null]}}"#;
    assert_eq!(rewritten(line).unwrap(), serde_json::from_str::<Value>(line).unwrap());
}

#[test]
fn other_loggers_keys_are_understood() {
    let value = rewritten(r#"{"level":"WARN","msg":"slow","ms":7}"#).unwrap();
    assert_eq!(
        (&value["@level"], &value["@message"], &value["ms"]),
        (&"warn".into(), &"slow".into(), &7.into())
    );
    let value = rewritten(r#"{"severity":"ERROR","message":"m","level":30}"#).unwrap();
    assert_eq!((&value["@level"], &value["level"]), (&"error".into(), &30.into()));
}

#[test]
fn what_is_no_json_object_is_left_to_the_caller() {
    let long = format!(r#"{{"@message":"{}"}}"#, "x".repeat(70_000));
    for line in
        ["", "plain", "5", "null", "[1]", r#"{"a":"#, r#"{"a":1} tail"#, &"{\"a\":".repeat(500), &long]
    {
        assert_eq!(rewritten(line), None, "{line:.40}");
    }
}

#[test]
fn plain_lines_say_their_level_as_the_host_reads_it() {
    for (line, level) in [
        ("[ERROR] x", Some(Level::Error)),
        ("[TRACE] x", Some(Level::Debug)),
        ("[WARN]x", Some(Level::Warn)),
        ("[warn] x", None),
        ("ERROR x", None),
        (" [ERROR] x", None),
    ] {
        assert_eq!(Level::of_prefix(line), level, "{line}");
    }
}

//! Log lines in the form that the host's hclog reader takes from stderr.
//!
//! The host parses every line. One whose `@message`, `@level` or `@timestamp` is not a string ends the whole server, one
//! with other than six fraction digits is shown raw, and one over 64 KiB is cut into pieces at level debug. So no line
//! leaves this process that was not written here.

use std::borrow::Cow;
use std::time::SystemTime;

use serde_json::{Map, Value};

mod time;

use time::normalise;
pub(crate) use time::timestamp;

/// Longest line written, with its end. The host's buffer is 64 KiB; the rest is room for its own line end handling.
pub(crate) const MAX_LINE: usize = 64 * 1024 - 64;

/// Room for all fields of one line together; what they leave of [`MAX_LINE`] is for the message.
const MAX_FIELDS: usize = 40 * 1024;

/// Room for one field's value, so that one long value does not take the place of all others.
const MAX_VALUE: usize = 16 * 1024;

/// The levels that the host tells apart; its `trace` is shown as debug.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    Debug,
    Info,
    Warn,
    Error,
}

impl Level {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Debug => "debug",
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Error => "error",
        }
    }

    /// The level that a logger's word means, of hclog and of the common loggers for Rust, Go, Python and Java.
    pub(crate) fn parse(word: &str) -> Option<Self> {
        match word.trim().to_ascii_lowercase().as_str() {
            "trace" | "debug" => Some(Self::Debug),
            "info" | "notice" => Some(Self::Info),
            "warn" | "warning" => Some(Self::Warn),
            "error" | "err" | "critical" | "fatal" | "panic" => Some(Self::Error),
            _ => None,
        }
    }

    /// The level that a plain line begins with: `[ERROR] …`, as the host itself reads it.
    pub(crate) fn of_prefix(line: &str) -> Option<Self> {
        let (word, _) = line.strip_prefix('[')?.split_once(']')?;
        match word {
            "TRACE" | "DEBUG" => Some(Self::Debug),
            "INFO" => Some(Self::Info),
            "WARN" => Some(Self::Warn),
            "ERROR" => Some(Self::Error),
            _ => None,
        }
    }
}

/// One log line before it is written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entry<'a> {
    pub(crate) level: Level,
    /// Where it comes from: hclog's `@module`; none if empty.
    pub(crate) module: &'a str,
    pub(crate) message: &'a str,
    pub(crate) fields: &'a [(&'a str, &'a str)],
}

impl Entry<'_> {
    /// Appends the entry to `out`: one line, or several if the message is too long for one. Values over 16 KiB are cut,
    /// fields over 40 KiB together are left out and counted.
    pub(crate) fn write(&self, now: SystemTime, out: &mut Vec<u8>) {
        let stamp = timestamp(now);
        let (mut fields, used) = self.collect_fields();
        // The empty message still is a line: its fields may say all.
        let mut pieces = split(self.message, MAX_LINE - used - 1024);
        let mut piece = Some(pieces.next().unwrap_or_default());
        while let Some(message) = piece {
            let mut line = fields.clone();
            line.insert("@level".into(), self.level.name().into());
            line.insert("@message".into(), message.into());
            line.insert("@timestamp".into(), stamp.as_str().into());
            push_line(line, out);
            piece = pieces.next();
            // Every piece says where it comes from; what is long stands in the first one only.
            fields.retain(|_, value| value.as_str().is_some_and(|text| text.len() <= 64));
        }
    }

    /// The fields that fit, and the bytes they take.
    fn collect_fields(&self) -> (Map<String, Value>, usize) {
        let (mut map, mut used, mut left_out) = (Map::new(), 0, 0);
        for (key, value) in self.fields {
            // A field must not pass for one of the keys that the host takes out.
            let (key, value) = (cut(key.trim_start_matches('@'), 256), cut(value, MAX_VALUE));
            let size = escaped_len(&key) + escaped_len(&value) + 6;
            if used + size > MAX_FIELDS {
                left_out += 1;
                continue;
            }
            used += size;
            map.insert(key.into_owned(), Value::String(value.into_owned()));
        }
        if left_out > 0 {
            map.insert("fields_left_out".into(), left_out.to_string().into());
        }
        if !self.module.is_empty() {
            map.insert("@module".into(), cut(self.module, 256).into());
        }
        (map, used)
    }
}

/// Reads a line that some library wrote as a JSON object and appends it in the form that the host takes. `false` if it
/// is no JSON object or too long for one line: then nothing was appended.
///
/// The keys of the common loggers (`message`/`msg`, `level`/`severity`) stand in for hclog's where those are missing.
pub(crate) fn rewrite(line: &str, default: Level, now: SystemTime, out: &mut Vec<u8>) -> bool {
    if !line.trim_start().starts_with('{') {
        return false;
    }
    let Ok(Value::Object(mut map)) = serde_json::from_str::<Value>(line) else { return false };
    let level = take_level(&mut map).unwrap_or(default);
    let message = match map.remove("@message") {
        Some(Value::String(text)) => text,
        Some(other) => other.to_string(),
        None => take_string(&mut map, &["message", "msg"]).unwrap_or_default(),
    };
    let stamp = match map.remove("@timestamp") {
        Some(Value::String(text)) => normalise(&text).unwrap_or_else(|| {
            map.insert("original_timestamp".into(), text.into());
            timestamp(now)
        }),
        Some(other) => {
            map.insert("original_timestamp".into(), other);
            timestamp(now)
        }
        None => timestamp(now),
    };
    // Loggers put the module there; the host knows no rule for it, a string is what it expects.
    if let Some(module) = map.get_mut("@module").filter(|module| !module.is_string()) {
        *module = Value::String(module.to_string());
    }
    map.insert("@level".into(), level.name().into());
    map.insert("@message".into(), message.into());
    map.insert("@timestamp".into(), stamp.into());
    let start = out.len();
    push_line(map, out);
    let fits = out.len() - start <= MAX_LINE;
    if !fits {
        out.truncate(start);
    }
    fits
}

fn take_level(map: &mut Map<String, Value>) -> Option<Level> {
    for key in ["@level", "level", "severity"] {
        if let Some(level) = map.get(key).and_then(Value::as_str).and_then(Level::parse) {
            map.remove(key);
            return Some(level);
        }
    }
    // `@level` must not stay: it is no level word, or not even a string.
    let odd = map.remove("@level")?;
    map.insert("original_level".into(), odd);
    None
}

fn take_string(map: &mut Map<String, Value>, keys: &[&str]) -> Option<String> {
    let key = keys.iter().find(|key| map.get(**key).is_some_and(Value::is_string))?;
    match map.remove(*key)? {
        Value::String(text) => Some(text),
        _ => None,
    }
}

/// Appends `map` as one line. A map of strings and JSON values can always be written.
fn push_line(map: Map<String, Value>, out: &mut Vec<u8>) {
    out.extend_from_slice(Value::Object(map).to_string().as_bytes());
    out.push(b'\n');
}

/// The bytes that `text` takes inside a JSON string, at most.
fn escaped_len(text: &str) -> usize {
    text.chars().map(escaped_char).sum()
}

fn escaped_char(c: char) -> usize {
    match c {
        '"' | '\\' => 2,
        '\0'..='\x1f' => 6,
        _ => c.len_utf8(),
    }
}

/// Cuts `text` into pieces of at most `limit` bytes as JSON strings, between characters.
fn split(text: &str, limit: usize) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let (piece, tail) = rest.split_at_checked(fitting(rest, limit))?;
        rest = tail;
        Some(piece)
    })
}

/// How many bytes of `text` fit into `limit` bytes of a JSON string, ending between characters.
fn fitting(text: &str, limit: usize) -> usize {
    let mut used = 0;
    for (at, c) in text.char_indices() {
        used += escaped_char(c);
        if used > limit {
            return at;
        }
    }
    text.len()
}

/// `text`, or its beginning and how much is missing.
pub(crate) fn cut(text: &str, limit: usize) -> Cow<'_, str> {
    let fits = fitting(text, limit);
    match text.get(..fits) {
        Some(start) if fits < text.len() => {
            Cow::Owned(format!("{start}… ({} bytes more)", text.len() - fits))
        }
        _ => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod tests;

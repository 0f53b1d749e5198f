//! What the derive's code calls.

use std::fmt::Display;

use serde_json::{Map, Value};

pub use super::{Expected, Fault, SettingValue, Settings, SettingsError};

/// `SettingValue::from_json` of a type.
pub type Read<T> = fn(&Value) -> Result<Option<T>, Expected>;

/// Looks at a value that has the right type.
pub type Check<T> = fn(&T) -> Result<(), Expected>;

/// Longest part of a wrong value that a message shows.
const SHOWN: usize = 40;

/// What a settings type gives to one that holds it.
pub struct Part {
    /// Its settings as JSON objects with commas between them.
    pub list: &'static str,
    /// Its header and footer as JSON fields, each with a comma after it.
    pub head: &'static str,
    /// The keys of its settings in lower case, a line end after each.
    pub keys: &'static str,
    /// It has sections of its own.
    pub sections: bool,
}

/// One setting, as its reader needs it.
pub struct Setting {
    /// As declared.
    pub key: &'static str,
    /// Values are not shown.
    pub secret: bool,
    /// What it can be; empty for anything.
    pub options: &'static [&'static str],
}

/// Takes settings one by one out of the server's configuration and collects what does not fit.
pub struct Reader<'a> {
    object: &'a Map<String, Value>,
    faults: Vec<Fault>,
}

impl<'a> Reader<'a> {
    /// Reads from `object`.
    pub fn new(object: &'a Map<String, Value>) -> Self {
        Self { object, faults: Vec::new() }
    }

    /// The value of a setting as `read` understands it, or the default.
    pub fn take<T>(&mut self, setting: &Setting, default: T, read: Read<T>, check: Check<T>) -> T {
        let Some(value) = self.find(setting.key).filter(|value| !value.is_null()) else { return default };
        let taken = read(value).and_then(|taken| {
            setting.allows(value)?;
            taken.as_ref().map_or(Ok(()), check)?;
            Ok(taken)
        });
        match taken {
            Ok(taken) => taken.unwrap_or(default),
            Err(expected) => {
                self.faults.push(expected.into_fault(setting.key, || found(value, setting.secret)));
                default
            }
        }
    }

    /// How many settings did not fit so far.
    pub fn faults(&self) -> usize {
        self.faults.len()
    }

    /// Has the author look at settings that fit each by itself.
    pub fn check<T>(&mut self, faults_before: usize, settings: &T, check: Check<T>) {
        if self.faults.len() == faults_before
            && let Err(refused) = check(settings)
        {
            self.faults.push(refused.into_fault("", String::new));
        }
    }

    /// The settings if all values fitted.
    pub fn finish<T>(self, settings: T) -> Result<T, SettingsError> {
        if self.faults.is_empty() { Ok(settings) } else { Err(SettingsError::new(self.faults)) }
    }

    /// The exact key wins over one in another case, which an edited config.json may have beside it.
    fn find(&self, key: &str) -> Option<&'a Value> {
        self.object.get(key).or_else(|| {
            let mut others = self.object.iter();
            others.find(|(other, _)| other.eq_ignore_ascii_case(key)).map(|(_, value)| value)
        })
    }
}

impl Setting {
    /// An emptied field is none of the options and no fault: what it means is the type's affair.
    fn allows(&self, value: &Value) -> Result<(), Expected> {
        let text = value.as_str().map_or_else(|| value.to_string(), |text| text.trim().to_owned());
        if self.options.is_empty() || text.is_empty() || self.options.contains(&text.as_str()) {
            return Ok(());
        }
        Err(one_of(self.options.iter().copied()))
    }
}

/// Takes any value.
pub fn any<T>(_: &T) -> Result<(), Expected> {
    Ok(())
}

/// A check of the SDK's.
pub fn demand(fits: bool, expected: &str) -> Result<(), Expected> {
    if fits { Ok(()) } else { Err(Expected::new(expected)) }
}

/// What the author's own check says.
pub fn refused(error: impl Display) -> Expected {
    Expected::refused(&error)
}

/// The variant of an enum by its value; an empty text is none.
pub fn choice<T>(value: &Value, values: &[&str], variants: &[fn() -> T]) -> Result<Option<T>, Expected> {
    let text = value.as_str().map(str::trim);
    let mut both = values.iter().zip(variants);
    match text.and_then(|text| both.find(|(value, _)| **value == text)) {
        Some((_, variant)) => Ok(Some(variant())),
        None if text == Some("") => Ok(None),
        None => Err(one_of(values.iter().copied())),
    }
}

fn one_of<'v>(values: impl Iterator<Item = &'v str>) -> Expected {
    let values: Vec<String> = values.map(|value| format!("`{value}`")).collect();
    Expected::new(format!("one of {}", values.join(", ")))
}

/// `text` if the condition holds.
pub const fn when(condition: bool, text: &'static str) -> &'static str {
    if condition { text } else { "" }
}

/// Stops the compiler at a setting of a type that only it knows, when its kind and the rest do not go together.
pub const fn fits(kind: &str, has_options: bool, has_placeholder: bool) {
    let choice = same(kind, "dropdown") || same(kind, "radio");
    assert!(
        !choice || has_options,
        "a `dropdown` or `radio` setting needs options: `options(\"value\" = \"Shown\", …)`"
    );
    assert!(
        choice || !has_options,
        "a type with options is for settings of the kinds `dropdown` and `radio`"
    );
    assert!(
        !has_placeholder || !(choice || same(kind, "bool")),
        "a `dropdown`, `radio` or `bool` setting shows no placeholder: remove it"
    );
}

/// Stops the compiler at settings inside others that cannot be there.
pub const fn nests(part: &Part, flatten: bool) {
    assert!(!part.sections, "these settings have sections of their own, and sections do not nest");
    assert!(!flatten || !part.list.is_empty(), "there is no setting in this type");
}

/// Stops the compiler when two settings have one key: the server does not tell capitals apart.
pub const fn distinct(keys: &str) {
    let keys = keys.as_bytes();
    let mut first = 0;
    while first < keys.len() {
        let end = line_end(keys, first);
        let mut second = end + 1;
        while second < keys.len() {
            let second_end = line_end(keys, second);
            assert!(
                !equal(keys, first, end, second, second_end),
                "two settings have the same key: give one another with `#[setting(key = \"…\")]`"
            );
            second = second_end + 1;
        }
        first = end + 1;
    }
}

const fn line_end(text: &[u8], from: usize) -> usize {
    let mut at = from;
    while at < text.len() && text[at] != b'\n' {
        at += 1;
    }
    at
}

const fn equal(text: &[u8], a: usize, a_end: usize, b: usize, b_end: usize) -> bool {
    if a_end - a != b_end - b {
        return false;
    }
    let mut i = 0;
    while a + i < a_end {
        if text[a + i] != text[b + i] {
            return false;
        }
        i += 1;
    }
    true
}

const fn same(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() != b.len() {
        return false;
    }
    let mut i = 0;
    while i < a.len() {
        if a[i] != b[i] {
            return false;
        }
        i += 1;
    }
    true
}

fn found(value: &Value, secret: bool) -> String {
    let kind = match value {
        Value::Null => "nothing",
        Value::Bool(_) => "a bool",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    };
    if secret || value.is_array() || value.is_object() {
        return kind.to_owned();
    }
    let text = value.to_string();
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{kind}, {}…", &text[..end]),
        None => format!("{kind}, {text}"),
    }
}

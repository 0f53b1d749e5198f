//! What the derive's code calls.

use serde_json::{Map, Value};

use super::Expected;
pub use super::{Fault, SettingValue, Settings, SettingsError};

/// `SettingValue::from_json` of a type.
pub type Read<T> = fn(&Value) -> Result<Option<T>, Expected>;

/// Longest part of a wrong value that a message shows.
const SHOWN: usize = 40;

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

    /// The value of `key` as `read` understands it, or the default.
    pub fn take<T>(&mut self, key: &str, secret: bool, default: T, read: Read<T>) -> T {
        let Some(value) = self.find(key).filter(|value| !value.is_null()) else { return default };
        match read(value) {
            Ok(value) => value.unwrap_or(default),
            Err(expected) => {
                let found = found(value, secret);
                self.faults.push(Fault { key: key.to_owned(), expected: expected.into_text(), found });
                default
            }
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

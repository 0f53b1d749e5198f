//! What the plugin has asked of its server.

use std::fmt::{self, Write as _};

use serde::Serializer;
use serde_json::{Map, Value};

use crate::gob::{Dynamic, Tree};

use super::Method;
use super::generated::calls::METHODS;
use super::method::read;

/// So much of an argument is shown; nobody reads more of it in a list.
const SHOWN: usize = 200;

/// A method of the API.
#[derive(Debug)]
pub(super) struct MethodRow {
    pub(super) name: &'static str,
    pub(super) since: &'static str,
    /// Names of the arguments.
    pub(super) params: &'static [&'static str],
}

impl MethodRow {
    pub(super) fn find(name: &str) -> Option<&'static Self> {
        let index = METHODS.binary_search_by(|row| row.name.cmp(name)).ok()?;
        METHODS.get(index)
    }

    /// The name that scripts go by: one for both ways that HTTP to another plugin travels.
    pub(super) fn key(&self) -> &'static str {
        match self.name {
            "PluginHTTPStream" => "PluginHTTP",
            name => name,
        }
    }
}

/// One call of an API method, with its arguments; a list of them equals a list of Go's names, as
/// `["KVGet", "CreatePost"]`.
#[derive(Clone)]
pub struct RecordedCall {
    row: &'static MethodRow,
    args: Dynamic,
}

impl RecordedCall {
    pub(super) fn new(row: &'static MethodRow, args: Dynamic) -> Self {
        Self { row, args }
    }

    /// Go's name of the method, as `KVGet`.
    pub fn method(&self) -> &'static str {
        self.row.name
    }

    /// The call with its arguments; `None` when it was one of another method.
    pub fn get<M: Method>(&self) -> Option<M> {
        if self.row.key() != M::NAME {
            return None;
        }
        read(&self.args).ok()
    }

    /// The arguments by name, as JSON; those that were zero or empty are not there.
    ///
    /// Bytes are text where they can be read, else hexadecimal. Fields of structs have Go's names.
    pub fn json(&self) -> Value {
        let Ok(Tree::Struct(_, fields)) = self.args.tree() else { return Value::Null };
        let pairs = fields.into_iter().map(|(field, value)| (self.param(&field).to_owned(), json(value)));
        Value::Object(pairs.collect::<Map<_, _>>())
    }

    /// The name of an argument; Go's wire calls the first one `A`.
    fn param<'a>(&self, field: &'a str) -> &'a str {
        match field.as_bytes() {
            [letter @ b'A'..=b'Z'] => {
                self.row.params.get(usize::from(letter - b'A')).copied().unwrap_or(field)
            }
            _ => field,
        }
    }
}

impl fmt::Display for RecordedCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}(", self.row.name)?;
        let args = self.json();
        for (index, (name, value)) in args.as_object().into_iter().flatten().enumerate() {
            let separator = if index == 0 { "" } else { ", " };
            write!(f, "{separator}{name}: {}", shortened(&value.to_string()))?;
        }
        f.write_char(')')
    }
}

fn json(tree: Tree) -> Value {
    match tree {
        Tree::Bytes(bytes) | Tree::Blob(bytes) => Value::String(readable(&bytes)),
        Tree::List(items) => items.into_iter().map(json).collect(),
        Tree::Struct(_, fields) => fields.into_iter().map(|(name, field)| (name, json(field))).collect(),
        Tree::Interface(_, inner) => json(*inner),
        tree => serde_json::to_value(tree).unwrap_or_default(),
    }
}

/// Bytes for people: as text where they are one.
fn readable(bytes: &[u8]) -> String {
    let odd = |letter: char| letter.is_control() && !letter.is_whitespace();
    match std::str::from_utf8(bytes) {
        Ok(text) if !text.contains(odd) => text.to_owned(),
        _ => bytes.iter().fold("0x".to_owned(), |text, byte| format!("{text}{byte:02x}")),
    }
}

/// How the calls write their bytes.
pub(super) fn as_text<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&readable(bytes))
}

/// The beginning of a text that is too long for a list.
pub(super) fn shortened(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or(text)),
        None => text.to_owned(),
    }
}

impl fmt::Debug for RecordedCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl PartialEq<str> for RecordedCall {
    fn eq(&self, method: &str) -> bool {
        self.row.name == method
    }
}

impl PartialEq<&str> for RecordedCall {
    fn eq(&self, method: &&str) -> bool {
        self.row.name == *method
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::calls::{GetUser, KvSet};
    use crate::wire::KvSetArgs;

    #[test]
    fn a_call_is_shown_with_the_names_of_its_arguments() {
        let args = KvSetArgs { a: "key".into(), b: b"some text".to_vec() };
        let call = RecordedCall::new(MethodRow::find("KVSet").unwrap(), Dynamic::new(&args).unwrap());
        let shown = "KVSet(key: \"key\", value: \"some text\")";
        assert_eq!((call.to_string(), format!("{call:?}")), (shown.to_owned(), shown.to_owned()));
        let typed = KvSet { key: "key".into(), value: b"some text".to_vec() };
        assert_eq!(call.get::<KvSet>().unwrap(), typed);
        assert_eq!(call.json(), serde_json::to_value(&typed).unwrap());
        assert_eq!(call.get::<GetUser>(), None);
        assert!(call == "KVSet" && call == *"KVSet");
        let long = KvSetArgs { a: "ä".repeat(500), b: Vec::new() };
        let call = RecordedCall::new(MethodRow::find("KVSet").unwrap(), Dynamic::new(&long).unwrap());
        assert_eq!(call.to_string().chars().count(), "KVSet(key: …)".chars().count() + SHOWN);
    }

    #[test]
    fn bytes_are_shown_as_text_where_they_are_one() {
        for (bytes, shown) in [(&b"a\nb"[..], "a\nb"), (b"\x01\xff", "0x01ff"), (b"\0", "0x00"), (b"", "")] {
            assert_eq!(readable(bytes), shown);
        }
    }

    #[test]
    fn methods_are_found_by_name() {
        assert!(METHODS.is_sorted_by(|a, b| a.name < b.name));
        assert!(METHODS.len() >= 238);
        assert_eq!(MethodRow::find("KVSet").unwrap().since, "5.2");
        assert!(MethodRow::find("KVset").is_none());
    }
}

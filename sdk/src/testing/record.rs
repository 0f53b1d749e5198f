//! What the plugin has asked of its server.

use std::fmt::{self, Write as _};

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
    pub fn json(&self) -> Value {
        let Ok(Tree::Struct(_, fields)) = self.args.tree() else { return Value::Null };
        let pairs = fields.into_iter().map(|(field, value)| {
            (self.param(&field).to_owned(), serde_json::to_value(value).unwrap_or_default())
        });
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
        let args = KvSetArgs { a: "key".into(), b: vec![1, 2] };
        let call = RecordedCall::new(MethodRow::find("KVSet").unwrap(), Dynamic::new(&args).unwrap());
        assert_eq!(
            format!("{call} {call:?}"),
            "KVSet(key: \"key\", value: [1,2]) KVSet(key: \"key\", value: [1,2])"
        );
        assert_eq!(call.get::<KvSet>().unwrap(), KvSet { key: "key".into(), value: vec![1, 2] });
        assert_eq!(call.get::<GetUser>(), None);
        assert!(call == "KVSet" && call == *"KVSet");
        let long = KvSetArgs { a: "ä".repeat(500), b: Vec::new() };
        let call = RecordedCall::new(MethodRow::find("KVSet").unwrap(), Dynamic::new(&long).unwrap());
        assert_eq!(call.to_string().chars().count(), "KVSet(key: …)".chars().count() + SHOWN);
    }

    #[test]
    fn methods_are_found_by_name() {
        assert!(METHODS.is_sorted_by(|a, b| a.name < b.name));
        assert!(METHODS.len() >= 238);
        assert_eq!(MethodRow::find("KVSet").unwrap().since, "5.2");
        assert!(MethodRow::find("KVset").is_none());
    }
}

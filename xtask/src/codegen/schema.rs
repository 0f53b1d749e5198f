//! The shape of schema/plugin.json and schema/slice.json: what upstream says, nothing of ours.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context, Result};
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// schema/plugin.json.
#[derive(Debug, Deserialize)]
pub(crate) struct Schema {
    /// The server versions it was made from, oldest first.
    pub(crate) trees: Vec<String>,
    pub(crate) hooks: Vec<Call>,
    pub(crate) api: Vec<Call>,
    /// Database driver; nothing is emitted for it yet.
    #[allow(dead_code)]
    pub(crate) driver: Vec<serde_json::Value>,
    pub(crate) types: Vec<Type>,
    pub(crate) enums: Vec<Enum>,
}

/// A hook or an API method.
#[derive(Debug, Deserialize)]
pub(crate) struct Call {
    pub(crate) name: String,
    /// API methods only.
    #[serde(default)]
    pub(crate) category: String,
    pub(crate) since: String,
    pub(crate) args: Vec<Field>,
    pub(crate) returns: Vec<Field>,
    /// A reply that is not a struct.
    pub(crate) reply: Option<String>,
}

/// A field of a struct, of arguments or of results.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Field {
    pub(crate) name: String,
    #[serde(rename = "type")]
    pub(crate) go_type: String,
    /// Go's name of the parameter that an argument field carries.
    pub(crate) param: Option<String>,
    pub(crate) json: Option<String>,
    #[serde(default)]
    pub(crate) options: Vec<String>,
    #[serde(default)]
    pub(crate) embedded: bool,
    /// The one tree that has it.
    pub(crate) only: Option<String>,
}

/// A struct, or a named type that stands for another one.
#[derive(Debug, Deserialize)]
pub(crate) struct Type {
    pub(crate) name: String,
    pub(crate) is: Option<String>,
    /// The name under which interface values of it travel.
    pub(crate) registered: Option<String>,
    #[serde(default)]
    pub(crate) fields: Vec<Field>,
    pub(crate) only: Option<String>,
}

/// A string type with known values.
#[derive(Debug, Deserialize)]
pub(crate) struct Enum {
    pub(crate) name: String,
    pub(crate) values: Vec<EnumValue>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct EnumValue {
    pub(crate) name: String,
    pub(crate) value: String,
}

/// schema/slice.json: what is emitted. An empty list means everything.
#[derive(Debug, Deserialize)]
pub(crate) struct Slice {
    pub(crate) hooks: BTreeSet<String>,
    pub(crate) api: BTreeSet<String>,
    /// Types that only interface values reach.
    pub(crate) types: BTreeSet<String>,
}

pub(crate) fn read<T: DeserializeOwned>(path: &Path) -> Result<T> {
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    serde_json::from_str(&text).with_context(|| path.display().to_string())
}

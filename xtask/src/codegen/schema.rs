//! The shape of schema/plugin.json: what upstream says, nothing of ours.

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
    /// Calls of the database driver.
    pub(crate) driver: Vec<Call>,
    pub(crate) types: Vec<Type>,
    pub(crate) enums: Vec<Enum>,
    pub(crate) registered: Vec<Registered>,
}

impl Schema {
    /// The name under which interface values of a type travel, if they do as a pointer to it.
    pub(crate) fn registered(&self, name: &str) -> Option<String> {
        let row = self.registered.iter().find(|row| row.go_type.strip_prefix('*') == Some(name));
        row.map(|row| row.name.clone())
    }
}

/// A hook, an API method or a call of the driver.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Call {
    pub(crate) name: String,
    /// API methods only.
    #[serde(default)]
    pub(crate) category: String,
    /// Not of driver calls, which are all as old as the driver.
    #[serde(default)]
    pub(crate) since: String,
    /// An argument of the driver that is not a struct.
    pub(crate) arg: Option<String>,
    pub(crate) args: Vec<Field>,
    pub(crate) returns: Vec<Field>,
    /// A reply that is not a struct.
    pub(crate) reply: Option<String>,
    /// Go's names of the structs, where they are not `Z_<Name>Args` and `Z_<Name>Returns`.
    pub(crate) args_struct: Option<String>,
    pub(crate) returns_struct: Option<String>,
    /// The one tree that has it.
    pub(crate) only: Option<String>,
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
    /// Its type in the oldest tree, where that is another one.
    pub(crate) was: Option<String>,
}

/// A struct, or a named type that stands for another one.
#[derive(Debug, Deserialize)]
pub(crate) struct Type {
    pub(crate) name: String,
    pub(crate) is: Option<String>,
    #[serde(default)]
    pub(crate) fields: Vec<Field>,
    pub(crate) only: Option<String>,
}

/// A string or integer type with known values.
#[derive(Debug, Deserialize)]
pub(crate) struct Enum {
    pub(crate) name: String,
    /// `string`, `uint32` …
    pub(crate) kind: String,
    /// Go has the constants, but no type.
    #[serde(default)]
    pub(crate) untyped_in_go: bool,
    pub(crate) values: Vec<EnumValue>,
}

impl Enum {
    /// Kept as a type of its own; integers with known values are flags and stay numbers.
    pub(crate) fn is_open(&self) -> bool {
        self.kind == "string"
    }
}

#[derive(Debug, Deserialize)]
pub(crate) struct EnumValue {
    pub(crate) name: String,
    pub(crate) value: String,
}

/// A name under which values of a type travel in interfaces.
#[derive(Debug, Deserialize)]
pub(crate) struct Registered {
    pub(crate) name: String,
    #[serde(rename = "type")]
    pub(crate) go_type: String,
}

pub(crate) fn read<T: DeserializeOwned>(path: &Path) -> Result<T> {
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    serde_json::from_str(&text).with_context(|| path.display().to_string())
}

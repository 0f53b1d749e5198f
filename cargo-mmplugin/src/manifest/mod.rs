//! plugin.json as types: what the server and its System Console read.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

mod needs;
mod rules;
mod settings;
pub use needs::Needs;
pub(crate) use rules::clean_path;
pub use rules::{Problem, Weight, check_id, problems};
pub use settings::{Section, Setting, SettingOption, SettingsSchema};

/// The whole of plugin.json. Absent and empty are the same to the server, so empty fields are not written.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Manifest {
    /// The plugin's name on every server, in URLs and on disk.
    pub id: String,
    /// What people read.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// One or two sentences.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Where the plugin is at home.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub homepage_url: String,
    /// Where to report a bug.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub support_url: String,
    /// Where this version's notes are.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub release_notes_url: String,
    /// An SVG inside the bundle, shown in the marketplace list.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub icon_path: String,
    /// Strict SemVer without `v`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub version: String,
    /// The oldest server that may run it, `x.y.z`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub min_server_version: String,
    /// The part that runs beside the server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server: Option<Server>,
    /// The part that runs in browsers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub webapp: Option<Webapp>,
    /// The plugin's page in the System Console.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub settings_schema: Option<SettingsSchema>,
    /// Free for tools and the server, e.g. `support_packet`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub props: BTreeMap<String, Value>,
    /// Keys that this tool does not know; kept as they are.
    #[serde(flatten)]
    pub extra: BTreeMap<String, Value>,
}

/// `server`: which file to start on which platform.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Server {
    /// By Go's platform name (`linux-amd64`), relative to the bundle's root.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub executables: BTreeMap<String, String>,
    /// For platforms that `executables` does not name.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub executable: String,
}

impl Server {
    /// The path the server would start on a platform; there is no fall-back between architectures.
    pub fn path_for(&self, platform: &str) -> Option<&str> {
        let named = self.executables.get(platform).map(String::as_str).filter(|path| !path.is_empty());
        named.or(Some(self.executable.as_str()).filter(|path| !path.is_empty()))
    }
}

/// `webapp`: the JavaScript file; its whole folder goes to the browsers' side.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Webapp {
    /// Relative to the bundle's root.
    pub bundle_path: String,
}

impl Manifest {
    /// Reads plugin.json.
    ///
    /// # Errors
    /// The JSON error; for a slip of syntax with line and column.
    pub fn from_json(text: &[u8]) -> Result<Self, serde_json::Error> {
        let mut value: Value = serde_json::from_slice(text)?;
        drop_nulls(&mut value);
        serde_json::from_value(value)
    }

    /// What goes into the bundle: two-space JSON with a final newline, the same bytes for the same manifest.
    pub fn to_json(&self) -> String {
        // Maps have string keys and no value can fail to serialize, so the empty text is never seen.
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }
}

/// To Go a `null` means "leave the zero value"; serde would call it a wrong type.
fn drop_nulls(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.retain(|_, value| !value.is_null());
            map.values_mut().for_each(drop_nulls);
        }
        Value::Array(list) => list.iter_mut().for_each(drop_nulls),
        _ => {}
    }
}

#[cfg(test)]
mod tests;

//! The records in an executable's manifest section: `MMPLUGIN`, kind, version, two zero bytes, length, payload.

use serde::Deserialize;
use serde_json::Value;

use crate::manifest::Manifest;

const MAGIC: &[u8; 8] = b"MMPLUGIN";
const HEADER: usize = 16;
/// The layout this tool reads; the SDK raises it when an old tool must not guess.
const VERSION: u8 = 1;

/// What the records say, put together.
#[derive(Debug, Clone, PartialEq)]
pub struct Embedded {
    /// The version of `mmplugin` that made it.
    pub sdk: String,
    /// What it can speak with a server: `netrpc`, `grpc`. None: made by a version that did not say.
    pub transports: Vec<String>,
    /// plugin.json without `server`; with `settings_schema` when the plugin has settings.
    pub manifest: Manifest,
    /// Go names of the hooks the plugin implements.
    pub hooks: Vec<String>,
    /// Go names of the hooks and API methods that it gets on without.
    pub optional: Vec<String>,
}

/// Why there is no manifest to be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecordError {
    /// The file is none; the text ends a sentence.
    NotExecutable(String),
    /// No manifest section at all.
    NoSection,
    /// The section has no manifest record.
    NoManifest,
    /// Several plugins in one executable: their ids.
    Several(Vec<String>),
    /// A record of a newer layout.
    Newer(u8),
    /// A length or magic does not fit.
    Cut,
    /// A payload is not the JSON it should be.
    Json(String),
}

impl std::fmt::Display for RecordError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotExecutable(what) => write!(f, "it {what}"),
            Self::NoSection | Self::NoManifest => f.write_str("it holds no plugin manifest"),
            Self::Several(ids) => write!(f, "it holds more than one plugin: {}", ids.join(", ")),
            Self::Newer(version) => {
                write!(f, "its manifest record has version {version}, this tool reads {VERSION}")
            }
            Self::Cut => f.write_str("its manifest section is damaged"),
            Self::Json(error) => write!(f, "its manifest record is not the expected JSON: {error}"),
        }
    }
}

impl std::error::Error for RecordError {}

#[derive(Deserialize)]
struct ManifestRecord {
    #[serde(default)]
    sdk: String,
    #[serde(default)]
    transports: Vec<String>,
    manifest: Value,
}

impl Embedded {
    /// Reads a section: records in any order, zero bytes between them, unknown kinds skipped.
    pub fn read(section: &[u8]) -> Result<Self, RecordError> {
        let (mut manifests, mut schemas) = (Vec::new(), Vec::new());
        let (mut hooks, mut optional) = (Vec::new(), Vec::new());
        for record in Records(section) {
            let (kind, payload) = record?;
            match kind {
                1 => manifests.push(json::<ManifestRecord>(payload)?),
                2 => schemas.push(json::<Value>(payload)?),
                3 => hooks.extend(json::<Vec<String>>(payload)?),
                4 => optional.extend(json::<Vec<String>>(payload)?),
                _ => {}
            }
        }
        let several: Vec<String> = manifests.iter().map(|record| id_of(&record.manifest)).collect();
        let mut manifests = manifests.into_iter();
        let (record, None) = (manifests.next().ok_or(RecordError::NoManifest)?, manifests.next()) else {
            return Err(RecordError::Several(several));
        };
        let mut manifest = record.manifest;
        schemas.dedup();
        match (schemas.pop(), schemas.is_empty(), manifest.as_object_mut()) {
            (None, ..) => {}
            (Some(schema), true, Some(map)) => {
                map.insert("settings_schema".into(), schema);
            }
            _ => return Err(RecordError::Json("two different settings_schema records".into())),
        }
        let manifest = serde_json::to_vec(&manifest).and_then(|text| Manifest::from_json(&text));
        let manifest = manifest.map_err(|error| RecordError::Json(error.to_string()))?;
        hooks.dedup();
        Ok(Self { sdk: record.sdk, transports: record.transports, manifest, hooks, optional })
    }
}

fn id_of(manifest: &Value) -> String {
    manifest.get("id").and_then(Value::as_str).unwrap_or("(no id)").to_owned()
}

fn json<'de, T: Deserialize<'de>>(payload: &'de [u8]) -> Result<T, RecordError> {
    serde_json::from_slice(payload).map_err(|error| RecordError::Json(error.to_string()))
}

/// Kind and payload of one record after another.
struct Records<'a>(&'a [u8]);

impl<'a> Iterator for Records<'a> {
    type Item = Result<(u8, &'a [u8]), RecordError>;

    fn next(&mut self) -> Option<Self::Item> {
        let start = self.0.iter().position(|byte| *byte != 0)?;
        let result = record(&self.0[start..]);
        self.0 = result.as_ref().map_or(&[], |(.., rest)| rest);
        Some(result.map(|(kind, payload, _)| (kind, payload)))
    }
}

fn record(bytes: &[u8]) -> Result<(u8, &[u8], &[u8]), RecordError> {
    let (header, rest) = bytes.split_first_chunk::<HEADER>().ok_or(RecordError::Cut)?;
    let [magic @ .., kind, version, zero0, zero1, l0, l1, l2, l3] = *header;
    if magic != *MAGIC || [zero0, zero1] != [0, 0] {
        return Err(RecordError::Cut);
    }
    if version != VERSION {
        return Err(RecordError::Newer(version));
    }
    let length = usize::try_from(u32::from_le_bytes([l0, l1, l2, l3])).map_err(|_| RecordError::Cut)?;
    let (payload, rest) = rest.split_at_checked(length).ok_or(RecordError::Cut)?;
    Ok((kind, payload, rest))
}

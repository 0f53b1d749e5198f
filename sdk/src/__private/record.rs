//! The manifest records of an executable, framed while compiling; ARCHITECTURE.md has the format.

use super::text::copy;
use crate::hooks::{Hook, Plugin};
use crate::settings::Settings;

const MAGIC: &[u8; 8] = b"MMPLUGIN";
/// Magic, kind, version, two zeros, length.
const HEADER: usize = 16;
const VERSION: u8 = 1;

const MANIFEST: u8 = 1;
const SETTINGS: u8 = 2;
const HOOKS: u8 = 3;
const OPTIONAL: u8 = 4;

#[cfg(not(feature = "grpc"))]
macro_rules! transports {
    () => {
        r#"["netrpc"]"#
    };
}
#[cfg(feature = "grpc")]
macro_rules! transports {
    () => {
        r#"["netrpc","grpc"]"#
    };
}

const HEAD: &str =
    concat!(r#"{"sdk":""#, env!("CARGO_PKG_VERSION"), r#"","transports":"#, transports!(), r#","manifest":"#);
const TAIL: &str = "}";

/// Bytes of all records of a plugin.
pub const fn length<P: Plugin>() -> usize {
    let manifest = HEADER + HEAD.len() + P::MANIFEST.len() + TAIL.len();
    let settings = optional(schema::<P>().len());
    let needless = if P::OPTIONAL.is_empty() { 0 } else { HEADER + list_length(P::OPTIONAL) };
    manifest + settings + HEADER + hooks_length(P::IMPLEMENTED) + needless
}

/// The records of a plugin; `N` must be their [`length`].
pub const fn bytes<P: Plugin, const N: usize>() -> [u8; N] {
    let mut out = [0; N];
    let manifest = HEAD.len() + P::MANIFEST.len() + TAIL.len();
    let mut at = header(&mut out, 0, MANIFEST, manifest);
    at = copy(&mut out, at, HEAD.as_bytes());
    at = copy(&mut out, at, P::MANIFEST.as_bytes());
    at = copy(&mut out, at, TAIL.as_bytes());
    if !schema::<P>().is_empty() {
        at = header(&mut out, at, SETTINGS, schema::<P>().len());
        at = copy(&mut out, at, schema::<P>().as_bytes());
    }
    at = header(&mut out, at, HOOKS, hooks_length(P::IMPLEMENTED));
    at = hooks(&mut out, at, P::IMPLEMENTED);
    if !P::OPTIONAL.is_empty() {
        at = header(&mut out, at, OPTIONAL, list_length(P::OPTIONAL));
        at = list(&mut out, at, P::OPTIONAL);
    }
    assert!(at == N);
    out
}

/// Keeps the records of `P` in the executable: a linker that removes unused sections finds this use of them.
pub fn keep<P: Plugin>() {
    std::hint::black_box(P::RECORDS);
}

const fn schema<P: Plugin>() -> &'static str {
    <P::Settings as Settings>::SCHEMA
}

const fn optional(payload: usize) -> usize {
    if payload == 0 { 0 } else { HEADER + payload }
}

const fn header(out: &mut [u8], at: usize, kind: u8, length: usize) -> usize {
    let at = copy(out, at, MAGIC);
    let at = copy(out, at, &[kind, VERSION, 0, 0]);
    assert!(length <= u32::MAX as usize);
    copy(out, at, &(length as u32).to_le_bytes())
}

/// Bytes of names as a JSON list; they need no escapes.
const fn list_length(names: &[&str]) -> usize {
    let mut total = EMPTY_LIST;
    let mut i = 0;
    while i < names.len() {
        total += item_length(i, names[i]);
        i += 1;
    }
    total
}

const fn list(out: &mut [u8], at: usize, names: &[&str]) -> usize {
    let mut at = copy(out, at, b"[");
    let mut i = 0;
    while i < names.len() {
        at = item(out, at, i, names[i]);
        i += 1;
    }
    copy(out, at, b"]")
}

/// The same of the hooks' Go names.
const fn hooks_length(hooks: &[&Hook]) -> usize {
    let mut total = EMPTY_LIST;
    let mut i = 0;
    while i < hooks.len() {
        total += item_length(i, hooks[i].go);
        i += 1;
    }
    total
}

const fn hooks(out: &mut [u8], at: usize, hooks: &[&Hook]) -> usize {
    let mut at = copy(out, at, b"[");
    let mut i = 0;
    while i < hooks.len() {
        at = item(out, at, i, hooks[i].go);
        i += 1;
    }
    copy(out, at, b"]")
}

const EMPTY_LIST: usize = 2;

/// Two quotes, and a comma before all but the first.
const fn item_length(i: usize, name: &str) -> usize {
    name.len() + if i == 0 { 2 } else { 3 }
}

const fn item(out: &mut [u8], at: usize, i: usize, name: &str) -> usize {
    let at = copy(out, at, if i == 0 { b"\"" } else { b",\"" });
    let at = copy(out, at, name.as_bytes());
    copy(out, at, b"\"")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Activation, Error, Hooks};

    #[derive(mmplugin::Settings)]
    struct Config {
        /// How *many*.
        #[setting(default = 3)]
        count: u8,
    }

    struct WithSettings;

    #[mmplugin::plugin(id = "com.example.with-settings", version = "0.1.0-rc.1", settings = Config)]
    impl Hooks for WithSettings {
        async fn activate(_: Activation<Config>) -> Result<Self, Error> {
            Ok(Self)
        }
    }

    struct Bare;

    #[mmplugin::plugin(id = "com.example.bare", name = "Bär \"x\"", optional = ["plugin_http", "OnSAMLLogin"])]
    impl Hooks for Bare {
        async fn activate(_: Activation<()>) -> Result<Self, Error> {
            Ok(Self)
        }

        #[cfg(any())]
        async fn on_configuration_change(&self) -> Result<(), Error> {
            Ok(())
        }
    }

    /// A reader of its own: kind and payload of each record.
    fn read(mut bytes: &[u8]) -> Vec<(u8, serde_json::Value)> {
        let mut records = Vec::new();
        while let Some(rest) = bytes.strip_prefix(b"MMPLUGIN") {
            let (head, rest) = rest.split_at(8);
            assert_eq!(head[1..4], [1, 0, 0]);
            let length = u32::from_le_bytes([head[4], head[5], head[6], head[7]]) as usize;
            let (payload, rest) = rest.split_at(length);
            records.push((head[0], serde_json::from_slice(payload).unwrap()));
            bytes = rest;
        }
        assert!(bytes.is_empty());
        records
    }

    #[test]
    fn a_plugin_with_settings_has_three_records() {
        let records = read(WithSettings::RECORDS);
        let kinds: Vec<u8> = records.iter().map(|(kind, _)| *kind).collect();
        assert_eq!(kinds, [1, 2, 3]);
        assert_eq!(records[0].1["sdk"], env!("CARGO_PKG_VERSION"));
        let transports = if cfg!(feature = "grpc") { &["netrpc", "grpc"][..] } else { &["netrpc"] };
        assert_eq!(records[0].1["transports"], serde_json::json!(transports));
        assert_eq!(records[0].1["manifest"]["id"], "com.example.with-settings");
        assert_eq!(records[0].1["manifest"]["version"], "0.1.0-rc.1");
        assert_eq!(records[1].1["settings"][0]["key"], "Count");
        assert_eq!(records[1].1["settings"][0]["default"], Config::default().count);
        assert_eq!(records[2].1, serde_json::json!(["OnActivate", "OnDeactivate", "OnConfigurationChange"]));
    }

    #[test]
    fn a_plugin_without_settings_has_no_record_for_them() {
        let records = read(Bare::RECORDS);
        let kinds: Vec<u8> = records.iter().map(|(kind, _)| *kind).collect();
        assert_eq!(kinds, [1, 3, 4]);
        assert_eq!(records[0].1["manifest"]["name"], "Bär \"x\"");
        assert_eq!(records[1].1, serde_json::json!(["OnActivate", "OnDeactivate"]));
        assert_eq!(records[2].1, serde_json::json!(["PluginHTTP", "OnSAMLLogin"]), "Go's names");
        assert_eq!((Bare::ID, Bare::VERSION), ("com.example.bare", env!("CARGO_PKG_VERSION")));
    }
}

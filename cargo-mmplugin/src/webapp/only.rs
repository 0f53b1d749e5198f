//! Plugins without a server part: the manifest is a plugin.json, or stands in Cargo.toml.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use crate::error::{Error, Kind};
use crate::manifest::Manifest;
use crate::project::Selection;

/// Keys of `[package.metadata.mattermost]` that are for this tool and no part of plugin.json.
const TOOL_KEYS: [&str; 3] = ["platforms", "split", "optional"];

/// A plugin that is a web part only.
#[derive(Debug, Clone, PartialEq)]
pub struct WebOnly {
    /// The plugin's folder.
    pub root: PathBuf,
    /// The file with the manifest.
    pub source: PathBuf,
    /// The manifest as it is written there.
    pub manifest: Manifest,
}

impl WebOnly {
    /// Looks where a package is looked for: at `--manifest-path`, else here and above, the nearest plugin.json or
    /// Cargo.toml. `None`: it is a package with a program, or there is nothing, which is for others to say.
    ///
    /// # Errors
    /// The manifest cannot be read, or a plugin.json names a server part that nothing here can build.
    pub fn find(selection: &Selection) -> Result<Option<Self>, Error> {
        if selection.package.is_some() || selection.bin.is_some() {
            return Ok(None);
        }
        let here = std::env::current_dir()?;
        let folder = match &selection.manifest_path {
            Some(path) if !path.is_file() => None,
            Some(path) => fs_err::canonicalize(path)?.parent().map(Path::to_owned),
            None => here
                .ancestors()
                .find(|folder| ["Cargo.toml", "plugin.json"].iter().any(|file| folder.join(file).is_file()))
                .map(Path::to_owned),
        };
        folder.map_or(Ok(None), |folder| Self::in_folder(&folder))
    }

    /// The same for one folder.
    ///
    /// # Errors
    /// As [`WebOnly::find`].
    pub fn in_folder(root: &Path) -> Result<Option<Self>, Error> {
        let (cargo, json) = (root.join("Cargo.toml"), root.join("plugin.json"));
        let (source, manifest) = if cargo.is_file() {
            let table: toml::Table = match fs_err::read_to_string(&cargo)?.parse() {
                Ok(table) => table,
                Err(_) => return Ok(None), // cargo says it with line and column
            };
            if has_program(root, &table) {
                return Ok(None);
            }
            match from_toml(&table).transpose().map_err(|what| unreadable(&cargo, &what))? {
                Some(manifest) => (cargo, manifest),
                None if json.is_file() => (json.clone(), from_json(&json)?),
                None => return Ok(None),
            }
        } else if json.is_file() {
            (json.clone(), from_json(&json)?)
        } else {
            return Ok(None);
        };
        if manifest.server.is_some() {
            return Err(Error::new(Kind::Project, format!("{} names a server part", source.display()))
                .detail("there is no Rust program beside it that could be built")
                .help("take `server` out for a plugin that is a web part only")
                .help("a plugin with a server part needs no plugin.json: its manifest is in #[mmplugin::plugin(…)]"));
        }
        Ok(Some(Self { root: root.to_owned(), source, manifest }))
    }
}

/// What cargo would make a binary of.
fn has_program(root: &Path, table: &toml::Table) -> bool {
    let bins = table.get("bin").and_then(toml::Value::as_array).is_some_and(|bins| !bins.is_empty());
    bins || table.contains_key("workspace") && !table.contains_key("package")
        || root.join("src/main.rs").is_file()
        || root.join("src/bin").is_dir()
}

/// `[package.metadata.mattermost]` with an id, completed by `[package]`.
fn from_toml(table: &toml::Table) -> Option<Result<Manifest, String>> {
    let package = table.get("package")?;
    let written = package.get("metadata")?.get("mattermost")?;
    written.get("id")?;
    let Ok(Value::Object(mut fields)) = serde_json::to_value(written) else { return None };
    fields.retain(|key, _| !TOOL_KEYS.contains(&key.as_str()));
    let taken = [
        ("version", "version"),
        ("description", "description"),
        ("homepage_url", "homepage"),
        ("name", "name"),
    ];
    for (field, key) in taken {
        if let Err(what) = take(&mut fields, field, package.get(key), key) {
            return Some(Err(what));
        }
    }
    Some(serde_json::from_value(Value::Object(fields)).map_err(|error| error.to_string()))
}

fn take(
    fields: &mut Map<String, Value>,
    field: &str,
    value: Option<&toml::Value>,
    key: &str,
) -> Result<(), String> {
    match value {
        Some(toml::Value::String(text)) => {
            fields.entry(field).or_insert_with(|| text.clone().into());
            Ok(())
        }
        Some(_) if !fields.contains_key(field) => Err(format!(
            "package.{key} comes from the workspace, which is not read here: write {field} into [package.metadata.mattermost]"
        )),
        _ => Ok(()),
    }
}

fn from_json(path: &Path) -> Result<Manifest, Error> {
    Manifest::from_json(&fs_err::read(path)?).map_err(|error| unreadable(path, &error.to_string()))
}

fn unreadable(path: &Path, what: &str) -> Error {
    Error::new(Kind::Manifest, format!("{} holds no manifest that can be read", path.display())).detail(what)
}

#[cfg(test)]
mod tests {
    use super::super::tests::folder;
    use super::*;

    const JSON: &str = r#"{"id": "com.example.web", "name": "Web", "version": "0.1.0"}"#;
    const TOML: &str = "[package]\nname = \"web\"\nversion = \"0.2.0\"\nhomepage = \"https://example.com\"\n
        [package.metadata.mattermost]\nid = \"com.example.toml\"\nname = \"Web\"\nmin_server_version = \"9.3.0\"\nplatforms = [\"linux-arm64\"]\n";

    #[test]
    fn the_manifest_is_in_a_file_or_in_cargo_toml() {
        let found = |files: &[(&str, &str)]| {
            let folder = folder(files);
            WebOnly::in_folder(folder.path()).expect("readable").map(|web| web.manifest)
        };
        let json = found(&[("plugin.json", JSON)]).expect("a manifest");
        assert_eq!((json.id.as_str(), json.version.as_str()), ("com.example.web", "0.1.0"));
        let toml = found(&[("Cargo.toml", TOML), ("plugin.json", JSON)]).expect("a manifest");
        assert_eq!(
            [&toml.id, &toml.version, &toml.name, &toml.homepage_url, &toml.min_server_version],
            ["com.example.toml", "0.2.0", "Web", "https://example.com", "9.3.0"]
        );
        assert!(toml.extra.is_empty(), "{:?}", toml.extra);
        let both = found(&[("Cargo.toml", "[package]\nname = \"web\"\n"), ("plugin.json", JSON)]);
        assert_eq!(both, Some(json));
    }

    #[test]
    fn a_package_with_a_program_is_none() {
        for files in [
            &[("Cargo.toml", TOML), ("src/main.rs", "fn main() {}")][..],
            &[("Cargo.toml", TOML), ("src/bin/a.rs", "fn main() {}")],
            &[("Cargo.toml", "[workspace]\nmembers = []\n"), ("plugin.json", JSON)],
            &[("Cargo.toml", "[package]\nname = \"library\"\n")],
            &[],
        ] {
            let folder = folder(files);
            assert_eq!(WebOnly::in_folder(folder.path()), Ok(None), "{files:?}");
        }
    }

    #[test]
    fn what_cannot_be_meant_is_explained() {
        for (files, words) in [
            (
                &[("plugin.json", r#"{"id": "a.b", "server": {"executable": "x"}}"#)][..],
                "names a server part",
            ),
            (&[("plugin.json", "{")], "holds no manifest"),
            (
                &[(
                    "Cargo.toml",
                    "[package]\nversion.workspace = true\n[package.metadata.mattermost]\nid = \"a.b\"\n",
                )],
                "comes from the workspace",
            ),
        ] {
            let folder = folder(files);
            let error = WebOnly::in_folder(folder.path()).expect_err(words).to_string();
            assert!(error.contains(words), "{error}");
        }
    }
}

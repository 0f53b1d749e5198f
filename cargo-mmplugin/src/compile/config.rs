//! cargo's configuration files, as far as the bundle must not override them unseen.

use std::path::Path;

use crate::error::{Error, Kind};

/// `.cargo/config.toml` of this folder and those above, then cargo's home: the nearest first.
#[derive(Debug, Default)]
pub(super) struct CargoConfig(Vec<toml::Table>);

impl CargoConfig {
    /// Reads what cargo will read when it is started from here.
    pub(super) fn load() -> Result<Self, Error> {
        let here = std::env::current_dir()?;
        let mut folders: Vec<_> = here.ancestors().map(|folder| folder.join(".cargo")).collect();
        let home = std::env::var_os("CARGO_HOME").map(Into::into);
        let home = home.or_else(|| std::env::home_dir().map(|home| home.join(".cargo")));
        folders.extend(home.filter(|home: &std::path::PathBuf| !folders.contains(home)));
        let mut files = Vec::new();
        for folder in folders {
            // cargo prefers the name without the extension when both are there.
            let found =
                ["config", "config.toml"].iter().map(|name| folder.join(name)).find(|file| file.is_file());
            files.extend(found.map(|file| read(&file)).transpose()?);
        }
        Ok(Self(files))
    }

    #[cfg(test)]
    pub(super) fn from_texts(texts: &[&str]) -> Self {
        Self(texts.iter().map(|text| text.parse().expect("TOML")).collect())
    }

    /// The value that counts for a path of keys.
    pub(super) fn get(&self, path: &[&str]) -> Option<&toml::Value> {
        self.0.iter().find_map(|file| lookup(file, path))
    }

    /// Whether some `[target.…]` table, by name or by cfg, sets a key.
    pub(super) fn any_target_has(&self, key: &str) -> bool {
        let tables = self.0.iter().filter_map(|file| file.get("target")?.as_table());
        tables.flat_map(|targets| targets.values()).any(|target| target.get(key).is_some())
    }
}

/// Walks tables.
pub(super) fn lookup<'a>(table: &'a toml::Table, path: &[&str]) -> Option<&'a toml::Value> {
    let (first, rest) = path.split_first()?;
    rest.iter().try_fold(table.get(*first)?, |value, key| value.get(key))
}

/// Reads a TOML file.
pub(super) fn read(file: &Path) -> Result<toml::Table, Error> {
    let text = fs_err::read_to_string(file)?;
    text.parse().map_err(|error: toml::de::Error| {
        Error::new(Kind::Project, format!("{} is not valid TOML", file.display())).detail(error.to_string())
    })
}

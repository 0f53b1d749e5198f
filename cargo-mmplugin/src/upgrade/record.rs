//! What `new` leaves in a project, so that later an upgrade can tell the author's changes from the template's.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::Ignore;
use crate::error::{Error, Kind};
use crate::names;
use crate::sdk::Sdk;
use crate::template::{Template, Values, pack, unpack};

/// The folder that holds it.
pub const FOLDER: &str = ".mmplugin";
const PROJECT: &str = ".mmplugin/project.toml";
const BASE: &str = ".mmplugin/base";
const IGNORE: &str = ".mmplugin/ignore";

const ABOUT: &str = "\
# Written by `cargo mmplugin`: what this project was made from, for `cargo mmplugin upgrade`. Commit it.
";
const BASE_ABOUT: &str = "\
# The template as it was written, for `cargo mmplugin upgrade`. Do not edit; commit it.
";
/// What is the author's from the first day.
const IGNORED: &str = "\
# Files that `cargo mmplugin upgrade` leaves alone, one a line: a path, a folder with / at its end, * for any part of a name.
README.md
plugin.json
assets/
public/
src/
webapp/src/panel.tsx
webapp/src/plugin.tsx
webapp/src/manifest.ts
webapp/tests/plugin.test.tsx
";

/// Where a project comes from.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// The template's name.
    pub template: String,
    /// The version of the tool that wrote it last.
    pub tool: String,
    /// What its placeholders became.
    pub values: Values,
    /// The template as it was written.
    pub base: BTreeMap<String, String>,
    /// What is left alone.
    pub ignore: Ignore,
}

#[derive(Debug, Serialize, Deserialize)]
struct Project {
    template: String,
    tool: String,
    name: String,
    id: String,
    title: String,
    sdk: Source,
}

/// The SDK's source as Cargo.toml has it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Source {
    Path(PathBuf),
    Git(String),
    Version(String),
}

impl Record {
    /// Of a project that is made now.
    pub fn new(template: &Template, values: &Values, files: &[(String, String)]) -> Self {
        Self {
            template: template.name.clone(),
            tool: env!("CARGO_PKG_VERSION").to_owned(),
            values: values.clone(),
            base: files.iter().cloned().collect(),
            ignore: Ignore::parse(IGNORED),
        }
    }

    /// The nearest project at or above a folder.
    ///
    /// # Errors
    /// There is none, or it cannot be read.
    pub fn find(from: &Path) -> Result<(PathBuf, Self), Error> {
        let root = from.ancestors().find(|folder| folder.join(PROJECT).is_file()).ok_or_else(|| {
            Error::new(Kind::Project, "this project does not say which template it was made from")
                .detail(format!("looked for {PROJECT} in {} and above", from.display()))
                .help("projects made by `cargo mmplugin new` have it; for others make a new one in another folder and compare")
        })?;
        Ok((root.to_owned(), Self::read(root)?))
    }

    fn read(root: &Path) -> Result<Self, Error> {
        let file = root.join(PROJECT);
        let text = fs_err::read_to_string(&file)?;
        let project: Project = toml::from_str(&text).map_err(|error| {
            Error::new(Kind::Project, format!("{} cannot be read", file.display())).detail(error.to_string())
        })?;
        let base = fs_err::read_to_string(root.join(BASE))?.replace("\r\n", "\n");
        let base = unpack(&base).into_iter().flat_map(|template| template.files).collect();
        let ignore = Ignore::parse(&fs_err::read_to_string(root.join(IGNORE)).unwrap_or_default());
        let sdk = match project.sdk {
            Source::Path(path) => Sdk::Path(path),
            Source::Git(url) => Sdk::Git(url),
            // A version that came with the tool goes on with the tool.
            Source::Version(version) if version == project.tool => {
                Sdk::Version(env!("CARGO_PKG_VERSION").into())
            }
            Source::Version(version) => Sdk::Version(version),
        };
        let type_name = names::type_name(&project.name);
        let values = Values { name: project.name, id: project.id, title: project.title, type_name, sdk };
        Ok(Self { template: project.template, tool: project.tool, values, base, ignore })
    }

    /// The files that keep it; the ignore list only when there is none yet.
    pub fn files(&self, with_ignore: bool) -> Vec<(String, String)> {
        let sdk = match self.values.sdk.clone() {
            Sdk::Path(path) => Source::Path(path),
            Sdk::Git(url) => Source::Git(url),
            Sdk::Version(version) => Source::Version(version),
        };
        let Values { name, id, title, .. } = self.values.clone();
        let (template, tool) = (self.template.clone(), self.tool.clone());
        let project = Project { template, tool, name, id, title, sdk };
        // Texts in a struct: there is nothing that TOML could not hold.
        let project = toml::to_string(&project).unwrap_or_default();
        let base: Vec<_> = self.base.iter().map(|(path, text)| (path.clone(), text.clone())).collect();
        let mut files = vec![
            (PROJECT.to_owned(), format!("{ABOUT}{project}")),
            (BASE.to_owned(), format!("{BASE_ABOUT}{}", pack("base", &base))),
        ];
        if with_ignore {
            files.push((IGNORE.to_owned(), IGNORED.to_owned()));
        }
        files
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comes_back_as_it_was_written() {
        for template in Template::all() {
            let values = Values {
                name: "my-bot".into(),
                id: "org.acme.bot".into(),
                title: "Acme's Böt".into(),
                type_name: "MyBot".into(),
                sdk: Sdk::Path("C:\\a b".into()),
            };
            let record = Record::new(&template, &values, &template.render(&values));
            let folder = tempfile::tempdir().expect("a folder");
            for (path, text) in record.files(true) {
                super::super::write(&folder.path().join(path), &text).expect("a file");
            }
            let below = folder.path().join("webapp/src");
            let (root, read) = Record::find(&below).expect("a record");
            assert_eq!(root, folder.path());
            assert_eq!(read.base, record.base);
            assert_eq!((read.values.id, read.values.type_name), (values.id, values.type_name));
            assert!(
                read.values.sdk == values.sdk && read.ignore == record.ignore && read.tool == record.tool
            );
        }
    }
}

//! The docs tables schema/docs/*.md: our own words for every hook, method and type that is emitted.
//!
//! An entry is a heading with the Go name, then text as it stands in the Rust docs; a paragraph that starts with
//! `Errors: ` becomes the section of that name. Entries for fields (`Post.EditAt`, `*.CreateAt`) are put before the
//! names that the field's docs give. What stands in a table and not in the schema is an error; what is in the schema
//! and not emitted may have an entry.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Context, Result, bail};

use super::enums;
use super::schema::{Call, Schema};

/// Longest line of a table: with its indentation it fits the width of our files.
const MAX_LINE: usize = 110;

/// All tables.
pub(crate) struct Docs {
    hooks: BTreeMap<String, Entry>,
    api: BTreeMap<String, Entry>,
    types: BTreeMap<String, Entry>,
}

/// What one item's docs say, line by line.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Entry {
    pub(crate) text: Vec<String>,
    pub(crate) errors: Vec<String>,
}

impl Docs {
    pub(crate) fn read(folder: &Path) -> Result<Self> {
        let table = |name: &str| {
            let path = folder.join(name);
            let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
            parse(&text).with_context(|| path.display().to_string())
        };
        Ok(Self { hooks: table("hooks.md")?, api: table("api.md")?, types: table("types.md")? })
    }

    pub(crate) fn hook(&self, name: &str) -> Result<Entry> {
        find(&self.hooks, "hooks.md", name)
    }

    pub(crate) fn api(&self, name: &str) -> Result<Entry> {
        find(&self.api, "api.md", name)
    }

    /// Docs of `model.Post` stand under `Post`.
    pub(crate) fn model(&self, name: &str) -> Result<Vec<String>> {
        Ok(find(&self.types, "types.md", short(name))?.text)
    }

    /// What a field is called, after what is worth knowing of it: the entry `Post.EditAt`, or `*.EditAt` for the
    /// fields of this name in all types.
    pub(crate) fn field(&self, of: &str, name: &str, called: &str) -> Vec<String> {
        let own = self.types.get(&format!("{}.{name}", short(of)));
        let mut text = own.or_else(|| self.types.get(&format!("*.{name}"))).cloned().unwrap_or_default().text;
        match text.last_mut() {
            Some(last) if last.len() + called.len() < MAX_LINE => *last = format!("{last} {called}"),
            _ => text.push(called.to_owned()),
        }
        text
    }

    /// Refuses entries for what there is not.
    pub(crate) fn check(&self, schema: &Schema) -> Result<()> {
        let calls = |calls: &[Call]| calls.iter().map(|call| call.name.clone()).collect();
        unknown(&self.hooks, "hooks.md", &calls(&schema.hooks))?;
        unknown(&self.api, "api.md", &calls(&schema.api))?;
        let mut items: BTreeSet<String> = enums::OWN.iter().map(|own| own.rust.to_owned()).collect();
        items.extend(schema.enums.iter().map(|found| short(&found.name).to_owned()));
        for found in &schema.types {
            items.insert(short(&found.name).to_owned());
            for field in &found.fields {
                items.extend([format!("{}.{}", short(&found.name), field.name), format!("*.{}", field.name)]);
            }
        }
        unknown(&self.types, "types.md", &items)
    }
}

/// The heading of a type.
fn short(name: &str) -> &str {
    name.strip_prefix("model.").unwrap_or(name)
}

fn unknown(table: &BTreeMap<String, Entry>, file: &str, known: &BTreeSet<String>) -> Result<()> {
    match table.keys().find(|name| !known.contains(*name)) {
        Some(name) => bail!("schema/docs/{file}: `# {name}` is nothing in plugin.json"),
        None => Ok(()),
    }
}

fn find(table: &BTreeMap<String, Entry>, file: &str, name: &str) -> Result<Entry> {
    table.get(name).cloned().with_context(|| format!("schema/docs/{file} has no entry `# {name}`"))
}

fn parse(text: &str) -> Result<BTreeMap<String, Entry>> {
    let mut table = BTreeMap::new();
    for part in text.split("\n# ").skip(1) {
        let (name, body) = part.split_once('\n').unwrap_or((part, ""));
        let (text, errors) = match body.split_once("\nErrors: ") {
            Some((text, errors)) => (text, errors),
            None => (body, ""),
        };
        if let Some(long) = body.lines().find(|line| line.len() > MAX_LINE) {
            bail!("`# {name}`: longer than {MAX_LINE} columns: {long}");
        }
        let entry = Entry { text: lines(text), errors: lines(errors) };
        if entry.text.is_empty() {
            bail!("`# {name}` has no text");
        }
        if table.insert(name.trim().to_owned(), entry).is_some() {
            bail!("`# {name}` stands twice");
        }
    }
    Ok(table)
}

fn lines(text: &str) -> Vec<String> {
    match text.trim() {
        "" => Vec::new(),
        text => text.lines().map(|line| line.trim_end().to_owned()).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_split_into_text_and_errors() {
        let table = parse("Intro.\n\n# KVGet\nReads.\n\nMore.\n\nErrors: none.\n\n# Other\nDoes.\n").unwrap();
        let get = &table["KVGet"];
        assert_eq!(get.text, ["Reads.", "", "More."]);
        assert_eq!(get.errors, ["none."]);
        assert_eq!(table["Other"].errors, Vec::<String>::new());
    }

    #[test]
    fn words_on_a_field_stand_before_its_names() {
        let types = parse("\n# *.CreateAt\nMilliseconds.\n\n# Post.CreateAt\nSeconds.").unwrap();
        let docs = Docs { hooks: BTreeMap::new(), api: BTreeMap::new(), types };
        assert_eq!(docs.field("model.Post", "CreateAt", "Go."), ["Seconds. Go."]);
        assert_eq!(docs.field("model.Team", "CreateAt", "Go."), ["Milliseconds. Go."]);
        assert_eq!(docs.field("model.Team", "Id", "Go."), ["Go."]);
    }

    #[test]
    fn an_entry_for_nothing_is_refused() {
        let table = parse("\n# KVGet\nReads.").unwrap();
        assert!(unknown(&table, "api.md", &BTreeSet::from(["KVGet".to_owned()])).is_ok());
        let error = unknown(&table, "api.md", &BTreeSet::new()).unwrap_err();
        assert_eq!(error.to_string(), "schema/docs/api.md: `# KVGet` is nothing in plugin.json");
    }

    #[test]
    fn an_entry_without_text_or_standing_twice_is_refused() {
        assert!(parse("\n# A\n\n# B\ntext").is_err());
        assert!(parse("\n# A\nx\n\n# A\ny").is_err());
    }
}

//! The docs tables schema/docs/*.md: our own words for every hook, method and type that is emitted.
//!
//! An entry is a heading with the Go name, then text as it stands in the Rust docs; a paragraph that starts with
//! `Errors: ` becomes the section of that name.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, bail};

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
        let short = name.strip_prefix("model.").unwrap_or(name);
        Ok(find(&self.types, "types.md", short)?.text)
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
    fn an_entry_without_text_or_standing_twice_is_refused() {
        assert!(parse("\n# A\n\n# B\ntext").is_err());
        assert!(parse("\n# A\nx\n\n# A\ny").is_err());
    }
}

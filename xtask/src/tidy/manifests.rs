//! Rules for Cargo.toml files: what a registry page needs, licences, lints.

use super::{File, Finding, Tree};

/// Keys every package of the workspace has, and what they are for.
const PACKAGE: &[(&str, &str)] = &[
    ("license", "cargo-deny and packagers read it"),
    ("edition", "one edition in the whole workspace"),
    ("rust-version", "the supported compiler is a promise"),
];

/// Keys of packages that are published.
const PUBLISHED: &[(&str, &str)] = &[
    ("description", "the registry refuses a package without it"),
    ("repository", "the registry's page links it"),
    ("readme", "the registry's page shows it"),
];

pub(super) fn check(tree: &Tree, findings: &mut Vec<Finding>) {
    for file in tree.files.iter().filter(|file| file.path.ends_with("Cargo.toml") && in_workspace(&file.path))
    {
        let published = value(file, "package", "publish") != Some("false");
        let required = PACKAGE.iter().chain(PUBLISHED.iter().filter(|_| published));
        for (key, why) in required.filter(|(key, _)| value(file, "package", key).is_none()) {
            findings.push(missing(file, &format!("`{key}` in [package]"), why));
        }
        let lints = value(file, "lints", "workspace") == Some("true")
            || value(file, "lints.rust", "unsafe_code").is_some();
        if !lints {
            findings.push(missing(
                file,
                "`[lints] workspace = true`",
                "the lints hold everywhere, `unsafe_code` first",
            ));
        }
        if published {
            licence_texts(tree, file, findings);
        }
    }
}

/// Templates become an author's own package and fuzz targets are a workspace of their own.
fn in_workspace(path: &str) -> bool {
    path != "Cargo.toml" && !["templates/", "fuzz/", "tests/"].iter().any(|other| path.starts_with(other))
}

fn licence_texts(tree: &Tree, file: &File, findings: &mut Vec<Finding>) {
    let folder = file.path.trim_end_matches("Cargo.toml");
    for text in ["LICENSE-MIT", "LICENSE-APACHE"] {
        if !tree.root.join(folder).join(text).exists() {
            let why =
                "both licences ask for their text in every copy, and a package holds only its own folder";
            findings.push(missing(file, &format!("`{text}` beside it"), why));
        }
    }
}

fn missing(file: &File, what: &str, why: &'static str) -> Finding {
    Finding { path: file.path.clone(), line: 1, what: format!("no {what}"), why, fix: "add it".into() }
}

/// The value of `key` (or of `key.workspace`) in a table, as written. Enough TOML for our own files.
fn value<'a>(file: &'a File, table: &str, key: &str) -> Option<&'a str> {
    let mut inside = false;
    for line in file.text.lines().map(str::trim) {
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            inside = name == table;
        } else if let Some((found, value)) = line.split_once('=').filter(|_| inside)
            && found.trim().trim_end_matches(".workspace") == key
        {
            return Some(value.trim());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::tests::tree;
    use super::*;

    #[test]
    fn a_bare_package_misses_its_fields() {
        let bare = "[package]\nname = \"x\"\npublish = false\nedition.workspace = true\n\n[lints]\nworkspace = true\n";
        let mut findings = Vec::new();
        check(&tree(&[("x/Cargo.toml", bare), ("templates/a/Cargo.toml", "[package]\n")]), &mut findings);
        let found: Vec<&str> = findings.iter().map(|finding| finding.what.as_str()).collect();
        assert_eq!(found, ["no `license` in [package]", "no `rust-version` in [package]"]);
    }

    #[test]
    fn a_published_package_carries_its_licences() {
        let text = "[package]\nlicense = \"MIT\"\nedition = \"2024\"\nrust-version = \"1.88\"\ndescription = \"x\"\n\
                    repository = \"x\"\nreadme = \"README.md\"\n[lints]\nworkspace = true\n";
        let mut findings = Vec::new();
        check(&tree(&[("x/Cargo.toml", text)]), &mut findings);
        assert_eq!(findings.len(), 2, "{findings:?}");
    }
}

//! `cargo xtask tidy`: the habits of this repository as a check, also run by `cargo test`.
//!
//! Reads files only (no cargo, no git), so that it answers within a second. A finding says where, what, why and how
//! to fix it. The rules are data at the top of each submodule.

mod book;
mod layers;
mod manifests;
mod rust;
mod source;
mod stats;
mod text;

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use source::Source;

/// Folders that are never ours: build output, version control, fetched packages.
const SKIPPED_DIRS: &[&str] = &[".git", "target", "dist", "node_modules"];

/// Checks the whole repository and prints what it found.
pub(crate) fn run(with_stats: bool) -> Result<()> {
    let tree = Tree::read(&crate::root())?;
    if with_stats {
        stats::print(&tree);
    }
    let findings = tree.check();
    for finding in &findings {
        eprintln!("{finding}");
    }
    if !findings.is_empty() {
        bail!("tidy: {} found in {} files", count(findings.len(), "problem"), tree.files.len());
    }
    println!("tidy: {} files in order", tree.files.len());
    Ok(())
}

fn count(n: usize, noun: &str) -> String {
    format!("{n} {noun}{}", if n == 1 { "" } else { "s" })
}

/// One broken habit.
#[derive(Debug)]
struct Finding {
    path: String,
    line: usize,
    what: String,
    why: &'static str,
    fix: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}:{}: {}", self.path, self.line, self.what)?;
        writeln!(f, "  why: {}", self.why)?;
        write!(f, "  fix: {}", self.fix)
    }
}

/// The files of the repository that are text, with paths relative to its root and `/` as separator.
struct Tree {
    root: PathBuf,
    files: Vec<File>,
}

struct File {
    path: String,
    text: String,
    /// Present for `.rs` files.
    rust: Option<Source>,
}

impl Tree {
    fn read(root: &Path) -> Result<Self> {
        let mut paths = Vec::new();
        walk(root, root, &mut paths)?;
        paths.sort();
        let mut files = Vec::new();
        for path in paths {
            let bytes = fs::read(root.join(&path)).with_context(|| format!("reading {path}"))?;
            let Ok(text) = String::from_utf8(bytes) else { continue };
            let rust = path.ends_with(".rs").then(|| Source::new(&text));
            files.push(File { path, text, rust });
        }
        let mut tree = Self { root: root.to_owned(), files };
        tree.mark_test_files();
        Ok(tree)
    }

    /// Files that only tests compile: by their place, or declared under `#[cfg(test)]` by the file above them.
    fn mark_test_files(&mut self) {
        let declared: Vec<String> = self
            .files
            .iter()
            .filter_map(|file| Some((file, file.rust.as_ref()?)))
            .flat_map(|(file, source)| {
                let folder = source::child_folder(&file.path);
                source
                    .test_modules
                    .iter()
                    .flat_map(move |name| [format!("{folder}{name}.rs"), format!("{folder}{name}/")])
            })
            .collect();
        for file in &mut self.files {
            let by_place =
                file.path.split('/').any(|part| matches!(part, "tests" | "tests.rs" | "benches" | "fuzz"));
            let by_declaration = declared.iter().any(|test| file.path.starts_with(test.as_str()));
            if let Some(source) = file.rust.as_mut().filter(|_| by_place || by_declaration) {
                source.all_test = true;
            }
        }
    }

    fn check(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        layers::check(self, &mut findings);
        rust::check(self, &mut findings);
        text::check(self, &mut findings);
        book::check(self, &mut findings);
        manifests::check(self, &mut findings);
        findings.sort_by(|a, b| (&a.path, a.line).cmp(&(&b.path, b.line)));
        findings
    }

    fn rust_files(&self) -> impl Iterator<Item = (&File, &Source)> {
        self.files.iter().filter_map(|file| Some((file, file.rust.as_ref()?)))
    }
}

fn walk(root: &Path, dir: &Path, paths: &mut Vec<String>) -> Result<()> {
    for entry in fs::read_dir(dir).with_context(|| format!("reading {}", dir.display()))? {
        let entry = entry?;
        let kind = entry.file_type()?;
        let name = entry.file_name();
        if kind.is_dir() {
            if !SKIPPED_DIRS.iter().any(|skipped| name == *skipped) {
                walk(root, &entry.path(), paths)?;
            }
        } else if kind.is_file() {
            let path = entry.path();
            let relative = path.strip_prefix(root).context("a file outside its folder")?;
            paths.push(relative.to_string_lossy().replace('\\', "/"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A tree of Rust and text files that exist only here.
    pub(super) fn tree(files: &[(&str, &str)]) -> Tree {
        let files = files.iter().map(|(path, text)| File {
            path: (*path).to_owned(),
            text: (*text).to_owned(),
            rust: path.ends_with(".rs").then(|| Source::new(text)),
        });
        let mut tree = Tree { root: PathBuf::from("nowhere"), files: files.collect() };
        tree.mark_test_files();
        tree
    }

    #[test]
    fn the_repository_is_tidy() {
        let tree = Tree::read(&crate::root()).unwrap();
        let findings: Vec<String> = tree.check().iter().map(ToString::to_string).collect();
        assert!(findings.is_empty(), "\n{}", findings.join("\n"));
    }

    #[test]
    fn a_finding_names_place_reason_and_remedy() {
        let finding = Finding {
            path: "a.rs".into(),
            line: 3,
            what: "`dbg!` left in".into(),
            why: "noise",
            fix: "remove it".into(),
        };
        assert_eq!(finding.to_string(), "a.rs:3: `dbg!` left in\n  why: noise\n  fix: remove it");
    }

    #[test]
    fn modules_declared_for_tests_are_test_files() {
        let tree = tree(&[
            ("sdk/src/gob/mod.rs", "//! x\n#[cfg(test)]\nmod golden;\nmod number;\n"),
            ("sdk/src/gob/golden.rs", "//! x\n"),
            ("sdk/src/gob/number.rs", "//! x\n"),
        ]);
        let test: Vec<bool> = tree.rust_files().map(|(_, source)| source.all_test).collect();
        assert_eq!(test, [false, true, false]);
    }
}

//! Rules for all text: white space, paths of somebody's machine, links, and code blocks copied from files.

use std::path::Path;

use super::{File, Finding, Tree};

/// Beginnings of paths that exist on one machine only. Written in halves, so that this file passes.
const MACHINE_PATHS: &[&str] =
    &[concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("/ho", "me/"), concat!("/Us", "ers/")];

/// Files checked for machine paths and white space.
const TEXT: &[&str] =
    &[".rs", ".md", ".toml", ".go", ".sh", ".yml", ".yaml", ".proto", "justfile", ".ci/run", "LICENSE-MIT"];

/// In Markdown, the next code block must equal this file's code: `<!-- same as: path -->`.
const SAME_AS: &str = "<!-- same as: ";

pub(super) fn check(tree: &Tree, findings: &mut Vec<Finding>) {
    for file in tree.files.iter().filter(|file| TEXT.iter().any(|end| file.path.ends_with(end))) {
        lines(file, findings);
        if file.path.ends_with(".md") {
            links(tree, file, findings);
            copies(tree, file, findings);
        }
    }
}

fn lines(file: &File, findings: &mut Vec<Finding>) {
    let tabs_are_wrong = file.path.ends_with(".rs") || file.path.ends_with(".md");
    let mut report = |line: usize, what: String, why, fix: &str| {
        findings.push(Finding { path: file.path.clone(), line, what, why, fix: fix.into() });
    };
    for (i, line) in file.text.lines().enumerate() {
        if line.ends_with([' ', '\t']) {
            report(
                i + 1,
                "white space at the end of the line".into(),
                "diffs show only what changed",
                "remove it",
            );
        }
        if tabs_are_wrong && line.contains('\t') {
            report(i + 1, "tab".into(), "columns look alike everywhere", "use spaces, or `\\t` in a string");
        }
        for path in MACHINE_PATHS.iter().filter(|path| names_path(line, path)) {
            let why = "the repository works wherever it is cloned";
            report(
                i + 1,
                format!("path of one machine: {path}…"),
                why,
                "use a path relative to the repository",
            );
        }
    }
    if !file.text.is_empty() && !file.text.ends_with('\n') {
        report(file.text.lines().count(), "no line break at the end".into(), "tools expect it", "add one");
    }
}

/// Whether a path that starts with `path` stands in the line, not the middle of a URL or of another path.
fn names_path(line: &str, path: &str) -> bool {
    line.match_indices(path).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '}' | '>'))
    })
}

fn links(tree: &Tree, file: &File, findings: &mut Vec<Finding>) {
    let folder = Path::new(&file.path).parent().unwrap_or(Path::new(""));
    let mut in_code = false;
    for (i, line) in file.text.lines().enumerate() {
        in_code ^= line.trim_start().starts_with("```");
        if in_code {
            continue;
        }
        for target in line.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let path = target.split('#').next().unwrap_or_default();
            // Paths of items are rustdoc's to check.
            let item = path.contains("::");
            let elsewhere = path.is_empty() || item || path.contains("://") || path.starts_with("mailto:");
            if !elsewhere && !tree.root.join(folder).join(path).exists() {
                findings.push(Finding {
                    path: file.path.clone(),
                    line: i + 1,
                    what: format!("link to `{path}`, which is not there"),
                    why: "a reader follows it",
                    fix: "correct the path, relative to this file".into(),
                });
            }
        }
    }
}

fn copies(tree: &Tree, file: &File, findings: &mut Vec<Finding>) {
    for (i, line) in file.text.lines().enumerate() {
        let Some(path) = line.trim().strip_prefix(SAME_AS).and_then(|rest| rest.strip_suffix(" -->")) else {
            continue;
        };
        let block: Vec<&str> = file
            .text
            .lines()
            .skip(i + 1)
            .skip_while(|line| !line.starts_with("```"))
            .skip(1)
            .take_while(|line| !line.starts_with("```"))
            .collect();
        let original = tree.files.iter().find(|other| other.path == path).map(|other| program(&other.text));
        if original.as_deref() != Some(block.join("\n").trim()) {
            findings.push(Finding {
                path: file.path.clone(),
                line: i + 1,
                what: format!("code block differs from {path}"),
                why: "what readers copy must be what the tests compile",
                fix: format!("copy the code of {path} (without its `//!` lines and tests) into the block"),
            });
        }
    }
}

/// A file's code without its opening `//!` lines and without its tests at the end.
fn program(text: &str) -> String {
    let lines = text.lines().skip_while(|line| line.starts_with("//!") || line.is_empty());
    let code: Vec<&str> = lines.take_while(|line| *line != "#[cfg(test)]").collect();
    code.join("\n").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::super::tests::tree;
    use super::*;

    fn found(files: &[(&str, &str)]) -> Vec<String> {
        let mut findings = Vec::new();
        check(&tree(files), &mut findings);
        findings.into_iter().map(|finding| format!("{}: {}", finding.line, finding.what)).collect()
    }

    #[test]
    fn white_space_and_machine_paths_are_found() {
        let text = format!("ok\nend \n\ttab\nsee {}me\nsee https://example.com{0}me\nlast", MACHINE_PATHS[2]);
        assert_eq!(
            found(&[("a.md", &text)]),
            [
                "2: white space at the end of the line".to_owned(),
                "3: tab".to_owned(),
                format!("4: path of one machine: {}…", MACHINE_PATHS[2]),
                "6: no line break at the end".to_owned(),
            ]
        );
    }

    #[test]
    fn dead_links_are_found_outside_code() {
        let text = "[a](missing.md) [b](https://example.com/x) [c](#part)\n```\n[d](missing.md)\n```\n";
        assert_eq!(found(&[("a.md", text)]), ["1: link to `missing.md`, which is not there"]);
    }

    #[test]
    fn a_copied_block_must_equal_its_file() {
        let code = ("hello.rs", "//! Hello.\n\nfn main() {}\n\n#[cfg(test)]\nmod tests {}\n");
        let same = "<!-- same as: hello.rs -->\n```rust\nfn main() {}\n```\n";
        let other = "<!-- same as: hello.rs -->\n```rust\nfn main() { }\n```\n";
        assert!(found(&[code, ("README.md", same)]).is_empty());
        assert_eq!(found(&[code, ("README.md", other)]), ["1: code block differs from hello.rs"]);
    }
}

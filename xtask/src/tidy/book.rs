//! Rules for the book in `docs/`: every page is in its contents, every include is there, every code block is tested.
//!
//! mdBook itself builds a book with a missing file or anchor and says so in passing at most.

use std::path::{Component, Path};

use super::{File, Finding, Tree};

/// Where the book is.
const BOOK: &str = "docs/";
/// Its contents.
const CONTENTS: &str = "docs/SUMMARY.md";
/// The crate that makes doc tests of the pages.
const DOC_TESTS: &str = "tests/book/src/lib.rs";

/// Languages of blocks that are written in a page: tested there, or no code.
const WRITTEN: &[&str] = &["rust", "console", "sh", "text", "json", "toml"];
/// Languages of blocks that hold an include and nothing else. `rs` looks as `rust` does and is no doc test of its page.
const INCLUDED: &[&str] = &["rs", "toml", "yaml", "json", "ts", "tsx", "nginx", "sh"];

/// What tests compile or run; only from there code is included.
const TESTED: &[&str] = &["examples/", "templates/", "tests/", "sdk/examples/", "compose.yaml"];

const INCLUDE: &str = "{{#include ";

pub(super) fn check(tree: &Tree, findings: &mut Vec<Finding>) {
    let file = |path: &str| tree.files.iter().find(|file| file.path == path);
    let Some(contents) = file(CONTENTS) else { return };
    let doc_tests = file(DOC_TESTS).map_or("", |file| &file.text);
    for page in tree.files.iter().filter(|file| is_page(&file.path)) {
        let path = page.path.trim_start_matches(BOOK);
        if !contents.text.contains(&format!("]({path})")) {
            let fix = "add it to docs/SUMMARY.md";
            findings.push(finding(page, 1, "page that is not in the book".into(), fix));
        }
        for (line, target) in includes(&page.text) {
            if let Err(what) = find(tree, page, target) {
                let fix = "files and anchors that tests compile or run, as `path` or `path:anchor`";
                findings.push(finding(page, line, what, fix));
            }
        }
        for block in blocks(&page.text) {
            check_block(page, &block, doc_tests.contains(&format!("/docs/{path}\"")), findings);
        }
    }
}

fn is_page(path: &str) -> bool {
    path.starts_with(BOOK) && path.ends_with(".md") && path != CONTENTS
}

fn finding(page: &File, line: usize, what: String, fix: &str) -> Finding {
    let why = "what the book shows is there and works";
    Finding { path: page.path.clone(), line, what, why, fix: fix.into() }
}

/// A block of code between fences.
struct Block<'a> {
    line: usize,
    /// Behind the opening fence: a language, then attributes.
    info: &'a str,
    text: Vec<&'a str>,
}

fn blocks(page: &str) -> Vec<Block<'_>> {
    let mut found: Vec<Block<'_>> = Vec::new();
    let mut inside = false;
    for (i, line) in page.lines().enumerate() {
        match (line.trim_start().strip_prefix("```"), inside) {
            (Some(info), false) => found.push(Block { line: i + 1, info, text: Vec::new() }),
            (None, true) => found.iter_mut().last().into_iter().for_each(|block| block.text.push(line)),
            _ => {}
        }
        inside ^= line.trim_start().starts_with("```");
    }
    found
}

/// What a page includes, with the line; outside of blocks it is text.
fn includes(page: &str) -> impl Iterator<Item = (usize, &str)> {
    page.lines().enumerate().filter_map(|(i, line)| {
        let (_, rest) = line.split_once(INCLUDE)?;
        Some((i + 1, rest.split_once("}}").map_or(rest, |(target, _)| target)))
    })
}

fn check_block(page: &File, block: &Block<'_>, is_doc_test: bool, findings: &mut Vec<Finding>) {
    let mut report = |what: String, fix: &str| findings.push(finding(page, block.line, what, fix));
    let mut words = block.info.split(',').map(str::trim);
    let language = words.next().unwrap_or_default();
    let included = block.text.iter().filter(|line| line.contains(INCLUDE)).count();
    let languages = if included == 0 { WRITTEN } else { INCLUDED };
    if !languages.contains(&language) {
        let fix = format!("one of: {}; code of other languages is included", languages.join(", "));
        report(format!("code block in `{language}`"), &fix);
    }
    if words.any(|word| word == "ignore") {
        report("ignored code block".into(), "make it compile; `no_run` is for what cannot run in a test");
    }
    if included > 0 && block.text.len() > included {
        report("include beside other text".into(), "one block for what is included, one for the rest");
    }
    if language == "rust" && !is_doc_test {
        report("code block that nothing compiles".into(), &format!("add the page to {DOC_TESTS}"));
    }
}

/// Looks up what an include names.
fn find(tree: &Tree, page: &File, target: &str) -> Result<(), String> {
    let (path, anchor) = target.split_once(':').map_or((target, None), |(path, anchor)| (path, Some(anchor)));
    let path = resolve(&page.path, path.trim());
    let Some(file) = tree.files.iter().find(|file| file.path == path) else {
        return Err(format!("include of {path}, which is not there"));
    };
    if !TESTED.iter().any(|tested| path.starts_with(tested)) {
        return Err(format!("include of {path}, which no test looks at"));
    }
    let Some(anchor) = anchor else { return Ok(()) };
    for mark in ["ANCHOR: ", "ANCHOR_END: "] {
        if !file.text.lines().any(|line| line.trim_end().ends_with(&format!("{mark}{anchor}"))) {
            return Err(format!("include of {path} without `{mark}{anchor}`"));
        }
    }
    Ok(())
}

/// A path beside a page as one from the root of the repository.
fn resolve(page: &str, path: &str) -> String {
    let mut parts: Vec<String> = Vec::new();
    for part in Path::new(page).parent().unwrap_or(Path::new("")).join(path).components() {
        match part {
            Component::ParentDir => drop(parts.pop()),
            other => parts.push(other.as_os_str().to_string_lossy().into_owned()),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::super::tests::tree;
    use super::*;

    fn found(page: &str) -> Vec<String> {
        let files = [
            (CONTENTS, "# Summary\n\n- [A](deep/a.md)\n"),
            ("docs/deep/a.md", page),
            (DOC_TESTS, "//! x\n#[doc = include_str!(\"../../../docs/deep/a.md\")]\nmod a {}\n"),
            (
                "examples/x/main.rs",
                "//! x\n// ANCHOR: part\nfn f() {}\n// ANCHOR_END: part\n// ANCHOR: open\n",
            ),
            ("sdk/src/lib.rs", "//! x\n"),
        ];
        let mut findings = Vec::new();
        check(&tree(&files), &mut findings);
        findings.into_iter().map(|finding| format!("{}: {}", finding.line, finding.what)).collect()
    }

    #[test]
    fn pages_outside_of_the_contents_are_found() {
        let mut findings = Vec::new();
        check(
            &tree(&[(CONTENTS, "[A](a.md)\n"), ("docs/a.md", "# A\n"), ("docs/b.md", "# B\n")]),
            &mut findings,
        );
        let paths: Vec<_> = findings.iter().map(|finding| finding.path.as_str()).collect();
        assert_eq!(paths, ["docs/b.md"]);
    }

    #[test]
    fn what_is_tested_may_stand() {
        assert!(found("```rust\nlet x = 1;\n```\n\n```console\n$ ls\n```\n").is_empty());
        assert!(found("```rs\n{{#include ../../examples/x/main.rs}}\n```\n").is_empty());
        assert!(found("```rs\n{{#include ../../examples/x/main.rs:part}}\n```\n").is_empty());
    }

    #[test]
    fn what_nobody_tests_is_found() {
        for (page, what) in [
            ("```\nx\n```\n", "1: code block in ``"),
            ("\n```go\nx\n```\n", "2: code block in `go`"),
            ("```rs\nfn f() {}\n```\n", "1: code block in `rs`"),
            ("```rust,ignore\nfn f() {}\n```\n", "1: ignored code block"),
            ("```rust\n{{#include ../../examples/x/main.rs}}\n```\n", "1: code block in `rust`"),
            ("```rs\nx\n{{#include ../../examples/x/main.rs}}\n```\n", "1: include beside other text"),
            (
                "```rs\n{{#include ../../examples/y.rs}}\n```\n",
                "2: include of examples/y.rs, which is not there",
            ),
            (
                "```rs\n{{#include ../../examples/x/main.rs:open}}\n```\n",
                "2: include of examples/x/main.rs without `ANCHOR_END: open`",
            ),
            (
                "```rs\n{{#include ../../sdk/src/lib.rs}}\n```\n",
                "2: include of sdk/src/lib.rs, which no test looks at",
            ),
        ] {
            assert_eq!(found(page), [what], "{page}");
        }
    }

    #[test]
    fn rust_on_pages_without_doc_tests_is_found() {
        let files =
            [(CONTENTS, "[B](b.md)\n"), ("docs/b.md", "```rust\nlet x = 1;\n```\n"), (DOC_TESTS, "//! x\n")];
        let mut findings = Vec::new();
        check(&tree(&files), &mut findings);
        assert_eq!(
            findings.first().map(|finding| finding.what.as_str()),
            Some("code block that nothing compiles")
        );
    }
}

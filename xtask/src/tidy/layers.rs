//! Which module of the SDK may use which: the layer rule of ARCHITECTURE.md.

use super::source::{Source, is_ident};
use super::{Finding, Tree};

/// A module of `sdk/src` and what it may name besides itself. Modules not listed are an error, so that a new one is
/// given its place. Test code may use anything.
const LAYERS: &[(&str, Uses)] = &[
    ("error", Uses::Only(&[])),
    ("link", Uses::Only(&[])),
    ("gob", Uses::Only(&[])),
    ("yamux", Uses::Only(&[])),
    ("netrpc", Uses::Only(&["gob"])),
    ("goplugin", Uses::Only(&["gob", "netrpc", "yamux"])),
    ("model", Uses::Only(&["gob"])),
    ("wire", Uses::Only(&["gob", "model"])),
    ("settings", Uses::Only(&["error"])),
    ("api", Uses::Only(&["error", "gob", "http", "log", "model", "netrpc", "settings", "wire"])),
    ("log", Uses::Only(&["api", "error", "model"])),
    (
        "hooks",
        Uses::Only(&["api", "error", "gob", "http", "log", "model", "netrpc", "runtime", "settings", "wire"]),
    ),
    ("http", Uses::Only(&["error", "gob", "model", "netrpc", "wire"])),
    ("runtime", Uses::All),
    ("testing", Uses::All),
    ("prelude", Uses::All),
    ("__private", Uses::All),
    ("lib", Uses::All),
];

enum Uses {
    Only(&'static [&'static str]),
    All,
}

const WHY: &str = "lower layers stay usable and testable alone (layer rule, ARCHITECTURE.md)";

pub(super) fn check(tree: &Tree, findings: &mut Vec<Finding>) {
    for (file, source) in tree.rust_files() {
        let Some(path) = file.path.strip_prefix("sdk/src/") else { continue };
        let module = path.split('/').next().unwrap_or(path).trim_end_matches(".rs");
        let Some((_, uses)) = LAYERS.iter().find(|(name, _)| *name == module) else {
            findings.push(Finding {
                path: file.path.clone(),
                line: 1,
                what: format!("module `{module}` has no place in the layer table"),
                why: WHY,
                fix: "add a row to LAYERS in xtask/src/tidy/layers.rs that says what it may use".into(),
            });
            continue;
        };
        let Uses::Only(allowed) = uses else { continue };
        for (offset, used) in edges(source, depth(path)) {
            let known =
                LAYERS.iter().any(|(name, _)| *name == used && *name != "lib" && *name != "__private");
            if known && used != module && !allowed.contains(&used.as_str()) && !source.in_test(offset) {
                findings.push(Finding {
                    path: file.path.clone(),
                    line: source.line(offset),
                    what: format!("`{module}` uses `{used}`"),
                    why: WHY,
                    fix: format!("move the code to a module above both, or pass what is needed in; `{module}` may use {allowed:?}"),
                });
            }
        }
    }
}

/// How many `super::` lead from a file to the crate's root.
fn depth(path: &str) -> usize {
    let parts = path.split('/').count();
    if path.ends_with("/mod.rs") { parts - 1 } else { parts }
}

/// First path segments below the crate's root that the code names, with their offsets.
fn edges(source: &Source, depth: usize) -> Vec<(usize, String)> {
    let climb = "super::".repeat(depth);
    let mut edges = Vec::new();
    for root in ["crate::", "mmplugin::", climb.as_str()] {
        for at in source.words(root) {
            let rest = &source.code[at + root.len()..];
            edges.extend(first_segments(rest).into_iter().map(|segment| (at, segment)));
        }
    }
    edges
}

/// `gob::Reader` gives `gob`; `{gob, model::{Post, User}}` gives `gob` and `model`.
fn first_segments(rest: &str) -> Vec<String> {
    let ident = |text: &str| text.bytes().take_while(|byte| is_ident(*byte)).count();
    let Some(group) = rest.strip_prefix('{') else { return vec![rest[..ident(rest)].to_owned()] };
    let mut segments = Vec::new();
    let (mut depth, mut start) = (0_usize, 0);
    for (i, byte) in group.bytes().enumerate() {
        let ends = match byte {
            b'{' => {
                depth += 1;
                false
            }
            b'}' if depth > 0 => {
                depth -= 1;
                false
            }
            b',' | b'}' => depth == 0,
            _ => false,
        };
        if ends {
            let part = group[start..i].trim_start();
            segments.push(part[..ident(part)].to_owned());
            start = i + 1;
        }
        if byte == b'}' && ends {
            break;
        }
    }
    segments
}

#[cfg(test)]
mod tests {
    use super::super::tests::tree;
    use super::*;

    fn found(path: &str, text: &str) -> Vec<String> {
        let mut findings = Vec::new();
        check(&tree(&[(path, text)]), &mut findings);
        findings.into_iter().map(|finding| format!("{}: {}", finding.line, finding.what)).collect()
    }

    #[test]
    fn an_edge_against_the_rule_is_found() {
        assert_eq!(
            found("sdk/src/gob/plan.rs", "\nuse crate::netrpc::Header;\n"),
            ["2: `gob` uses `netrpc`"]
        );
        assert_eq!(found("sdk/src/yamux/mod.rs", "use super::gob;\n"), ["1: `yamux` uses `gob`"]);
        assert_eq!(found("sdk/src/model/ids.rs", "use super::super::api::Api;\n"), ["1: `model` uses `api`"]);
        assert_eq!(
            found("sdk/src/netrpc/mod.rs", "use crate::{gob::{A, B}, model::Post, yamux};\n"),
            ["1: `netrpc` uses `model`", "1: `netrpc` uses `yamux`"]
        );
    }

    #[test]
    fn the_rule_allows_lower_layers_own_modules_and_tests() {
        assert!(found("sdk/src/netrpc/mod.rs", "use crate::gob;\nuse super::netrpc::x;\n").is_empty());
        assert!(
            found("sdk/src/gob/plan.rs", "#[cfg(test)]\nmod tests { use crate::model::Post; }\n").is_empty()
        );
        assert!(found("sdk/src/gob/plan.rs", "//! See `crate::model`.\n").is_empty());
        assert!(found("sdk/src/runtime/mod.rs", "use crate::yamux;\n").is_empty());
    }

    #[test]
    fn a_module_without_a_row_is_found() {
        assert_eq!(
            found("sdk/src/telepathy/mod.rs", ""),
            ["1: module `telepathy` has no place in the layer table"]
        );
    }
}

//! Which module of the SDK may use which: the layer rule of ARCHITECTURE.md.

use super::source::{Source, is_ident};
use super::{Finding, Tree};

/// A module of `sdk/src` and what it may name besides itself: modules, or single items of them. Modules not listed
/// are an error, so that a new one is given its place. Test code may use anything.
const LAYERS: &[(&str, Uses)] = &[
    ("error", Uses::Only(&[])),
    ("link", Uses::Only(&[])),
    ("gob", Uses::Only(&[])),
    ("yamux", Uses::Only(&[])),
    ("netrpc", Uses::Only(&["gob"])),
    ("goplugin", Uses::Only(&["gob", "link", "netrpc", "yamux"])),
    ("model", Uses::Only(&["gob"])),
    // The trait is the seam to the transports; the generated arguments implement it.
    ("wire", Uses::Only(&["gob", "model", "api::ApiCall"])),
    ("settings", Uses::Only(&["error"])),
    // What is sent as a stream goes beside the calls.
    ("api", Uses::Only(&["error", "gob", "grpc", "http", "model", "netrpc", "wire", "goplugin::Broker"])),
    // What a task of either says is said by the plugin.
    (
        "db",
        Uses::Only(&["api", "gob", "grpc::Carry", "grpc::Fault", "log::Scope", "model", "netrpc", "wire"]),
    ),
    // Lines that go to stderr have the form that the plugin protocol asks for.
    ("log", Uses::Only(&["api", "error", "goplugin::hclog", "model"])),
    // A background task ends with a log line when it panics, as a hook does.
    (
        "hooks",
        Uses::Only(&[
            "api",
            "db",
            "error",
            "gob",
            "http",
            "log",
            "model",
            "settings",
            "wire",
            "runtime::Handler",
            "runtime::guard",
        ]),
    ),
    // Each body is a stream of its own beside the calls.
    (
        "http",
        Uses::Only(&[
            "error",
            "gob",
            "model",
            "netrpc",
            "wire",
            "goplugin::Broker",
            "yamux::Stream",
            "log::Scope",
            "runtime::guard",
        ]),
    ),
    // Bodies of requests that no plugin is needed for; `gob` for values of any kind and base64.
    ("integrations", Uses::Only(&["gob", "model", "settings::Secret"])),
    // The other transport: below the runtime, beside net/rpc.
    (
        "grpc",
        Uses::Only(&[
            "api", "error", "gob", "goplugin", "hooks", "http", "link", "log", "model", "netrpc", "wire",
            "yamux",
        ]),
    ),
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
        for (offset, item) in edges(source, depth(path)) {
            let used = item.split("::").next().unwrap_or_default();
            let may = allowed.contains(&used) || allowed.contains(&item.as_str());
            if is_module(used) && used != module && !may && !source.in_test(offset) {
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

/// Whether a first segment is a module below the root, not an item that the root exports.
fn is_module(name: &str) -> bool {
    LAYERS.iter().any(|(module, _)| *module == name) && !matches!(name, "lib" | "__private")
}

/// How many `super::` lead from a file to the crate's root.
fn depth(path: &str) -> usize {
    let parts = path.split('/').count();
    if path.ends_with("/mod.rs") { parts - 1 } else { parts }
}

/// Paths below the crate's root that the code names, cut to two segments, with their offsets.
fn edges(source: &Source, depth: usize) -> Vec<(usize, String)> {
    let climb = "super::".repeat(depth);
    let mut edges = Vec::new();
    for root in ["crate::", "mmplugin::", climb.as_str()] {
        for at in source.words(root) {
            let rest = &source.code[at + root.len()..];
            edges.extend(paths(rest).into_iter().map(|path| (at, path)));
        }
    }
    edges
}

/// `gob::Reader::new(…)` gives `gob::Reader`; `{gob, model::{Post, User}}` gives `gob` and `model::`.
fn paths(rest: &str) -> Vec<String> {
    let Some(group) = rest.strip_prefix('{') else { return vec![two_segments(rest)] };
    let mut paths = Vec::new();
    let (mut depth, mut start) = (0_usize, 0);
    for (i, byte) in group.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' if depth > 0 => depth -= 1,
            b',' | b'}' if depth == 0 => {
                paths.push(two_segments(group[start..i].trim_start()));
                start = i + 1;
                if byte == b'}' {
                    break;
                }
            }
            _ => {}
        }
    }
    paths
}

fn two_segments(path: &str) -> String {
    let ident = |text: &str| text.bytes().take_while(|byte| is_ident(*byte)).count();
    let first = ident(path);
    let second = path[first..].strip_prefix("::").map_or(0, |rest| 2 + ident(rest));
    path[..first + second].to_owned()
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
    fn a_single_item_may_be_allowed() {
        assert!(found("sdk/src/wire/a.rs", "use crate::api::ApiCall;\n").is_empty());
        assert_eq!(found("sdk/src/wire/a.rs", "use crate::api::Api;\n"), ["1: `wire` uses `api`"]);
    }

    #[test]
    fn a_module_without_a_row_is_found() {
        assert_eq!(
            found("sdk/src/telepathy/mod.rs", ""),
            ["1: module `telepathy` has no place in the layer table"]
        );
    }
}

//! `cargo xtask licenses`: the licences of all dependencies against the list in deny.toml, without network.
//!
//! The same rule as `cargo deny check licenses`, for machines without cargo-deny (it takes minutes to compile).
//! One thing more is checked: a crate that deny.toml excepts must stay out of what plugins link.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, anyhow, bail};
use serde_json::Value;

/// Workspaces of the repository. Those without a Cargo.lock of their own start from the first one's.
const WORKSPACES: &[&str] = &["Cargo.toml", "fuzz/Cargo.toml"];

pub(crate) fn run() -> Result<()> {
    let root = crate::root();
    let policy = Policy::parse(&fs::read_to_string(root.join("deny.toml")).context("reading deny.toml")?);
    let mut problems = Vec::new();
    for manifest in WORKSPACES.iter().map(|path| root.join(path)).filter(|path| path.exists()) {
        let metadata = metadata(&manifest)?;
        let crates = check(&metadata, &policy, &mut problems)?;
        println!("licenses: {crates} crates in {}", manifest.strip_prefix(&root)?.display());
    }
    for problem in &problems {
        eprintln!("{problem}");
    }
    if !problems.is_empty() {
        bail!("licenses: {} problems; the allow-list is in deny.toml", problems.len());
    }
    Ok(())
}

fn metadata(manifest: &Path) -> Result<Value> {
    let lock = manifest.with_file_name("Cargo.lock");
    let mut command = Command::new(env!("CARGO"));
    command.args(["metadata", "--format-version", "1", "--all-features", "--manifest-path"]).arg(manifest);
    if manifest == crate::root().join("Cargo.toml") {
        command.arg("--locked");
    } else if !lock.exists() {
        fs::copy(crate::root().join("Cargo.lock"), &lock)
            .with_context(|| format!("writing {}", lock.display()))?;
    }
    let output = command.output().context("starting cargo metadata")?;
    if !output.status.success() {
        bail!("cargo metadata failed: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    serde_json::from_slice(&output.stdout).context("reading what cargo metadata printed")
}

/// What deny.toml allows.
#[derive(Debug, Default, PartialEq)]
struct Policy {
    allow: HashSet<String>,
    /// Crate name to the further licences it may have.
    exceptions: HashMap<String, HashSet<String>>,
}

impl Policy {
    /// Reads `allow = […]` and `exceptions = [{ crate = "…", allow = […] }]` of `[licenses]`.
    fn parse(text: &str) -> Self {
        let code = text
            .lines()
            .map(|line| line.split('#').next().unwrap_or_default())
            .collect::<Vec<_>>()
            .join("\n");
        let section = code.split("[licenses]").nth(1).unwrap_or_default();
        let section = section.split("\n[").next().unwrap_or_default();
        let (general, special) = section.split_once("exceptions").unwrap_or((section, ""));
        let exceptions = special.split('{').skip(1).filter_map(|row| {
            let name = quoted(row.split_once("crate")?.1).into_iter().next()?;
            Some((name, quoted(row.split_once("allow")?.1).into_iter().collect()))
        });
        let allow = general.split_once("allow").map(|(_, list)| list.split(']').next().unwrap_or_default());
        Self {
            allow: quoted(allow.unwrap_or_default()).into_iter().collect(),
            exceptions: exceptions.collect(),
        }
    }

    fn allows(&self, name: &str, licence: &str) -> bool {
        self.allow.contains(licence) || self.exceptions.get(name).is_some_and(|more| more.contains(licence))
    }
}

fn quoted(text: &str) -> Vec<String> {
    text.split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

/// Checks one workspace; returns how many foreign crates it has.
fn check(metadata: &Value, policy: &Policy, problems: &mut Vec<String>) -> Result<usize> {
    let list = |value: &Value, key: &str| value[key].as_array().cloned().unwrap_or_default();
    let members: HashSet<String> = list(metadata, "workspace_members").iter().filter_map(text).collect();
    let linked = linked_by_users(metadata, &members);
    let mut foreign = 0;
    for package in list(metadata, "packages") {
        let id = text(&package["id"]).context("a package without id")?;
        if members.contains(&id) || package["source"].is_null() {
            continue;
        }
        foreign += 1;
        let name = text(&package["name"]).context("a package without name")?;
        let licence = text(&package["license"]).unwrap_or_default();
        match evaluate(&licence, &|one| policy.allows(&name, one)) {
            Ok(true) => {}
            Ok(false) => problems.push(format!("{name}: licence `{licence}` is not allowed")),
            Err(error) => problems.push(format!("{name}: licence `{licence}`: {error}")),
        }
        if policy.exceptions.contains_key(&name) && linked.contains(&id) {
            problems.push(format!("{name}: excepted for tests only, but a published crate links it"));
        }
    }
    Ok(foreign)
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

/// Ids of everything that published members depend on, other than for their own tests.
fn linked_by_users(metadata: &Value, members: &HashSet<String>) -> HashSet<String> {
    let empty = Vec::new();
    let array = |value: &'_ Value| -> Vec<Value> { value.as_array().unwrap_or(&empty).clone() };
    let published = |package: &&Value| {
        package["id"].as_str().is_some_and(|id| members.contains(id)) && package["publish"].is_null()
    };
    let packages = array(&metadata["packages"]);
    let mut open: Vec<String> =
        packages.iter().filter(published).filter_map(|package| text(&package["id"])).collect();
    let nodes: HashMap<String, Value> = array(&metadata["resolve"]["nodes"])
        .into_iter()
        .filter_map(|node| Some((text(&node["id"])?, node)))
        .collect();
    let mut seen = HashSet::new();
    while let Some(id) = open.pop() {
        let dependencies = nodes.get(&id).map(|node| array(&node["deps"])).unwrap_or_default();
        if !seen.insert(id) {
            continue;
        }
        let links =
            |dependency: &&Value| array(&dependency["dep_kinds"]).iter().any(|kind| kind["kind"] != "dev");
        open.extend(dependencies.iter().filter(links).filter_map(|dependency| text(&dependency["pkg"])));
    }
    seen
}

/// Evaluates an SPDX expression: names, `AND`, `OR` (also the old `/`), `WITH`, parentheses.
fn evaluate(expression: &str, allowed: &dyn Fn(&str) -> bool) -> Result<bool> {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let tokens: Vec<&str> = spaced.split_whitespace().collect();
    let mut rest = tokens.as_slice();
    let value = any_of(&mut rest, allowed)?;
    if rest.is_empty() { Ok(value) } else { Err(anyhow!("unexpected `{}`", rest[0])) }
}

fn any_of(rest: &mut &[&str], allowed: &dyn Fn(&str) -> bool) -> Result<bool> {
    let mut value = all_of(rest, allowed)?;
    while let ["OR", tail @ ..] = *rest {
        *rest = tail;
        value |= all_of(rest, allowed)?;
    }
    Ok(value)
}

fn all_of(rest: &mut &[&str], allowed: &dyn Fn(&str) -> bool) -> Result<bool> {
    let mut value = one(rest, allowed)?;
    while let ["AND", tail @ ..] = *rest {
        *rest = tail;
        value &= one(rest, allowed)?;
    }
    Ok(value)
}

fn one(rest: &mut &[&str], allowed: &dyn Fn(&str) -> bool) -> Result<bool> {
    let all = *rest;
    match all {
        ["(", tail @ ..] => {
            *rest = tail;
            let value = any_of(rest, allowed)?;
            let [")", tail @ ..] = *rest else { bail!("a parenthesis is not closed") };
            *rest = tail;
            Ok(value)
        }
        [name, "WITH", exception, tail @ ..] => {
            *rest = tail;
            Ok(allowed(&format!("{name} WITH {exception}")))
        }
        [name, tail @ ..] if !matches!(*name, ")" | "AND" | "OR" | "WITH") => {
            *rest = tail;
            Ok(allowed(name))
        }
        _ => bail!("a licence's name is missing"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mit_or_zlib(expression: &str) -> Result<bool> {
        evaluate(expression, &|name| matches!(name, "MIT" | "Zlib"))
    }

    #[test]
    fn expressions_are_evaluated() {
        for (expression, expected) in [
            ("MIT", true),
            ("GPL-3.0", false),
            ("MIT OR GPL-3.0", true),
            ("MIT/Apache-2.0", true),
            ("MIT AND GPL-3.0", false),
            ("(GPL-3.0 OR MIT) AND Zlib", true),
            ("GPL-3.0 OR MIT AND Zlib", true),
            ("Apache-2.0 WITH LLVM-exception", false),
        ] {
            assert_eq!(mit_or_zlib(expression).unwrap(), expected, "{expression}");
        }
        for broken in ["", "MIT AND", "(MIT", "MIT)"] {
            assert!(mit_or_zlib(broken).is_err(), "{broken}");
        }
    }

    #[test]
    fn the_policy_is_read_from_deny_toml() {
        let text = "[licenses]\nallow = [\n  \"MIT\", # most\n  \"Zlib\",\n]\nexceptions = [\n  \
                    # tests only\n  { crate = \"peer\", allow = [\"MPL-2.0\"] },\n]\n[bans]\nallow = [\"x\"]\n";
        let policy = Policy::parse(text);
        assert_eq!(policy.allow, HashSet::from(["MIT".to_owned(), "Zlib".to_owned()]));
        assert!(policy.allows("peer", "MPL-2.0") && !policy.allows("other", "MPL-2.0"));
    }

    #[test]
    fn a_forbidden_licence_is_named_and_an_exception_must_not_be_linked() {
        let metadata = serde_json::json!({
            "workspace_members": ["us"],
            "packages": [
                {"id": "us", "name": "us", "publish": null, "source": null},
                {"id": "a", "name": "a", "license": "GPL-3.0", "source": "registry"},
                {"id": "peer", "name": "peer", "license": "MPL-2.0", "source": "registry"},
            ],
            "resolve": {"nodes": [
                {"id": "us", "deps": [
                    {"pkg": "a", "dep_kinds": [{"kind": null}]},
                    {"pkg": "peer", "dep_kinds": [{"kind": "dev"}]},
                ]},
                {"id": "a", "deps": [{"pkg": "peer", "dep_kinds": [{"kind": null}]}]},
            ]},
        });
        let policy = Policy {
            allow: HashSet::from(["MIT".to_owned()]),
            exceptions: HashMap::from([("peer".to_owned(), HashSet::from(["MPL-2.0".to_owned()]))]),
        };
        let mut problems = Vec::new();
        assert_eq!(check(&metadata, &policy, &mut problems).unwrap(), 2);
        assert_eq!(
            problems,
            [
                "a: licence `GPL-3.0` is not allowed",
                "peer: excepted for tests only, but a published crate links it",
            ]
        );
    }
}

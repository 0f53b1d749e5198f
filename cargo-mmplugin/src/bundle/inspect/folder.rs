//! Which part of an archive is the plugin's folder, and where its manifest is.

use std::collections::{BTreeMap, BTreeSet};

use crate::archive::{Member, MemberKind};
use crate::manifest::{Manifest, Problem, Weight};

/// The names a server looks for, in its order.
const MANIFESTS: [&str; 3] = ["plugin.yml", "plugin.yaml", "plugin.json"];

/// What a server says when it finds no manifest that it can read.
const NO_MANIFEST: &str = "400 app.plugin.manifest.app_error";

/// The plugin's folder: the one top folder when it is alone, else the archive's root.
pub(super) fn plugin_folder(members: Vec<Member>, problems: &mut Vec<Problem>) -> BTreeMap<String, Member> {
    let mut files = BTreeMap::new();
    for member in members {
        let problem = |weight, what, help| Problem::new(weight, &*member.path, what, help);
        if member.path.starts_with('/') {
            let help = "paths inside a bundle are relative";
            problems.push(problem(Weight::Refused, "is an absolute path", help).says(NO_MANIFEST));
            continue;
        }
        if member.kind == MemberKind::Other {
            problems.push(problem(
                Weight::Odd,
                "is a link or device; servers leave it out",
                "pack the file itself",
            ));
        }
        if files.contains_key(&member.path) && member.kind == MemberKind::File {
            problems.push(problem(
                Weight::Odd,
                "is in the archive twice; the last one counts",
                "pack it once",
            ));
        }
        files.insert(member.path.clone(), member);
    }
    same_but_for_case(&files, problems);
    let Some(top) = top_folder(&files) else {
        if files.contains_key("plugin.json") {
            let what = "lies at the archive's root; tools that unpack the bundle expect one top folder";
            problems.push(Problem::new(
                Weight::Odd,
                "plugin.json",
                what,
                "pack the folder named after the id",
            ));
        }
        return files;
    };
    let inside =
        files.into_iter().filter_map(|(path, member)| Some((path.strip_prefix(&top)?.to_owned(), member)));
    inside.collect()
}

/// With its slash.
fn top_folder(files: &BTreeMap<String, Member>) -> Option<String> {
    let tops: BTreeSet<&str> = files.keys().map(|path| first_part(path)).collect();
    let top = *tops.first().filter(|_| tops.len() == 1)?;
    let folder = files.get(top).is_none_or(|member| member.kind == MemberKind::Folder);
    folder.then(|| format!("{top}/"))
}

fn first_part(path: &str) -> &str {
    path.split('/').next().unwrap_or(path)
}

/// On macOS and Windows the one would overwrite the other.
fn same_but_for_case(files: &BTreeMap<String, Member>, problems: &mut Vec<Problem>) {
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    for path in files.keys() {
        if let Some(other) = seen.insert(path.to_lowercase(), path) {
            let what = format!("differs from {other} only in capitals; on many disks one replaces the other");
            problems.push(Problem::new(Weight::Odd, path, what, "rename one of them"));
        }
    }
}

pub(super) fn read_manifest(
    files: &BTreeMap<String, Member>,
    problems: &mut Vec<Problem>,
) -> Option<Manifest> {
    let present: Vec<&str> = MANIFESTS.into_iter().filter(|name| files.contains_key(*name)).collect();
    let Some(first) = present.first() else {
        problems.push(missing(files));
        return None;
    };
    if *first != "plugin.json" {
        problems.push(match present.contains(&"plugin.json") {
            true => {
                let what = "is read by servers instead of plugin.json";
                Problem::new(Weight::Broken, *first, what, "pack one of the two")
            }
            false => {
                let what = "is YAML, which this tool does not read: nothing in it was checked";
                Problem::new(Weight::Broken, *first, what, "use plugin.json")
            }
        });
    }
    match Manifest::from_json(&files.get("plugin.json")?.bytes) {
        Ok(manifest) => Some(manifest),
        Err(error) => {
            let what = format!("is not the expected JSON: {error}");
            problems.push(Problem::new(Weight::Refused, "plugin.json", what, "correct it").says(NO_MANIFEST));
            None
        }
    }
}

fn missing(files: &BTreeMap<String, Member>) -> Problem {
    let tops: BTreeSet<&str> = files.keys().map(|path| first_part(path)).collect();
    let seen = match tops.len() {
        0 => "the archive is empty".to_owned(),
        _ => format!("found: {}", tops.into_iter().take(5).collect::<Vec<_>>().join(", ")),
    };
    let help = "at the archive's root, or in its one top folder";
    Problem::new(Weight::Refused, "plugin.json", format!("is missing; {seen}"), help).says(NO_MANIFEST)
}

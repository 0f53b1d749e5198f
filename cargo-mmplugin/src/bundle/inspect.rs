//! Looks at any bundle, also of plugins written in Go, with the server's eyes.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::archive::{self, Member, MemberKind};
use crate::error::{Error, Kind};
use crate::executable::Executable;
use crate::manifest::{self, Manifest, Problem, Weight, clean_path};

/// The names a server looks for, in its order.
const MANIFESTS: [&str; 3] = ["plugin.yml", "plugin.yaml", "plugin.json"];

/// What was found in a bundle.
#[derive(Debug, Clone)]
pub struct Inspection {
    /// The manifest, when there is one that can be read.
    pub manifest: Option<Manifest>,
    /// Platform, path, size and whether it is static, per executable that was found.
    pub executables: Vec<Program>,
    /// Everything wrong or odd, the worst first.
    pub problems: Vec<Problem>,
    files: BTreeMap<String, Member>,
}

/// An executable that plugin.json names.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Program {
    /// Key in `server.executables`, or `any` for `server.executable`.
    pub platform: String,
    /// Path inside the plugin's folder.
    pub path: String,
    /// Size in bytes.
    pub bytes: u64,
    /// It needs no loader and no libraries.
    pub is_static: bool,
}

impl Inspection {
    /// Reads and checks a whole bundle.
    ///
    /// # Errors
    /// It is no archive that a server would unpack; `name` is what the message calls it.
    pub fn of(name: &str, bytes: &[u8]) -> Result<Self, Error> {
        let members = archive::read(bytes).map_err(|error| {
            Error::new(Kind::Bundle, format!("{name} {error}"))
                .detail("a server answers such an upload with 400 app.plugin.extract.app_error")
                .help("a bundle is a tar.gz with one top folder: cargo mmplugin bundle")
        })?;
        let mut problems = Vec::new();
        let files = plugin_folder(members, &mut problems);
        let manifest = read_manifest(&files, &mut problems);
        let mut inspection = Self { manifest, executables: Vec::new(), problems, files };
        inspection.check_parts();
        inspection.problems.sort_by_key(|problem| problem.weight);
        Ok(inspection)
    }

    /// Writes the plugin's folder as a server would: files with their stored mode, no links.
    ///
    /// # Errors
    /// The disk.
    pub fn unpack(&self, folder: &Path) -> Result<(), Error> {
        for (path, member) in &self.files {
            let file = folder.join(path);
            match member.kind {
                MemberKind::Folder => fs_err::create_dir_all(&file)?,
                MemberKind::File => {
                    fs_err::create_dir_all(file.parent().unwrap_or(folder))?;
                    fs_err::write(&file, &member.bytes)?;
                    set_mode(&file, member.mode)?;
                }
                MemberKind::Other => {}
            }
        }
        Ok(())
    }

    /// Path of the executable that a server on `platform` would start.
    pub fn program(&self, platform: &str) -> Option<PathBuf> {
        let path = self.manifest.as_ref()?.server.as_ref()?.path_for(platform)?;
        Some(PathBuf::from(clean_path(path)))
    }

    fn check_parts(&mut self) {
        let Some(manifest) = self.manifest.clone() else { return };
        self.problems.extend(manifest::problems(&manifest));
        if let Some(server) = &manifest.server {
            let any = [("any".to_owned(), server.executable.clone())];
            for (platform, path) in server.executables.clone().into_iter().chain(any) {
                if !path.is_empty() {
                    self.check_program(&platform, &clean_path(&path));
                }
            }
        }
        let web = manifest.webapp.map(|webapp| ("webapp.bundle_path", webapp.bundle_path, Weight::Refused));
        let icon = Some(("icon_path", manifest.icon_path, Weight::Odd));
        for (field, path, weight) in web.into_iter().chain(icon).filter(|(_, path, _)| !path.is_empty()) {
            if self.file(&clean_path(&path)).is_none() {
                self.add(
                    weight,
                    field,
                    format!("names a file that is not in the bundle: {path}"),
                    "pack it, or take the line out",
                );
            }
        }
    }

    fn check_program(&mut self, platform: &str, path: &str) {
        let field = if platform == "any" {
            "server.executable".into()
        } else {
            format!("server.executables.{platform}")
        };
        let Some(member) = self.files.get(path).cloned() else {
            self.add(
                Weight::Refused,
                &field,
                format!("names a file that is not in the bundle: {path}"),
                "pack it, or take the line out",
            );
            return;
        };
        if member.kind != MemberKind::File {
            self.add(
                Weight::Refused,
                path,
                "is no regular file; servers leave links out",
                "pack the file itself",
            );
            return;
        }
        if member.mode & 0o111 == 0 {
            let what = format!("has mode {:04o} and cannot be started: permission denied", member.mode);
            self.add(Weight::Refused, path, what, "store it with mode 0755");
        }
        let found = match Executable::inspect(&member.bytes) {
            Ok(found) => found,
            Err(what) if what == "is a script" => {
                self.add(
                    Weight::Odd,
                    path,
                    "is a script; it needs its interpreter on the server",
                    "the official image has no shell",
                );
                return;
            }
            Err(what) => {
                let help = format!("an executable for {platform}");
                self.add(Weight::Refused, path, format!("{what}: exec format error"), &help);
                return;
            }
        };
        if platform != "any" && found.platform() != platform {
            let help = format!("build it for {platform}, or give it its own key");
            self.add(
                Weight::Refused,
                path,
                format!("is a {} executable, not {platform}", found.platform()),
                &help,
            );
        }
        if let Some(loader) = found.interpreter.as_ref().filter(|_| found.os == "linux") {
            let what = format!("is not static: it asks for {loader} and its libraries on the server");
            self.add(Weight::Odd, path, what, "Rust: cargo mmplugin bundle; Go: CGO_ENABLED=0");
        }
        self.executables.push(Program {
            platform: platform.to_owned(),
            path: path.to_owned(),
            bytes: member.bytes.len() as u64,
            is_static: found.interpreter.is_none(),
        });
    }

    fn file(&self, path: &str) -> Option<&Member> {
        self.files.get(path).filter(|member| member.kind == MemberKind::File)
    }

    fn add(&mut self, weight: Weight, field: &str, what: impl Into<String>, help: &str) {
        self.problems.push(Problem::new(weight, field, what, help));
    }
}

/// The plugin's folder: the one top folder when it is alone, else the archive's root.
fn plugin_folder(members: Vec<Member>, problems: &mut Vec<Problem>) -> BTreeMap<String, Member> {
    let mut files = BTreeMap::new();
    for member in members {
        let mut problem =
            |weight, what: &str, help: &str| problems.push(Problem::new(weight, &*member.path, what, help));
        if member.path.starts_with('/') {
            problem(Weight::Refused, "is an absolute path", "paths inside a bundle are relative");
            continue;
        }
        if member.kind == MemberKind::Other {
            problem(Weight::Odd, "is a link or device; servers leave it out", "pack the file itself");
        }
        if files.contains_key(&member.path) && member.kind == MemberKind::File {
            problem(Weight::Odd, "is in the archive twice; the last one counts", "pack it once");
        }
        files.insert(member.path.clone(), member);
    }
    let tops: BTreeSet<&str> = files.keys().map(|path| path.split('/').next().unwrap_or(path)).collect();
    let alone = match tops.first() {
        Some(top)
            if tops.len() == 1 && files.get(*top).is_none_or(|member| member.kind == MemberKind::Folder) =>
        {
            format!("{top}/")
        }
        _ => return files,
    };
    let inside =
        files.into_iter().filter_map(|(path, member)| Some((path.strip_prefix(&alone)?.to_owned(), member)));
    inside.collect()
}

fn read_manifest(files: &BTreeMap<String, Member>, problems: &mut Vec<Problem>) -> Option<Manifest> {
    let mut problem = |weight, field: &str, what: String, help: &str| {
        problems.push(Problem::new(weight, field, what, help));
        None
    };
    let Some(name) = MANIFESTS.into_iter().find(|name| files.contains_key(*name)) else {
        let tops: BTreeSet<&str> = files.keys().filter_map(|path| path.split('/').next()).take(5).collect();
        let seen = tops.into_iter().collect::<Vec<_>>().join(", ");
        let help = "at the archive's root, or in its one top folder";
        return problem(Weight::Refused, "plugin.json", format!("is missing; found: {seen}"), help);
    };
    if name != "plugin.json" {
        let what = "counts instead of plugin.json; this tool does not read YAML".to_owned();
        return problem(Weight::Broken, name, what, "use plugin.json");
    }
    match Manifest::from_json(&files[name].bytes) {
        Ok(manifest) => Some(manifest),
        Err(error) => {
            problem(Weight::Refused, name, format!("is not the expected JSON: {error}"), "correct it")
        }
    }
}

#[cfg(unix)]
fn set_mode(file: &Path, mode: u32) -> Result<(), Error> {
    use std::os::unix::fs::PermissionsExt;
    Ok(fs_err::set_permissions(file, std::fs::Permissions::from_mode(mode & 0o777))?)
}

#[cfg(not(unix))]
fn set_mode(_: &Path, _: u32) -> Result<(), Error> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::{Entry, MODE_FILE, MODE_PROGRAM, Plan, Source, TarGz};
    use crate::executable::fixtures::{AARCH64, X86_64, elf};
    use crate::interrupt::Interrupt;

    const PATH: &str = "server/dist/plugin-linux-amd64";
    const MANIFEST: &str = r#"{"id": "com.example.hello", "name": "Hello", "version": "0.1.0",
        "min_server_version": "9.3.0", "server": {"executables": {"linux-amd64": "server/dist/plugin-linux-amd64"}}}"#;

    fn bundle(files: &[(&str, u32, &[u8])]) -> Vec<u8> {
        let entry = |mode, bytes: &[u8]| Entry { mode, source: Source::Bytes(bytes.to_vec()) };
        let files = files.iter().map(|(path, mode, bytes)| ((*path).to_owned(), entry(*mode, bytes)));
        let plan = Plan { root: "hello".into(), files: files.collect() };
        let interrupt = Interrupt::default();
        let mut writer = TarGz::new(Vec::new(), "x", &interrupt);
        plan.write(&mut writer, &interrupt).expect("memory takes all");
        writer.finish().expect("memory takes all")
    }

    fn inspect(files: &[(&str, u32, &[u8])]) -> Inspection {
        Inspection::of("x.tar.gz", &bundle(files)).expect("an archive")
    }

    fn worst(inspection: &Inspection) -> Option<(Weight, &str)> {
        inspection.problems.first().map(|problem| (problem.weight, problem.field.as_str()))
    }

    #[test]
    fn a_good_bundle_has_no_problem() {
        let program = elf(X86_64, None, &[]);
        let found =
            inspect(&[("plugin.json", MODE_FILE, MANIFEST.as_bytes()), (PATH, MODE_PROGRAM, &program)]);
        assert_eq!(found.problems, []);
        assert!(found.executables[0].is_static);
        assert_eq!(found.program("linux-amd64"), Some(PATH.into()));
        assert_eq!(found.program("linux-arm64"), None);
    }

    #[test]
    fn every_reason_not_to_start_is_found() {
        let (good, arm) = (elf(X86_64, None, &[]), elf(AARCH64, None, &[]));
        let loader = elf(X86_64, Some("/lib64/ld.so"), &[]);
        let cases: [(u32, &[u8], Weight, &str); 5] = [
            (MODE_FILE, &good, Weight::Refused, "mode 0644"),
            (MODE_PROGRAM, &arm, Weight::Refused, "linux-arm64 executable, not linux-amd64"),
            (MODE_PROGRAM, b"text", Weight::Refused, "exec format error"),
            (MODE_PROGRAM, b"#!/bin/sh", Weight::Odd, "is a script"),
            (MODE_PROGRAM, &loader, Weight::Odd, "is not static"),
        ];
        for (mode, bytes, weight, text) in cases {
            let found = inspect(&[("plugin.json", MODE_FILE, MANIFEST.as_bytes()), (PATH, mode, bytes)]);
            let first = found.problems.first().expect(text);
            assert!(first.weight == weight && first.what.contains(text), "{first:?}");
        }
        let missing = inspect(&[("plugin.json", MODE_FILE, MANIFEST.as_bytes())]);
        assert_eq!(worst(&missing), Some((Weight::Refused, "server.executables.linux-amd64")));
    }

    #[test]
    fn the_manifest_is_where_a_server_looks() {
        let none = inspect(&[("x/plugin.json", MODE_FILE, b"{}")]);
        assert_eq!(worst(&none), Some((Weight::Refused, "plugin.json")));
        let broken = inspect(&[("plugin.json", MODE_FILE, b"{")]);
        assert_eq!(worst(&broken), Some((Weight::Refused, "plugin.json")));
        let yaml = inspect(&[("plugin.json", MODE_FILE, b"{}"), ("plugin.yaml", MODE_FILE, b"id: abc")]);
        assert_eq!(worst(&yaml), Some((Weight::Broken, "plugin.yaml")));
    }

    #[test]
    fn files_of_other_parts_must_be_there() {
        let manifest =
            MANIFEST.replace("\"name\"", "\"webapp\": {\"bundle_path\": \"webapp/dist/main.js\"}, \"name\"");
        let program = elf(X86_64, None, &[]);
        let found =
            inspect(&[("plugin.json", MODE_FILE, manifest.as_bytes()), (PATH, MODE_PROGRAM, &program)]);
        assert_eq!(worst(&found), Some((Weight::Refused, "webapp.bundle_path")));
    }

    #[test]
    fn links_and_two_tops_are_seen() {
        let member = |path: &str, kind| Member { path: path.into(), kind, mode: 0o755, bytes: Vec::new() };
        let mut problems = Vec::new();
        let files = plugin_folder(
            vec![member("a/plugin.json", MemberKind::File), member("b", MemberKind::Folder)],
            &mut problems,
        );
        assert!(files.contains_key("a/plugin.json"), "two tops: the archive's root is the plugin's folder");
        assert!(read_manifest(&files, &mut problems).is_none());
        assert!(problems[0].what.contains("found: a, b"), "{problems:?}");
        problems.clear();
        let files = plugin_folder(
            vec![
                member("a/link", MemberKind::Other),
                member("/etc/x", MemberKind::File),
                member("a/f", MemberKind::File),
                member("a/f", MemberKind::File),
            ],
            &mut problems,
        );
        assert_eq!(files.len(), 2);
        let weights: Vec<Weight> = problems.iter().map(|problem| problem.weight).collect();
        assert_eq!(weights, [Weight::Odd, Weight::Refused, Weight::Odd]);
    }

    #[cfg(unix)]
    #[test]
    fn unpacks_files_with_their_modes() {
        use std::os::unix::fs::PermissionsExt;
        let found = inspect(&[("plugin.json", MODE_FILE, MANIFEST.as_bytes()), (PATH, MODE_PROGRAM, b"x")]);
        let folder = tempfile::tempdir().expect("a folder");
        found.unpack(folder.path()).expect("room");
        let mode = fs_err::metadata(folder.path().join(PATH)).expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o755);
    }
}

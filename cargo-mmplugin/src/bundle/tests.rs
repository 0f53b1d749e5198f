//! What is packed, what is refused, and that nothing half-written stays.

use super::*;
use crate::executable::fixtures::{AARCH64, X86_64, dynamic_elf, elf, macho, pe, record};
use crate::interrupt::Interrupt;

const GOOD: &str = r#"{"sdk": "0.1.0", "manifest": {"id": "com.example.hello", "name": "Hello", "version": "0.1.0",
    "min_server_version": "9.3.0", "icon_path": "assets/icon.svg"}}"#;

/// A package's folder with an executable in it.
fn package(executable: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("hello");
    fs_err::write(&path, executable).expect("a file");
    fs_err::create_dir_all(folder.path().join("assets/deep")).expect("a folder");
    fs_err::write(folder.path().join("assets/icon.svg"), "<svg/>").expect("a file");
    fs_err::write(folder.path().join("assets/deep/a.txt"), "a").expect("a file");
    fs_err::write(folder.path().join("assets/.DS_Store"), "x").expect("a file");
    (folder, path)
}

fn program(manifest: &str) -> Vec<u8> {
    elf(X86_64, None, &record(1, manifest.as_bytes()))
}

fn assemble(executable: &[u8]) -> Result<Bundle, Error> {
    let (folder, path) = package(executable);
    Bundle::assemble(folder.path(), &path)
}

#[test]
fn packs_executable_manifest_and_assets() {
    let bundle = assemble(&program(GOOD)).expect("a good bundle");
    let files: Vec<(&str, u32)> =
        bundle.plan.files.iter().map(|(path, entry)| (path.as_str(), entry.mode)).collect();
    assert_eq!(
        files,
        [
            ("assets/deep/a.txt", 0o644),
            ("assets/icon.svg", 0o644),
            ("plugin.json", 0o644),
            ("server/dist/plugin-linux-amd64", 0o755),
        ]
    );
    assert_eq!(
        (bundle.plan.root.as_str(), bundle.file_name().as_str()),
        ("com.example.hello", "com.example.hello-0.1.0.tar.gz")
    );
    assert_eq!(
        bundle.manifest.server.as_ref().and_then(|server| server.path_for("linux-amd64")),
        Some(EXECUTABLE)
    );
    assert_eq!(bundle.odd, []);
}

#[test]
fn min_server_version_follows_from_what_is_used() {
    let without = GOOD.replace("\"min_server_version\": \"9.3.0\", ", "");
    let hooks = record(3, br#"["OnActivate", "OnSAMLLogin"]"#);
    let bundle = |manifest: &str, more: &[u8]| {
        let records = [record(1, manifest.as_bytes()), hooks.clone(), more.to_vec()].concat();
        assemble(&elf(X86_64, None, &records))
    };
    assert_eq!(bundle(&without, &[]).map(|made| made.manifest.min_server_version).as_deref(), Ok("10.7.0"));
    let error = bundle(GOOD, &[]).expect_err("too low");
    assert!(
        error.details[0].starts_with(
            "min_server_version `9.3.0` is too low for the hook OnSAMLLogin (10.7.0) (10.7.0, or leave the line out"
        ),
        "{error:?}"
    );
    let optional = bundle(GOOD, &record(4, br#"["OnSAMLLogin", "KVGet"]"#)).expect("a good bundle");
    assert_eq!(optional.manifest.min_server_version, "9.3.0");
    assert_eq!(optional.odd.len(), 1, "KVGet is not used: {:?}", optional.odd);
}

#[test]
fn wrong_executables_are_named_with_what_is_needed() {
    let section = record(1, GOOD.as_bytes());
    for (bytes, text) in [
        (elf(AARCH64, None, &section), "is a linux-arm64 executable"),
        (macho(0x0100_000c), "is a darwin-arm64 executable"),
        (elf(X86_64, Some("/lib64/ld-linux-x86-64.so.2"), &section), "is not a static executable"),
        (dynamic_elf(X86_64, "/lib/ld.so", &["libc.so.6"], &["GLIBC_2.34"]), "is not a static executable"),
        (b"#!/bin/sh\n".to_vec(), "is a script"),
    ] {
        let error = assemble(&bytes).expect_err(text);
        assert!(error.kind == Kind::Executable && error.message.ends_with(text), "{error}");
    }
}

#[test]
fn several_executables_go_into_one_bundle_when_they_agree() {
    let arm = elf(AARCH64, None, &record(1, GOOD.as_bytes()));
    let (folder, path) = package(&program(GOOD));
    let other = folder.path().join("arm");
    fs_err::write(&other, arm).expect("a file");
    let product = |platform, executable: &Path| Product { platform, executable: executable.to_owned() };
    let both = [product(Platform::LinuxAmd64, &path), product(Platform::LinuxArm64, &other)];
    let bundle = Bundle::assemble_all(folder.path(), &both).expect("a good bundle");
    let server = bundle.manifest.server.expect("a server part");
    assert_eq!(server.path_for("linux-arm64"), Some("server/dist/plugin-linux-arm64"));
    assert_eq!(server.path_for("linux-amd64"), Some(EXECUTABLE));
    for path in ["server/dist/plugin-linux-arm64", EXECUTABLE] {
        assert_eq!(bundle.plan.files.get(path).map(|entry| entry.mode), Some(MODE_PROGRAM));
    }

    let newer = GOOD.replace("\"0.1.0\",\n", "\"0.2.0\",\n");
    assert_ne!(newer, GOOD);
    fs_err::write(&other, elf(AARCH64, None, &record(1, newer.as_bytes()))).expect("a file");
    let error = Bundle::assemble_all(folder.path(), &both).expect_err("two versions");
    assert!(error.message.contains("for linux-amd64 and linux-arm64 do not agree"), "{error}");
    assert!(error.details[0].contains("\"0.1.0\"") && error.details[0].contains("\"0.2.0\""), "{error}");
}

#[test]
fn executables_of_developers_machines_need_not_be_static() {
    let (folder, path) = package(&pe(0x8664));
    let product = Product { platform: Platform::WindowsAmd64, executable: path };
    // Its header is taken; what is missing is the section that a header fixture does not have.
    let error = Bundle::assemble_all(folder.path(), &[product]).expect_err("no manifest");
    assert!(error.kind == Kind::Manifest && error.message.contains("holds no plugin manifest"), "{error}");
}

#[test]
fn missing_and_broken_manifests_say_what_to_write() {
    let error = assemble(&elf(X86_64, None, &[])).expect_err("no manifest");
    assert!(error.kind == Kind::Manifest && error.to_string().contains("#[mmplugin::plugin("), "{error}");
    let error =
        assemble(&program(r#"{"manifest": {"id": "Com.Example", "version": "1"}}"#)).expect_err("broken");
    assert_eq!(error.message, "the plugin's manifest breaks 3 rules");
    for field in ["id ", "name ", "version "] {
        assert!(error.details.iter().any(|detail| detail.starts_with(field)), "{error}");
    }
}

#[test]
fn files_the_manifest_names_must_be_there() {
    let no_icon = GOOD.replace("assets/icon.svg", "assets/no.svg");
    let web = GOOD
        .replace("\"icon_path\"", "\"webapp\": {\"bundle_path\": \"webapp/dist/main.js\"}, \"icon_path\"");
    for (manifest, field) in [(no_icon, "icon_path"), (web, "webapp.bundle_path")] {
        let error = assemble(&program(&manifest)).expect_err(field);
        assert!(error.kind == Kind::Bundle && error.message.starts_with(field), "{error}");
    }
}

#[cfg(unix)]
#[test]
fn links_to_files_are_packed_and_links_to_folders_refused() {
    let (folder, path) = package(&program(GOOD));
    std::os::unix::fs::symlink(folder.path().join("assets/icon.svg"), folder.path().join("assets/link.svg"))
        .expect("a link");
    let bundle = Bundle::assemble(folder.path(), &path).expect("a good bundle");
    assert!(bundle.plan.files.contains_key("assets/link.svg"));
    std::os::unix::fs::symlink(folder.path().join("assets"), folder.path().join("assets/circle"))
        .expect("a link");
    let error = Bundle::assemble(folder.path(), &path).expect_err("a circle");
    assert!(error.message.contains("assets/circle is a link to a folder"), "{error}");
}

#[cfg(unix)]
#[test]
fn links_that_leave_the_package_are_refused() {
    let outside = tempfile::NamedTempFile::new().expect("a file");
    let (folder, path) = package(&program(GOOD));
    std::os::unix::fs::symlink(outside.path(), folder.path().join("assets/secret.txt")).expect("a link");
    let error = Bundle::assemble(folder.path(), &path).expect_err("a link out of the package");
    assert!(error.message.contains("assets/secret.txt is a link to a file outside"), "{error}");
    let (folder, path) = package(&program(GOOD));
    std::os::unix::fs::symlink("nowhere", folder.path().join("assets/broken.txt")).expect("a link");
    let error = Bundle::assemble(folder.path(), &path).expect_err("a link to nothing");
    assert!(error.message.contains("broken.txt"), "{error}");
}

#[test]
fn hidden_files_are_refused() {
    for (name, text) in [(".env", "passwords"), (".env.local", "passwords"), (".npmrc", "is packed")] {
        let (folder, path) = package(&program(GOOD));
        fs_err::write(folder.path().join("assets/deep").join(name), "x").expect("a file");
        let error = Bundle::assemble(folder.path(), &path).expect_err(name);
        assert!(error.message.contains(&format!("assets/deep/{name} is a hidden file")), "{error}");
        assert!(error.details[0].contains(text), "{error}");
    }
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs_err::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry"));
    entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
}

#[test]
fn a_stored_bundle_replaces_the_last_one_and_leaves_nothing_else() {
    let (folder, path) = package(&program(GOOD));
    let bundle = Bundle::assemble(folder.path(), &path).expect("a good bundle");
    let dist = dist(folder.path());
    fs_err::create_dir(&dist).expect("a folder");
    fs_err::write(dist.join(bundle.file_name()), "old").expect("a file");
    let stored = store(&bundle.plan, &dist, &bundle.file_name(), &Interrupt::default()).expect("room");
    assert_eq!(names(&dist), [bundle.file_name()]);
    assert_eq!(fs_err::metadata(&stored.path).expect("the bundle").len(), stored.bytes);
    let again = store(&bundle.plan, &dist, "again.tar.gz", &Interrupt::default()).expect("room");
    assert_eq!(fs_err::read(stored.path).expect("bytes"), fs_err::read(again.path).expect("bytes"));
}

#[test]
fn nothing_stays_when_the_packing_fails() {
    let (folder, path) = package(&program(GOOD));
    let bundle = Bundle::assemble(folder.path(), &path).expect("a good bundle");
    let dist = dist(folder.path());
    let interrupted = Interrupt::default();
    interrupted.set();
    let error = store(&bundle.plan, &dist, "x.tar.gz", &interrupted).expect_err("interrupted");
    assert_eq!(error.kind, Kind::Interrupted);
    fs_err::remove_file(folder.path().join("assets/icon.svg")).expect("removed");
    let error = store(&bundle.plan, &dist, "x.tar.gz", &Interrupt::default()).expect_err("a file is gone");
    assert!(error.message.contains("icon.svg"), "{error}");
    assert_eq!(names(&dist), [] as [String; 0]);
}

#[test]
fn a_folder_that_cannot_be_made_is_said_before_compiling() {
    let folder = tempfile::tempdir().expect("a folder");
    fs_err::write(folder.path().join("dist"), "a file").expect("a file");
    let error = prepare(&folder.path().join("dist")).expect_err("a file is in the way");
    assert!(error.kind == Kind::Io && error.to_string().contains("--out-dir"), "{error}");
}

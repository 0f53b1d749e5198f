//! What is found in bundles of every kind, and what is not held against good ones.

use super::*;
use crate::archive::{Entry, MODE_FILE, MODE_PROGRAM, Plan, Source, TarGz};
use crate::executable::Glibc;
use crate::executable::fixtures::{AARCH64, X86_64, dynamic_elf, elf};
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

fn program(bytes: &[u8], host: &Host) -> Inspection {
    let files = [("plugin.json", MODE_FILE, MANIFEST.as_bytes()), (PATH, MODE_PROGRAM, bytes)];
    Inspection::for_host("x.tar.gz", &bundle(&files), host).expect("an archive")
}

fn worst(inspection: &Inspection) -> Option<(Weight, &str)> {
    inspection.problems.first().map(|problem| (problem.weight, problem.field.as_str()))
}

#[test]
fn a_good_bundle_has_no_problem() {
    let found = program(&elf(X86_64, None, &[]), &Host::default());
    assert_eq!(found.problems, []);
    assert!(found.executables[0].is_static);
    assert_eq!(found.program("linux-amd64"), Some(PATH.into()));
    assert_eq!(found.program("linux-arm64"), None);
}

#[test]
fn a_dynamic_program_is_measured_by_what_the_server_has() {
    const LOADER: &str = "/lib64/ld-linux-x86-64.so.2";
    let libc = ["libc.so.6"];
    let rust = ["libgcc_s.so.1", "libc.so.6"];
    let host = |glibc| Host { glibc, ..Host::default() };
    let debian13 = Some(Glibc { major: 2, minor: 41 });
    let alpine = "/lib/ld-musl-x86_64.so.1";
    for (bytes, glibc, weight, text) in [
        (dynamic_elf(X86_64, LOADER, &libc, &["GLIBC_2.34"]), None, Weight::Odd, "is not static"),
        (dynamic_elf(X86_64, LOADER, &libc, &["GLIBC_2.38"]), None, Weight::Broken, "needs glibc 2.38"),
        (dynamic_elf(X86_64, LOADER, &libc, &["GLIBC_2.38"]), debian13, Weight::Odd, "is not static"),
        (
            dynamic_elf(X86_64, LOADER, &libc, &["GLIBC_2.42"]),
            debian13,
            Weight::Refused,
            "the server has 2.41",
        ),
        (dynamic_elf(X86_64, LOADER, &rust, &["GLIBC_2.34"]), None, Weight::Broken, "needs libgcc_s.so.1"),
        (elf(X86_64, Some(alpine), &[]), None, Weight::Broken, "needs /lib/ld-musl-x86_64.so.1"),
    ] {
        let found = program(&bytes, &host(glibc));
        let first = found.problems.first().expect(text);
        assert!(first.weight == weight && first.what.contains(text), "{text}: {first:?}");
        assert_eq!(first.server.is_some(), weight != Weight::Odd, "{first:?}");
    }
}

#[test]
fn a_program_for_another_machine_or_without_a_start_is_refused() {
    let mut library = elf(X86_64, None, &[]);
    library[24..32].fill(0);
    for (bytes, text) in [
        (elf(AARCH64, None, &[]), "linux-arm64 executable, not linux-amd64"),
        (library, "no address to start at"),
    ] {
        let found = program(&bytes, &Host::default());
        assert!(found.problems[0].what.contains(text), "{:?}", found.problems);
        assert_eq!(found.problems[0].weight, Weight::Refused);
    }
}

#[test]
fn the_size_is_measured_by_the_limit_that_is_known() {
    let host = |upload_limit| Host { upload_limit, ..Host::default() };
    let weight = |host: Host, bytes| host.size_problem(bytes).map(|problem| problem.weight);
    let mib = 1 << 20;
    assert_eq!(weight(host(None), 80 * mib), None);
    assert_eq!(weight(host(None), 80 * mib + 1), Some(Weight::Odd));
    assert_eq!(weight(host(None), 101 * mib), Some(Weight::Broken));
    assert_eq!(weight(host(Some(200 * mib)), 101 * mib), None);
    assert_eq!(weight(host(Some(100 * mib)), 101 * mib), Some(Weight::Refused));
    assert_eq!(weight(host(Some(u64::MAX)), u64::MAX / 2), None);
}

#[test]
fn the_oldest_server_is_measured_by_the_version_that_is_known() {
    let host = |version: &str| Host { version: version.parse().ok(), ..Host::default() };
    let weight = |host: Host, min| host.version_problem(min).map(|problem| problem.weight);
    assert_eq!(weight(host(""), "9.3.0"), None);
    assert_eq!(weight(host(""), "99.0.0"), Some(Weight::Broken));
    assert_eq!(weight(host("9.11.0"), "10.0.0"), Some(Weight::Refused));
    assert_eq!(weight(host("10.0.0"), "10.0.0"), None);
    assert_eq!(weight(host("9.11.0"), "no version"), None);
}

#[test]
fn the_manifest_is_where_a_server_looks() {
    let none = inspect(&[("x/plugin.json", MODE_FILE, b"{}")]);
    assert_eq!(worst(&none), Some((Weight::Refused, "plugin.json")));
    let broken = inspect(&[("plugin.json", MODE_FILE, b"{")]);
    assert_eq!(worst(&broken), Some((Weight::Refused, "plugin.json")));
    let yaml = inspect(&[("plugin.yaml", MODE_FILE, b"id: abc")]);
    assert_eq!(worst(&yaml), Some((Weight::Broken, "plugin.yaml")));
}

#[test]
fn a_plugin_without_an_executable_for_linux_is_told() {
    let manifest = MANIFEST.replace("linux-amd64\":", "darwin-arm64\":");
    let found = inspect(&[("plugin.json", MODE_FILE, manifest.as_bytes()), (PATH, MODE_PROGRAM, b"x")]);
    let says = found.problems.iter().filter_map(|problem| problem.server.as_deref());
    assert!(says.into_iter().any(|says| says.contains("environment: linux/amd64")), "{:?}", found.problems);
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

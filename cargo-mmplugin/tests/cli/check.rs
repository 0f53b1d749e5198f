//! `check`: every bundle that a server refuses or cannot start, with the server's words.

use std::path::Path;

use crate::support::{Said, bare_plugin, event, events, folder, run, write};

#[allow(dead_code)] // Shared with the library's own tests, which use all of it.
#[path = "../../src/executable/fixtures.rs"]
pub(crate) mod fixtures;

use fixtures::{AARCH64, X86_64, dynamic_elf, elf, macho, pe};

const BUNDLE: &str = "dist/com.example.bare-0.1.0.tar.gz";
const PROGRAM: &str = "hello/server/dist/plugin-linux-amd64";

/// One member of an archive: path, type, mode, bytes.
type Member<'a> = (&'a str, tar::EntryType, u32, &'a [u8]);

const FILE: tar::EntryType = tar::EntryType::Regular;

/// A tar with these members as they are: `tar`'s own writer would refuse some of their paths.
fn tar(members: &[Member<'_>]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (path, kind, mode, content) in members {
        let mut header = tar::Header::new_gnu();
        header.as_old_mut().name[..path.len()].copy_from_slice(path.as_bytes());
        header.set_entry_type(*kind);
        header.set_mode(*mode);
        header.set_size(content.len() as u64);
        header.set_cksum();
        bytes.extend(header.as_bytes());
        bytes.extend(*content);
        bytes.resize(bytes.len().next_multiple_of(512), 0);
    }
    bytes.resize(bytes.len() + 1024, 0);
    bytes
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut gzip, bytes).expect("memory takes all");
    gzip.finish().expect("memory takes all")
}

fn check(bytes: &[u8], args: &[&str]) -> Said {
    let here = folder();
    fs_err::write(here.path().join("x.tar.gz"), bytes).expect("a file");
    run(here.path(), &[&["check", "x.tar.gz"], args].concat())
}

/// A good manifest, with one thing changed.
fn manifest(from: &str, to: &str) -> String {
    let good = r#"{"id": "com.example.hello", "name": "Hello", "version": "0.1.0", "min_server_version": "9.3.0",
        "server": {"executables": {"linux-amd64": "server/dist/plugin-linux-amd64"}}}"#;
    assert!(good.contains(from), "{from}");
    good.replace(from, to)
}

/// A good bundle with this manifest and this program.
fn bundle(manifest: &str, mode: u32, program: &[u8]) -> Vec<u8> {
    gzip(&tar(&[("hello/plugin.json", FILE, 0o644, manifest.as_bytes()), (PROGRAM, FILE, mode, program)]))
}

/// A good bundle and some members more.
fn with(members: &[Member<'_>]) -> Vec<u8> {
    let (manifest, program) = (manifest("", ""), elf(X86_64, None, &[]));
    let good = [("hello/plugin.json", FILE, 0o644, manifest.as_bytes()), (PROGRAM, FILE, 0o755, &program)];
    gzip(&tar(&[&good, members].concat()))
}

#[track_caller]
fn refused(bytes: &[u8], texts: &[&str]) {
    let said = check(bytes, &[]);
    assert!(said.code == Some(1) && said.stdout.is_empty(), "{texts:?}: {said:?}");
    for text in texts {
        assert!(said.stderr.contains(text), "{text:?} is not in {}", said.stderr);
    }
    let json = check(bytes, &["--json"]);
    assert_eq!((json.code, json.stderr.as_str()), (Some(1), ""));
    event(&events(&json), "error");
}

#[track_caller]
fn warned(bytes: &[u8], texts: &[&str]) {
    let said = check(bytes, &[]);
    assert!(said.code == Some(0) && said.stdout.contains(": ok, "), "{texts:?}: {said:?}");
    for text in texts {
        assert!(said.stderr.contains(text), "{text:?} is not in {}", said.stderr);
    }
    assert!(said.stderr.starts_with("warning: "), "{}", said.stderr);
}

#[test]
fn a_good_bundle_is_ok_and_says_what_it_is() {
    let here = folder();
    bare_plugin(here.path(), "", "");
    assert_eq!(run(here.path(), &["bundle", "--no-run"]).code, Some(0));
    let said = run(here.path(), &["check", BUNDLE]);
    assert_eq!((said.code, said.stderr.as_str()), (Some(0), ""));
    for text in [
        ": ok, ",
        "com.example.bare",
        "linux-amd64  server/dist/plugin-linux-amd64",
        "static",
        "transports   net/rpc, gRPC\n",
    ] {
        assert!(said.stdout.contains(text), "{}", said.stdout);
    }
    let said = run(here.path(), &["check", BUNDLE, "--json"]);
    let events = events(&said);
    let check = event(&events, "check");
    assert_eq!((&check["ok"], &check["executables"][0]["is_static"]), (&true.into(), &true.into()));
    assert_eq!(check["executables"][0]["transports"], serde_json::json!(["netrpc", "grpc"]));
    assert_eq!(check["problems"], serde_json::json!([]));
}

#[test]
fn of_a_plugin_in_go_nobody_knows_what_it_speaks() {
    let said = check(&with(&[]), &[]);
    assert!(said.stdout.contains("transports   unknown; servers ask for net/rpc\n"), "{said:?}");
    let json = check(&with(&[]), &["--json"]);
    assert_eq!(event(&events(&json), "check")["executables"][0].get("transports"), None);
}

#[test]
fn files_that_are_no_bundles_are_named_with_the_servers_words() {
    let good = with(&[]);
    let extract = "a server says: 400 app.plugin.extract.app_error: ";
    for (bytes, text, words) in [
        (b"PK\x03\x04".to_vec(), "is not a gzip'd tar (it is a zip file)", "gzip: invalid header"),
        (tar(&[("hello/x", FILE, 0o644, b"x")]), "it is a plain tar; gzip it", "gzip: invalid header"),
        (vec![], "x.tar.gz is empty", "EOF"),
        (b"hello".to_vec(), "is not a gzip'd tar (unknown content)", "gzip: invalid header"),
        (elf(X86_64, None, &[]), "is not a gzip'd tar (it is an executable)", "gzip: invalid header"),
        (good[..good.len() / 2].to_vec(), "x.tar.gz is cut off", "unexpected EOF"),
        (
            with(&[("hello/../../x", FILE, 0o644, b"x")]),
            "leaves its folder: hello/../../x",
            "failed to sanitize path",
        ),
    ] {
        refused(
            &bytes,
            &[text, &format!("{extract}{words}"), "help: a bundle is a tar.gz with one top folder"],
        );
    }
    let here = folder();
    fs_err::create_dir(here.path().join("folder")).expect("a folder");
    for (name, text) in [("missing.tar.gz", "No such file"), ("folder", "folder is a folder")] {
        let said = run(here.path(), &["check", name]);
        assert!(said.code == Some(1) && said.stderr.contains(text), "{said:?}");
        assert!(
            said.stderr
                .contains("help: a bundle is a file: cargo mmplugin bundle makes dist/ID-VERSION.tar.gz"),
            "{said:?}"
        );
    }
}

#[test]
fn a_gzip_bomb_is_not_unpacked() {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    let zeros = std::io::Read::take(std::io::repeat(0), 1100 << 20);
    std::io::copy(&mut { zeros }, &mut gzip).expect("memory takes all");
    let bytes = gzip.finish().expect("memory takes all");
    assert!(bytes.len() < 10 << 20);
    let said = check(&bytes, &[]);
    assert_eq!(said.code, Some(1));
    assert!(said.stderr.contains("unpacks to more than 1024 MiB; it is not looked into"), "{said:?}");
}

#[test]
fn folders_and_paths_that_a_server_cannot_use_are_refused() {
    let no_manifest = "a server says: 400 app.plugin.manifest.app_error";
    let text = manifest("", "");
    let json = ("hello/plugin.json", FILE, 0o644, text.as_bytes());
    refused(&with(&[("/etc/x", FILE, 0o644, b"x")]), &["/etc/x is an absolute path", no_manifest]);
    refused(
        &with(&[("other/x", FILE, 0o644, b"x")]),
        &["plugin.json is missing; found: hello, other", no_manifest],
    );
    refused(&gzip(&tar(&[])), &["plugin.json is missing; the archive is empty", no_manifest]);
    refused(
        &gzip(&tar(&[("hello/x", FILE, 0o644, b"x")])),
        &["plugin.json is missing; found: x", no_manifest],
    );
    let link = tar::EntryType::Symlink;
    refused(
        &gzip(&tar(&[json, (PROGRAM, link, 0o777, b"")])),
        &["is no regular file; servers leave links out"],
    );
}

#[test]
fn folders_and_paths_that_a_server_takes_are_warned_of() {
    let link = tar::EntryType::Symlink;
    warned(
        &with(&[("hello/assets/a", link, 0o777, b"")]),
        &["assets/a is a link or device; servers leave it out"],
    );
    let same = [("hello/assets/A.txt", FILE, 0o644, &b"x"[..]), ("hello/assets/a.txt", FILE, 0o644, b"x")];
    warned(&with(&same), &["a.txt differs from hello/assets/A.txt only in capitals"]);
    let twice = [same[0], same[0]];
    warned(&with(&twice), &["A.txt is in the archive twice; the last one counts"]);
    let (text, program) = (manifest("server/dist/", ""), elf(X86_64, None, &[]));
    let flat =
        tar(&[("plugin.json", FILE, 0o644, text.as_bytes()), ("plugin-linux-amd64", FILE, 0o755, &program)]);
    warned(&gzip(&flat), &["plugin.json lies at the archive's root"]);
}

#[test]
fn manifests_that_a_server_cannot_read_are_refused_and_double_ones_warned_of() {
    let program = elf(X86_64, None, &[]);
    for text in ["", "{", "[]", "{\"id\": 5}"] {
        let texts = ["plugin.json is not the expected JSON", "400 app.plugin.manifest.app_error"];
        refused(&bundle(text, 0o755, &program), &texts);
    }
    let yaml = ("hello/plugin.yaml", FILE, 0o644, &b"id: abc"[..]);
    warned(&with(&[yaml]), &["plugin.yaml is read by servers instead of plugin.json"]);
    warned(&gzip(&tar(&[yaml])), &["plugin.yaml is YAML, which this tool does not read"]);
}

#[test]
fn what_a_server_refuses_in_a_manifest_is_refused() {
    let id = "a server says: 400 app.plugin.invalid_id.app_error";
    let program = elf(X86_64, None, &[]);
    for (from, to, texts) in [
        ("\"id\"", "\"no\"", ["id is missing", id]),
        ("com.example.hello", "ab", ["id `ab` is shorter than 3 characters", id]),
        ("com.example.hello", "a b c", ["id `a b c` holds ' '", id]),
        ("com.example.hello", "größe", ["id `größe` holds 'ö'", id]),
        (
            "9.3.0",
            "9.3",
            ["min_server_version `9.3` is not x.y.z", "a server says: failed to parse MinServerVersion"],
        ),
        (
            "\"linux-amd64\": \"server/dist/plugin-linux-amd64\"",
            "",
            ["server names no executable", "backend executable not found for environment"],
        ),
        (
            "\"server\"",
            "\"sever\"",
            ["has neither a server nor a webapp part", "must at least have a web app or server component"],
        ),
        (
            "server/dist/plugin",
            "../plugin",
            ["leaves the bundle", "a server says: invalid backend executable"],
        ),
        (
            "server/dist/plugin",
            "server/plugin",
            ["names a file that is not in the bundle", "unable to generate plugin checksum"],
        ),
        (
            "\"server\"",
            "\"webapp\": {\"bundle_path\": \"webapp/dist/main.js\"}, \"server\"",
            [
                "webapp.bundle_path names a file that is not in the bundle",
                "500 app.plugin.webapp_bundle.app_error",
            ],
        ),
        (
            "\"server\"",
            "\"webapp\": {\"bundle_path\": \"../main.js\"}, \"server\"",
            ["webapp.bundle_path `../main.js` is no path inside the bundle", "invalid webapp bundle path"],
        ),
    ] {
        refused(&bundle(&manifest(from, to), 0o755, &program), &texts);
    }
}

#[test]
fn what_a_server_takes_in_a_manifest_is_warned_of() {
    let program = elf(X86_64, None, &[]);
    for (from, to, text) in [
        ("com.example.hello", "com.Example.hello", "has capitals, which the server would lower-case"),
        ("\"0.1.0\"", "\"1.0\"", "version `1.0` is not SemVer"),
        ("\"0.1.0\"", "\"v1.0.0\"", "leave out the v: 1.0.0"),
        ("\"version\"", "\"versio\"", "version is missing"),
        ("\"version\"", "\"versio\"", "holds unknown keys: versio"),
        ("9.3.0", "99.0.0", "min_server_version `99.0.0` is above 11.10.0, the newest that this tool knows"),
        ("\"min_server_version\": \"9.3.0\",", "", "min_server_version is missing"),
        ("\"Hello\"", "\"\"", "name is missing"),
        (
            "\"server\"",
            "\"icon_path\": \"assets/icon.svg\", \"server\"",
            "icon_path names a file that is not in the bundle",
        ),
    ] {
        warned(&bundle(&manifest(from, to), 0o755, &program), &[text]);
    }
}

#[test]
fn a_server_that_is_named_is_measured_exactly() {
    let bytes = bundle(&manifest("9.3.0", "10.0.0"), 0o755, &elf(X86_64, None, &[]));
    assert_eq!(check(&bytes, &["--server-version", "10.0.0"]).code, Some(0));
    let said = check(&bytes, &["--server-version", "9.11.0"]);
    assert_eq!(said.code, Some(1));
    assert!(said.stderr.contains(
        "`10.0.0` is above 9.11.0, the server's; a server says: plugin requires Mattermost 10.0.0 ("
    ));
    let said = check(&bytes, &["--server-version", "9"]);
    assert!(said.code == Some(2) && said.stderr.contains("three numbers, as in 9.11.0"), "{said:?}");
    let limit = bytes.len().to_string();
    let said = check(&bytes, &["--max-file-size", &limit]);
    assert!(said.code == Some(0) && said.stderr.contains("near the"), "{said:?}");
    let said = check(&bytes, &["--max-file-size", "100"]);
    assert_eq!(said.code, Some(1));
    assert!(said.stderr.contains("more than the 100 B that a server takes; a server says: 413"), "{said:?}");
    let glibc = dynamic_elf(X86_64, "/lib64/ld-linux-x86-64.so.2", &["libc.so.6"], &["GLIBC_2.38"]);
    let bytes = bundle(&manifest("", ""), 0o755, &glibc);
    warned(&bytes, &["needs glibc 2.38; Mattermost's image has 2.36", "Unrecognized remote plugin message"]);
    let said = check(&bytes, &["--glibc", "2.35"]);
    assert!(said.code == Some(1) && said.stderr.contains("the server has 2.35"), "{said:?}");
    let said = check(&bytes, &["--glibc", "2.39"]);
    assert!(said.code == Some(0) && said.stdout.contains("dynamic, glibc 2.38 or newer"), "{said:?}");
    assert_eq!(check(&bytes, &["--glibc", "new"]).code, Some(2));
}

#[test]
fn executables_that_cannot_start_are_refused() {
    let exec = "a server says: fork/exec …: exec format error";
    for (mode, program, texts) in [
        (0o644, elf(X86_64, None, &[]), ["has mode 0644", "a server says: permission denied"]),
        (0o755, b"text".to_vec(), ["is no executable", exec]),
        (0o755, vec![], ["is empty", exec]),
        (0o755, b"\x7fELF\x02".to_vec(), ["is a damaged executable", exec]),
        (0o755, elf(AARCH64, None, &[]), ["is a linux-arm64 executable, not linux-amd64", exec]),
        (0o755, macho(0x0100_000c), ["is a darwin-arm64 executable, not linux-amd64", exec]),
        (0o755, pe(0x8664), ["is a windows-amd64 executable, not linux-amd64", exec]),
    ] {
        refused(&bundle(&manifest("", ""), mode, &program), &texts);
    }
    warned(&bundle(&manifest("", ""), 0o755, b"#!/bin/sh\n"), &["is a script; it needs its interpreter"]);
    let loader = dynamic_elf(X86_64, "/lib/ld-musl-x86_64.so.1", &["libc.so"], &[]);
    warned(&bundle(&manifest("", ""), 0o755, &loader), &["needs /lib/ld-musl-x86_64.so.1"]);
}

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
#[test]
fn executables_that_start_wrongly_are_refused_when_they_are_run() {
    for (script, texts) in [
        ("exit 0", ["ended before its handshake line", "Unrecognized remote plugin message"]),
        (
            "exec sleep 60",
            ["no handshake line on stdout within 3 s", "timeout while waiting for plugin to start"],
        ),
        (
            "head -c 70000 /dev/zero; exec sleep 60",
            ["64 KiB on stdout without a line end", "Unrecognized remote plugin message"],
        ),
        ("echo hello; echo '1|1|unix|/x|netrpc|'", ["line: \"hello\"", "Unrecognized remote plugin message"]),
        ("echo '1|1|unix|/x|grpc|'", ["speaks `grpc`", "unsupported plugin protocol \"grpc\""]),
        ("echo '2|1|unix|/x|netrpc|'", ["speaks version 2", "incompatible core API version"]),
        ("echo '1|7|unix|/x|netrpc|'", ["speaks version 7", "incompatible API version"]),
        ("echo '1|1|unix|/nonexistent|netrpc|'", ["nothing listens", "No such file or directory"]),
    ] {
        let script = format!("#!/bin/sh\n{script}\n");
        let said = check(&bundle(&manifest("", ""), 0o755, script.as_bytes()), &["--run"]);
        assert_eq!(said.code, Some(1), "{said:?}");
        for text in texts {
            assert!(said.stderr.contains(text), "{text:?} is not in {}", said.stderr);
        }
    }
}

#[test]
fn nothing_of_a_bundle_is_run_unasked() {
    let here = folder();
    let mark = here.path().join("mark");
    let script = format!("#!/bin/sh\necho > '{}'\n", mark.display());
    let said = check(&bundle(&manifest("", ""), 0o755, script.as_bytes()), &[]);
    assert_eq!(said.code, Some(0));
    assert!(!mark.exists());
}

#[test]
fn a_bundle_under_an_odd_path_is_read() {
    let here = folder();
    let odd = here.path().join("mit Lücke");
    write(odd.join("x"), "");
    fs_err::write(odd.join("größe 1.tar.gz"), with(&[])).expect("a file");
    let said = run(&odd, &["check", "größe 1.tar.gz"]);
    assert!(said.code == Some(0) && said.stdout.starts_with("größe 1.tar.gz: ok"), "{said:?}");
    assert_eq!(run(Path::new("/"), &["check", "/proc/self/mem"]).code, Some(1));
}

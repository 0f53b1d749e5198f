//! Executables of other platforms, broken ones, and every way a record can be wrong.

use super::fixtures::*;
use super::*;

fn records(parts: &[(u8, &str)]) -> Vec<u8> {
    parts
        .iter()
        .flat_map(|(kind, payload)| [record(*kind, payload.as_bytes()), vec![0; 5]].concat())
        .collect()
}

#[test]
fn tells_platforms_apart() {
    for (bytes, platform) in [
        (elf(X86_64, None, &[]), "linux-amd64"),
        (elf(AARCH64, None, &[]), "linux-arm64"),
        (macho(0x0100_0007), "darwin-amd64"),
        (macho(0x0100_000c), "darwin-arm64"),
        (pe(0x8664), "windows-amd64"),
    ] {
        assert_eq!(Executable::inspect(&bytes).map(|file| file.platform()).as_deref(), Ok(platform));
    }
}

#[test]
fn sees_the_loader_a_dynamic_program_wants() {
    let dynamic =
        Executable::inspect(&elf(X86_64, Some("/lib64/ld-linux-x86-64.so.2"), &[])).expect("an ELF file");
    assert_eq!(dynamic.interpreter.as_deref(), Some("/lib64/ld-linux-x86-64.so.2"));
    let fixed = Executable::inspect(&elf(X86_64, None, &[])).expect("an ELF file");
    assert!(fixed.interpreter.is_none() && fixed.has_entry);
}

#[test]
fn sees_the_libraries_and_the_newest_glibc() {
    let bytes = dynamic_elf(
        AARCH64,
        "/lib/ld-linux-aarch64.so.1",
        &["libgcc_s.so.1", "libc.so.6"],
        &["GLIBC_2.17", "GLIBC_2.34", "GLIBC_PRIVATE", "GLIBC_2.9"],
    );
    let found = Executable::inspect(&bytes).expect("an ELF file");
    assert_eq!(found.libraries, ["libgcc_s.so.1", "libc.so.6"]);
    assert_eq!(found.glibc, Some(Glibc { major: 2, minor: 34 }));
    assert!(!found.is_static() && found.platform() == "linux-arm64" && found.format == "ELF");
    let none = Executable::inspect(&elf(X86_64, None, &[])).expect("an ELF file");
    assert!(none.is_static() && none.glibc.is_none());
    for length in 0..bytes.len() {
        let _ = Executable::inspect(&bytes[..length]);
    }
    for at in 0..bytes.len() {
        let mut bad = bytes.clone();
        bad[at] ^= 0xff;
        let _ = Executable::inspect(&bad);
    }
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[test]
fn a_real_dynamic_program_names_its_glibc() {
    let this = fs_err::read(std::env::current_exe().expect("this test")).expect("its bytes");
    let found = Executable::inspect(&this).expect("an ELF file");
    assert!(found.libraries.iter().any(|name| name == "libc.so.6"), "{found:?}");
    assert!(found.glibc >= Some(Glibc { major: 2, minor: 2 }), "{found:?}");
}

#[test]
fn says_what_a_file_is_when_it_is_no_executable() {
    for (bytes, what) in [
        (&b""[..], "is empty"),
        (b"#!/bin/sh\n", "is a script"),
        (b"hello", "is no executable"),
        (b"\x7fELF\x02", "is a damaged executable"),
        (b"\xca\xfe\xba\xbe", "is a universal Mach-O file, which this tool does not look into"),
    ] {
        assert_eq!(Executable::inspect(bytes).err().as_deref(), Some(what));
    }
}

#[test]
fn puts_the_records_together() {
    let section = records(&[
        (9, "an unknown kind"),
        (2, r#"{"settings": [{"key": "Url", "type": "text"}]}"#),
        (1, r#"{"sdk": "0.1.0", "manifest": {"id": "com.example.hello", "version": "0.1.0"}}"#),
        (3, r#"["OnActivate", "ServeHTTP"]"#),
        (4, r#"["KVSet"]"#),
    ]);
    let found = embedded_manifest(&elf(X86_64, None, &section)).expect("records");
    assert_eq!((found.sdk.as_str(), found.manifest.id.as_str()), ("0.1.0", "com.example.hello"));
    assert_eq!(found.manifest.settings_schema.map(|schema| schema.settings.len()), Some(1));
    assert_eq!(found.hooks, ["OnActivate", "ServeHTTP"]);
    assert_eq!(found.optional, ["KVSet"]);
    assert!(found.transports.is_empty(), "of a version that did not say");
}

#[test]
fn an_executable_says_what_it_speaks() {
    let said = records(&[(1, r#"{"transports": ["netrpc", "grpc"], "manifest": {"id": "abc"}}"#)]);
    assert_eq!(embedded_manifest(&elf(X86_64, None, &said)).expect("records").transports, ["netrpc", "grpc"]);
}

#[test]
fn two_plugins_in_one_executable_are_told_apart() {
    let section = records(&[(1, r#"{"manifest": {"id": "one"}}"#), (1, r#"{"manifest": {"id": "two"}}"#)]);
    let error = embedded_manifest(&elf(X86_64, None, &section)).expect_err("two plugins");
    assert_eq!(error, RecordError::Several(vec!["one".into(), "two".into()]));
}

#[test]
fn broken_sections_are_errors_of_their_own() {
    let good = record(1, br#"{"manifest": {"id": "abc"}}"#);
    let newer = [&good[..9], &[2], &good[10..]].concat();
    let long = [&good[..12], &[255, 255, 255, 255], &good[16..]].concat();
    for (section, expected) in [
        (vec![], RecordError::NoManifest),
        (vec![0; 40], RecordError::NoManifest),
        (good[..20].to_vec(), RecordError::Cut),
        (good[1..].to_vec(), RecordError::Cut),
        (long, RecordError::Cut),
        (newer, RecordError::Newer(2)),
    ] {
        assert_eq!(embedded_manifest(&elf(X86_64, None, &section)).err(), Some(expected), "{section:?}");
    }
    let text = embedded_manifest(&elf(X86_64, None, &record(1, b"{}"))).expect_err("no manifest").to_string();
    assert!(text.contains("missing field `manifest`"), "{text}");
    assert_eq!(embedded_manifest(&macho(0x0100_0007)).err(), Some(RecordError::NoSection));
}

#[test]
fn cut_and_flipped_bytes_never_panic() {
    let section = records(&[(1, r#"{"manifest": {"id": "abc"}}"#), (3, "[]")]);
    let good = elf(X86_64, Some("/lib/ld.so"), &section);
    for length in 0..good.len() {
        let _ = (Executable::inspect(&good[..length]), embedded_manifest(&good[..length]));
    }
    for at in 0..good.len() {
        let mut bad = good.clone();
        bad[at] ^= 0xff;
        let _ = (Executable::inspect(&bad), embedded_manifest(&bad));
    }
}

//! Bundles for several platforms. The compilers for them are stood in for: what is tested is what is asked of them, what
//! becomes of their products, and what is said when they are missing.
#![cfg(all(target_os = "linux", target_arch = "x86_64"))]

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use cargo_mmplugin::archive;

use crate::check::fixtures::{AARCH64, dynamic_elf, elf, record};
use crate::support::{BARE_MANIFEST, bare_plugin, event, events, folder, run, said, tool, write};

/// Writes a program that `sh` runs.
fn script(path: &Path, text: &str) {
    write(path.to_owned(), &format!("#!/bin/sh\n{text}\n"));
    fs_err::set_permissions(path, std::fs::Permissions::from_mode(0o755)).expect("a mode");
}

/// A rustc that says to have the standard library of these targets, and a cargo with `zigbuild`, whose product is
/// `product` for every target but this machine's.
fn fake_toolchain(here: &Path, targets: &[&str], zigbuild: bool, product: &[u8]) {
    let fake = here.join("fake");
    fs_err::create_dir_all(&fake).expect("a folder");
    fs_err::write(fake.join("product"), product).expect("a file");
    let cases: String = targets
        .iter()
        .map(|target| format!("*'target-libdir --target {target}') echo '{}';;\n", fake.display()))
        .collect();
    script(&fake.join("rustc"), &format!("case \"$*\" in\n{cases}*) exec rustc \"$@\";;\nesac"));
    let message = r#"{"reason":"compiler-artifact","package_id":"path+file:///x#bare@0.1.0","manifest_path":"/x/Cargo.toml","target":{"kind":["bin"],"crate_types":["bin"],"name":"bare","src_path":"/x/main.rs","edition":"2024","doc":true,"doctest":false,"test":true},"profile":{"opt_level":"3","debuginfo":0,"debug_assertions":false,"overflow_checks":false,"test":false},"features":[],"filenames":[],"executable":"EXE","fresh":false}"#;
    let message = message.replace("EXE", &fake.join("product").display().to_string());
    let zig = if zigbuild {
        format!(
            "'zigbuild --help') exit 0;;\nzigbuild*) echo \"$*\" > '{}/asked'; echo '{message}';;\n",
            fake.display()
        )
    } else {
        String::new()
    };
    let real = env!("CARGO");
    let plain = format!(
        "*'--target x86_64-unknown-linux-gnu'*|metadata*) exec '{real}' \"$@\";;\nbuild*) echo \"$*\" > '{}/asked'; echo '{message}';;",
        fake.display()
    );
    script(&fake.join("cargo"), &format!("case \"$*\" in\n{zig}{plain}\n*) exec '{real}' \"$@\";;\nesac"));
}

fn with_fakes(here: &Path, args: &[&str]) -> Command {
    let mut command = tool(here, args);
    command.env("CARGO", here.join("fake/cargo")).env("RUSTC", here.join("fake/rustc"));
    command
}

/// The executable that the fakes make: static, for ARM, with the manifest of the bare plugin.
fn arm() -> Vec<u8> {
    elf(AARCH64, None, &record(1, BARE_MANIFEST.as_bytes()))
}

#[test]
fn two_platforms_go_into_one_bundle_or_into_two() {
    let here = folder();
    bare_plugin(
        here.path(),
        "[package.metadata.mattermost]\nplatforms = [\"linux-arm64\", \"linux-amd64\"]\n",
        "",
    );
    fake_toolchain(here.path(), &["aarch64-unknown-linux-musl"], false, &arm());
    let one = said(&mut with_fakes(here.path(), &["bundle", "--no-run"]));
    assert_eq!(one.code, Some(0), "{}", one.stderr);
    for text in [
        "for linux-amd64 (release, x86_64-unknown-linux-gnu: static glibc)",
        "for linux-arm64 (release, aarch64-unknown-linux-musl: static musl, cross-compiled)",
        "static linux-amd64 executable, static linux-arm64 executable",
    ] {
        assert!(one.stderr.contains(text), "{text}: {}", one.stderr);
    }
    let asked = fs_err::read_to_string(here.path().join("fake/asked")).expect("cargo was asked");
    assert!(asked.contains("target.aarch64-unknown-linux-musl.linker=\"rust-lld\""), "{asked}");
    assert!(asked.contains("crt-static"), "{asked}");
    let checked = run(here.path(), &["check", "dist/com.example.bare-0.1.0.tar.gz", "--json"]);
    let events_of_check = events(&checked);
    let platforms = &event(&events_of_check, "check")["executables"];
    assert_eq!(
        (&platforms[0]["platform"], &platforms[1]["platform"]),
        (&"linux-amd64".into(), &"linux-arm64".into())
    );

    let two = said(&mut with_fakes(here.path(), &["bundle", "--no-run", "--split", "--json"]));
    assert_eq!(two.code, Some(0), "{two:?}");
    let made = events(&two).into_iter().filter(|event| event["event"] == "bundle").count();
    assert_eq!(made, 2);
    let arm = here.path().join("dist/com.example.bare-0.1.0-linux-arm64.tar.gz");
    let members = archive::read(&fs_err::read(arm).expect("a bundle")).expect("an archive");
    assert!(members.iter().any(|member| member.path.ends_with("plugin-linux-arm64")));
    assert!(!members.iter().any(|member| member.path.ends_with("plugin-linux-amd64")));
}

#[test]
fn zigbuild_is_taken_when_it_is_there_and_its_product_is_looked_at() {
    let here = folder();
    bare_plugin(here.path(), "", "");
    fake_toolchain(here.path(), &["aarch64-unknown-linux-musl"], true, &arm());
    let args = ["bundle", "--no-run", "--platform", "linux-arm64"];
    let made = said(&mut with_fakes(here.path(), &args));
    assert_eq!(made.code, Some(0), "{}", made.stderr);
    let choice = "(release, cargo zigbuild, aarch64-unknown-linux-musl: static musl, linked by zig)";
    assert!(made.stderr.contains(choice), "{}", made.stderr);
    let asked = fs_err::read_to_string(here.path().join("fake/asked")).expect("cargo was asked");
    assert!(asked.starts_with("zigbuild --release --target aarch64-unknown-linux-musl"), "{asked}");
    // The builder can be chosen.
    let plain = said(&mut with_fakes(here.path(), &[&args[..], &["--builder", "cargo"]].concat()));
    assert_eq!(plain.code, Some(0), "{}", plain.stderr);
    let asked = fs_err::read_to_string(here.path().join("fake/asked")).expect("cargo was asked");
    assert!(asked.starts_with("build --release"), "{asked}");
    // What zig makes of glibc is dynamic, whatever was asked for.
    let dynamic = dynamic_elf(AARCH64, "/lib/ld-linux-aarch64.so.1", &["libc.so.6"], &["GLIBC_2.17"]);
    fs_err::write(here.path().join("fake/product"), dynamic).expect("a file");
    fs_err::remove_dir_all(here.path().join("dist")).expect("the bundle goes");
    let refused = said(&mut with_fakes(here.path(), &args));
    assert_eq!(refused.code, Some(1));
    for text in [
        "is not a static executable",
        "/lib/ld-linux-aarch64.so.1",
        "libc.so.6",
        "glibc 2.17",
        "zig has no static glibc",
    ] {
        assert!(refused.stderr.contains(text), "{text}: {}", refused.stderr);
    }
    assert_eq!(crate::support::files(&here.path().join("dist")), [] as [String; 0]);
}

#[test]
fn a_platform_that_cannot_be_built_here_says_what_to_install() {
    let here = folder();
    bare_plugin(here.path(), "", "");
    fake_toolchain(here.path(), &["aarch64-apple-darwin"], false, &arm());
    for (args, what, help) in [
        (
            ["--platform", "linux-arm64"],
            "linux-arm64 cannot be built here: the Rust target aarch64-unknown-linux-musl is not installed",
            "help: rustup target add aarch64-unknown-linux-musl",
        ),
        (
            ["--platform", "darwin-arm64"],
            "darwin-arm64 cannot be built here: linking for macOS takes a Mac or zig",
            "help: cargo install cargo-zigbuild",
        ),
        (
            ["--target", "x86_64-pc-windows-gnu"],
            "windows-amd64 cannot be built here: the Rust target",
            "help: rustup target add x86_64-pc-windows-gnu",
        ),
        (["--all", "--no-run"], "cannot be built here", "help: rustup target add"),
    ] {
        let said = said(&mut with_fakes(here.path(), &[&["bundle"][..], &args].concat()));
        assert_eq!(said.code, Some(1), "{args:?}");
        assert!(said.stderr.contains(what) && said.stderr.contains(help), "{}", said.stderr);
        assert!(!said.stderr.contains("Compiling"), "{}", said.stderr);
    }
}

#[test]
fn wrong_platforms_are_named() {
    let here = folder();
    let said = run(here.path(), &["bundle", "--platform", "linux-386"]);
    assert!(said.code == Some(2) && said.stderr.contains("linux-amd64, linux-arm64"), "{said:?}");
    for (toml, text) in [
        ("platforms = [\"linux-mips\"]", "platforms holds \"linux-mips\""),
        ("platforms = \"linux-arm64\"", "platforms is no list"),
        ("split = 1", "split is 1"),
    ] {
        bare_plugin(here.path(), &format!("[package.metadata.mattermost]\n{toml}\n"), "");
        let said = run(here.path(), &["bundle", "--no-run"]);
        assert!(said.code == Some(1) && said.stderr.contains(text), "{said:?}");
    }
    let said = run(here.path(), &["bundle", "--target", "wasm32-unknown-unknown"]);
    assert!(said.stderr.contains("[package.metadata.mattermost]"), "{said:?}");
    bare_plugin(here.path(), "", "");
    let said = run(here.path(), &["bundle", "--target", "wasm32-unknown-unknown"]);
    assert!(said.stderr.contains("no platform of Mattermost belongs to the target"), "{said:?}");
}

#[test]
fn a_profile_that_aborts_is_built_when_it_is_insisted_on() {
    let here = folder();
    bare_plugin(
        here.path(),
        "[profile.release]\npanic = \"abort\"\n",
        "#[cfg(panic = \"unwind\")] compile_error!(\"not as asked\");",
    );
    let said = run(here.path(), &["bundle", "--no-run", "--allow-abort"]);
    assert_eq!(said.code, Some(0), "{}", said.stderr);
}

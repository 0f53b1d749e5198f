//! What goes out with a bundle: its checksum, its signature, its manifest; and completions.

use std::path::Path;
use std::process::Command;

use crate::support::{bare_plugin, event, events, files, folder, run, said, tool, write};

const BUNDLE: &str = "com.example.bare-0.1.0.tar.gz";

fn time_in(bundle: &Path) -> u64 {
    let bytes = fs_err::read(bundle).expect("a bundle");
    let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(&bytes[..]));
    let mut entries = archive.entries().expect("an archive");
    entries.next().expect("a member").and_then(|entry| entry.header().mtime()).expect("a time")
}

#[test]
fn the_checksum_is_beside_the_bundle_and_the_time_is_the_commits() {
    let here = folder();
    bare_plugin(here.path(), "", "");
    let made = run(here.path(), &["bundle", "--no-run", "--json"]);
    let events = events(&made);
    let sum = event(&events, "bundle")["sha256"].as_str().expect("a checksum").to_owned();
    let dist = here.path().join("dist");
    assert_eq!(files(&dist), [BUNDLE.to_owned(), format!("{BUNDLE}.sha256")]);
    let text = fs_err::read_to_string(dist.join(format!("{BUNDLE}.sha256"))).expect("a checksum");
    assert_eq!(text, format!("{sum}  {BUNDLE}\n"));
    let check =
        Command::new("sha256sum").args(["--check", &format!("{BUNDLE}.sha256")]).current_dir(&dist).output();
    if let Ok(check) = check {
        assert!(check.status.success(), "{check:?}");
    }

    let at = |time: &str| said(tool(here.path(), &["bundle", "--no-run"]).env("SOURCE_DATE_EPOCH", time));
    assert_eq!(at("1700000000").code, Some(0));
    assert_eq!(time_in(&dist.join(BUNDLE)), 1_700_000_000);
    let other = fs_err::read_to_string(dist.join(format!("{BUNDLE}.sha256"))).expect("a checksum");
    assert_ne!(other, text);
    for time in ["yesterday", "-1", "99999999999999"] {
        let said = at(time);
        assert_eq!(said.code, Some(1));
        assert!(
            said.stderr.contains("SOURCE_DATE_EPOCH is no time") && said.stderr.contains("%ct"),
            "{}",
            said.stderr
        );
        assert!(!said.stderr.contains("Compiling"), "{}", said.stderr);
    }
}

/// gpg with keys of its own; `None` where there is no gpg.
#[cfg(unix)]
fn gpg_home(kind: &str) -> Option<tempfile::TempDir> {
    use std::os::unix::fs::PermissionsExt;
    // Short: gpg's agent listens on a socket in there.
    let home = tempfile::Builder::new().prefix("g").tempdir_in("/tmp").expect("a folder");
    fs_err::set_permissions(home.path(), std::fs::Permissions::from_mode(0o700)).expect("a mode");
    let mut gpg = Command::new("gpg");
    gpg.args([
        "--batch",
        "--quiet",
        "--passphrase",
        "",
        "--quick-generate-key",
        "releases@example.com",
        kind,
        "sign",
    ]);
    let made = gpg.env("GNUPGHOME", home.path()).output();
    match made {
        Ok(made) => {
            assert!(made.status.success(), "{made:?}");
            Some(home)
        }
        Err(error) => {
            println!("skipped: gpg: {error}");
            None
        }
    }
}

#[cfg(unix)]
#[test]
fn signs_with_gpg_and_warns_of_keys_that_servers_refuse() {
    let here = folder();
    bare_plugin(here.path(), "", "");
    for (kind, refused) in [("rsa2048", false), ("ed25519", true)] {
        let Some(home) = gpg_home(kind) else { return };
        let bundle = |args: &[&str]| {
            let args = [&["bundle", "--no-run"], args].concat();
            said(tool(here.path(), &args).env("GNUPGHOME", home.path()))
        };
        let signed = bundle(&["--sign"]);
        assert_eq!(signed.code, Some(0), "{}", signed.stderr);
        assert_eq!(signed.stderr.contains("servers do not verify"), refused, "{}", signed.stderr);
        let dist = here.path().join("dist");
        let file = dist.join(BUNDLE);
        let signature = dist.join(format!("{BUNDLE}.sig"));
        let verify = |home: &Path| {
            let mut gpg = Command::new("gpg");
            gpg.arg("--verify").args([&signature, &file]).env("GNUPGHOME", home).output().expect("gpg").status
        };
        assert!(verify(home.path()).success());

        let chosen = bundle(&["--sign-key", "releases@example.com", "--json"]);
        assert_eq!(chosen.code, Some(0), "{chosen:?}");
        assert!(
            event(&events(&chosen), "bundle")["signature"]
                .as_str()
                .is_some_and(|path| path.ends_with(".sig"))
        );
        let nobody = bundle(&["--sign-key", "nobody@example.com"]);
        assert!(
            nobody.code == Some(1) && nobody.stderr.contains("gpg has no secret key `nobody@example.com`")
        );
        assert!(!nobody.stderr.contains("Finished"), "it is said before building: {}", nobody.stderr);
        // An unsigned bundle does not keep the signature of the one before.
        assert_eq!(bundle(&[]).code, Some(0));
        assert!(!signature.exists());
        let _ = Command::new("gpgconf").args(["--kill", "gpg-agent"]).env("GNUPGHOME", home.path()).status();
    }
}

#[test]
fn a_missing_gpg_is_said_before_building() {
    let here = folder();
    bare_plugin(here.path(), "", "");
    let empty = folder();
    let mut command = tool(here.path(), &["bundle", "--no-run", "--sign"]);
    let said = said(command.env("PATH", empty.path()).env("CARGO", env!("CARGO")));
    assert!(said.code == Some(1) && said.stderr.contains("gpg could not be started"), "{}", said.stderr);
}

#[test]
fn prints_and_writes_the_manifest_that_the_bundle_will_hold() {
    let here = folder();
    bare_plugin(here.path(), "", "");
    let printed = run(here.path(), &["manifest", "-q"]);
    assert_eq!((printed.code, printed.stderr.as_str()), (Some(0), ""), "{printed:?}");
    let manifest: serde_json::Value = serde_json::from_str(&printed.stdout).expect("JSON");
    assert_eq!(manifest["server"]["executables"]["linux-amd64"], "server/dist/plugin-linux-amd64");

    let written = run(here.path(), &["manifest", "--output", "plugin.json"]);
    assert_eq!((written.code, written.stdout.as_str()), (Some(0), ""), "{written:?}");
    let text = fs_err::read_to_string(here.path().join("plugin.json")).expect("a file");
    assert_eq!(text, printed.stdout);

    assert_eq!(run(here.path(), &["bundle", "--no-run"]).code, Some(0));
    let of_bundle = run(
        folder().path(),
        &["manifest", "--bundle", &here.path().join("dist").join(BUNDLE).display().to_string()],
    );
    assert_eq!((of_bundle.code, of_bundle.stdout), (Some(0), text));
    let json = run(here.path(), &["manifest", "--json"]);
    assert_eq!(event(&events(&json), "manifest")["manifest"]["id"], "com.example.bare");
    let nowhere = run(here.path(), &["manifest", "-o", "no/such/folder/plugin.json"]);
    assert!(
        nowhere.code == Some(1) && nowhere.stderr.contains("no/such/folder/plugin.json was to be written")
    );
}

#[test]
fn a_web_part_needs_no_compiler_for_its_manifest() {
    let here = folder();
    write(here.path().join("plugin.json"), r#"{"id": "com.example.web", "name": "Web", "version": "0.1.0"}"#);
    let said = run(here.path(), &["manifest", "-q"]);
    assert!(said.code == Some(0) && said.stdout.contains("webapp/dist/main.js"), "{said:?}");
    assert!(said.stdout.contains("\"min_server_version\": \"9.3.0\""), "filled in: {said:?}");
}

#[test]
fn shells_complete_commands_and_options() {
    let here = folder();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let said = run(here.path(), &["completions", shell]);
        assert_eq!((said.code, said.stderr.as_str()), (Some(0), ""), "{shell}");
        for word in ["bundle", "completions", "manifest", "sign-key"] {
            assert!(said.stdout.contains(word), "{shell} does not know {word}");
        }
    }
    assert_eq!(run(here.path(), &["completions", "cmd"]).code, Some(2));
    let script = here.path().join("completions.bash");
    fs_err::write(&script, run(here.path(), &["completions", "bash"]).stdout).expect("a file");
    // What bash does at a tab: the words, the one that is being typed, and the function.
    let ask = |words: &str, at: usize, function: &str| {
        let text = format!(
            "before() {{ COMPREPLY=(from-before); }}; complete -F before cargo; . '{}'; COMP_WORDS=({words}); \
             COMP_CWORD={at}; {function} ${{COMP_WORDS[0]}} ${{COMP_WORDS[{at}]}} ${{COMP_WORDS[{at}-1]}}; \
             echo \"${{COMPREPLY[@]}}\"",
            script.display()
        );
        Command::new("bash").args(["-c", &text]).output()
    };
    let Ok(reply) = ask("cargo-mmplugin comp", 1, "_cargo__mmplugin") else {
        return println!("skipped: there is no bash");
    };
    assert_eq!(String::from_utf8_lossy(&reply.stdout).trim(), "completions", "{reply:?}");
    for (words, at, expected) in
        [("cargo mmplugin bundle --sign-", 3, "--sign-key"), ("cargo bu", 1, "from-before")]
    {
        let reply = ask(words, at, "_cargo_and_mmplugin").expect("bash");
        assert_eq!(String::from_utf8_lossy(&reply.stdout).trim(), expected, "{reply:?}");
    }
}

#[test]
fn commands_are_shown_to_those_who_ask() {
    let here = folder();
    bare_plugin(here.path(), "", "");
    let plain = run(here.path(), &["bundle", "--no-run"]);
    assert!(!plain.stderr.contains("Running"), "{}", plain.stderr);
    let said = run(here.path(), &["bundle", "--no-run", "-v"]);
    assert!(
        said.stderr.contains("Running ") && said.stderr.contains("build --release --target"),
        "{}",
        said.stderr
    );
    assert_eq!(run(here.path(), &["bundle", "-v", "-q"]).code, Some(2));
}

#[test]
fn odd_paths_workspaces_and_other_target_folders_do_not_matter() {
    let here = folder();
    let root = here.path().join("mit Lücke & Zeichen");
    bare_plugin(&root.join("plugins/größe eins"), "", "");
    let toml = root.join("plugins/größe eins/Cargo.toml");
    let text = fs_err::read_to_string(&toml).expect("a file").replace("[workspace]\n", "");
    fs_err::write(&toml, text).expect("a file");
    write(root.join("Cargo.toml"), "[workspace]\nresolver = \"3\"\nmembers = [\"plugins/*\"]\n");
    let target = here.path().join("ein anderes Ziel");
    let args = ["bundle", "--no-run", "--offline", "-p", "bare", "--target-dir"];
    let said = run(&root, &[&args[..], &[&target.display().to_string()]].concat());
    assert_eq!(said.code, Some(0), "{}", said.stderr);
    let bundle = root.join("plugins/größe eins/dist").join(BUNDLE);
    assert!(bundle.is_file() && target.is_dir() && !root.join("target").exists());
    let short = Path::new("plugins/größe eins/dist").join(BUNDLE);
    assert!(said.stdout.starts_with(&short.display().to_string()), "{}", said.stdout);
    assert_eq!(run(&root, &["check", &short.display().to_string()]).code, Some(0));
}

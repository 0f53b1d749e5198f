//! Plugins that go wrong before they speak, as shell scripts.

use std::os::unix::fs::PermissionsExt;
use std::time::Instant;

use super::*;

fn script(text: &str) -> Error {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("plugin");
    fs_err::write(&path, format!("#!/bin/sh\n{text}\n")).expect("a file");
    fs_err::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).expect("a mode");
    let error = start(&path, &Interrupt::default()).expect_err(text);
    assert_eq!(error.kind, Kind::Probe, "{error}");
    error
}

#[test]
fn a_start_that_fails_is_said_with_the_plugins_last_words() {
    for (text, expected) in [
        ("echo hello", "not the plugin's handshake"),
        ("echo oops >&2; exit 3", "ended before its handshake line (exit status: 3)"),
        ("echo oops >&2; exit 3", "the plugin's stderr:\n  oops"),
        ("printf half", "ended before its handshake line"),
        ("yes | tr -d '\\n'", "64 KiB on stdout without a line end"),
        ("echo '1|1|unix|/nonexistent/socket|netrpc|'; sleep 9", "nothing listens where"),
        ("echo \"$MATTERMOST_PLUGIN/$PLUGIN_MIN_PORT\"", "Securely message teams, anywhere./10000"),
    ] {
        let error = script(text).to_string();
        assert!(error.contains(expected), "{text}: {error}");
    }
}

#[test]
fn silence_is_an_error_after_three_seconds() {
    let start = Instant::now();
    let error = script("exec sleep 60");
    assert!(error.message.contains("no handshake line on stdout within 3 s"), "{error}");
    assert!(start.elapsed() < Duration::from_secs(8), "the sleeper is killed, not waited for");
}

#[test]
fn a_file_that_cannot_start_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("plugin");
    fs_err::write(&path, "text").expect("a file");
    let error = start(&path, &Interrupt::default()).expect_err("no mode").to_string();
    assert!(error.contains("Permission denied") && error.contains("plugin"), "{error}");
}

#[test]
fn ctrl_c_ends_a_start() {
    let interrupt = Interrupt::default();
    interrupt.set();
    let error = start(Path::new("/bin/cat"), &interrupt).expect_err("interrupted");
    assert_eq!(error.kind, Kind::Interrupted);
}

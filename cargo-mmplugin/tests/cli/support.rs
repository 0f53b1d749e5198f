//! The built tool in a folder of its own, and plugins too small to need the SDK.

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// What a command said.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// A folder that no git repository is around.
pub(crate) fn folder() -> TempDir {
    tempfile::tempdir().expect("a folder")
}

/// `cargo mmplugin …`, as cargo would start it, with nothing of the caller's environment that changes it.
pub(crate) fn tool(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-mmplugin"));
    command.current_dir(folder).arg("mmplugin").args(args).stdin(std::process::Stdio::null());
    for name in ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_TARGET_DIR", "CLICOLOR_FORCE"] {
        command.env_remove(name);
    }
    command.env("NO_COLOR", "1").env("CARGO_NET_OFFLINE", "true");
    command
}

pub(crate) fn run(folder: &Path, args: &[&str]) -> Said {
    said(&mut tool(folder, args))
}

pub(crate) fn said(command: &mut Command) -> Said {
    let output = command.output().expect("the tool starts");
    Said {
        code: output.status.code(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// The events that `--json` printed.
pub(crate) fn events(said: &Said) -> Vec<serde_json::Value> {
    said.stdout.lines().map(|line| serde_json::from_str(line).expect("a JSON line")).collect()
}

pub(crate) fn event<'a>(events: &'a [serde_json::Value], name: &str) -> &'a serde_json::Value {
    events
        .iter()
        .find(|event| event["event"] == name)
        .unwrap_or_else(|| panic!("no event {name} in {events:#?}"))
}

/// Writes a file and the folders above it.
pub(crate) fn write(path: PathBuf, text: &str) {
    fs_err::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    fs_err::write(path, text).expect("a file");
}

/// What the executable of [`bare_plugin`] says of itself.
pub(crate) const BARE_MANIFEST: &str = r#"{"sdk": "0.1.0", "transports": ["netrpc", "grpc"], "manifest": {"id": "com.example.bare", "name": "Bare", "version": "0.1.0",
        "min_server_version": "9.3.0", "icon_path": "assets/icon.svg"}}"#;

/// A package without dependencies whose binary carries a manifest, as the SDK's macros would put it there.
pub(crate) fn bare_plugin(root: &Path, extra_toml: &str, main: &str) {
    let manifest = BARE_MANIFEST;
    let length = u32::try_from(manifest.len()).expect("short").to_le_bytes();
    let record = [&b"MMPLUGIN\x01\x01\0\0"[..], &length, manifest.as_bytes()].concat();
    let toml = "[package]\nname = \"bare\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[workspace]\n";
    write(root.join("Cargo.toml"), &format!("{toml}{extra_toml}"));
    let source = format!(
        "#[used]\n#[unsafe(link_section = \".mm_manifest\")]\nstatic RECORD: [u8; {}] = {record:?};\nfn main() {{ {main} }}\n",
        record.len()
    );
    write(root.join("src/main.rs"), &source);
    write(root.join("assets/icon.svg"), "<svg xmlns=\"http://www.w3.org/2000/svg\"/>\n");
}

/// Every file below a folder, sorted.
pub(crate) fn files(root: &Path) -> Vec<String> {
    let mut found = Vec::new();
    collect(root, root, &mut found);
    found.sort();
    found
}

fn collect(root: &Path, folder: &Path, found: &mut Vec<String>) {
    for entry in fs_err::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(root, &path, found);
        } else {
            found.push(path.strip_prefix(root).expect("below").display().to_string());
        }
    }
}

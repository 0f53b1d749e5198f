//! Running cargo: its progress passes through, its messages are read, Ctrl-C stops it.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;

use cargo_metadata::Message;

use crate::error::{Error, Kind};
use crate::executable::embedded_manifest;
use crate::interrupt::{self, Interrupt};
use crate::ui::{Mode, Ui};

/// The library that writes the manifest.
const SDK: &str = "mmplugin";

pub(super) fn cargo(mut cargo: Command, bin: &str, ui: &Ui, interrupt: &Interrupt) -> Result<PathBuf, Error> {
    let json = ui.mode() == Mode::Json;
    cargo.stdin(Stdio::null()).stdout(Stdio::piped());
    cargo.stderr(if json { Stdio::piped() } else { Stdio::inherit() });
    let mut child = cargo.spawn().map_err(|error| {
        Error::new(Kind::Toolchain, "cargo could not be started").detail(error.to_string())
    })?;
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let (built, status) = thread::scope(|scope| {
        let messages = scope.spawn(|| stdout.map(|stdout| read_messages(BufReader::new(stdout), bin, ui)));
        scope.spawn(|| stderr.map(|stderr| forward(BufReader::new(stderr), ui)));
        let status = interrupt.wait(&mut child, stop);
        (messages.join().ok().flatten().unwrap_or_default(), status)
    });
    let status = status?;
    if !status.success() {
        return Err(
            Error::new(Kind::Build, "cargo could not build the plugin").detail("its messages are above")
        );
    }
    let none = || Error::new(Kind::Build, format!("cargo did not say where the binary `{bin}` is"));
    let Built { executable, sdk } = built;
    let executable = executable.ok_or_else(none)?;
    compare_sdk(&executable, &sdk)?;
    Ok(executable)
}

/// What cargo said of the build.
#[derive(Debug, Default)]
struct Built {
    executable: Option<PathBuf>,
    /// The versions of the SDK among the dependencies.
    sdk: Vec<String>,
}

/// Compiler messages become events for programs.
fn read_messages(from: impl BufRead, bin: &str, ui: &Ui) -> Built {
    let mut built = Built::default();
    for message in Message::parse_stream(from).map_while(Result::ok) {
        match message {
            Message::CompilerArtifact(artifact)
                if artifact.target.name == bin && artifact.executable.is_some() =>
            {
                built.executable = artifact.executable.map(PathBuf::from);
            }
            Message::CompilerArtifact(artifact) if artifact.target.name == SDK => {
                built.sdk.extend(version(&artifact.package_id.repr).map(str::to_owned));
            }
            Message::CompilerMessage(message) => ui.emit(&serde_json::json!({
                "event": "compiler-message", "target": message.target.name, "level": message.message.level,
                "rendered": message.message.rendered,
            })),
            _ => {}
        }
    }
    built
}

/// The version in `path+file:///sdk#mmplugin@0.1.0` or `…/mmplugin#0.1.0`.
fn version(id: &str) -> Option<&str> {
    let end = id.rsplit_once('#')?.1;
    Some(end.rsplit_once('@').map_or(end, |(_, version)| version))
}

/// The manifest in the executable is written by the macros, the rest by the library: both must be of one version.
fn compare_sdk(executable: &Path, versions: &[String]) -> Result<(), Error> {
    // What is wrong with the executable itself is said when it is packed.
    let Ok(embedded) = embedded_manifest(&fs_err::read(executable)?) else { return Ok(()) };
    if versions.is_empty() || versions.contains(&embedded.sdk) {
        return Ok(());
    }
    Err(Error::new(Kind::Executable, "the manifest in the executable is not of the SDK it was built with")
        .detail(format!("manifest: made by mmplugin {}", embedded.sdk))
        .detail(format!("dependencies: mmplugin {}", versions.join(", ")))
        .help("cargo clean, and one version of mmplugin in Cargo.lock: cargo tree -i mmplugin"))
}

fn forward(from: impl BufRead, ui: &Ui) {
    for line in from.lines().map_while(Result::ok) {
        ui.emit(&serde_json::json!({"event": "cargo", "text": line.trim()}));
    }
}

/// Asks first, so that cargo can stop its compilers and release its locks.
fn stop(child: &mut Child) {
    ask_to_stop(child);
    if !interrupt::stops(child) {
        interrupt::kill(child);
    }
}

#[cfg(unix)]
fn ask_to_stop(child: &Child) {
    if let Some(pid) = i32::try_from(child.id()).ok().and_then(rustix::process::Pid::from_raw) {
        let _ = rustix::process::kill_process(pid, rustix::process::Signal::INT);
    }
}

#[cfg(not(unix))]
fn ask_to_stop(_: &Child) {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::executable::fixtures::{X86_64, elf, record};

    #[test]
    fn versions_are_read_from_package_ids() {
        for (id, expected) in [
            ("path+file:///x/sdk#mmplugin@0.1.0", Some("0.1.0")),
            ("path+file:///x/mmplugin#0.2.0", Some("0.2.0")),
            ("registry+https://example.com/index#mmplugin@1.0.0-rc.1", Some("1.0.0-rc.1")),
            ("", None),
        ] {
            assert_eq!(version(id), expected);
        }
    }

    #[test]
    fn a_manifest_of_another_sdk_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("plugin");
        let manifest = br#"{"sdk": "0.1.0", "manifest": {"id": "abc"}}"#;
        fs_err::write(&path, elf(X86_64, None, &record(1, manifest))).expect("a file");
        assert_eq!(compare_sdk(&path, &["0.1.0".into()]), Ok(()));
        assert_eq!(compare_sdk(&path, &[]), Ok(()));
        let error = compare_sdk(&path, &["0.2.0".into()]).expect_err("another version");
        assert!(error.to_string().contains("dependencies: mmplugin 0.2.0"), "{error}");
        fs_err::write(&path, "text").expect("a file");
        assert_eq!(compare_sdk(&path, &["0.2.0".into()]), Ok(()));
    }
}

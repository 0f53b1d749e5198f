//! The probe's process by itself, without Go: how it is started and ended.

use std::io::{BufRead as _, BufReader, Read as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};

use mmplugin::goplugin::COOKIE;
use tempfile::TempDir;

use crate::driver::soon;

/// A started plugin; it ends with its owner.
pub(crate) struct Process {
    child: Child,
    pub(crate) socket: PathBuf,
    temp: TempDir,
}

fn command(temp: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mmplugin-probe"));
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.env("TMPDIR", temp).env_remove("PLUGIN_UNIX_SOCKET_DIR").env_remove("MMPLUGIN_LOG");
    command
}

impl Process {
    pub(crate) fn start() -> Self {
        let temp = TempDir::with_prefix("mm").unwrap();
        let mut child = command(temp.path()).env(COOKIE.0, COOKIE.1).stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let fields: Vec<_> = line.trim_end().split('|').collect();
        assert_eq!((&fields[..3], &fields[4..]), (&["1", "1", "unix"][..], &["netrpc", ""][..]), "{line:?}");
        let socket = PathBuf::from(fields[3]);
        Self { child, socket, temp }
    }

    pub(crate) fn runs(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// Waits for the end; the socket's folder must have gone.
    #[track_caller]
    pub(crate) fn ends(&mut self) -> ExitStatus {
        assert!(soon(|| !self.runs()), "it does not end");
        assert_eq!(std::fs::read_dir(self.temp.path()).unwrap().count(), 0);
        self.child.wait().unwrap()
    }

    pub(crate) fn signal(&self, name: &str) {
        let sent = Command::new("kill").args(["-s", name, &self.child.id().to_string()]).status();
        assert!(sent.unwrap().success());
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Code, stdout and stderr of a plugin that is expected to end by itself.
fn run(mut command: Command) -> (Option<i32>, String, String) {
    let mut child = command.spawn().unwrap();
    let (mut out, mut err) = (String::new(), String::new());
    child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
    child.stdout.take().unwrap().read_to_string(&mut out).unwrap();
    (child.wait().unwrap().code(), out, err)
}

#[test]
fn a_person_who_starts_a_plugin_is_told_what_it_is() {
    for cookie in [None, Some("something else")] {
        let temp = TempDir::new().unwrap();
        let mut command = command(temp.path());
        command.env_remove(COOKIE.0).envs(cookie.map(|value| (COOKIE.0, value)));
        let (code, out, err) = run(command);
        assert_eq!((code, out.as_str()), (Some(1), ""));
        assert!(err.starts_with("this is a Mattermost plugin: a server starts it, not a person\n"), "{err}");
        assert!(err.contains("help: upload its bundle"), "{err}");
    }
}

#[test]
fn a_temporary_folder_that_cannot_be_used_is_named_in_the_log() {
    let temp = TempDir::new().unwrap();
    let (file, long, closed) =
        (temp.path().join("file"), temp.path().join("long".repeat(30)), temp.path().join("closed"));
    std::fs::write(&file, "").unwrap();
    std::fs::create_dir(&long).unwrap();
    std::fs::create_dir(&closed).unwrap();
    std::fs::set_permissions(&closed, std::fs::Permissions::from_mode(0o500)).unwrap();
    let mut cases = vec![
        (temp.path().join("missing"), "cannot make a folder for the plugin's socket in"),
        (file, "cannot make a folder for the plugin's socket in"),
        (long, "the path of the plugin's socket is too long"),
    ];
    if std::fs::create_dir(closed.join("probe")).is_err() {
        // The one who runs the tests is not root, whom no mode keeps out.
        cases.push((closed, "cannot make a folder for the plugin's socket in"));
    }
    for (folder, text) in cases {
        let mut command = command(&folder);
        let (code, out, err) = {
            command.env(COOKIE.0, COOKIE.1);
            run(command)
        };
        assert_eq!((code, out.as_str()), (Some(1), ""), "{err}");
        let line: serde_json::Value = serde_json::from_str(err.lines().next().unwrap()).unwrap();
        let message = line["@message"].as_str().unwrap();
        assert!(message.contains(text) && message.contains(folder.to_str().unwrap()), "{message}");
        assert!(message.contains("help: "), "{message}");
        assert_eq!(line["@level"], "error");
    }
}

#[test]
fn the_socket_is_for_its_owner_only_and_goes_with_the_plugin() {
    let process = Process::start();
    let folder = process.socket.parent().unwrap();
    assert_eq!(std::fs::metadata(folder).unwrap().permissions().mode() & 0o777, 0o700);
    assert_eq!(folder.parent(), Some(process.temp.path()));
}

#[test]
fn sigterm_ends_the_plugin_cleanly_and_sigint_does_not() {
    let mut process = Process::start();
    for _ in 0..3 {
        process.signal("INT");
    }
    std::thread::sleep(std::time::Duration::from_millis(300));
    assert!(process.runs());
    process.signal("TERM");
    assert_eq!(process.ends().code(), Some(0));
}

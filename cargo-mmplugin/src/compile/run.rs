//! Running cargo: its progress passes through, its messages are read, Ctrl-C stops it.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use cargo_metadata::Message;

use crate::error::{Error, Kind};
use crate::interrupt::Interrupt;
use crate::ui::{Mode, Ui};

/// How often a wait looks for Ctrl-C.
const TICK: Duration = Duration::from_millis(20);
/// What cargo gets to stop by itself after Ctrl-C.
const GRACE: Duration = Duration::from_secs(2);

pub(super) fn cargo(mut cargo: Command, bin: &str, ui: &Ui, interrupt: &Interrupt) -> Result<PathBuf, Error> {
    let json = ui.mode() == Mode::Json;
    cargo.stdin(Stdio::null()).stdout(Stdio::piped());
    cargo.stderr(if json { Stdio::piped() } else { Stdio::inherit() });
    let mut child = cargo.spawn().map_err(|error| {
        Error::new(Kind::Toolchain, "cargo could not be started").detail(error.to_string())
    })?;
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let (executable, status) = thread::scope(|scope| {
        let messages =
            scope.spawn(|| stdout.and_then(|stdout| read_messages(BufReader::new(stdout), bin, ui)));
        scope.spawn(|| stderr.map(|stderr| forward(BufReader::new(stderr), ui)));
        let status = wait(&mut child, interrupt);
        (messages.join().unwrap_or_default(), status)
    });
    let status = status?;
    if !status.success() {
        return Err(
            Error::new(Kind::Build, "cargo could not build the plugin").detail("its messages are above")
        );
    }
    executable
        .ok_or_else(|| Error::new(Kind::Build, format!("cargo did not say where the binary `{bin}` is")))
}

/// Returns the path of the binary; compiler messages become events for programs.
fn read_messages(from: impl BufRead, bin: &str, ui: &Ui) -> Option<PathBuf> {
    let mut executable = None;
    for message in Message::parse_stream(from).map_while(Result::ok) {
        match message {
            Message::CompilerArtifact(artifact) if artifact.target.name == bin => {
                executable = artifact.executable.map(PathBuf::from).or(executable);
            }
            Message::CompilerMessage(message) => ui.emit(&serde_json::json!({
                "event": "compiler-message", "target": message.target.name, "level": message.message.level,
                "rendered": message.message.rendered,
            })),
            _ => {}
        }
    }
    executable
}

fn forward(from: impl BufRead, ui: &Ui) {
    for line in from.lines().map_while(Result::ok) {
        ui.emit(&serde_json::json!({"event": "cargo", "text": line.trim()}));
    }
}

fn wait(child: &mut Child, interrupt: &Interrupt) -> Result<std::process::ExitStatus, Error> {
    loop {
        if let Some(status) = child.try_wait()? {
            // After Ctrl-C in a terminal cargo has got the signal, too: then its failure is our interruption.
            interrupt.check()?;
            return Ok(status);
        }
        if interrupt.is_set() {
            stop(child);
            return Err(Error::interrupted());
        }
        thread::sleep(TICK);
    }
}

/// Asks first, so that cargo can stop its compilers and release its locks.
fn stop(child: &mut Child) {
    ask_to_stop(child);
    let asked = Instant::now();
    while asked.elapsed() < GRACE {
        if matches!(child.try_wait(), Ok(Some(_)) | Err(_)) {
            return;
        }
        thread::sleep(TICK);
    }
    let _ = child.kill();
    let _ = child.wait();
}

#[cfg(unix)]
fn ask_to_stop(child: &Child) {
    if let Some(pid) = i32::try_from(child.id()).ok().and_then(rustix::process::Pid::from_raw) {
        let _ = rustix::process::kill_process(pid, rustix::process::Signal::INT);
    }
}

#[cfg(not(unix))]
fn ask_to_stop(_: &Child) {}

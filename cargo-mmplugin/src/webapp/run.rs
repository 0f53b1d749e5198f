//! Running the package manager: its output passes through, Ctrl-C stops it.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use crate::error::{Error, Kind};
use crate::interrupt::{self, Interrupt};
use crate::ui::Ui;

/// How often a wait moves.
const FRAME: Duration = Duration::from_millis(80);
/// Lines of a failed program that the error repeats.
const TAIL: usize = 30;

/// What becomes of a program's output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Output {
    /// Line by line as it comes.
    Shown,
    /// Its end, when it fails.
    OnFailure,
}

/// One call of the package manager.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Step {
    program: &'static str,
    folder: PathBuf,
    args: Vec<String>,
}

impl Step {
    pub(super) fn new(program: &'static str, folder: &Path, args: &[&str]) -> Self {
        let args = args.iter().map(ToString::to_string).collect();
        Self { program, folder: folder.to_owned(), args }
    }

    pub(super) fn arg(mut self, arg: &str) -> Self {
        self.args.push(arg.to_owned());
        self
    }

    /// As a person would type it.
    pub(super) fn line(&self) -> String {
        format!("{} {}", self.program, self.args.join(" "))
    }

    pub(super) fn run(&self, output: Output, ui: &Ui, interrupt: &Interrupt) -> Result<(), Error> {
        let mut command = self.command(ui);
        ui.command(&command);
        let mut child = command.spawn().map_err(|error| self.not_started(&error))?;
        let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
        let tail = Mutex::new(VecDeque::new());
        let done = AtomicBool::new(output == Output::Shown);
        let status = thread::scope(|scope| {
            // What is shown moves by itself.
            scope.spawn(|| wait_for(&self.line(), &done, ui));
            scope.spawn(|| stdout.map(|pipe| follow(pipe, output, &tail, ui)));
            scope.spawn(|| stderr.map(|pipe| follow(pipe, output, &tail, ui)));
            let status = interrupt.wait(&mut child, stop);
            done.store(true, Ordering::Relaxed);
            status
        })?;
        if status.success() {
            return Ok(());
        }
        let mut error =
            Error::new(Kind::Build, format!("`{}` failed in {}", self.line(), self.folder.display()));
        if output == Output::OnFailure || !ui.shows_steps() {
            let tail = tail.into_inner().unwrap_or_default();
            error.details.extend(tail);
        } else {
            error = error.detail("its messages are above");
        }
        Err(error)
    }

    /// Looks for the program without starting it.
    pub(super) fn find(&self) -> Result<(), Error> {
        let Some(path) = std::env::var_os("PATH") else { return Ok(()) };
        let file = self.file();
        if std::env::split_paths(&path).any(|folder| folder.join(&file).is_file()) {
            return Ok(());
        }
        Err(self.not_started(&ErrorKind::NotFound.into()))
    }

    /// On Windows these programs are scripts, which are found by their whole name only.
    fn file(&self) -> String {
        if cfg!(windows) { format!("{}.cmd", self.program) } else { self.program.to_owned() }
    }

    fn command(&self, ui: &Ui) -> Command {
        let mut command = Command::new(self.file());
        command.args(&self.args).current_dir(&self.folder);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        // A group of its own: what the scripts have started ends with them.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        if ui.colored() {
            command.env("FORCE_COLOR", "1");
        } else {
            command.env("NO_COLOR", "1");
        }
        command
    }

    fn not_started(&self, error: &std::io::Error) -> Error {
        let missing = Error::new(Kind::Toolchain, format!("{} could not be started", self.program));
        if error.kind() != ErrorKind::NotFound {
            return missing.detail(error.to_string());
        }
        let install = match self.program {
            "npm" => {
                "install Node.js, which npm comes with: https://nodejs.org (Debian, Ubuntu: apt install nodejs npm)"
            }
            "pnpm" => "install it: npm install --global pnpm",
            _ => "install it: npm install --global yarn, or corepack enable",
        };
        missing
            .detail(format!("there is no program {} on the PATH; webapp/ needs it to be built", self.program))
            .help(install)
            .help("--skip-webapp packs what is in webapp/dist already, or no web part")
    }
}

fn wait_for(line: &str, done: &AtomicBool, ui: &Ui) {
    let mut waiting = ui.waiting();
    while !done.load(Ordering::Relaxed) {
        waiting.still(&format!("for {line}"));
        thread::sleep(FRAME);
    }
}

fn follow(pipe: impl Read, output: Output, tail: &Mutex<VecDeque<String>>, ui: &Ui) {
    for line in BufReader::new(pipe).split(b'\n').map_while(Result::ok) {
        let line = String::from_utf8_lossy(&line).trim_end().to_owned();
        if output == Output::Shown {
            ui.pass_on("webapp-output", &line);
        }
        if let Ok(mut tail) = tail.lock() {
            tail.push_back(line);
            if tail.len() > TAIL {
                tail.pop_front();
            }
        }
    }
}

/// Asks first; what is left of the group is killed, since it would keep the pipes open.
fn stop(child: &mut Child) {
    signal(child, false);
    interrupt::stops(child);
    signal(child, true);
    interrupt::kill(child);
}

#[cfg(unix)]
fn signal(child: &Child, kill: bool) {
    use rustix::process::{Pid, Signal, kill_process_group};
    if let Some(group) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
        let _ = kill_process_group(group, if kill { Signal::KILL } else { Signal::INT });
    }
}

#[cfg(not(unix))]
fn signal(_: &Child, _: bool) {}

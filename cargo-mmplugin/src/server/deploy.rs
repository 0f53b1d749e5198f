//! A bundle's way to a running plugin: upload, enable, wait; and when it does not run, everything that says why.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::wait::{self, Outcome};
use super::{Failure, Sent, Server, State, Status, logs, start_help};
use crate::bundle::{Host, Inspection};
use crate::error::{Error, Kind};
use crate::manifest::Weight;
use crate::ui::{Ui, duration, size};

/// How often a progress bar moves.
const FRAME: Duration = Duration::from_millis(80);
/// Lines of the log in an error.
const LAST_LINES: usize = 10;

/// A bundle that a server would take, and what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Package {
    /// The file.
    pub path: PathBuf,
    /// Its size.
    pub bytes: u64,
    /// The plugin's id, in the server's small letters.
    pub id: String,
    /// The plugin's version.
    pub version: String,
}

/// How long the parts took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Times {
    /// Until the server had the bundle and, for a plugin that was enabled already, had started it.
    pub upload: Duration,
    /// From there to Running.
    pub start: Duration,
}

impl Package {
    /// Opens a bundle and looks at it as the server would.
    ///
    /// # Errors
    /// It cannot be read, or a server would refuse it.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let name = path.display().to_string();
        let (found, bytes) = Inspection::open(path, &Host::default())?;
        let refused = found.problems.iter().filter(|problem| problem.weight == Weight::Refused);
        let mut error = Error::new(Kind::Bundle, format!("{name} would not run on a server"));
        for problem in refused {
            error = error.detail(problem.to_string());
        }
        let manifest = found.manifest.filter(|_| error.details.is_empty());
        let manifest = manifest.ok_or_else(|| error.help(format!("cargo mmplugin check {name}")))?;
        Ok(Self { path: path.to_owned(), bytes, id: manifest.id.to_lowercase(), version: manifest.version })
    }
}

/// Uploads, enables and waits for Running, `limit` at most.
///
/// # Errors
/// [`Kind::Server`] when the server refuses or is away; [`Kind::NotRunning`] when it has the plugin and does not run it.
pub fn deploy(server: &Server, package: &Package, limit: Duration, ui: &Ui) -> Result<Times, Error> {
    let begun = Instant::now();
    ui.status("Uploading", format!("{} {} ({})", package.id, package.version, size(package.bytes)));
    match upload(server, package, ui) {
        Ok(()) => {}
        // The server had it enabled, took it, started it, and it did not start: the statuses say why.
        Err(Failure::Api(refusal)) if refusal.id == "app.plugin.restart.app_error" => {
            let status = failed_status(server, &package.id).unwrap_or_default();
            let told =
                [status.error, refusal.detailed_error.clone()].into_iter().find(|text| !text.is_empty());
            let reason = told.or_else(|| logs::cause(server, &refusal));
            let error = reason.unwrap_or_else(|| refusal.message.clone());
            let status = Status { error, state: State::FailedToStart, ..status };
            return Err(not_running(server, &package.id, &status));
        }
        Err(failure) => return Err(server.explain("upload the bundle", &failure)),
    }
    let uploaded = begun.elapsed();
    start(server, &package.id, limit, ui, |running| match running == package.version {
        true => Ok(()),
        false => Err(other_version(server, package, running)),
    })?;
    Ok(Times { upload: uploaded, start: begun.elapsed().saturating_sub(uploaded) })
}

/// Enables a plugin and waits for Running; `check` sees the version that runs.
///
/// # Errors
/// As [`deploy`], and what `check` says.
pub fn start(
    server: &Server,
    id: &str,
    limit: Duration,
    ui: &Ui,
    check: impl FnOnce(&str) -> Result<(), Error>,
) -> Result<(), Error> {
    server.enable(id).map_err(|failure| server.explain(&format!("enable {id}"), &failure))?;
    let outcome = wait::until_running(server, id, limit, ui);
    match outcome.map_err(|failure| server.explain(&format!("see whether {id} runs"), &failure))? {
        Outcome::Running { version } => check(&version),
        Outcome::Failed(status) => Err(not_running(server, id, &status)),
        Outcome::Late(status) => {
            let error = not_running(server, id, &status);
            Err(error.help("OnActivate may need longer: --timeout SECONDS"))
        }
    }
}

/// Disables a plugin.
///
/// # Errors
/// The server refuses.
pub fn stop(server: &Server, id: &str) -> Result<(), Error> {
    server.disable(id).map_err(|failure| server.explain(&format!("disable {id}"), &failure))
}

/// Everything about a plugin that is on the server and does not run.
pub fn not_running(server: &Server, id: &str, status: &Status) -> Error {
    let node =
        if status.cluster_id.is_empty() { String::new() } else { format!(" on node {}", status.cluster_id) };
    let what = match status.state {
        State::FailedToStart => "did not start",
        State::GaveUp => "was given up: it ended or hung three times within an hour",
        State::Starting => "is still starting",
        _ => "does not run",
    };
    let mut error = Error::new(Kind::NotRunning, format!("{id} {what}{node}"));
    if !status.error.is_empty() {
        error = error.detail(format!("the server says: {}", status.error.trim()));
    }
    error = match logs::last(server, id, LAST_LINES) {
        Ok(Some(lines)) if lines.is_empty() => error.detail("the server's log has no line about it"),
        Ok(Some(lines)) => {
            let lines: Vec<String> = lines.iter().map(logs::Line::text).collect();
            error.detail(format!("last lines of its log:\n  {}", lines.join("\n  ")))
        }
        Ok(None) => error.detail("the server hands out no log: LogSettings.EnableFile is off"),
        Err(failure) => error.detail(server.explain("read the server's log", &failure).message),
    };
    let help = start_help(&status.error);
    if help.is_empty() && status.state == State::FailedToStart {
        return error.help("the words are the plugin's own: what its activation returned, or how it ended");
    }
    help.into_iter().fold(error, Error::help)
}

fn other_version(server: &Server, package: &Package, running: &str) -> Error {
    let Package { id, version, .. } = package;
    Error::new(Kind::NotRunning, format!("the server runs {id} {running}, not {version}"))
        .detail(format!("server: {}", server.place()))
        .help("somebody else deployed at the same time, or a node of the cluster is behind: deploy again")
}

fn failed_status(server: &Server, id: &str) -> Option<Status> {
    let statuses = server.statuses().ok()?;
    statuses.into_iter().filter(|status| status.plugin_id == id).find(|status| !status.error.is_empty())
}

fn upload(server: &Server, package: &Package, ui: &Ui) -> Result<(), Failure> {
    let (sent, done) = (Sent::default(), AtomicBool::new(false));
    let result = thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                ui.progress("Uploading", sent.bytes(), package.bytes);
                thread::sleep(FRAME);
            }
        });
        let result = server.upload(&package.path, &sent);
        done.store(true, Ordering::Relaxed);
        result
    });
    ui.progress_done();
    result.map(drop)
}

/// `1.2 s (upload 0.8 s, start 0.4 s)`.
impl std::fmt::Display for Times {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { upload, start } = *self;
        write!(f, "{} (upload {}, start {})", duration(upload + start), duration(upload), duration(start))
    }
}

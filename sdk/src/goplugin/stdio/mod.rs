//! What the plugin process writes on stdout and stderr, made harmless.
//!
//! The host reads one line from stdout and wants nothing after it; it reads stderr as log lines, and a malformed one ends
//! the whole server (see `goplugin::hclog`). Authors, libraries and the Rust runtime know nothing of that. So
//! [`Guard::install`] puts a pipe under each of the two descriptors and reads both in one small thread, which hands every
//! line on as one well-formed log line. Writers never wait for the host: what it does not read is dropped and counted.
//!
//! A process that aborts (stack overflow, failed allocation, a panic in a destructor) still hands over its last lines:
//! see `link::on_crash`.
//!
//! On systems other than Unix the guard only prints the handshake: there the author must not print.

#[cfg(unix)]
mod crash;
#[cfg(unix)]
mod lines;
#[cfg(unix)]
mod outbox;
#[cfg(unix)]
mod pump;

#[cfg(not(unix))]
mod plain;
#[cfg(not(unix))]
use plain as pump;

use std::fmt::Display;
use std::io;
use std::process::ExitCode;

/// What of `printed` goes to the host as log lines when it was printed to stderr; for fuzzing.
#[cfg(unix)]
#[doc(hidden)]
pub fn exercise(printed: &[u8]) -> Vec<u8> {
    let now = std::time::SystemTime::now();
    let (mut lines, mut out) = (lines::Lines::new(lines::Source::Stderr), outbox::Outbox::default());
    lines.feed(printed, now, &mut out);
    lines.finish(now, &mut out);
    out.pending().to_vec()
}

/// Keeps the two descriptors that the host reads; there is one for the whole process.
#[derive(Debug, Clone, Copy)]
pub struct Guard(());

impl Guard {
    /// Moves the real stdout and stderr out of everyone's reach and puts pipes in their place.
    ///
    /// Call it before the first thread is made and before anything is printed. Children that the plugin starts inherit
    /// the pipes, never the host's descriptors, so the host sees the end of both as soon as the plugin has ended. (A child
    /// that outlives the plugin then gets an error, or SIGPIPE, when it prints; give it an output of its own.)
    ///
    /// # Errors
    /// [`io::ErrorKind::AlreadyExists`] on the second call; otherwise what the system says about making pipes and a
    /// thread: then both descriptors are as they were.
    pub fn install() -> io::Result<Self> {
        pump::install()?;
        Ok(Self(()))
    }

    /// Writes `line` and a line end to the real stdout, in one piece. Nothing else ever goes there; it stays open, as
    /// with Go plugins.
    ///
    /// # Errors
    /// When the host has gone.
    pub fn handshake(&self, line: &str) -> io::Result<()> {
        pump::handshake(line)
    }

    /// Waits until all that was printed so far has been handed to the host, unfinished lines too. `false` if the host
    /// did not take it within half a second.
    ///
    /// A normal exit (`main` returns, [`std::process::exit`]) does this by itself.
    pub fn flush(&self) -> bool {
        pump::flush()
    }
}

/// The whole of a plugin's `main` between setting up its output and the last line of it: an error of `run` is logged.
pub(crate) fn guarded<E: Display>(run: impl FnOnce(&Guard) -> Result<(), E>) -> ExitCode {
    let guard = match Guard::install() {
        Ok(guard) => guard,
        Err(error) => {
            eprintln!("[ERROR] cannot set up stdout and stderr: {error}");
            return ExitCode::FAILURE;
        }
    };
    let code = match run(&guard) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error}");
            ExitCode::FAILURE
        }
    };
    guard.flush();
    code
}

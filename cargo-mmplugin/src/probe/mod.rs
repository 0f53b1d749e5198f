//! Starts a plugin as a server does and asks what a server asks before it activates one: the handshake line,
//! `Control.Ping`, `Dispenser.Dispense`, `Plugin.Implemented`, `Control.Quit`. No hook of the author runs.

use std::future::{Future, poll_fn};
use std::path::Path;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use crate::error::{Error, Kind};
use crate::interrupt::Interrupt;
use crate::ui::duration;

pub mod handshake;
mod process;
mod session;

/// What a server gives a plugin between start and handshake line.
const START: Duration = Duration::from_secs(3);
/// For each question after that; a healthy plugin needs a millisecond.
const ANSWER: Duration = Duration::from_secs(5);
/// What a server gives a plugin between `Quit` and its end before it kills it.
const EXIT: Duration = Duration::from_secs(2);

/// How a start went.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Report {
    /// Go names of the hooks the plugin says it implements.
    pub hooks: Vec<String>,
    /// From start to handshake line.
    pub handshake_ms: u64,
    /// From `Quit` to the end of the process.
    pub exit_ms: u64,
}

impl Report {
    /// One line for people.
    pub fn line(&self) -> String {
        let ms = |ms| duration(Duration::from_millis(ms));
        let hooks = match self.hooks.len() {
            1 => "1 hook".to_owned(),
            many => format!("{many} hooks"),
        };
        format!(
            "handshake in {}, {hooks} ({}), quit in {}",
            ms(self.handshake_ms),
            self.hooks.join(", "),
            ms(self.exit_ms)
        )
    }
}

/// This machine as plugin.json names platforms.
pub fn platform() -> String {
    let os = if cfg!(target_os = "macos") { "darwin" } else { std::env::consts::OS };
    let arch = match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        "x86" => "386",
        other => other,
    };
    format!("{os}-{arch}")
}

/// Starts the executable, asks, and sees that it ends.
///
/// # Errors
/// What a server would have stumbled over, with the plugin's own last words on stderr.
pub fn start(executable: &Path, interrupt: &Interrupt) -> Result<Report, Error> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let (mut report, mut stop) = (pin!(run(executable)), pin!(interrupted(interrupt)));
        poll_fn(|cx| match report.as_mut().poll(cx) {
            Poll::Pending => stop.as_mut().poll(cx).map(|()| Err(Error::interrupted())),
            ready => ready,
        })
        .await
    })
}

async fn run(executable: &Path) -> Result<Report, Error> {
    let mut process = process::Process::start(executable)?;
    match talk(&mut process).await {
        Ok(report) => Ok(report),
        Err(error) => Err(process.last_words(error).await),
    }
}

async fn talk(process: &mut process::Process) -> Result<Report, Error> {
    let (line, took) = process.first_line().await?;
    let address = handshake::parse(&line)?;
    let session = session::Session::connect(&address).await?;
    let hooks = session.hooks().await?;
    session.quit().await?;
    let exit = process.ended().await?;
    let millis = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    Ok(Report { hooks, handshake_ms: millis(took), exit_ms: millis(exit) })
}

async fn interrupted(interrupt: &Interrupt) {
    while !interrupt.is_set() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn failed(what: impl Into<String>) -> Error {
    Error::new(Kind::Probe, what)
}

#[cfg(all(test, unix))]
mod tests;

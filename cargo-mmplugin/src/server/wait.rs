//! Waiting until a plugin runs: the server says success to "enable" long before, and also when it never will.

use std::time::{Duration, Instant};

use super::{Failure, Server, State, Status, logs};
use crate::ui::Ui;

/// Between two looks.
const INTERVAL: Duration = Duration::from_millis(150);
/// How long a plugin may be "not running" after it was enabled: the server starts it at once, and a start that takes its
/// time is "starting". Where the server gives no reasons, OnActivate counts as "not running".
const SETTLE: Duration = Duration::from_secs(10);
/// A server that restarts is back by then, or it is not a wait any more.
const ABSENT: Duration = Duration::from_secs(60);

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// On every node.
    Running {
        /// The version that runs.
        version: String,
    },
    /// It will not.
    Failed(Status),
    /// It has not within the time.
    Late(Status),
}

/// Looks until every node says "running", one says that it failed, or the time is over.
///
/// # Errors
/// A [`Failure`] other than the server being away for a while.
pub fn until_running(server: &Server, id: &str, limit: Duration, ui: &Ui) -> Result<Outcome, Failure> {
    let begun = Instant::now();
    let mut waiting = ui.waiting();
    let mut away: Option<Instant> = None;
    loop {
        match server.statuses() {
            Ok(statuses) => {
                away = None;
                let mine: Vec<Status> =
                    statuses.into_iter().filter(|status| status.plugin_id == id).collect();
                let state = mine.iter().map(|status| status.state).find(|state| *state != State::Running);
                if let Some(outcome) = judge(server, id, mine, begun.elapsed(), limit)? {
                    return Ok(outcome);
                }
                waiting.still(&format!("for {id}: {}", state.unwrap_or_default()));
            }
            Err(failure) if failure.is_absence() => {
                waiting.still("for the server, which is away");
                if away.get_or_insert_with(Instant::now).elapsed() > ABSENT.min(limit) {
                    return Err(failure);
                }
            }
            Err(failure) => return Err(failure),
        }
        server.sleep(INTERVAL)?;
    }
}

fn judge(
    server: &Server,
    id: &str,
    mine: Vec<Status>,
    waited: Duration,
    limit: Duration,
) -> Result<Option<Outcome>, Failure> {
    let failed = mine.iter().find(|status| matches!(status.state, State::FailedToStart | State::GaveUp));
    if let Some(failed) = failed {
        return Ok(Some(Outcome::Failed(failed.clone())));
    }
    let slow = mine.iter().find(|status| status.state != State::Running).cloned();
    let slow = match (slow, mine.first()) {
        (None, Some(first)) => return Ok(Some(Outcome::Running { version: first.version.clone() })),
        (Some(slow), _) => slow,
        (None, None) => Status { plugin_id: id.to_owned(), ..Status::default() },
    };
    // The socket's list has no reasons, but the log may.
    if !server.gives_reasons()
        && slow.state == State::NotRunning
        && let Some(error) = reason_in_log(server, id)?
    {
        return Ok(Some(Outcome::Failed(Status { error, state: State::FailedToStart, ..slow })));
    }
    let over = waited >= limit || (slow.state == State::NotRunning && waited >= SETTLE.min(limit));
    Ok(over.then_some(Outcome::Late(slow)))
}

/// The server's own last line about this plugin's start, if it is about a failure.
fn reason_in_log(server: &Server, id: &str) -> Result<Option<String>, Failure> {
    let lines = match logs::last(server, id, 50) {
        Ok(lines) => lines.unwrap_or_default(),
        Err(Failure::Cancelled) => return Err(Failure::Cancelled),
        Err(_) => return Ok(None),
    };
    let start = lines.iter().rev().find_map(|line| match line.message() {
        "Unable to activate plugin" => Some(Some(line.field("error").to_owned())),
        "Installing extracted plugin" | "Plugin activated" => Some(None),
        _ => None,
    });
    Ok(start.flatten().filter(|reason| !reason.is_empty()))
}

//! What a working day with plugins needs, on this machine and on the server: looked at, not changed.

use serde::Serialize;

mod local;
mod remote;

pub use local::look as local;
pub use remote::look as remote;

/// How a thing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Health {
    /// As it should be.
    Ok,
    /// It works, with a catch.
    Warning,
    /// Something will fail.
    Bad,
    /// Not looked at, or not needed.
    Skipped,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What was looked at: `rustc`, `EnableUploads`.
    pub name: &'static str,
    /// How it is.
    pub health: Health,
    /// What was found.
    pub found: String,
    /// What to do; empty when there is nothing to do.
    pub fix: Vec<String>,
}

impl Finding {
    fn new(name: &'static str, health: Health, found: impl Into<String>) -> Self {
        Self { name, health, found: found.into(), fix: Vec::new() }
    }

    fn ok(name: &'static str, found: impl Into<String>) -> Self {
        Self::new(name, Health::Ok, found)
    }

    fn skipped(name: &'static str, found: impl Into<String>) -> Self {
        Self::new(name, Health::Skipped, found)
    }

    fn fix(mut self, fix: impl Into<String>) -> Self {
        self.fix.push(fix.into());
        self
    }

    /// A failure of another part of the tool as a finding.
    fn from_error(name: &'static str, error: crate::error::Error) -> Self {
        Self { name, health: Health::Bad, found: error.message, fix: error.help }
    }
}

//! What the server answers, as far as the commands need it.

use serde::{Deserialize, Serialize};

/// `GET /plugins`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Plugins {
    /// Running ones.
    #[serde(deserialize_with = "nullable")]
    pub active: Vec<Plugin>,
    /// Installed and not running.
    #[serde(deserialize_with = "nullable")]
    pub inactive: Vec<Plugin>,
}

/// A plugin's manifest, of which these are needed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Plugin {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// One row of `GET /plugins/statuses`: a plugin on one node.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Status {
    /// Its id.
    pub plugin_id: String,
    /// The node; empty on a server of one.
    pub cluster_id: String,
    /// See [`State`].
    pub state: State,
    /// Why it is not running.
    pub error: String,
    /// What people call it.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// `state` of a status.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "i64", rename_all(serialize = "kebab-case"))]
#[non_exhaustive]
pub enum State {
    /// 0: installed, not enabled.
    #[default]
    NotRunning,
    /// 1: on its way up.
    Starting,
    /// 2: running.
    Running,
    /// 3: it was tried and did not work.
    FailedToStart,
    /// 4: it died too often.
    GaveUp,
    /// 5: on its way down.
    Stopping,
    /// A number of a newer server.
    Unknown,
}

impl From<i64> for State {
    fn from(number: i64) -> Self {
        match number {
            0 => Self::NotRunning,
            1 => Self::Starting,
            2 => Self::Running,
            3 => Self::FailedToStart,
            4 => Self::GaveUp,
            5 => Self::Stopping,
            _ => Self::Unknown,
        }
    }
}

impl std::fmt::Display for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(match self {
            Self::NotRunning => "not running",
            Self::Starting => "starting",
            Self::Running => "running",
            Self::FailedToStart => "failed to start",
            Self::GaveUp => "failed to stay running",
            Self::Stopping => "stopping",
            Self::Unknown => "unknown",
        })
    }
}

/// `GET /users/me`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct User {
    /// Its name.
    pub username: String,
    /// Names of its roles, with blanks between them.
    pub roles: String,
}

/// Go writes an empty list as `null`.
fn nullable<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: Deserialize<'de>,
{
    Ok(Option::<Vec<T>>::deserialize(deserializer)?.unwrap_or_default())
}

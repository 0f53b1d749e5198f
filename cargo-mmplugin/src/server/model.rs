//! What the commands print of plugins, and how.

use mmplugin_rest::model::{Manifest, PluginRunState, PluginStatus};
use serde::Serialize;

/// A plugin's manifest, of which these are printed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Plugin {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Its version.
    pub version: String,
}

impl From<Manifest> for Plugin {
    fn from(manifest: Manifest) -> Self {
        Self { id: manifest.id, name: manifest.name, version: manifest.version }
    }
}

/// A plugin on one node.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
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

impl From<PluginStatus> for Status {
    fn from(status: PluginStatus) -> Self {
        Self {
            plugin_id: status.plugin_id,
            cluster_id: status.cluster_id.into_string(),
            state: State::from(status.state),
            error: status.error,
            name: status.name,
            version: status.version,
        }
    }
}

/// `state` of a status.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
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

impl From<PluginRunState> for State {
    fn from(state: PluginRunState) -> Self {
        match state {
            PluginRunState::NotRunning => Self::NotRunning,
            PluginRunState::Starting => Self::Starting,
            PluginRunState::Running => Self::Running,
            PluginRunState::FailedToStart => Self::FailedToStart,
            PluginRunState::FailedToStayRunning => Self::GaveUp,
            PluginRunState::Stopping => Self::Stopping,
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

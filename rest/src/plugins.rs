//! Plugins on the server.

use std::path::Path;

use mmplugin::model::{Manifest, PluginRunState, PluginStatus};
use serde::{Deserialize, Deserializer};

use crate::client::{order, read};
use crate::http::{ACTIVATION, Call, Payload};
use crate::path::path;
use crate::{Client, Error, Place, Sent};

/// The plugins of a server, by their manifests.
///
/// Go: `model.PluginsResponse`.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Plugins {
    /// Running ones.
    #[serde(deserialize_with = "or_null")]
    pub active: Vec<Manifest>,
    /// Installed and not running.
    #[serde(deserialize_with = "or_null")]
    pub inactive: Vec<Manifest>,
}

/// Plugins. Each method fails as all requests do: see [`Error`]. The account needs the role `system_admin`, or the
/// permissions of System Console > Plugins.
impl Client {
    /// All plugins that are installed.
    ///
    /// # Errors
    /// See [`Error`].
    ///
    /// `GET /plugins`.
    pub fn get_plugins(&self) -> Result<Plugins, Error> {
        self.get("/plugins")
    }

    /// What runs, and why not: a row for each plugin on each node. The local-mode socket has no such address; there the rows
    /// are made of [`Client::get_plugins`], without reasons, paths and nodes.
    ///
    /// # Errors
    /// See [`Error`].
    ///
    /// `GET /plugins/statuses`.
    pub fn get_plugin_statuses(&self) -> Result<Vec<PluginStatus>, Error> {
        if let Place::Url(_) = self.place() {
            return Ok(self.get::<Option<Vec<PluginStatus>>>("/plugins/statuses")?.unwrap_or_default());
        }
        let status = |state: PluginRunState| {
            move |plugin: Manifest| PluginStatus {
                plugin_id: plugin.id,
                state,
                name: plugin.name,
                description: plugin.description,
                version: plugin.version,
                ..PluginStatus::default()
            }
        };
        let Plugins { active, inactive } = self.get_plugins()?;
        let active = active.into_iter().map(status(PluginRunState::Running));
        Ok(active.chain(inactive.into_iter().map(status(PluginRunState::NotRunning))).collect())
    }

    /// Uploads a bundle, in place of an older version; one that was enabled is started again. `sent` counts the bytes on
    /// their way. The server has three minutes for an answer after the last byte.
    ///
    /// # Errors
    /// See [`Error`]; a file that cannot be read is an [`Error::Input`]. With the id `app.plugin.restart.app_error` the server
    /// has the plugin and could not start it: [`Client::get_plugin_statuses`] says why.
    ///
    /// `POST /plugins`.
    pub fn upload_plugin(&self, bundle: &Path, sent: &Sent) -> Result<Manifest, Error> {
        let payload = Payload::Bundle(bundle.to_owned(), sent.clone());
        read(&self.send(&Call { limit: Some(ACTIVATION), ..order("POST", "/plugins".into(), payload) })?)
    }

    /// Enables a plugin. A server answers success also for one that does not start: see [`Client::get_plugin_statuses`].
    ///
    /// # Errors
    /// See [`Error`].
    ///
    /// `POST /plugins/{plugin_id}/enable`.
    pub fn enable_plugin(&self, plugin_id: &str) -> Result<(), Error> {
        self.switch("POST", path(&["plugins", plugin_id, "enable"])?)
    }

    /// Disables a plugin.
    ///
    /// # Errors
    /// See [`Error`].
    ///
    /// `POST /plugins/{plugin_id}/disable`.
    pub fn disable_plugin(&self, plugin_id: &str) -> Result<(), Error> {
        self.switch("POST", path(&["plugins", plugin_id, "disable"])?)
    }

    /// Stops a plugin and takes it off the server. What it has stored stays.
    ///
    /// # Errors
    /// See [`Error`].
    ///
    /// `DELETE /plugins/{plugin_id}`.
    pub fn remove_plugin(&self, plugin_id: &str) -> Result<(), Error> {
        self.switch("DELETE", path(&["plugins", plugin_id])?)
    }

    fn switch(&self, method: &'static str, path: String) -> Result<(), Error> {
        self.send(&Call { limit: Some(ACTIVATION), ..order(method, path, Payload::None) }).map(drop)
    }
}

/// Go writes an empty list as `null`.
fn or_null<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Manifest>, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

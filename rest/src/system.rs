//! The server itself: whether it is there, its version, configuration and log.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::path::with_query;
use crate::{Client, Error};

/// What a server says to a ping.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Ping {
    /// `OK`, or what is wrong with it.
    pub status: String,
}

/// The server. Each method fails as all requests do: see [`Error`].
impl Client {
    /// Whether somebody is there; asks for no rights.
    ///
    /// # Errors
    /// See [`Error`].
    ///
    /// `GET /system/ping`.
    pub fn get_ping(&self) -> Result<Ping, Error> {
        self.get("/system/ping")
    }

    /// What browsers learn of the configuration, all of it as text. Without a token there is less.
    ///
    /// # Errors
    /// See [`Error`].
    ///
    /// `GET /config/client`.
    pub fn get_client_config(&self) -> Result<BTreeMap<String, String>, Error> {
        self.get("/config/client?format=old")
    }

    /// The server's version, such as `11.6.0`; asks for no rights.
    ///
    /// # Errors
    /// See [`Error`].
    ///
    /// `GET /config/client`, the key `Version`.
    pub fn get_server_version(&self) -> Result<String, Error> {
        let none = || Error::NotMattermost("the configuration for browsers has no version".into());
        self.get_client_config()?.remove("Version").ok_or_else(none)
    }

    /// The configuration, for administrators; accounts with fewer rights see fewer keys, and secrets are stars.
    ///
    /// `T` is the SDK's [`Config`](mmplugin::model::Config), `serde_json::Value`, or a struct with the few keys that are needed.
    ///
    /// ```no_run
    /// # fn f(client: &mmplugin_rest::Client) -> Result<(), mmplugin_rest::Error> {
    /// let config: mmplugin_rest::model::Config = client.get_config()?;
    /// println!("{:?}", config.service_settings.site_url);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// See [`Error`].
    ///
    /// `GET /config`.
    pub fn get_config<T: DeserializeOwned>(&self) -> Result<T, Error> {
        self.get("/config")
    }

    /// The last lines of the server's log file, oldest first, 10,000 at most. A server without a log file
    /// (`LogSettings.EnableFile`) answers with none, or with an empty one.
    ///
    /// # Errors
    /// See [`Error`].
    ///
    /// `GET /logs`.
    pub fn get_logs(&self, count: usize) -> Result<Vec<String>, Error> {
        let path = with_query("/logs?page=0".into(), &[("logs_per_page", &count.to_string())]);
        Ok(self.question::<Option<Vec<String>>>(path)?.unwrap_or_default())
    }
}

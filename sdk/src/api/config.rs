//! The plugin's own settings.

use serde_json::{Map, Value};

use super::{Api, ApiError};
use crate::wire::{LoadPluginConfigurationArgs, LoadPluginConfigurationReturns};

/// # Settings of the plugin
impl Api {
    /// Reads this plugin's settings as they are stored: the manifest's defaults, overlaid with what is saved, all keys
    /// in lower case.
    ///
    /// The runtime does so at activation and after each change; authors find the result in their own settings type.
    ///
    /// # Errors
    /// [`ApiError::Rpc`] when what comes is no JSON object; otherwise the call itself failed.
    ///
    /// Since server 5.2. Go: `API.LoadPluginConfiguration`.
    pub async fn load_plugin_configuration(&self) -> Result<Map<String, Value>, ApiError> {
        object(self.call(LoadPluginConfigurationArgs {}).await?)
    }

    /// The same for the runtime.
    pub(crate) async fn stored_settings(&self) -> Result<Map<String, Value>, ApiError> {
        object(self.request(LoadPluginConfigurationArgs {}).await?)
    }
}

fn object(reply: LoadPluginConfigurationReturns) -> Result<Map<String, Value>, ApiError> {
    parse(&reply.a).map_err(|error| ApiError::Rpc {
        method: "LoadPluginConfiguration",
        text: format!("the settings are no JSON object: {error}"),
    })
}

/// Nothing stored and no defaults is no bytes at all, or `null`.
fn parse(bytes: &[u8]) -> Result<Map<String, Value>, serde_json::Error> {
    if bytes.is_empty() {
        return Ok(Map::new());
    }
    serde_json::from_slice::<Option<_>>(bytes).map(Option::unwrap_or_default)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_settings_are_an_empty_object() {
        for none in [&b""[..], b"null", b"{}"] {
            assert!(parse(none).unwrap().is_empty());
        }
        assert_eq!(parse(br#"{"word":"x"}"#).unwrap()["word"], "x");
        assert!(parse(b"[]").is_err());
    }
}

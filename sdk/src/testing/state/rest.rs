//! Settings, facts of the system, commands, events and log lines.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use crate::gob::Value;
use crate::model::{Command, Config, License};
use crate::testing::calls::*;
use crate::testing::server::{LogLine, Published};

use super::{Found, State, refused};

/// What a server says of itself: 26 characters.
const SERVER_ID: &str = "testing0000000000000server";

/// When the server was installed: some day in 2023.
const INSTALLED: i64 = 1_700_000_000_000;

/// The settings.
impl State {
    pub(super) fn load_plugin_configuration(&mut self, _: LoadPluginConfiguration) -> Found<Vec<u8>> {
        // As the server gives them: JSON with its top keys in lower case.
        let settings = self.settings.as_object().into_iter().flatten();
        let lower: serde_json::Map<_, _> =
            settings.map(|(key, value)| (key.to_lowercase(), value.clone())).collect();
        Ok(Json::Object(lower).to_string().into_bytes())
    }

    pub(super) fn get_plugin_config(&mut self, _: GetPluginConfig) -> Found<BTreeMap<String, Value>> {
        let read = |value: &Json| serde_json::from_value(value.clone()).unwrap_or_default();
        let settings = self.settings.as_object().into_iter().flatten();
        Ok(settings.map(|(key, value)| (key.clone(), read(value))).collect())
    }

    pub(super) fn save_plugin_config(&mut self, call: SavePluginConfig) -> Found<()> {
        let bad = |error: serde_json::Error| refused(400, "testing.plugin_config", &error.to_string());
        self.settings = serde_json::to_value(call.config).map_err(bad)?;
        Ok(())
    }

    pub(super) fn get_config(&mut self, _: GetConfig) -> Found<Box<Config>> {
        Ok(Box::new(self.config.clone()))
    }

    pub(super) fn get_unsanitized_config(&mut self, _: GetUnsanitizedConfig) -> Found<Box<Config>> {
        Ok(Box::new(self.config.clone()))
    }

    pub(super) fn save_config(&mut self, call: SaveConfig) -> Found<()> {
        self.config = *call.config;
        Ok(())
    }
}

/// The system.
impl State {
    pub(super) fn get_server_version(&mut self, _: GetServerVersion) -> Found<String> {
        Ok(self.version.clone())
    }

    pub(super) fn get_system_install_date(&mut self, _: GetSystemInstallDate) -> Found<i64> {
        Ok(INSTALLED)
    }

    pub(super) fn get_diagnostic_id(&mut self, _: GetDiagnosticId) -> Found<String> {
        Ok(SERVER_ID.to_owned())
    }

    pub(super) fn get_telemetry_id(&mut self, _: GetTelemetryId) -> Found<String> {
        Ok(SERVER_ID.to_owned())
    }

    pub(super) fn get_license(&mut self, _: GetLicense) -> Found<Option<License>> {
        Ok(None)
    }

    pub(super) fn is_enterprise_ready(&mut self, _: IsEnterpriseReady) -> Found<bool> {
        Ok(false)
    }

    pub(super) fn get_bundle_path(&mut self, _: GetBundlePath) -> Found<String> {
        Ok(self.bundle_path.clone())
    }

    pub(super) fn get_plugin_id(&mut self, _: GetPluginId) -> Found<String> {
        Ok(self.plugin_id.clone())
    }
}

/// Commands.
impl State {
    /// A command replaces the one with its trigger in its team.
    pub(super) fn register_command(&mut self, call: RegisterCommand) -> Found<()> {
        let mut command = call.command;
        if command.trigger.is_empty() {
            return Err(refused(400, "testing.command.trigger", "invalid command"));
        }
        command.trigger = command.trigger.to_lowercase();
        self.commands.retain(|one| one.team_id != command.team_id || one.trigger != command.trigger);
        self.commands.push(command);
        Ok(())
    }

    pub(super) fn unregister_command(&mut self, call: UnregisterCommand) -> Found<()> {
        let trigger = call.trigger.to_lowercase();
        self.commands.retain(|one| one.team_id != call.team_id || one.trigger != trigger);
        Ok(())
    }

    pub(super) fn list_plugin_commands(&mut self, call: ListPluginCommands) -> Found<Vec<Command>> {
        let seen = |one: &&Command| one.team_id.is_empty() || one.team_id == call.team_id;
        Ok(self.commands.iter().filter(seen).cloned().collect())
    }
}

/// Events and the log.
impl State {
    pub(super) fn publish_web_socket_event(&mut self, call: PublishWebSocketEvent) -> Found<()> {
        let PublishWebSocketEvent { event, payload, broadcast } = call;
        self.published.push(Published { event, payload, broadcast });
        Ok(())
    }

    pub(super) fn log_debug(&mut self, call: LogDebug) -> Found<()> {
        self.log("debug", call.msg, &call.key_value_pairs)
    }

    pub(super) fn log_info(&mut self, call: LogInfo) -> Found<()> {
        self.log("info", call.msg, &call.key_value_pairs)
    }

    pub(super) fn log_warn(&mut self, call: LogWarn) -> Found<()> {
        self.log("warn", call.msg, &call.key_value_pairs)
    }

    pub(super) fn log_error(&mut self, call: LogError) -> Found<()> {
        self.log("error", call.msg, &call.key_value_pairs)
    }

    fn log(&mut self, level: &'static str, message: String, pairs: &[Value]) -> Found<()> {
        let text = |value: &Value| value.as_str().map_or_else(|| format!("{value:?}"), str::to_owned);
        let fields = pairs.chunks(2).map(|pair| match pair {
            [key, value] => (text(key), text(value)),
            rest => (rest.first().map(text).unwrap_or_default(), String::new()),
        });
        self.logs.push(LogLine { level, message, fields: fields.collect() });
        Ok(())
    }
}

//! Setting up webhooks and slash commands.

mod model;

use mmplugin::model::{Command, CommandId, CommandResponse, TeamId};
use serde_json::json;

pub use model::{IncomingWebhook, IncomingWebhookId, OutgoingWebhook, OutgoingWebhookId, TriggerWhen};

use crate::path::{path, with_query};
use crate::{Client, Error, Pages};

/// Webhooks and slash commands. Each method fails as all requests do: see [`Error`]. The server refuses what is turned off in
/// System Console > Integrations > Integration Management.
impl Client {
    /// Makes an incoming webhook; `channel_id` has to be set. Programs post to [`Client::incoming_webhook_url`].
    ///
    /// # Errors
    /// See [`Error`].
    ///
    /// `POST /hooks/incoming`.
    pub fn create_incoming_webhook(&self, webhook: &IncomingWebhook) -> Result<IncomingWebhook, Error> {
        self.made("POST", "/hooks/incoming", webhook)
    }

    /// Where programs post to for an incoming webhook. Whoever knows it can post: treat it as a secret. `None` over the
    /// local-mode socket, which says nothing of the server's address.
    pub fn incoming_webhook_url(&self, webhook_id: &IncomingWebhookId) -> Option<String> {
        match self.place() {
            crate::Place::Url(url) => Some(format!("{url}/hooks/{webhook_id}")),
            crate::Place::Socket(_) => None,
        }
    }

    /// The incoming webhooks of a team, or of all of them; those of others only for accounts that may manage them.
    ///
    /// The items fail as requests do: see [`Error`].
    ///
    /// `GET /hooks/incoming`.
    pub fn get_incoming_webhooks(&self, team_id: Option<&TeamId>) -> Pages<IncomingWebhook> {
        let team_id = team_id.map(TeamId::as_str).unwrap_or_default();
        Pages::numbered(self, Ok(with_query("/hooks/incoming".into(), &[("team_id", team_id)])))
    }

    /// Deletes an incoming webhook.
    ///
    /// # Errors
    /// See [`Error`].
    ///
    /// `DELETE /hooks/incoming/{hook_id}`.
    pub fn delete_incoming_webhook(&self, webhook_id: &IncomingWebhookId) -> Result<(), Error> {
        self.delete(&path(&["hooks", "incoming", webhook_id.as_str()])?)
    }

    /// Makes an outgoing webhook; `team_id`, `display_name`, `callback_urls` and a public channel or trigger words have to be
    /// set. The answer holds the token that its requests will carry.
    ///
    /// # Errors
    /// See [`Error`].
    ///
    /// `POST /hooks/outgoing`.
    pub fn create_outgoing_webhook(&self, webhook: &OutgoingWebhook) -> Result<OutgoingWebhook, Error> {
        self.made("POST", "/hooks/outgoing", webhook)
    }

    /// The outgoing webhooks of a team, or of all of them; those of others only for accounts that may manage them.
    ///
    /// The items fail as requests do: see [`Error`].
    ///
    /// `GET /hooks/outgoing`.
    pub fn get_outgoing_webhooks(&self, team_id: Option<&TeamId>) -> Pages<OutgoingWebhook> {
        let team_id = team_id.map(TeamId::as_str).unwrap_or_default();
        Pages::numbered(self, Ok(with_query("/hooks/outgoing".into(), &[("team_id", team_id)])))
    }

    /// Deletes an outgoing webhook.
    ///
    /// # Errors
    /// See [`Error`].
    ///
    /// `DELETE /hooks/outgoing/{hook_id}`.
    pub fn delete_outgoing_webhook(&self, webhook_id: &OutgoingWebhookId) -> Result<(), Error> {
        self.delete(&path(&["hooks", "outgoing", webhook_id.as_str()])?)
    }

    /// Makes a slash command; `team_id`, `trigger`, `method` (`P` for POST, `G` for GET) and `url` have to be set. The answer
    /// holds the token that its requests will carry; `Debug` of a [`Command`] shows it.
    ///
    /// # Errors
    /// See [`Error`].
    ///
    /// `POST /commands`.
    pub fn create_command(&self, command: &Command) -> Result<Command, Error> {
        self.made("POST", "/commands", command)
    }

    /// The slash commands of a team that people have made, with their tokens; or all, built-in and plugins' ones among them.
    ///
    /// # Errors
    /// See [`Error`].
    ///
    /// `GET /commands`.
    pub fn list_commands(&self, team_id: &TeamId, custom_only: bool) -> Result<Vec<Command>, Error> {
        let custom_only = if custom_only { "true" } else { "" };
        let query = [("team_id", team_id.as_str()), ("custom_only", custom_only)];
        let commands: Option<Vec<Command>> = self.question(with_query("/commands".into(), &query))?;
        Ok(commands.unwrap_or_default())
    }

    /// Deletes a slash command.
    ///
    /// # Errors
    /// See [`Error`].
    ///
    /// `DELETE /commands/{command_id}`.
    pub fn delete_command(&self, command_id: &CommandId) -> Result<(), Error> {
        self.delete(&path(&["commands", command_id.as_str()])?)
    }

    /// Types a command in a channel, as the token's owner: `/time Asia/Tokyo`.
    ///
    /// # Errors
    /// See [`Error`].
    ///
    /// `POST /commands/execute`.
    pub fn execute_command(
        &self,
        channel_id: &mmplugin::model::ChannelId,
        command: &str,
    ) -> Result<CommandResponse, Error> {
        self.post("/commands/execute", &json!({"channel_id": channel_id, "command": command}))
    }
}

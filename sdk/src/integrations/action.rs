//! Buttons and menus in posts.

use serde::{Deserialize, Serialize};

use super::{DataSource, PostActionType, StringInterface};
use crate::model::{ChannelId, Post, PostId, TeamId, TriggerId, UserId, json};

/// Somebody pressed a button or chose from a menu in an attachment.
///
/// The server sends it as JSON with POST to the URL of the
/// [`PostActionIntegration`](super::PostActionIntegration). There is no token: put a secret of your own into the action's
/// `context`, which clients do not see, and check it by [`Tokens::matches`](super::Tokens::matches). Plugins with a path
/// below `/plugins/` get the user's id in the header instead.
///
/// Go: `model.PostActionIntegrationRequest`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PostActionIntegrationRequest {
    /// Who did it.
    pub user_id: UserId,
    /// The name of who did it.
    pub user_name: String,
    /// Where the post is.
    pub channel_id: ChannelId,
    /// The channel's name in URLs.
    pub channel_name: String,
    /// The channel's team; empty in direct messages.
    pub team_id: TeamId,
    /// The team's name in URLs. Go `TeamName`.
    pub team_domain: String,
    /// The post with the button.
    pub post_id: PostId,
    /// Opens a dialog for a few seconds.
    pub trigger_id: TriggerId,
    /// A button or a menu.
    #[serde(rename = "type")]
    pub type_: PostActionType,
    /// Where the menu's choices came from.
    pub data_source: DataSource,
    /// The action's own context, and `selected_option` for menus.
    #[serde(deserialize_with = "json::or_null", skip_serializing_if = "json::is_empty")]
    pub context: StringInterface,
}

impl PostActionIntegrationRequest {
    /// The value of the choice, for menus.
    pub fn selected_option(&self) -> Option<&str> {
        self.context.get("selected_option")?.as_str()
    }
}

/// The answer to a button or menu, as JSON with status 200.
///
/// Go: `model.PostActionIntegrationResponse`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PostActionIntegrationResponse {
    /// What the post becomes: its text and its properties, all of them; `None`: it stays.
    pub update: Option<Post>,
    /// Shown to who pressed, and to nobody else.
    pub ephemeral_text: String,
    /// Leaves links and mentions in the format of Slack alone.
    pub skip_slack_parsing: bool,
}

impl PostActionIntegrationResponse {
    /// A text for who pressed.
    pub fn ephemeral(text: impl Into<String>) -> Self {
        Self { ephemeral_text: text.into(), ..Self::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_is_read_as_the_server_sends_it() {
        let json = r#"{"user_id":"u1","user_name":"ada","channel_id":"c1","channel_name":"town-square","team_id":"t1",
            "team_domain":"eng","post_id":"p1","trigger_id":"g1","type":"select","data_source":"",
            "context":{"selected_option":"Asia/Tokyo","secret":"x","n":1}}"#;
        let request: PostActionIntegrationRequest = serde_json::from_str(json).unwrap();
        assert_eq!(request.selected_option(), Some("Asia/Tokyo"));
        assert_eq!(request.type_, PostActionType::Select);
        let json: serde_json::Value = serde_json::from_str(json).unwrap();
        assert_eq!(serde_json::to_value(&request).unwrap(), json);

        let button: PostActionIntegrationRequest = serde_json::from_str(r#"{"type":"button"}"#).unwrap();
        assert_eq!(button.selected_option(), None);
    }

    #[test]
    fn an_answer_is_written_as_go_writes_it() {
        let json = serde_json::to_string(&PostActionIntegrationResponse::ephemeral("Done.")).unwrap();
        assert_eq!(json, r#"{"update":null,"ephemeral_text":"Done.","skip_slack_parsing":false}"#);
    }
}

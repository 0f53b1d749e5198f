//! Incoming webhooks: a post by HTTP.

use serde::{Deserialize, Serialize};

use super::{MessageAttachment, PostPriority, StringInterface};
use crate::model::{PostType, json};

/// A post for an incoming webhook, sent as JSON with POST to `<site>/hooks/<id of the webhook>`.
///
/// The server answers status 200 and the text `ok`, or an [`AppError`](super::AppError) as JSON with the error's status.
/// It refuses a post with neither text nor attachments. Fields left empty are not sent.
///
/// ```
/// use mmplugin::integrations::IncomingWebhookRequest;
///
/// let post = IncomingWebhookRequest { channel: "town-square".into(), ..IncomingWebhookRequest::text("Deployed.") };
/// let post = post.card("All **42** tests passed.");
/// assert_eq!(
///     serde_json::to_string(&post).unwrap(),
///     r#"{"text":"Deployed.","channel":"town-square","props":{"card":"All **42** tests passed."}}"#,
/// );
/// ```
///
/// Go: `model.IncomingWebhookRequest`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct IncomingWebhookRequest {
    /// Markdown; longer than a post may be, it becomes several.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub text: String,
    /// Who seems to post. Needs `EnablePostUsernameOverride` on the server.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub username: String,
    /// The picture beside the post. Needs `EnablePostIconOverride` on the server.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub icon_url: String,
    /// An emoji as picture, with or without colons; wins over `icon_url`.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub icon_emoji: String,
    /// Another channel than the webhook's own: its name in the URL, not the one shown, or `@user` for a direct message.
    /// Refused for webhooks that are locked to their channel. Go `ChannelName`.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub channel: String,
    /// The post's properties. Texts, numbers, lists and maps of them only.
    #[serde(deserialize_with = "json::or_null", skip_serializing_if = "json::is_empty")]
    pub props: StringInterface,
    /// Framed blocks below the text.
    #[serde(deserialize_with = "json::or_null", skip_serializing_if = "json::is_empty")]
    pub attachments: Vec<MessageAttachment>,
    /// Empty, or a type of your own with the prefix `custom_`.
    #[serde(rename = "type", skip_serializing_if = "json::is_empty")]
    pub type_: PostType,
    /// How urgent it is; needs a licence.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub priority: Option<PostPriority>,
}

impl IncomingWebhookRequest {
    /// A post with text.
    pub fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// Puts an (i) beside the post, which opens this Markdown in the sidebar.
    #[must_use]
    pub fn card(mut self, markdown: impl Into<String>) -> Self {
        self.props.insert("card".to_owned(), markdown.into().into());
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nulls_are_read_as_empty() {
        // What Go writes of a request with a text only.
        let go = r#"{"text":"x","username":"","icon_url":"","channel":"","props":null,"attachments":null,
                     "type":"","icon_emoji":"","priority":null}"#;
        let read: IncomingWebhookRequest = serde_json::from_str(go).unwrap();
        assert_eq!(read, IncomingWebhookRequest::text("x"));
        assert_eq!(serde_json::to_string(&read).unwrap(), r#"{"text":"x"}"#);
    }

    #[test]
    fn every_field_has_its_name_on_the_wire() {
        let json = serde_json::json!({
            "text": "t", "username": "u", "icon_url": "i", "icon_emoji": "e", "channel": "c",
            "props": {"card": "k"}, "attachments": [{"title": "a"}], "type": "custom_x",
            "priority": {"priority": "urgent"},
        });
        let read: IncomingWebhookRequest = serde_json::from_value(json.clone()).unwrap();
        let written = serde_json::to_value(&read).unwrap();
        for (name, value) in json.as_object().unwrap() {
            match name.as_str() {
                "attachments" => assert_eq!(written[name][0]["title"], "a"),
                "priority" => assert_eq!(written[name]["priority"], "urgent"),
                _ => assert_eq!(&written[name], value, "{name}"),
            }
        }
        assert_eq!(written.as_object().unwrap().len(), json.as_object().unwrap().len());
    }
}

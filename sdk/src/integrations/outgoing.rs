//! Outgoing webhooks: the server tells of posts that begin with a trigger word.

use http::HeaderMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::body::{Form, Kind, PayloadError, secret};
use super::{MessageAttachment, PostPriority, Secret, StringInterface};
use crate::model::open::open_enum;
use crate::model::{ChannelId, FileId, PostId, PostType, TeamId, UserId, json};

/// A post that triggered an outgoing webhook.
///
/// The server sends it with POST, as JSON or as a form, whichever the webhook's content type says. Only posts in public
/// channels trigger. There is no token in the headers: check `token`, by [`Tokens::verify`](super::Tokens::verify).
///
/// Go: `model.OutgoingWebhookPayload`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct OutgoingWebhookPayload {
    /// The secret that the server showed when the webhook was made.
    #[serde(with = "secret")]
    pub token: Secret,
    /// Where it was posted.
    pub team_id: TeamId,
    /// The team's name in URLs.
    pub team_domain: String,
    /// Where it was posted.
    pub channel_id: ChannelId,
    /// The channel's name in URLs.
    pub channel_name: String,
    /// Milliseconds since 1970; whole seconds in forms, where the wire has no more.
    pub timestamp: i64,
    /// Who posted.
    pub user_id: UserId,
    /// The name of who posted, without the `@`.
    pub user_name: String,
    /// The post itself.
    pub post_id: PostId,
    /// The whole text, with the trigger word.
    pub text: String,
    /// The word that triggered; empty for a webhook that takes all posts of its channel.
    pub trigger_word: String,
    /// The post's files; one text with commas on the wire.
    #[serde(serialize_with = "joined", deserialize_with = "split")]
    pub file_ids: Vec<FileId>,
}

impl OutgoingWebhookPayload {
    /// Reads a request's body, by the content type in its headers.
    ///
    /// # Errors
    /// [`PayloadError`] when the content type is neither JSON nor a form, or the body is not what the server sends.
    pub fn from_request(headers: &HeaderMap, body: &[u8]) -> Result<Self, PayloadError> {
        match Kind::of(headers)? {
            Kind::Json => Ok(serde_json::from_slice(body)?),
            Kind::Form => Self::from_form(&Form::parse(body)),
        }
    }

    fn from_form(form: &Form<'_>) -> Result<Self, PayloadError> {
        let timestamp: String = form.get("timestamp");
        let seconds: Option<i64> = if timestamp.is_empty() { Some(0) } else { timestamp.parse().ok() };
        let Some(timestamp) = seconds.and_then(|seconds| seconds.checked_mul(1000)) else {
            let expected = "a number of seconds";
            return Err(PayloadError::Field { field: "timestamp", value: timestamp, expected });
        };
        Ok(Self {
            token: form.get("token"),
            team_id: form.get("team_id"),
            team_domain: form.get("team_domain"),
            channel_id: form.get("channel_id"),
            channel_name: form.get("channel_name"),
            timestamp,
            user_id: form.get("user_id"),
            user_name: form.get("user_name"),
            post_id: form.get("post_id"),
            text: form.get("text"),
            trigger_word: form.get("trigger_word"),
            file_ids: files(&form.get::<String>("file_ids")),
        })
    }

    /// The form that the server would send: for tests of receivers.
    pub fn to_form(&self) -> String {
        // In the order of Go's `url.Values.Encode`.
        form_urlencoded::Serializer::new(String::new())
            .append_pair("channel_id", self.channel_id.as_str())
            .append_pair("channel_name", &self.channel_name)
            .append_pair("file_ids", &commas(&self.file_ids))
            .append_pair("post_id", self.post_id.as_str())
            .append_pair("team_domain", &self.team_domain)
            .append_pair("team_id", self.team_id.as_str())
            .append_pair("text", &self.text)
            .append_pair("timestamp", &(self.timestamp / 1000).to_string())
            .append_pair("token", self.token.expose())
            .append_pair("trigger_word", &self.trigger_word)
            .append_pair("user_id", self.user_id.as_str())
            .append_pair("user_name", &self.user_name)
            .finish()
    }

    /// What follows the trigger word, without the space around it.
    pub fn argument(&self) -> &str {
        let text = self.text.trim();
        text.strip_prefix(self.trigger_word.as_str()).unwrap_or(text).trim()
    }
}

/// The answer to an outgoing webhook; without text and attachments nothing is posted.
///
/// An answer with another status than 200 is read all the same, so an error must not look like this.
///
/// ```
/// use mmplugin::integrations::{OutgoingWebhookResponse, OutgoingWebhookResponseType};
///
/// let reply = OutgoingWebhookResponse::comment("It is ten.");
/// assert_eq!(serde_json::to_string(&reply).unwrap(), r#"{"text":"It is ten.","response_type":"comment"}"#);
/// assert_eq!(serde_json::to_string(&OutgoingWebhookResponse::default()).unwrap(), "{}");
/// ```
///
/// Go: `model.OutgoingWebhookResponse`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct OutgoingWebhookResponse {
    /// Markdown. `None`: no reply, unless there are attachments; an empty text counts as a reply.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub text: Option<String>,
    /// Who seems to post. Needs `EnablePostUsernameOverride` on the server.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub username: String,
    /// The picture beside the post. Needs `EnablePostIconOverride` on the server.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub icon_url: String,
    /// The post's properties.
    #[serde(deserialize_with = "json::or_null", skip_serializing_if = "json::is_empty")]
    pub props: StringInterface,
    /// Framed blocks below the text.
    #[serde(deserialize_with = "json::or_null", skip_serializing_if = "json::is_empty")]
    pub attachments: Vec<MessageAttachment>,
    /// Empty, or a type of your own with the prefix `custom_`.
    #[serde(rename = "type", skip_serializing_if = "json::is_empty")]
    pub type_: PostType,
    /// In the thread of the post that triggered, or a new post.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub response_type: OutgoingWebhookResponseType,
    /// How urgent it is; not in 9.3.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub priority: Option<PostPriority>,
}

impl OutgoingWebhookResponse {
    /// A new post in the channel.
    pub fn post(text: impl Into<String>) -> Self {
        Self { text: Some(text.into()), ..Self::default() }
    }

    /// A reply in the thread of the post that triggered.
    pub fn comment(text: impl Into<String>) -> Self {
        Self { response_type: OutgoingWebhookResponseType::Comment, ..Self::post(text) }
    }
}

open_enum! {
/// Where the answer to an outgoing webhook appears; everything but `Comment` is a new post.
///
/// Go: a plain string.
pub enum OutgoingWebhookResponseType {
/// `comment`
Comment = "comment",
/// `post`
Post = "post",
}
}

fn commas(files: &[FileId]) -> String {
    files.iter().map(FileId::as_str).collect::<Vec<_>>().join(",")
}

fn files(text: &str) -> Vec<FileId> {
    text.split(',').filter(|id| !id.is_empty()).map(FileId::from).collect()
}

fn joined<S: Serializer>(ids: &[FileId], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&commas(ids))
}

fn split<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<FileId>, D::Error> {
    Ok(files(&Option::<String>::deserialize(deserializer)?.unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use http::header::CONTENT_TYPE;

    use super::*;

    /// What a server sent, with shorter ids.
    const JSON: &str = r#"{"token":"s3cret","team_id":"t1","team_domain":"eng","channel_id":"c1",
        "channel_name":"town-square","timestamp":1767225600123,"user_id":"u1","user_name":"ada","post_id":"p1",
        "text":"hoge in Tōkyō & more","trigger_word":"hoge","file_ids":"f1,f2"}"#;
    const FORM: &str = "channel_id=c1&channel_name=town-square&file_ids=f1%2Cf2&post_id=p1&team_domain=eng&\
        team_id=t1&text=hoge+in+T%C5%8Dky%C5%8D+%26+more&timestamp=1767225600&token=s3cret&trigger_word=hoge&\
        user_id=u1&user_name=ada";

    fn read(content_type: &'static str, body: &str) -> Result<OutgoingWebhookPayload, PayloadError> {
        let headers = HeaderMap::from_iter([(CONTENT_TYPE, content_type.parse().unwrap())]);
        OutgoingWebhookPayload::from_request(&headers, body.as_bytes())
    }

    #[test]
    fn json_and_form_are_the_same_post() {
        let json = read("application/json", JSON).unwrap();
        assert_eq!(json.token.expose(), "s3cret");
        assert_eq!(json.text, "hoge in Tōkyō & more");
        assert_eq!(json.argument(), "in Tōkyō & more");
        assert_eq!(json.file_ids, ["f1", "f2"]);
        let form = read("application/x-www-form-urlencoded", FORM).unwrap();
        assert_eq!(form.timestamp, 1_767_225_600_000, "milliseconds in both");
        assert_eq!(form, OutgoingWebhookPayload { timestamp: form.timestamp, ..json.clone() });

        assert_eq!(json.to_form(), FORM);
        let compact: serde_json::Value = serde_json::from_str(JSON).unwrap();
        assert_eq!(serde_json::to_value(&json).unwrap(), compact);
    }

    #[test]
    fn what_is_not_the_servers_is_an_error() {
        assert!(matches!(read("application/json", FORM), Err(PayloadError::Json(_))));
        assert!(matches!(read("text/plain", JSON), Err(PayloadError::ContentType(_))));
        for timestamp in ["x", "9223372036854775807", "-9223372036854775808"] {
            let form = format!("timestamp={timestamp}");
            let error = read("application/x-www-form-urlencoded", &form).unwrap_err();
            assert!(matches!(error, PayloadError::Field { field: "timestamp", .. }), "{error}");
        }
    }

    #[test]
    fn the_secret_does_not_show_in_debug() {
        let payload = read("application/json", JSON).unwrap();
        assert!(!format!("{payload:?}").contains("s3cret"));
    }

    #[test]
    fn answers_of_go_are_read() {
        let go = r#"{"text":null,"username":"","icon_url":"","props":null,"attachments":null,"type":"",
                     "response_type":"","priority":null}"#;
        let read: OutgoingWebhookResponse = serde_json::from_str(go).unwrap();
        assert_eq!(read, OutgoingWebhookResponse::default());
        let comment = OutgoingWebhookResponse::comment("x");
        let json = serde_json::to_string(&comment).unwrap();
        assert_eq!(serde_json::from_str::<OutgoingWebhookResponse>(&json).unwrap(), comment);
    }
}

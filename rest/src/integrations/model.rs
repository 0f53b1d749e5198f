//! Webhooks as the API has them. Plugins have no calls for these, so the SDK's model has no types for them.

use std::fmt;

use mmplugin::model::{ChannelId, TeamId, UserId};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

macro_rules! ids {
    ($($(#[$docs:meta])* $name:ident)*) => {$(
        $(#[$docs])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(id: &str) -> Self {
                Self(id.to_owned())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }
    )*};
}

ids! {
    /// Names an incoming webhook. Whoever knows it can post: treat it as a secret.
    IncomingWebhookId
    /// Names an outgoing webhook.
    OutgoingWebhookId
}

/// An address to which programs post messages.
///
/// Go: `model.IncomingWebhook`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct IncomingWebhook {
    /// Empty for one that is to be made.
    pub id: IncomingWebhookId,
    /// Milliseconds since 1970.
    pub create_at: i64,
    /// Milliseconds since 1970.
    pub update_at: i64,
    /// Milliseconds since 1970; 0 while it is not deleted.
    pub delete_at: i64,
    /// Who made it; set by the server.
    pub user_id: UserId,
    /// Where it posts unless a message names another channel.
    pub channel_id: ChannelId,
    /// Set by the server.
    pub team_id: TeamId,
    /// Its title, 64 characters at most.
    pub display_name: String,
    /// What it is for, 500 characters at most.
    pub description: String,
    /// The name of its posts, where the server lets integrations choose one.
    pub username: String,
    /// The picture of its posts, where the server lets integrations choose one.
    pub icon_url: String,
    /// Messages cannot name another channel.
    pub channel_locked: bool,
}

/// When an outgoing webhook's words count.
///
/// Go: a plain `int`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum TriggerWhen {
    /// 0: the first word of the message is one of them.
    #[default]
    FirstWord,
    /// 1: the first word begins with one of them.
    StartsWith,
    /// A number of a newer server.
    Other(i64),
}

impl Serialize for TriggerWhen {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(match self {
            Self::FirstWord => 0,
            Self::StartsWith => 1,
            Self::Other(number) => *number,
        })
    }
}

impl<'de> Deserialize<'de> for TriggerWhen {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match i64::deserialize(deserializer)? {
            0 => Self::FirstWord,
            1 => Self::StartsWith,
            number => Self::Other(number),
        })
    }
}

/// Addresses to which the server sends messages that begin with certain words.
///
/// Go: `model.OutgoingWebhook`.
#[derive(Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct OutgoingWebhook {
    /// Empty for one that is to be made.
    pub id: OutgoingWebhookId,
    /// Secret: the server sends it along with its requests, to show who it is. `Debug` does not show it.
    pub token: String,
    /// Milliseconds since 1970.
    pub create_at: i64,
    /// Milliseconds since 1970.
    pub update_at: i64,
    /// Milliseconds since 1970; 0 while it is not deleted.
    pub delete_at: i64,
    /// Who made it; set by the server.
    pub creator_id: UserId,
    /// The public channel it listens to; empty: all public ones of the team, and then it needs words.
    pub channel_id: ChannelId,
    /// The team it belongs to.
    pub team_id: TeamId,
    /// What it listens for; with a channel it may be empty: everything.
    #[serde(deserialize_with = "or_null")]
    pub trigger_words: Vec<String>,
    /// How the words have to stand.
    pub trigger_when: TriggerWhen,
    /// Where the messages are sent.
    #[serde(deserialize_with = "or_null")]
    pub callback_urls: Vec<String>,
    /// Its title, 64 characters at most.
    pub display_name: String,
    /// What it is for, 500 characters at most.
    pub description: String,
    /// `application/json`; or empty or `application/x-www-form-urlencoded` for a form.
    pub content_type: String,
    /// The name of its answers, where the server lets integrations choose one.
    pub username: String,
    /// The picture of its answers, where the server lets integrations choose one.
    pub icon_url: String,
}

impl fmt::Debug for OutgoingWebhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OutgoingWebhook")
            .field("id", &self.id)
            .field("team_id", &self.team_id)
            .field("channel_id", &self.channel_id)
            .field("display_name", &self.display_name)
            .field("trigger_words", &self.trigger_words)
            .field("trigger_when", &self.trigger_when)
            .field("callback_urls", &self.callback_urls)
            .finish_non_exhaustive()
    }
}

/// Go writes an empty list as `null`.
fn or_null<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outgoing_webhook_is_read_and_written_as_servers_do() {
        let json = r#"{"id": "h", "token": "s3cret", "trigger_words": ["hoge"], "trigger_when": 1, "callback_urls": null,
            "content_type": "application/json", "last_ten": "of a newer server"}"#;
        let webhook: OutgoingWebhook = serde_json::from_str(json).expect("JSON");
        assert_eq!((webhook.id.as_str(), webhook.trigger_when), ("h", TriggerWhen::StartsWith));
        assert!(webhook.callback_urls.is_empty() && !format!("{webhook:?}").contains("s3cret"));
        let written = serde_json::to_value(&webhook).expect("JSON");
        assert_eq!((&written["trigger_when"], &written["trigger_words"][0]), (&1.into(), &"hoge".into()));
        assert_eq!(
            (&written["token"], &written["callback_urls"]),
            (&"s3cret".into(), &serde_json::json!([]))
        );
    }
}

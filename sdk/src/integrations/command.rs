//! Slash commands that the server sends to a URL.

use std::collections::BTreeMap;

use super::Secret;
use super::body::{Form, PayloadError};
use crate::model::{ChannelId, PostId, TeamId, TriggerId, UserId};

/// A slash command as the server sends it to the command's URL: a form, in the body or, for commands with the method
/// GET, in the URL's query.
///
/// The answer is a [`CommandResponse`](super::CommandResponse) with status 200 within the server's time-out; the server
/// shows the person any other status as an error. Later answers go to [`response_url`](Self::response_url).
///
/// Go has no type for it; plugins get [`CommandArgs`](crate::model::CommandArgs) instead.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SlashCommandRequest {
    /// The secret that the server showed when the command was made; also in the header `Authorization`.
    pub token: Secret,
    /// The team that has the command.
    pub team_id: TeamId,
    /// The team's name in URLs.
    pub team_domain: String,
    /// Where it was typed.
    pub channel_id: ChannelId,
    /// The channel's name in URLs.
    pub channel_name: String,
    /// Who typed it.
    pub user_id: UserId,
    /// The name of who typed it, without the `@`.
    pub user_name: String,
    /// The command with its slash, as `/time`.
    pub command: String,
    /// What follows the command.
    pub text: String,
    /// Opens a dialog for a few seconds.
    pub trigger_id: TriggerId,
    /// The thread it was typed in; empty on servers that do not tell, as 9.3.
    pub root_id: PostId,
    /// Takes more [`CommandResponse`](super::CommandResponse)s as JSON: five of them, for half an hour. A secret.
    pub response_url: Secret,
    /// Ids of the users whose names are in the text, without the `@`.
    pub user_mentions: BTreeMap<String, UserId>,
    /// Ids of the public channels whose names are in the text, without the `~`.
    pub channel_mentions: BTreeMap<String, ChannelId>,
}

impl SlashCommandRequest {
    /// Reads the form: the body of a POST, or the query of a GET without the `?`.
    ///
    /// # Errors
    /// [`PayloadError::Mentions`] when the form is not as the server writes it. Missing fields are empty: it is
    /// the token that tells who sends.
    pub fn from_form(form: &[u8]) -> Result<Self, PayloadError> {
        let form = Form::parse(form);
        Ok(Self {
            token: form.get("token"),
            team_id: form.get("team_id"),
            team_domain: form.get("team_domain"),
            channel_id: form.get("channel_id"),
            channel_name: form.get("channel_name"),
            user_id: form.get("user_id"),
            user_name: form.get("user_name"),
            command: form.get("command"),
            text: form.get("text"),
            trigger_id: form.get("trigger_id"),
            root_id: form.get("root_id"),
            response_url: form.get("response_url"),
            user_mentions: form.mentions("user_mentions", "user_mentions_ids")?,
            channel_mentions: form.mentions("channel_mentions", "channel_mentions_ids")?,
        })
    }

    /// The form that the server would send: for tests of receivers.
    pub fn to_form(&self) -> String {
        // In the order of Go's `url.Values.Encode`.
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("channel_id", self.channel_id.as_str());
        form.extend_pairs(self.channel_mentions.keys().map(|name| ("channel_mentions", name)));
        form.extend_pairs(self.channel_mentions.values().map(|id| ("channel_mentions_ids", id)));
        form.append_pair("channel_name", &self.channel_name)
            .append_pair("command", &self.command)
            .append_pair("response_url", self.response_url.expose())
            .append_pair("root_id", self.root_id.as_str())
            .append_pair("team_domain", &self.team_domain)
            .append_pair("team_id", self.team_id.as_str())
            .append_pair("text", &self.text)
            .append_pair("token", self.token.expose())
            .append_pair("trigger_id", self.trigger_id.as_str())
            .append_pair("user_id", self.user_id.as_str());
        form.extend_pairs(self.user_mentions.keys().map(|name| ("user_mentions", name)));
        form.extend_pairs(self.user_mentions.values().map(|id| ("user_mentions_ids", id)));
        form.append_pair("user_name", &self.user_name).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_is_read_with_its_mentions() {
        let form = "channel_id=c1&channel_mentions=off-topic&channel_mentions_ids=c2&channel_name=town-square&\
            command=%2Ftime&response_url=http%3A%2F%2Fmm%2Fhooks%2Fcommands%2Fx&root_id=p1&team_domain=eng&\
            team_id=t1&text=%40ada+Asia%2FTokyo&token=s3cret&trigger_id=g1&user_id=u1&\
            user_mentions=ada&user_mentions=bob&user_mentions_ids=u2&user_mentions_ids=u3&user_name=grace";
        let read = SlashCommandRequest::from_form(form.as_bytes()).unwrap();
        assert_eq!(read.text, "@ada Asia/Tokyo");
        assert_eq!(read.command, "/time");
        assert_eq!(read.response_url.expose(), "http://mm/hooks/commands/x");
        assert_eq!(read.user_mentions["ada"], "u2");
        assert_eq!(read.channel_mentions["off-topic"], "c2");
        assert_eq!(read.to_form(), form);
    }

    #[test]
    fn mentions_without_ids_are_an_error_and_missing_fields_are_empty() {
        let error = SlashCommandRequest::from_form(b"user_mentions=ada").unwrap_err();
        assert_eq!(
            error.to_string(),
            "the form has 1 values of `user_mentions` and 0 of `user_mentions_ids`; they belong together"
        );
        assert_eq!(SlashCommandRequest::from_form(b"").unwrap(), SlashCommandRequest::default());
        assert_eq!(SlashCommandRequest::from_form(b"\xff=\xfe&&&=").unwrap(), SlashCommandRequest::default());
    }
}

//! Who calls, where, with what.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::integrations::Secret;
use crate::integrations::body::secret;
use crate::model::open::open_enum;
use crate::model::{
    Channel, ChannelId, ChannelMember, Post, PostId, Team, TeamId, TeamMember, User, UserId, json,
};

/// The surroundings of a call. What its [`Expand`](super::Expand) did not ask for is missing.
///
/// Go: `apps.Context`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Context {
    /// What happened, for notifications.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub subject: Subject,
    /// In notifications; for calls of users see `channel`.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub channel_id: ChannelId,
    /// In notifications; for calls of users see `team`.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub team_id: TeamId,
    /// In notifications; for calls of users see `post`.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub post_id: PostId,
    /// In notifications; for calls of users see `root_post`.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub root_post_id: PostId,
    /// Whom a notification is about.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub user_id: UserId,
    /// The app's id.
    pub app_id: String,
    /// The binding that was used, from the top, as `/command/time`.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub location: String,
    /// `webapp`, `mobile`, or empty.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub user_agent: String,
    /// The server counts it as a use of the app.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub track_as_submit: bool,
    /// The server's address.
    pub mattermost_site_url: String,
    /// The Apps plugin runs in developer mode.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub developer_mode: bool,
    /// The app's path on the server.
    pub app_path: String,
    /// The app's bot.
    pub bot_user_id: UserId,
    /// Lets the app use the REST API as its bot.
    #[serde(with = "secret", skip_serializing_if = "json::is_empty")]
    pub bot_access_token: Secret,
    /// The app as it is installed.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub app: Option<App>,
    /// Who does it. [`AppSecret::call`](super::AppSecret::call) has compared it with the signature.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub acting_user: Option<User>,
    /// Lets the app use the REST API as that user.
    #[serde(with = "secret", skip_serializing_if = "json::is_empty")]
    pub acting_user_access_token: Secret,
    /// The language to answer in, as `en`.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub locale: String,
    /// Where it is done.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub channel: Option<Channel>,
    /// The user as a member of the channel.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub channel_member: Option<ChannelMember>,
    /// Where it is done.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub team: Option<Team>,
    /// The user as a member of the team.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub team_member: Option<TeamMember>,
    /// The post it is done with.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub post: Option<Post>,
    /// The thread of that post.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub root_post: Option<Post>,
    /// Whom a notification is about.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub user: Option<User>,
    /// The other system.
    pub oauth2: OAuth2Context,
}

/// The app as it is installed, as far as the server tells it.
///
/// Go: `apps.App`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct App {
    /// Its id.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub app_id: String,
    /// Its version.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub version: String,
    /// How it is reached, as `http`.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub deploy_type: String,
    /// What webhooks of the other system have to know.
    #[serde(with = "secret", skip_serializing_if = "json::is_empty")]
    pub webhook_secret: Secret,
    /// Its bot.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub bot_user_id: UserId,
    /// Its bot's name.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub bot_username: String,
}

/// What the server keeps of the other system for the app.
///
/// Go: `apps.OAuth2Context`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct OAuth2Context {
    /// The other system.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub remote_root_url: String,
    /// The application there.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub client_id: String,
    /// Its secret.
    #[serde(with = "secret", skip_serializing_if = "json::is_empty")]
    pub client_secret: Secret,
    /// What the app has stored with it.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub data: Value,
    /// Where a user begins to sign in.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub connect_url: String,
    /// Where the other system sends the user back to.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub complete_url: String,
    /// What the app has stored of the user.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub user: Value,
}

open_enum! {
/// What a notification is about.
///
/// Go: `apps.Subject`.
pub enum Subject {
/// `user_created`
UserCreated = "user_created",
/// `user_joined_channel`
UserJoinedChannel = "user_joined_channel",
/// `user_left_channel`
UserLeftChannel = "user_left_channel",
/// `user_joined_team`
UserJoinedTeam = "user_joined_team",
/// `user_left_team`
UserLeftTeam = "user_left_team",
/// `bot_joined_channel`
BotJoinedChannel = "bot_joined_channel",
/// `bot_left_channel`
BotLeftChannel = "bot_left_channel",
/// `bot_joined_team`
BotJoinedTeam = "bot_joined_team",
/// `bot_left_team`
BotLeftTeam = "bot_left_team",
/// `channel_created`
ChannelCreated = "channel_created",
}
}

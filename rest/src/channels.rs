//! Channels and who is in them.

use mmplugin::model::{Channel, ChannelId, ChannelMember, TeamId, UserId};
use serde_json::json;

use crate::path::path;
use crate::{Client, Error, Pages};

/// Channels. Each method fails as all requests do: see [`Error`]. To an account that may not see a private channel it is
/// not there.
impl Client {
    /// One channel.
    ///
    /// # Errors
    /// See [`Error`].
    ///
    /// `GET /channels/{channel_id}`.
    pub fn get_channel(&self, channel_id: &ChannelId) -> Result<Channel, Error> {
        self.one(path(&["channels", channel_id.as_str()])?)
    }

    /// The channel of a name as it stands in addresses (`town-square`), in a team.
    ///
    /// # Errors
    /// See [`Error`].
    ///
    /// `GET /teams/{team_id}/channels/name/{name}`.
    pub fn get_channel_by_name(&self, team_id: &TeamId, name: &str) -> Result<Channel, Error> {
        self.one(path(&["teams", team_id.as_str(), "channels", "name", name])?)
    }

    /// The channel of a name in the team of a name, both as they stand in addresses.
    ///
    /// # Errors
    /// See [`Error`].
    ///
    /// `GET /teams/name/{team_name}/channels/name/{name}`.
    pub fn get_channel_by_name_for_team_name(&self, team_name: &str, name: &str) -> Result<Channel, Error> {
        self.one(path(&["teams", "name", team_name, "channels", "name", name])?)
    }

    /// The public channels of a team, archived ones not among them.
    ///
    /// The items fail as requests do: see [`Error`].
    ///
    /// `GET /teams/{team_id}/channels`.
    pub fn get_public_channels_for_team(&self, team_id: &TeamId) -> Pages<Channel> {
        Pages::numbered(self, path(&["teams", team_id.as_str(), "channels"]))
    }

    /// The channels of a team that a user is in, private and direct ones among them.
    ///
    /// # Errors
    /// See [`Error`].
    ///
    /// `GET /users/{user_id}/teams/{team_id}/channels`.
    pub fn get_channels_for_team_for_user(
        &self,
        team_id: &TeamId,
        user_id: &UserId,
    ) -> Result<Vec<Channel>, Error> {
        let path = path(&["users", user_id.as_str(), "teams", team_id.as_str(), "channels"])?;
        Ok(self.question::<Option<Vec<Channel>>>(path)?.unwrap_or_default())
    }

    /// Who is in a channel.
    ///
    /// The items fail as requests do: see [`Error`].
    ///
    /// `GET /channels/{channel_id}/members`.
    pub fn get_channel_members(&self, channel_id: &ChannelId) -> Pages<ChannelMember> {
        Pages::numbered(self, path(&["channels", channel_id.as_str(), "members"]))
    }

    /// Makes a channel; `team_id`, `name`, `display_name` and `type_` have to be set.
    ///
    /// # Errors
    /// See [`Error`].
    ///
    /// `POST /channels`.
    pub fn create_channel(&self, channel: &Channel) -> Result<Channel, Error> {
        self.made("POST", "/channels", channel)
    }

    /// The direct channel between two users; it is made when there is none yet.
    ///
    /// # Errors
    /// See [`Error`].
    ///
    /// `POST /channels/direct`.
    pub fn create_direct_channel(&self, one: &UserId, other: &UserId) -> Result<Channel, Error> {
        self.made("POST", "/channels/direct", &[one, other])
    }

    /// Puts a user into a channel.
    ///
    /// # Errors
    /// See [`Error`].
    ///
    /// `POST /channels/{channel_id}/members`.
    pub fn add_channel_member(
        &self,
        channel_id: &ChannelId,
        user_id: &UserId,
    ) -> Result<ChannelMember, Error> {
        let path = path(&["channels", channel_id.as_str(), "members"])?;
        self.post(&path, &json!({"user_id": user_id}))
    }

    /// Archives a channel.
    ///
    /// # Errors
    /// See [`Error`].
    ///
    /// `DELETE /channels/{channel_id}`.
    pub fn delete_channel(&self, channel_id: &ChannelId) -> Result<(), Error> {
        self.delete(&path(&["channels", channel_id.as_str()])?)
    }
}

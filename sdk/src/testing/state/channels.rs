//! Channels.

use crate::api::ApiError;
use crate::model::{Channel, ChannelId, ChannelStats, ChannelType, UserId};
use crate::testing::calls::*;

use super::members::count;
use super::{Found, State, missing, page, refused};

fn no_channel() -> ApiError {
    missing("app.channel.get.existing.app_error", "Unable to find the existing channel.")
}

impl State {
    /// Puts a channel in, or in the place of the one with its id.
    pub(in crate::testing) fn add_channel(&mut self, mut channel: Channel) -> Channel {
        let (id, at) = self.stamp(channel.id.as_str(), channel.create_at, "channel");
        (channel.id, channel.create_at) = (id.into(), at);
        channel.update_at = channel.update_at.max(at);
        if channel.type_.is_empty() {
            channel.type_ = ChannelType::Open;
        }
        self.channels.retain(|other| other.id != channel.id);
        self.channels.push(channel.clone());
        channel
    }

    pub(super) fn channel(&self, id: &ChannelId) -> Found<&Channel> {
        self.channels.iter().find(|channel| channel.id == *id).ok_or_else(no_channel)
    }

    pub(super) fn change_channel(
        &mut self,
        id: &ChannelId,
        change: impl FnOnce(&mut Channel, i64),
    ) -> Found<Channel> {
        let now = self.now();
        let channel = self.channels.iter_mut().find(|channel| channel.id == *id).ok_or_else(no_channel)?;
        change(channel, now);
        Ok(channel.clone())
    }

    fn channel_where(&self, likes: impl Fn(&Channel) -> bool) -> Found<Channel> {
        let text = "Channel does not exist.";
        let found = self.channels.iter().find(|channel| likes(channel)).cloned();
        found.ok_or_else(|| missing("app.channel.get_by_name.missing.app_error", text))
    }

    /// The channel between these users, made when there is none.
    fn channel_between(&mut self, users: &[UserId], type_: ChannelType, name: String) -> Found<Channel> {
        users.iter().try_for_each(|id| self.user(id).map(drop))?;
        if let Some(channel) = self.channels.iter().find(|one| one.name == name && one.type_ == type_) {
            return Ok(channel.clone());
        }
        let channel = self.add_channel(Channel { type_, name, ..Channel::default() });
        for user in users {
            self.join_channel(&channel.id, user);
        }
        Ok(channel)
    }
}

/// The methods.
impl State {
    pub(super) fn create_channel(&mut self, call: CreateChannel) -> Found<Channel> {
        let new = call.channel;
        if self.channels.iter().any(|one| one.team_id == new.team_id && one.name == new.name) {
            let text = "A channel with that name already exists on the same team.";
            return Err(refused(400, "store.sql_channel.save_channel.exists.app_error", text));
        }
        Ok(self.add_channel(new))
    }

    pub(super) fn get_channel(&mut self, call: GetChannel) -> Found<Channel> {
        self.channel(&call.channel_id).cloned()
    }

    pub(super) fn get_channel_by_name(&mut self, call: GetChannelByName) -> Found<Channel> {
        self.channel_where(|one| {
            one.team_id == call.team_id
                && one.name == call.name
                && (call.include_deleted || one.delete_at == 0)
        })
    }

    pub(super) fn get_channel_by_name_for_team_name(
        &mut self,
        call: GetChannelByNameForTeamName,
    ) -> Found<Channel> {
        let team = self.get_team_by_name(GetTeamByName { name: call.team_name })?;
        let (team_id, name, include_deleted) = (team.id, call.channel_name, call.include_deleted);
        self.get_channel_by_name(GetChannelByName { team_id, name, include_deleted })
    }

    pub(super) fn get_public_channels_for_team(
        &mut self,
        call: GetPublicChannelsForTeam,
    ) -> Found<Vec<Channel>> {
        let public = |one: &&Channel| {
            one.team_id == call.team_id && one.type_ == ChannelType::Open && one.delete_at == 0
        };
        Ok(page(self.channels.iter().filter(public).cloned(), call.page, call.per_page))
    }

    /// Direct and group channels belong to every team.
    pub(super) fn get_channels_for_team_for_user(
        &mut self,
        call: GetChannelsForTeamForUser,
    ) -> Found<Vec<Channel>> {
        let is_in = |channel: &ChannelId| {
            self.channel_members.iter().any(|m| m.channel_id == *channel && m.user_id == call.user_id)
        };
        let fits = |one: &&Channel| {
            (one.team_id == call.team_id || one.team_id.is_empty())
                && (call.include_deleted || one.delete_at == 0)
                && is_in(&one.id)
        };
        Ok(self.channels.iter().filter(fits).cloned().collect())
    }

    pub(super) fn get_direct_channel(&mut self, call: GetDirectChannel) -> Found<Channel> {
        let mut users = [call.user_id1, call.user_id2];
        users.sort();
        let name = format!("{}__{}", users[0], users[1]);
        self.channel_between(&users, ChannelType::Direct, name)
    }

    pub(super) fn get_group_channel(&mut self, call: GetGroupChannel) -> Found<Channel> {
        let mut users = call.user_ids;
        users.sort();
        users.dedup();
        if !(3..=8).contains(&users.len()) {
            let text = "Group message channels must contain at least 3 and no more than 8 users.";
            return Err(refused(400, "api.channel.create_group.bad_size.app_error", text));
        }
        let names: Vec<&str> = users.iter().map(UserId::as_str).collect();
        let name = names.join("_");
        self.channel_between(&users, ChannelType::Group, name)
    }

    pub(super) fn update_channel(&mut self, call: UpdateChannel) -> Found<Channel> {
        let new = call.channel;
        self.change_channel(&new.id.clone(), |one, now| {
            *one = Channel { create_at: one.create_at, update_at: now, ..new };
        })
    }

    pub(super) fn delete_channel(&mut self, call: DeleteChannel) -> Found<()> {
        self.change_channel(&call.channel_id, |one, now| (one.delete_at, one.update_at) = (now, now))
            .map(drop)
    }

    pub(super) fn get_channel_stats(&mut self, call: GetChannelStats) -> Found<ChannelStats> {
        let id = call.channel_id;
        let in_it = |post: &&crate::model::Post| post.channel_id == id && post.delete_at == 0;
        Ok(ChannelStats {
            member_count: count(self.channel_members.iter().filter(|one| one.channel_id == id)),
            pinned_post_count: count(self.posts.iter().filter(in_it).filter(|post| post.is_pinned)),
            files_count: count(self.files.iter().filter(|(info, _)| info.channel_id == id)),
            channel_id: id,
            ..ChannelStats::default()
        })
    }
}

//! Teams, and who is in teams and channels.

use crate::api::ApiError;
use crate::model::{ChannelId, ChannelMember, StringMap, Team, TeamId, TeamMember, TeamStats, UserId};
use crate::testing::calls::*;

use super::{Found, State, missing, page, refused};

fn no_team() -> ApiError {
    missing("app.team.get.find.app_error", "Unable to find the existing team.")
}

fn no_team_member() -> ApiError {
    missing("app.team.get_member.missing.app_error", "No team member found for that user ID and team ID.")
}

fn no_channel_member() -> ApiError {
    missing(
        "app.channel.get_member.missing.app_error",
        "No channel member found for that user ID and channel ID.",
    )
}

impl State {
    /// Puts a team in, or in the place of the one with its id.
    pub(in crate::testing) fn add_team(&mut self, mut team: Team) -> Team {
        let (id, at) = self.stamp(team.id.as_str(), team.create_at, "team");
        (team.id, team.create_at) = (id.into(), at);
        self.teams.retain(|other| other.id != team.id);
        self.teams.push(team.clone());
        team
    }

    fn team(&self, id: &TeamId) -> Found<&Team> {
        self.teams.iter().find(|team| team.id == *id).ok_or_else(no_team)
    }

    fn change_team(&mut self, id: &TeamId, change: impl FnOnce(&mut Team, i64)) -> Found<Team> {
        let now = self.now();
        let team = self.teams.iter_mut().find(|team| team.id == *id).ok_or_else(no_team)?;
        change(team, now);
        team.update_at = now;
        Ok(team.clone())
    }

    /// Adds a user to a team; one who is in it stays as they are.
    pub(in crate::testing) fn join_team(&mut self, team_id: &TeamId, user_id: &UserId) -> TeamMember {
        let is = |one: &&TeamMember| one.team_id == *team_id && one.user_id == *user_id;
        if let Some(member) = self.team_members.iter().find(is) {
            return member.clone();
        }
        let member = TeamMember {
            team_id: team_id.clone(),
            user_id: user_id.clone(),
            roles: "team_user".to_owned(),
            scheme_user: true,
            create_at: self.now(),
            ..TeamMember::default()
        };
        self.team_members.push(member.clone());
        member
    }

    /// Adds a user to a channel; one who is in it stays as they are.
    pub(in crate::testing) fn join_channel(
        &mut self,
        channel: &ChannelId,
        user_id: &UserId,
    ) -> ChannelMember {
        if let Ok(member) = self.channel_member(channel, user_id) {
            return member.clone();
        }
        let member = ChannelMember {
            channel_id: channel.clone(),
            user_id: user_id.clone(),
            roles: "channel_user".to_owned(),
            scheme_user: true,
            last_update_at: self.now(),
            ..ChannelMember::default()
        };
        self.channel_members.push(member.clone());
        member
    }

    fn channel_member(&mut self, channel: &ChannelId, user: &UserId) -> Found<&mut ChannelMember> {
        let is = |one: &&mut ChannelMember| one.channel_id == *channel && one.user_id == *user;
        self.channel_members.iter_mut().find(is).ok_or_else(no_channel_member)
    }

    fn team_member(&mut self, team: &TeamId, user: &UserId) -> Found<&mut TeamMember> {
        let is = |one: &&mut TeamMember| one.team_id == *team && one.user_id == *user;
        self.team_members.iter_mut().find(is).ok_or_else(no_team_member)
    }
}

/// The methods about teams.
impl State {
    pub(super) fn create_team(&mut self, call: CreateTeam) -> Found<Team> {
        if self.teams.iter().any(|team| team.name == call.team.name) {
            return Err(refused(400, "app.team.save.existing.app_error", "A team of that name exists."));
        }
        Ok(self.add_team(call.team))
    }

    pub(super) fn get_team(&mut self, call: GetTeam) -> Found<Team> {
        self.team(&call.team_id).cloned()
    }

    pub(super) fn get_team_by_name(&mut self, call: GetTeamByName) -> Found<Team> {
        let text = "Unable to find the existing team.";
        let found = self.teams.iter().find(|team| team.name == call.name).cloned();
        found.ok_or_else(|| missing("app.team.get_by_name.missing.app_error", text))
    }

    pub(super) fn get_teams(&mut self, _: GetTeams) -> Found<Vec<Team>> {
        Ok(self.teams.clone())
    }

    pub(super) fn get_teams_for_user(&mut self, call: GetTeamsForUser) -> Found<Vec<Team>> {
        let has = |team: &TeamId| {
            self.team_members.iter().any(|one| one.team_id == *team && one.user_id == call.user_id)
        };
        Ok(self.teams.iter().filter(|team| has(&team.id)).cloned().collect())
    }

    pub(super) fn update_team(&mut self, call: UpdateTeam) -> Found<Team> {
        let new = call.team;
        self.change_team(&new.id.clone(), |team, _| *team = Team { create_at: team.create_at, ..new })
    }

    pub(super) fn delete_team(&mut self, call: DeleteTeam) -> Found<()> {
        self.change_team(&call.team_id, |team, now| team.delete_at = now).map(drop)
    }

    pub(super) fn get_team_stats(&mut self, call: GetTeamStats) -> Found<TeamStats> {
        let members = self.team_members.iter().filter(|one| one.team_id == call.team_id);
        let active = |one: &&TeamMember| self.user(&one.user_id).is_ok_and(|user| user.delete_at == 0);
        Ok(TeamStats {
            total_member_count: count(members.clone()),
            active_member_count: count(members.filter(active)),
            team_id: call.team_id,
        })
    }

    pub(super) fn create_team_member(&mut self, call: CreateTeamMember) -> Found<TeamMember> {
        self.team(&call.team_id)?;
        self.user(&call.user_id)?;
        Ok(self.join_team(&call.team_id, &call.user_id))
    }

    pub(super) fn create_team_members(&mut self, call: CreateTeamMembers) -> Found<Vec<TeamMember>> {
        self.team(&call.team_id)?;
        call.user_ids.iter().try_for_each(|id| self.user(id).map(drop))?;
        Ok(call.user_ids.iter().map(|id| self.join_team(&call.team_id, id)).collect())
    }

    pub(super) fn get_team_member(&mut self, call: GetTeamMember) -> Found<TeamMember> {
        self.team_member(&call.team_id, &call.user_id).cloned()
    }

    pub(super) fn get_team_members(&mut self, call: GetTeamMembers) -> Found<Vec<TeamMember>> {
        let members = self.team_members.iter().filter(|one| one.team_id == call.team_id);
        Ok(page(members.cloned(), call.page, call.per_page))
    }

    pub(super) fn get_team_members_for_user(
        &mut self,
        call: GetTeamMembersForUser,
    ) -> Found<Vec<TeamMember>> {
        let members = self.team_members.iter().filter(|one| one.user_id == call.user_id);
        Ok(page(members.cloned(), call.page, call.per_page))
    }

    pub(super) fn update_team_member_roles(&mut self, call: UpdateTeamMemberRoles) -> Found<TeamMember> {
        let member = self.team_member(&call.team_id, &call.user_id)?;
        member.roles = call.new_roles;
        Ok(member.clone())
    }

    pub(super) fn delete_team_member(&mut self, call: DeleteTeamMember) -> Found<()> {
        self.team_member(&call.team_id, &call.user_id)?;
        self.team_members.retain(|one| one.team_id != call.team_id || one.user_id != call.user_id);
        Ok(())
    }
}

/// The methods about members of channels.
impl State {
    pub(super) fn add_channel_member(&mut self, call: AddChannelMember) -> Found<ChannelMember> {
        self.channel(&call.channel_id)?;
        self.user(&call.user_id)?;
        Ok(self.join_channel(&call.channel_id, &call.user_id))
    }

    pub(super) fn add_user_to_channel(&mut self, call: AddUserToChannel) -> Found<ChannelMember> {
        self.user(&call.as_user_id)?;
        self.add_channel_member(AddChannelMember { channel_id: call.channel_id, user_id: call.user_id })
    }

    pub(super) fn get_channel_member(&mut self, call: GetChannelMember) -> Found<ChannelMember> {
        self.channel_member(&call.channel_id, &call.user_id).cloned()
    }

    pub(super) fn get_channel_members(&mut self, call: GetChannelMembers) -> Found<Vec<ChannelMember>> {
        let members = self.channel_members.iter().filter(|one| one.channel_id == call.channel_id);
        Ok(page(members.cloned(), call.page, call.per_page))
    }

    pub(super) fn get_channel_members_by_ids(
        &mut self,
        call: GetChannelMembersByIds,
    ) -> Found<Vec<ChannelMember>> {
        let wanted =
            |one: &&ChannelMember| one.channel_id == call.channel_id && call.user_ids.contains(&one.user_id);
        Ok(self.channel_members.iter().filter(wanted).cloned().collect())
    }

    /// The server looks at no team here.
    pub(super) fn get_channel_members_for_user(
        &mut self,
        call: GetChannelMembersForUser,
    ) -> Found<Vec<ChannelMember>> {
        let members = self.channel_members.iter().filter(|one| one.user_id == call.user_id);
        Ok(page(members.cloned(), call.page, call.per_page))
    }

    pub(super) fn update_channel_member_roles(
        &mut self,
        call: UpdateChannelMemberRoles,
    ) -> Found<ChannelMember> {
        let member = self.channel_member(&call.channel_id, &call.user_id)?;
        member.roles = call.new_roles;
        Ok(member.clone())
    }

    pub(super) fn update_channel_member_notifications(
        &mut self,
        call: UpdateChannelMemberNotifications,
    ) -> Found<ChannelMember> {
        let member = self.channel_member(&call.channel_id, &call.user_id)?;
        let old = std::mem::take(&mut member.notify_props);
        let new = call.notifications;
        let pairs = |map: &StringMap| -> Vec<(String, String)> {
            map.iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
        };
        member.notify_props = pairs(&old).into_iter().chain(pairs(&new)).collect();
        Ok(member.clone())
    }

    pub(super) fn delete_channel_member(&mut self, call: DeleteChannelMember) -> Found<()> {
        self.channel_member(&call.channel_id, &call.user_id)?;
        self.channel_members.retain(|one| one.channel_id != call.channel_id || one.user_id != call.user_id);
        Ok(())
    }
}

pub(super) fn count(items: impl Iterator) -> i64 {
    i64::try_from(items.count()).unwrap_or(i64::MAX)
}

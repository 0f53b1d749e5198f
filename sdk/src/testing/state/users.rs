//! Users, their status, preferences, sessions and rights.

use crate::api::ApiError;
use crate::model::{Preference, Session, Status, User, UserGetOptions, UserId, UserStatus};
use crate::testing::calls::*;

use super::{Found, State, missing, page, refused};

pub(super) fn no_user() -> ApiError {
    missing("app.user.missing_account.const", "Unable to find the user.")
}

fn no_session() -> ApiError {
    missing("app.session.get.app_error", "We encountered an error finding the session.")
}

/// The role that has every right.
const ADMIN: &str = "system_admin";

impl State {
    /// Puts a user in, or in the place of the one with its id.
    pub(in crate::testing) fn add_user(&mut self, mut user: User) -> User {
        let (id, at) = self.stamp(user.id.as_str(), user.create_at, "user");
        (user.id, user.create_at) = (id.into(), at);
        user.update_at = user.update_at.max(at);
        self.users.retain(|other| other.id != user.id);
        self.users.push(user.clone());
        user
    }

    pub(super) fn user(&self, id: &UserId) -> Found<&User> {
        self.users.iter().find(|user| user.id == *id).ok_or_else(no_user)
    }

    /// Changes a user and says when that was.
    pub(super) fn change_user(&mut self, id: &UserId, change: impl FnOnce(&mut User, i64)) -> Found<User> {
        let now = self.now();
        let user = self.users.iter_mut().find(|user| user.id == *id).ok_or_else(no_user)?;
        change(user, now);
        user.update_at = now;
        Ok(user.clone())
    }

    fn users_where(&self, likes: impl Fn(&User) -> bool) -> Vec<User> {
        self.users.iter().filter(|user| likes(user)).cloned().collect()
    }

    fn first_user(&self, likes: impl Fn(&User) -> bool) -> Found<User> {
        self.users.iter().find(|user| likes(user)).cloned().ok_or_else(no_user)
    }

    fn is_asked_for(&self, user: &User, options: &UserGetOptions) -> bool {
        let in_team = |team| self.team_members.iter().any(|m| m.team_id == team && m.user_id == user.id);
        let in_channel =
            |channel| self.channel_members.iter().any(|m| m.channel_id == channel && m.user_id == user.id);
        let UserGetOptions { in_team_id, not_in_team_id, in_channel_id, not_in_channel_id, .. } = options;
        (in_team_id.is_empty() || in_team(in_team_id.as_str()))
            && (not_in_team_id.is_empty() || !in_team(not_in_team_id.as_str()))
            && (in_channel_id.is_empty() || in_channel(in_channel_id.as_str()))
            && (not_in_channel_id.is_empty() || !in_channel(not_in_channel_id.as_str()))
            && (!options.active || user.delete_at == 0)
            && (!options.inactive || user.delete_at != 0)
            && (options.role.is_empty() || has_role(user, &options.role))
    }

    /// The right was granted by a test, or the user is an administrator.
    fn may(&self, user: &UserId, permission: &str) -> bool {
        let admin = self.user(user).is_ok_and(|user| has_role(user, ADMIN));
        admin || self.granted.contains(&(user.clone(), permission.to_owned()))
    }

    pub(in crate::testing) fn set_status(&mut self, user_id: &UserId, status: UserStatus) -> Status {
        let status = Status {
            user_id: user_id.clone(),
            status,
            manual: true,
            last_activity_at: self.now(),
            ..Status::default()
        };
        self.statuses.insert(user_id.clone(), status.clone());
        status
    }
}

fn has_role(user: &User, role: &str) -> bool {
    user.roles.split_whitespace().any(|own| own == role)
}

/// The methods.
impl State {
    pub(super) fn create_user(&mut self, call: CreateUser) -> Found<User> {
        let user = call.user;
        if self.users.iter().any(|other| other.username == user.username) {
            return Err(refused(400, "app.user.save.username_exists.app_error", "The username is taken."));
        }
        if !user.email.is_empty() && self.users.iter().any(|other| other.email == user.email) {
            return Err(refused(400, "app.user.save.email_exists.app_error", "The address is taken."));
        }
        Ok(self.add_user(User { roles: "system_user".to_owned(), password: String::new(), ..user }))
    }

    pub(super) fn get_user(&mut self, call: GetUser) -> Found<User> {
        self.user(&call.user_id).cloned()
    }

    pub(super) fn get_user_by_username(&mut self, call: GetUserByUsername) -> Found<User> {
        self.first_user(|user| user.username == call.name)
    }

    pub(super) fn get_user_by_email(&mut self, call: GetUserByEmail) -> Found<User> {
        self.first_user(|user| user.email == call.email)
    }

    pub(super) fn get_users(&mut self, call: GetUsers) -> Found<Vec<User>> {
        let users = self.users_where(|user| self.is_asked_for(user, &call.options));
        Ok(page(users, call.options.page, call.options.per_page))
    }

    pub(super) fn get_users_by_ids(&mut self, call: GetUsersByIds) -> Found<Vec<User>> {
        Ok(self.users_where(|user| call.user_ids.contains(&user.id)))
    }

    pub(super) fn get_users_by_usernames(&mut self, call: GetUsersByUsernames) -> Found<Vec<User>> {
        Ok(self.users_where(|user| call.usernames.contains(&user.username)))
    }

    pub(super) fn get_users_in_team(&mut self, call: GetUsersInTeam) -> Found<Vec<User>> {
        let options = UserGetOptions { in_team_id: call.team_id, ..UserGetOptions::default() };
        Ok(page(self.users_where(|user| self.is_asked_for(user, &options)), call.page, call.per_page))
    }

    pub(super) fn get_users_in_channel(&mut self, call: GetUsersInChannel) -> Found<Vec<User>> {
        let options = UserGetOptions { in_channel_id: call.channel_id, ..UserGetOptions::default() };
        Ok(page(self.users_where(|user| self.is_asked_for(user, &options)), call.page, call.per_page))
    }

    pub(super) fn update_user(&mut self, call: UpdateUser) -> Found<User> {
        let new = call.user;
        self.change_user(&new.id.clone(), |user, _| *user = User { create_at: user.create_at, ..new })
    }

    pub(super) fn update_user_roles(&mut self, call: UpdateUserRoles) -> Found<User> {
        self.change_user(&call.user_id, |user, _| user.roles = call.new_roles)
    }

    pub(super) fn update_user_active(&mut self, call: UpdateUserActive) -> Found<()> {
        self.change_user(&call.user_id, |user, now| user.delete_at = if call.active { 0 } else { now })
            .map(drop)
    }

    pub(super) fn delete_user(&mut self, call: DeleteUser) -> Found<()> {
        self.change_user(&call.user_id, |user, now| user.delete_at = now).map(drop)
    }

    pub(super) fn get_profile_image(&mut self, call: GetProfileImage) -> Found<Vec<u8>> {
        self.user(&call.user_id)?;
        Ok(self.pictures.get(&call.user_id).cloned().unwrap_or_default())
    }

    pub(super) fn set_profile_image(&mut self, call: SetProfileImage) -> Found<()> {
        let picture = call.data;
        self.change_user(&call.user_id, |user, now| user.last_picture_update = now)?;
        self.pictures.insert(call.user_id, picture);
        Ok(())
    }

    pub(super) fn get_user_status(&mut self, call: GetUserStatus) -> Found<Status> {
        let status = self.statuses.get(&call.user_id).cloned();
        status.ok_or_else(|| missing("app.status.get.missing.app_error", "No entry for that status exists."))
    }

    pub(super) fn get_user_statuses_by_ids(&mut self, call: GetUserStatusesByIds) -> Found<Vec<Status>> {
        let offline =
            |id: &UserId| Status { user_id: id.clone(), status: UserStatus::Offline, ..Status::default() };
        let status = |id| self.statuses.get(id).cloned().unwrap_or_else(|| offline(id));
        Ok(call.user_ids.iter().map(status).collect())
    }

    pub(super) fn update_user_status(&mut self, call: UpdateUserStatus) -> Found<Status> {
        self.user(&call.user_id)?;
        Ok(self.set_status(&call.user_id, call.status))
    }

    pub(super) fn get_preferences_for_user(&mut self, call: GetPreferencesForUser) -> Found<Vec<Preference>> {
        Ok(self.preferences.iter().filter(|one| one.user_id == call.user_id).cloned().collect())
    }

    pub(super) fn get_preference_for_user(&mut self, call: GetPreferenceForUser) -> Found<Preference> {
        let wanted = Preference {
            user_id: call.user_id,
            category: call.category,
            name: call.name,
            value: String::new(),
        };
        let found = self.preferences.iter().find(|one| is_same(one, &wanted)).cloned();
        found.ok_or_else(|| refused(400, "app.preference.get.app_error", "No such preference."))
    }

    pub(super) fn update_preferences_for_user(&mut self, call: UpdatePreferencesForUser) -> Found<()> {
        if call.preferences.iter().any(|one| one.user_id != call.user_id) {
            let text = "The preferences are those of another user.";
            return Err(refused(403, "api.preference.update_preferences.set.app_error", text));
        }
        for new in call.preferences {
            self.preferences.retain(|one| !is_same(one, &new));
            self.preferences.push(new);
        }
        Ok(())
    }

    pub(super) fn delete_preferences_for_user(&mut self, call: DeletePreferencesForUser) -> Found<()> {
        self.preferences.retain(|one| {
            one.user_id != call.user_id || !call.preferences.iter().any(|gone| is_same(one, gone))
        });
        Ok(())
    }

    pub(super) fn create_session(&mut self, call: CreateSession) -> Found<Session> {
        Ok(self.add_session(call.session))
    }

    pub(in crate::testing) fn add_session(&mut self, mut session: Session) -> Session {
        let (id, at) = self.stamp(session.id.as_str(), session.create_at, "session");
        (session.id, session.create_at) = (id.into(), at);
        self.sessions.push(session.clone());
        session
    }

    pub(super) fn get_session(&mut self, call: GetSession) -> Found<Session> {
        let now = self.now();
        let alive =
            |one: &&Session| one.id == call.session_id && (one.expires_at == 0 || one.expires_at > now);
        self.sessions.iter().find(alive).cloned().ok_or_else(no_session)
    }

    pub(super) fn extend_session_expiry(&mut self, call: ExtendSessionExpiry) -> Found<()> {
        let session = self.sessions.iter_mut().find(|one| one.id == call.session_id);
        session.ok_or_else(no_session)?.expires_at = call.new_expiry;
        Ok(())
    }

    pub(super) fn revoke_session(&mut self, call: RevokeSession) -> Found<()> {
        let before = self.sessions.len();
        self.sessions.retain(|one| one.id != call.session_id);
        if self.sessions.len() == before { Err(no_session()) } else { Ok(()) }
    }

    pub(super) fn has_permission_to(&mut self, call: HasPermissionTo) -> Found<bool> {
        Ok(self.may(&call.user_id, &call.permission.id))
    }

    pub(super) fn has_permission_to_team(&mut self, call: HasPermissionToTeam) -> Found<bool> {
        Ok(self.may(&call.user_id, &call.permission.id))
    }

    pub(super) fn has_permission_to_channel(&mut self, call: HasPermissionToChannel) -> Found<bool> {
        Ok(self.may(&call.user_id, &call.permission.id))
    }
}

fn is_same(one: &Preference, other: &Preference) -> bool {
    one.user_id == other.user_id && one.category == other.category && one.name == other.name
}

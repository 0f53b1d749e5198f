//! Teams.

use mmplugin::model::{Team, TeamId, TeamMember, UserId};
use serde_json::json;

use crate::path::path;
use crate::{Client, Error, Pages};

/// Teams. Each method fails as all requests do: see [`Error`].
impl Client {
    /// One team.
    ///
    /// # Errors
    /// See [`Error`].
    ///
    /// `GET /teams/{team_id}`.
    pub fn get_team(&self, team_id: &TeamId) -> Result<Team, Error> {
        self.one(path(&["teams", team_id.as_str()])?)
    }

    /// The team of a name as it stands in addresses: `our-team`, not "Our team".
    ///
    /// # Errors
    /// See [`Error`].
    ///
    /// `GET /teams/name/{name}`.
    pub fn get_team_by_name(&self, name: &str) -> Result<Team, Error> {
        self.one(path(&["teams", "name", name])?)
    }

    /// The teams that a user is in.
    ///
    /// # Errors
    /// See [`Error`].
    ///
    /// `GET /users/{user_id}/teams`.
    pub fn get_teams_for_user(&self, user_id: &UserId) -> Result<Vec<Team>, Error> {
        let teams: Option<Vec<Team>> = self.question(path(&["users", user_id.as_str(), "teams"])?)?;
        Ok(teams.unwrap_or_default())
    }

    /// All teams: the open ones only, unless the account may see the private ones, too.
    ///
    /// The items fail as requests do: see [`Error`].
    ///
    /// `GET /teams`.
    pub fn get_teams(&self) -> Pages<Team> {
        Pages::numbered(self, Ok("/teams".into()))
    }

    /// Who is in a team.
    ///
    /// The items fail as requests do: see [`Error`].
    ///
    /// `GET /teams/{team_id}/members`.
    pub fn get_team_members(&self, team_id: &TeamId) -> Pages<TeamMember> {
        Pages::numbered(self, path(&["teams", team_id.as_str(), "members"]))
    }

    /// Makes a team; `name`, `display_name` and `type_` have to be set.
    ///
    /// # Errors
    /// See [`Error`].
    ///
    /// `POST /teams`.
    pub fn create_team(&self, team: &Team) -> Result<Team, Error> {
        self.made("POST", "/teams", team)
    }

    /// Puts a user into a team.
    ///
    /// # Errors
    /// See [`Error`].
    ///
    /// `POST /teams/{team_id}/members`.
    pub fn add_team_member(&self, team_id: &TeamId, user_id: &UserId) -> Result<TeamMember, Error> {
        let body = json!({"team_id": team_id, "user_id": user_id});
        self.post(&path(&["teams", team_id.as_str(), "members"])?, &body)
    }
}

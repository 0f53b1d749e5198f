//! Users and their tokens.

use mmplugin::model::{TokenId, User, UserGetOptions, UserId, UserSearch};
use serde::Deserialize;
use serde_json::json;

use crate::path::{path, with_query};
use crate::{Client, Error, Pages, Secret};

/// A personal access token that was made just now.
///
/// Go: `model.UserAccessToken`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct NewAccessToken {
    /// Names the token, for ending it.
    pub id: TokenId,
    /// The token itself. The server never says it again.
    pub token: Secret,
    /// Whose it is.
    pub user_id: UserId,
    /// What it is for.
    #[serde(default)]
    pub description: String,
}

/// Users. Where an id is asked for, `me` stands for whom the token belongs to: `UserId::from("me")`.
///
/// Each method fails as all requests do: see [`Error`]. Somebody who is not there is [`Error::is_not_found`].
impl Client {
    /// Whom the token belongs to. There is no such thing over the local-mode socket.
    ///
    /// # Errors
    /// See [`Error`]; a token that is wrong or expired is an [`Error::Api`] of status 401.
    ///
    /// `GET /users/me`.
    pub fn get_me(&self) -> Result<User, Error> {
        self.one("/users/me".into())
    }

    /// One user.
    ///
    /// # Errors
    /// See [`Error`].
    ///
    /// `GET /users/{user_id}`.
    pub fn get_user(&self, user_id: &UserId) -> Result<User, Error> {
        self.one(path(&["users", user_id.as_str()])?)
    }

    /// The user of a name, without the `@`.
    ///
    /// # Errors
    /// See [`Error`].
    ///
    /// `GET /users/username/{username}`.
    pub fn get_user_by_username(&self, username: &str) -> Result<User, Error> {
        self.one(path(&["users", "username", username])?)
    }

    /// The user of a mail address, for accounts that may see addresses.
    ///
    /// # Errors
    /// See [`Error`].
    ///
    /// `GET /users/email/{email}`.
    pub fn get_user_by_email(&self, email: &str) -> Result<User, Error> {
        self.one(path(&["users", "email", email])?)
    }

    /// Those of the users that are there, in no certain order.
    ///
    /// # Errors
    /// See [`Error`].
    ///
    /// `POST /users/ids`.
    pub fn get_users_by_ids(&self, user_ids: &[UserId]) -> Result<Vec<User>, Error> {
        self.question_with("/users/ids".into(), &user_ids)
    }

    /// Those of the users that are there, in no certain order; names without the `@`.
    ///
    /// # Errors
    /// See [`Error`].
    ///
    /// `POST /users/usernames`.
    pub fn get_users_by_usernames(&self, usernames: &[&str]) -> Result<Vec<User>, Error> {
        self.question_with("/users/usernames".into(), &usernames)
    }

    /// Users whose user name, full name or nickname begins with the term; administrators' searches also look at mail
    /// addresses. There is one answer of `limit` users at most: 100 when it is 0, never more than 1,000.
    ///
    /// # Errors
    /// See [`Error`]; an empty term is refused.
    ///
    /// `POST /users/search`.
    pub fn search_users(&self, search: &UserSearch) -> Result<Vec<User>, Error> {
        self.question_with("/users/search".into(), search)
    }

    /// All users that the options choose, by name unless `sort` says otherwise. `page`, `per_page`, `view_restrictions` and
    /// `updated_after` of the options do not count.
    ///
    /// The items fail as requests do: see [`Error`].
    ///
    /// `GET /users`.
    pub fn get_users(&self, options: &UserGetOptions) -> Pages<User> {
        let flag = |set: bool| if set { "true" } else { "" };
        let pairs = [
            ("in_team", options.in_team_id.as_str()),
            ("not_in_team", options.not_in_team_id.as_str()),
            ("in_channel", options.in_channel_id.as_str()),
            ("not_in_channel", options.not_in_channel_id.as_str()),
            ("in_group", options.in_group_id.as_str()),
            ("not_in_group", options.not_in_group_id.as_str()),
            ("group_constrained", flag(options.group_constrained)),
            ("without_team", flag(options.without_team)),
            ("inactive", flag(options.inactive)),
            ("active", flag(options.active)),
            ("role", &options.role),
            ("roles", &options.roles.join(",")),
            ("channel_roles", &options.channel_roles.join(",")),
            ("team_roles", &options.team_roles.join(",")),
            ("sort", &options.sort),
        ];
        Pages::numbered(self, Ok(with_query("/users".into(), &pairs)))
    }

    /// A new personal access token of a user, for an account that may make them.
    ///
    /// # Errors
    /// See [`Error`]; the server refuses unless such tokens are turned on in the System Console.
    ///
    /// `POST /users/{user_id}/tokens`.
    pub fn create_user_access_token(
        &self,
        user_id: &UserId,
        description: &str,
    ) -> Result<NewAccessToken, Error> {
        self.post(&path(&["users", user_id.as_str(), "tokens"])?, &json!({"description": description}))
    }

    /// Ends a personal access token, and the sessions made with it.
    ///
    /// # Errors
    /// See [`Error`].
    ///
    /// `POST /users/tokens/revoke`.
    pub fn revoke_user_access_token(&self, token_id: &TokenId) -> Result<(), Error> {
        self.tell("POST", "/users/tokens/revoke".into(), &json!({"token_id": token_id}))
    }
}

//! The same structs for the crate gobwire; a post without its metadata, which is not in the values.

use std::collections::BTreeMap;

use gobwire::{Gob, Interface};

/// Who calls.
#[derive(Gob, Default, Clone)]
pub struct Context {
    #[gob(name = "SessionId")]
    pub session_id: String,
    #[gob(name = "RequestId")]
    pub request_id: String,
    #[gob(name = "IPAddress")]
    pub ip_address: String,
    #[gob(name = "AcceptLanguage")]
    pub accept_language: String,
    #[gob(name = "UserAgent")]
    pub user_agent: String,
}

/// A post.
#[derive(Gob, Default, Clone)]
pub struct Post {
    #[gob(name = "Id")]
    pub id: String,
    #[gob(name = "CreateAt")]
    pub create_at: i64,
    #[gob(name = "UpdateAt")]
    pub update_at: i64,
    #[gob(name = "EditAt")]
    pub edit_at: i64,
    #[gob(name = "DeleteAt")]
    pub delete_at: i64,
    #[gob(name = "IsPinned")]
    pub is_pinned: bool,
    #[gob(name = "UserId")]
    pub user_id: String,
    #[gob(name = "ChannelId")]
    pub channel_id: String,
    #[gob(name = "RootId")]
    pub root_id: String,
    #[gob(name = "OriginalId")]
    pub original_id: String,
    #[gob(name = "Message")]
    pub message: String,
    #[gob(name = "MessageSource")]
    pub message_source: String,
    #[gob(name = "Type")]
    pub kind: String,
    #[gob(name = "Props")]
    pub props: BTreeMap<String, Option<Interface>>,
    #[gob(name = "Hashtags")]
    pub hashtags: String,
    #[gob(name = "Filenames")]
    pub filenames: Vec<String>,
    #[gob(name = "FileIds")]
    pub file_ids: Vec<String>,
    #[gob(name = "PendingPostId")]
    pub pending_post_id: String,
    #[gob(name = "HasReactions")]
    pub has_reactions: bool,
    #[gob(name = "RemoteId")]
    pub remote_id: Option<String>,
    #[gob(name = "ReplyCount")]
    pub reply_count: i64,
    #[gob(name = "LastReplyAt")]
    pub last_reply_at: i64,
    #[gob(name = "Participants")]
    pub participants: Vec<User>,
    #[gob(name = "IsFollowing")]
    pub is_following: Option<bool>,
}

/// A user.
#[derive(Gob, Default, Clone)]
pub struct User {
    #[gob(name = "Id")]
    pub id: String,
    #[gob(name = "CreateAt")]
    pub create_at: i64,
    #[gob(name = "UpdateAt")]
    pub update_at: i64,
    #[gob(name = "DeleteAt")]
    pub delete_at: i64,
    #[gob(name = "Username")]
    pub username: String,
    #[gob(name = "Password")]
    pub password: String,
    #[gob(name = "AuthData")]
    pub auth_data: Option<String>,
    #[gob(name = "AuthService")]
    pub auth_service: String,
    #[gob(name = "Email")]
    pub email: String,
    #[gob(name = "EmailVerified")]
    pub email_verified: bool,
    #[gob(name = "Nickname")]
    pub nickname: String,
    #[gob(name = "FirstName")]
    pub first_name: String,
    #[gob(name = "LastName")]
    pub last_name: String,
    #[gob(name = "Position")]
    pub position: String,
    #[gob(name = "Roles")]
    pub roles: String,
    #[gob(name = "AllowMarketing")]
    pub allow_marketing: bool,
    #[gob(name = "Props")]
    pub props: BTreeMap<String, String>,
    #[gob(name = "NotifyProps")]
    pub notify_props: BTreeMap<String, String>,
    #[gob(name = "LastPasswordUpdate")]
    pub last_password_update: i64,
    #[gob(name = "LastPictureUpdate")]
    pub last_picture_update: i64,
    #[gob(name = "FailedAttempts")]
    pub failed_attempts: i64,
    #[gob(name = "Locale")]
    pub locale: String,
    #[gob(name = "Timezone")]
    pub timezone: BTreeMap<String, String>,
    #[gob(name = "MfaActive")]
    pub mfa_active: bool,
    #[gob(name = "MfaSecret")]
    pub mfa_secret: String,
    #[gob(name = "RemoteId")]
    pub remote_id: Option<String>,
    #[gob(name = "LastActivityAt")]
    pub last_activity_at: i64,
    #[gob(name = "IsBot")]
    pub is_bot: bool,
    #[gob(name = "BotDescription")]
    pub bot_description: String,
    #[gob(name = "BotLastIconUpdate")]
    pub bot_last_icon_update: i64,
    #[gob(name = "TermsOfServiceId")]
    pub terms_of_service_id: String,
    #[gob(name = "TermsOfServiceCreateAt")]
    pub terms_of_service_create_at: i64,
    #[gob(name = "DisableWelcomeEmail")]
    pub disable_welcome_email: bool,
    #[gob(name = "LastLogin")]
    pub last_login: i64,
    #[gob(name = "MfaUsedTimestamps")]
    pub mfa_used_timestamps: Vec<String>,
}

/// Arguments of MessageWillBePosted.
#[derive(Gob, Default, Clone)]
pub struct PostArgs {
    #[gob(name = "A")]
    pub a: Option<Context>,
    #[gob(name = "B")]
    pub b: Option<Post>,
}

/// Results of GetUser.
#[derive(Gob, Default, Clone)]
pub struct UserReturns {
    #[gob(name = "A")]
    pub a: Option<User>,
}

/// Results of GetUsers.
#[derive(Gob, Default, Clone)]
pub struct UsersReturns {
    #[gob(name = "A")]
    pub a: Vec<User>,
}

//! The same structs for the crate gobwire; a post without its metadata, which is not in the values.

use std::collections::BTreeMap;

use gobwire::{Gob, Interface};

/// Who calls.
#[derive(Gob, Default, Clone)]
pub(crate) struct Context {
    #[gob(name = "SessionId")]
    pub(crate) session_id: String,
    #[gob(name = "RequestId")]
    pub(crate) request_id: String,
    #[gob(name = "IPAddress")]
    pub(crate) ip_address: String,
    #[gob(name = "AcceptLanguage")]
    pub(crate) accept_language: String,
    #[gob(name = "UserAgent")]
    pub(crate) user_agent: String,
}

/// A post.
#[derive(Gob, Default, Clone)]
pub(crate) struct Post {
    #[gob(name = "Id")]
    pub(crate) id: String,
    #[gob(name = "CreateAt")]
    pub(crate) create_at: i64,
    #[gob(name = "UpdateAt")]
    pub(crate) update_at: i64,
    #[gob(name = "EditAt")]
    pub(crate) edit_at: i64,
    #[gob(name = "DeleteAt")]
    pub(crate) delete_at: i64,
    #[gob(name = "IsPinned")]
    pub(crate) is_pinned: bool,
    #[gob(name = "UserId")]
    pub(crate) user_id: String,
    #[gob(name = "ChannelId")]
    pub(crate) channel_id: String,
    #[gob(name = "RootId")]
    pub(crate) root_id: String,
    #[gob(name = "OriginalId")]
    pub(crate) original_id: String,
    #[gob(name = "Message")]
    pub(crate) message: String,
    #[gob(name = "MessageSource")]
    pub(crate) message_source: String,
    #[gob(name = "Type")]
    pub(crate) kind: String,
    #[gob(name = "Props")]
    pub(crate) props: BTreeMap<String, Option<Interface>>,
    #[gob(name = "Hashtags")]
    pub(crate) hashtags: String,
    #[gob(name = "Filenames")]
    pub(crate) filenames: Vec<String>,
    #[gob(name = "FileIds")]
    pub(crate) file_ids: Vec<String>,
    #[gob(name = "PendingPostId")]
    pub(crate) pending_post_id: String,
    #[gob(name = "HasReactions")]
    pub(crate) has_reactions: bool,
    #[gob(name = "RemoteId")]
    pub(crate) remote_id: Option<String>,
    #[gob(name = "ReplyCount")]
    pub(crate) reply_count: i64,
    #[gob(name = "LastReplyAt")]
    pub(crate) last_reply_at: i64,
    #[gob(name = "Participants")]
    pub(crate) participants: Vec<User>,
    #[gob(name = "IsFollowing")]
    pub(crate) is_following: Option<bool>,
}

/// A user.
#[derive(Gob, Default, Clone)]
pub(crate) struct User {
    #[gob(name = "Id")]
    pub(crate) id: String,
    #[gob(name = "CreateAt")]
    pub(crate) create_at: i64,
    #[gob(name = "UpdateAt")]
    pub(crate) update_at: i64,
    #[gob(name = "DeleteAt")]
    pub(crate) delete_at: i64,
    #[gob(name = "Username")]
    pub(crate) username: String,
    #[gob(name = "Password")]
    pub(crate) password: String,
    #[gob(name = "AuthData")]
    pub(crate) auth_data: Option<String>,
    #[gob(name = "AuthService")]
    pub(crate) auth_service: String,
    #[gob(name = "Email")]
    pub(crate) email: String,
    #[gob(name = "EmailVerified")]
    pub(crate) email_verified: bool,
    #[gob(name = "Nickname")]
    pub(crate) nickname: String,
    #[gob(name = "FirstName")]
    pub(crate) first_name: String,
    #[gob(name = "LastName")]
    pub(crate) last_name: String,
    #[gob(name = "Position")]
    pub(crate) position: String,
    #[gob(name = "Roles")]
    pub(crate) roles: String,
    #[gob(name = "AllowMarketing")]
    pub(crate) allow_marketing: bool,
    #[gob(name = "Props")]
    pub(crate) props: BTreeMap<String, String>,
    #[gob(name = "NotifyProps")]
    pub(crate) notify_props: BTreeMap<String, String>,
    #[gob(name = "LastPasswordUpdate")]
    pub(crate) last_password_update: i64,
    #[gob(name = "LastPictureUpdate")]
    pub(crate) last_picture_update: i64,
    #[gob(name = "FailedAttempts")]
    pub(crate) failed_attempts: i64,
    #[gob(name = "Locale")]
    pub(crate) locale: String,
    #[gob(name = "Timezone")]
    pub(crate) timezone: BTreeMap<String, String>,
    #[gob(name = "MfaActive")]
    pub(crate) mfa_active: bool,
    #[gob(name = "MfaSecret")]
    pub(crate) mfa_secret: String,
    #[gob(name = "RemoteId")]
    pub(crate) remote_id: Option<String>,
    #[gob(name = "LastActivityAt")]
    pub(crate) last_activity_at: i64,
    #[gob(name = "IsBot")]
    pub(crate) is_bot: bool,
    #[gob(name = "BotDescription")]
    pub(crate) bot_description: String,
    #[gob(name = "BotLastIconUpdate")]
    pub(crate) bot_last_icon_update: i64,
    #[gob(name = "TermsOfServiceId")]
    pub(crate) terms_of_service_id: String,
    #[gob(name = "TermsOfServiceCreateAt")]
    pub(crate) terms_of_service_create_at: i64,
    #[gob(name = "DisableWelcomeEmail")]
    pub(crate) disable_welcome_email: bool,
    #[gob(name = "LastLogin")]
    pub(crate) last_login: i64,
    #[gob(name = "MfaUsedTimestamps")]
    pub(crate) mfa_used_timestamps: Vec<String>,
}

/// Arguments of MessageWillBePosted.
#[derive(Gob, Default, Clone)]
pub(crate) struct PostArgs {
    #[gob(name = "A")]
    pub(crate) a: Option<Context>,
    #[gob(name = "B")]
    pub(crate) b: Option<Post>,
}

/// Results of GetUser.
#[derive(Gob, Default, Clone)]
pub(crate) struct UserReturns {
    #[gob(name = "A")]
    pub(crate) a: Option<User>,
}

/// Results of GetUsers.
#[derive(Gob, Default, Clone)]
pub(crate) struct UsersReturns {
    #[gob(name = "A")]
    pub(crate) a: Vec<User>,
}

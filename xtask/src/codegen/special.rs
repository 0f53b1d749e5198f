//! Every deviation from the mechanical rules, one row each, with its reason.
//!
//! Keys are Go's: `model.Post.RootId` for a field, `CreatePost.A` for an argument, `EnsureBotUser=A` for a result.

/// How a Go type of another module, or one written by hand, is called in Rust.
pub(crate) struct Mapped {
    pub(crate) go: &'static str,
    /// Path as generated code writes it; a path of `crate::` is imported.
    pub(crate) rust: &'static str,
    #[allow(dead_code, reason = "for readers, and for the test that there is one")]
    pub(crate) why: &'static str,
}

pub(crate) const MAPPED: &[Mapped] = &[
    Mapped { go: "any", rust: "Value", why: "interface values are dynamic" },
    Mapped { go: "driver.Value", rust: "Value", why: "interface values are dynamic" },
    Mapped { go: "error", rust: "HostError", why: "an interface with a closed set of values: wire/error.rs" },
    Mapped { go: "time.Time", rust: "Time", why: "a blob to gob" },
    Mapped { go: "json.RawMessage", rust: "RawJson", why: "bytes to gob, any value in JSON: model/json.rs" },
    Mapped {
        go: "plugin.HTTPRequestSubset",
        rust: "HttpRequest",
        why: "must read 9.3's http.Request too: wire/http.rs",
    },
    Mapped {
        go: "http.Response",
        rust: "HttpResponse",
        why: "of `net/http`, and most of it means nothing outside of Go: wire/http.rs",
    },
    Mapped {
        go: "model.StringInterface",
        rust: "StringInterface",
        why: "the name readers of Go code know: model/props.rs",
    },
    Mapped { go: "model.SlackCompatibleBool", rust: "bool", why: "a bool on the wire" },
    Mapped { go: "logr.Level", rust: "LogLevel", why: "`Level` says too little outside its Go package" },
    Mapped { go: "saml2.AssertionInfo", rust: "SamlAssertionInfo", why: "`saml2` and `types` share names" },
    Mapped {
        go: "saml2.ProxyRestriction",
        rust: "SamlWarningProxyRestriction",
        why: "`saml2` and `types` share names",
    },
    Mapped { go: "saml2.WarningInfo", rust: "SamlWarningInfo", why: "`saml2` and `types` share names" },
    Mapped { go: "xml.Name", rust: "XmlName", why: "`Name` says too little outside its Go package" },
    Mapped {
        go: "driver.NamedValue",
        rust: "DbNamedValue",
        why: "`NamedValue` says too little outside its Go package",
    },
    Mapped {
        go: "driver.TxOptions",
        rust: "DbTxOptions",
        why: "`TxOptions` says too little outside its Go package",
    },
];

/// A Go package whose types get a prefix.
pub(crate) const PREFIXED: &[(&str, &str, &str)] =
    &[("types.", "Saml", "gosaml2/types: `Subject`, `Attribute`, `Audience` say too little alone")];

/// Types that are written by hand, or never asked for by name.
pub(crate) const BY_HAND: &[(&str, &str)] = &[
    ("plugin.HTTPRequestSubset", "wire/http.rs"),
    ("plugin.ErrorString", "wire/error.rs"),
    ("pq.Error", "wire/error.rs"),
];

/// Names of strings that are ids: the field or parameter name, in Rust's spelling, and its type.
pub(crate) const IDS: &[(&str, &str)] = &[
    ("user_id", "UserId"),
    ("user_ids", "UserId"),
    ("user_id1", "UserId"),
    ("user_id2", "UserId"),
    ("as_user_id", "UserId"),
    ("bot_user_id", "UserId"),
    ("requestor_id", "UserId"),
    ("requester_id", "UserId"),
    ("recipient_id", "UserId"),
    ("sender_id", "UserId"),
    ("creator_id", "UserId"),
    ("team_id", "TeamId"),
    ("in_team_id", "TeamId"),
    ("not_in_team_id", "TeamId"),
    ("scoped_team_id", "TeamId"),
    ("channel_id", "ChannelId"),
    ("in_channel_id", "ChannelId"),
    ("not_in_channel_id", "ChannelId"),
    ("scoped_channel_id", "ChannelId"),
    ("scoped_user_id", "UserId"),
    ("post_id", "PostId"),
    ("root_id", "PostId"),
    ("original_id", "PostId"),
    ("parent_id", "PostId"),
    ("file_id", "FileId"),
    ("file_ids", "FileId"),
    ("emoji_id", "EmojiId"),
    ("command_id", "CommandId"),
    ("session_id", "SessionId"),
    ("group_id", "GroupId"),
    ("in_group_id", "GroupId"),
    ("not_in_group_id", "GroupId"),
    ("token_id", "TokenId"),
    ("upload_id", "UploadId"),
    ("active_channel", "ChannelId"),
    ("app_id", "OAuthAppId"),
    ("channel_ids", "ChannelId"),
    ("cluster_id", "NodeId"),
    ("connection_id", "ConnectionId"),
    ("default_team_id", "TeamId"),
    ("field_id", "PropertyFieldId"),
    ("last_post_create_id", "PostId"),
    ("last_post_update_id", "PostId"),
    ("next_post_id", "PostId"),
    ("omit_connection_id", "ConnectionId"),
    ("policy_id", "PolicyId"),
    ("prev_post_id", "PostId"),
    ("property_field_id", "PropertyFieldId"),
    ("property_value_id", "PropertyValueId"),
    ("remote_id", "RemoteId"),
    ("remote_team_id", "TeamId"),
    ("req_file_id", "FileId"),
    ("scheme_id", "SchemeId"),
    ("trigger_id", "TriggerId"),
    ("value_id", "PropertyValueId"),
    ("web_conn_id", "ConnectionId"),
];

/// Maps whose keys are ids.
pub(crate) const KEYED: &[(&str, &str)] = &[
    ("model.PostList.Posts", "PostId"),
    ("model.PostList.BurnOnReadPosts", "PostId"),
    ("model.PostSearchResults.Matches", "PostId"),
    ("model.SyncMsg.Users", "UserId"),
    ("model.WebsocketBroadcast.OmitUsers", "UserId"),
];

/// Fields, arguments and results that are something else than their name or Go type says.
pub(crate) struct Retyped {
    pub(crate) at: &'static str,
    /// Rust type of the string in it.
    pub(crate) rust: &'static str,
    #[allow(dead_code, reason = "for readers, and for the test that there is one")]
    pub(crate) why: &'static str,
}

pub(crate) const RETYPED: &[Retyped] = &[
    Retyped { at: "model.User.Id", rust: "UserId", why: "the type's own id" },
    Retyped { at: "model.Team.Id", rust: "TeamId", why: "the type's own id" },
    Retyped { at: "model.Channel.Id", rust: "ChannelId", why: "the type's own id" },
    Retyped { at: "model.Post.Id", rust: "PostId", why: "the type's own id" },
    Retyped { at: "model.FileInfo.Id", rust: "FileId", why: "the type's own id" },
    Retyped { at: "model.Emoji.Id", rust: "EmojiId", why: "the type's own id" },
    Retyped { at: "model.Command.Id", rust: "CommandId", why: "the type's own id" },
    Retyped { at: "model.Session.Id", rust: "SessionId", why: "the type's own id" },
    Retyped { at: "model.Group.Id", rust: "GroupId", why: "the type's own id" },
    Retyped { at: "model.UserAccessToken.Id", rust: "TokenId", why: "the type's own id" },
    Retyped { at: "model.UploadSession.Id", rust: "UploadId", why: "the type's own id" },
    Retyped { at: "model.OAuthApp.Id", rust: "OAuthAppId", why: "the type's own id" },
    Retyped { at: "model.PropertyField.ID", rust: "PropertyFieldId", why: "the type's own id" },
    Retyped { at: "model.PropertyGroup.ID", rust: "PropertyGroupId", why: "the type's own id" },
    Retyped { at: "model.PropertyValue.ID", rust: "PropertyValueId", why: "the type's own id" },
    Retyped { at: "model.SidebarCategory.Id", rust: "SidebarCategoryId", why: "the type's own id" },
    Retyped { at: "CopyFileInfos=A", rust: "FileId", why: "answers the ids of the new files" },
    Retyped { at: "EnsureBotUser=A", rust: "UserId", why: "answers the id of the bot's user" },
    Retyped {
        at: "RegisterPluginForSharedChannels=A",
        rust: "RemoteId",
        why: "answers the id of the remote",
    },
    Retyped { at: "GetPropertyFields.B", rust: "PropertyFieldId", why: "a list of ids" },
    Retyped { at: "GetPropertyValues.B", rust: "PropertyValueId", why: "a list of ids" },
    Retyped {
        at: "GetGroupByRemoteID.A",
        rust: "String",
        why: "an id in the directory, not a remote server's",
    },
    Retyped {
        at: "model.Group.RemoteId",
        rust: "String",
        why: "an id in the directory, not a remote server's",
    },
    Retyped {
        at: "model.PropertyField.GroupID",
        rust: "PropertyGroupId",
        why: "a property group, not a user group",
    },
    Retyped {
        at: "model.PropertyValue.GroupID",
        rust: "PropertyGroupId",
        why: "a property group, not a user group",
    },
    Retyped {
        at: "model.PropertyFieldSearchOpts.GroupID",
        rust: "PropertyGroupId",
        why: "a property group, not a user group",
    },
    Retyped {
        at: "model.PropertyValueSearchOpts.GroupID",
        rust: "PropertyGroupId",
        why: "a property group, not a user group",
    },
    Retyped { at: "model.PluginClusterEventSendOptions.TargetId", rust: "NodeId", why: "the node it is for" },
    Retyped {
        at: "model.EmailNotification.ChannelType",
        rust: "ChannelType",
        why: "Go writes it as a plain string",
    },
    Retyped {
        at: "model.GroupSyncable.ChannelType",
        rust: "ChannelType",
        why: "Go writes it as a plain string",
    },
    Retyped { at: "model.ViewUsersRestrictions.Teams", rust: "TeamId", why: "a list of ids" },
    Retyped { at: "model.ViewUsersRestrictions.Channels", rust: "ChannelId", why: "a list of ids" },
    Retyped { at: "model.Group.MemberIDs", rust: "UserId", why: "a list of ids" },
    Retyped { at: "model.OrderedSidebarCategories.Order", rust: "SidebarCategoryId", why: "a list of ids" },
    Retyped { at: "model.PostList.Order", rust: "PostId", why: "a list of ids" },
    Retyped { at: "model.PostMetadata.Recipients", rust: "UserId", why: "a list of ids" },
    Retyped { at: "model.SidebarCategoryWithChannels.Channels", rust: "ChannelId", why: "a list of ids" },
    Retyped { at: "model.SyncResponse.UserErrors", rust: "UserId", why: "a list of ids" },
    Retyped { at: "model.SyncResponse.UsersSyncd", rust: "UserId", why: "a list of ids" },
    Retyped { at: "model.SyncResponse.PostErrors", rust: "PostId", why: "a list of ids" },
    Retyped { at: "model.SyncResponse.ReactionErrors", rust: "PostId", why: "a list of ids" },
    Retyped { at: "model.SyncResponse.AcknowledgementErrors", rust: "PostId", why: "a list of ids" },
    Retyped { at: "model.SyncResponse.StatusErrors", rust: "UserId", why: "a list of ids" },
    Retyped { at: "model.SyncResponse.MembershipErrors", rust: "UserId", why: "a list of ids" },
    Retyped { at: "model.CommandArgs.UserMentions", rust: "UserId", why: "ids by name" },
    Retyped { at: "model.CommandArgs.ChannelMentions", rust: "ChannelId", why: "ids by name" },
    Retyped {
        at: "model.GroupSearchOpts.NotAssociatedToTeam",
        rust: "TeamId",
        why: "an id without `Id` in its name",
    },
    Retyped {
        at: "model.GroupSearchOpts.NotAssociatedToChannel",
        rust: "ChannelId",
        why: "an id without `Id` in its name",
    },
    Retyped {
        at: "model.GroupSearchOpts.FilterHasMember",
        rust: "UserId",
        why: "an id without `Id` in its name",
    },
    Retyped {
        at: "model.GroupSearchOpts.IncludeChannelMemberCount",
        rust: "ChannelId",
        why: "an id without `Id` in its name",
    },
];

/// The category of API methods in which `group_id` is no user group, and what it is.
pub(crate) const PROPERTY_GROUPS: (&str, &str) = ("property", "PropertyGroupId");

/// Types that stand behind interfaces only, where.
pub(crate) const BEHIND_INTERFACES: &[(&str, &str)] = &[
    ("model.AutocompleteTextArg", "AutocompleteArg.Data"),
    ("model.AutocompleteStaticListArg", "AutocompleteArg.Data"),
    ("model.AutocompleteListItem", "AutocompleteStaticListArg.PossibleArguments"),
    ("model.AutocompleteDynamicListArg", "AutocompleteArg.Data"),
    ("model.PluginPropertyOption", "PropertyField.Attrs"),
    ("model.PreviewPost", "PostEmbed.Data"),
];

/// Types whose JSON is written by hand, where Go's is not that of its fields.
pub(crate) const JSON_BY_HAND: &[(&str, &str)] = &[
    ("model.GroupSyncable", "names its ids by what it is: model/special_json.rs"),
    ("model.PluginPropertyOption", "is the map in it: model/special_json.rs"),
];

/// Hooks that most plugins have: what they reach is compiled with the SDK, other types in the plugins that use them.
pub(crate) const COMMON_HOOKS: &[&str] = &[
    "OnActivate",
    "OnDeactivate",
    "MessageWillBePosted",
    "MessageHasBeenPosted",
    "ExecuteCommand",
    "ServeHTTP",
];

/// Whether most plugins have a hook.
pub(crate) fn is_common(hook: &str) -> bool {
    COMMON_HOOKS.contains(&hook)
}

/// Areas of the model whose pointers to zero arrive as nil and mean zero.
pub(crate) const FILLED_AREAS: &[(&str, &str)] =
    &[("config", "Go does not send zeros behind pointers, and sets what is nil to its default")];

/// Types too large to pass around by value.
pub(crate) const BOXED: &[(&str, &str)] = &[("model.Config", "more than ten kilobytes, held across awaits")];

/// Results that may be nothing although nothing went wrong.
pub(crate) const NOTHING_IS_AN_ANSWER: &[(&str, &str)] = &[
    ("KVGet", "no bytes means no such key: nil and empty are the same on the wire"),
    ("GetLicense", "a server without a licence"),
];

/// Methods whose author-facing side is written by hand.
pub(crate) const API_BY_HAND: &[(&str, &str)] = &[
    ("LoadPluginConfiguration", "typed by the caller: api/config.rs"),
    ("LogDebug", "fields are pairs: api/log.rs"),
    ("LogInfo", "fields are pairs: api/log.rs"),
    ("LogWarn", "fields are pairs: api/log.rs"),
    ("LogError", "fields are pairs: api/log.rs"),
    ("RequestTrialLicense", "two bools: api/license.rs"),
    ("LogAuditRec", "values pass through JSON first: api/audit.rs"),
    ("LogAuditRecWithLevel", "values pass through JSON first: api/audit.rs"),
    ("InstallPlugin", "sends a stream: api/upload.rs"),
    ("UploadData", "sends a stream: api/upload.rs"),
    ("PluginHTTP", "speaks in `http` types: api/http.rs"),
    ("PluginHTTPStream", "speaks in `http` types: api/http.rs"),
];

/// Methods that a test sees in a form written by hand: testing/streams.rs.
pub(crate) const CALLS_BY_HAND: &[(&str, &str)] = &[
    ("InstallPlugin", "the bundle comes in a stream"),
    ("UploadData", "the data come in a stream"),
    ("PluginHTTP", "one call to an author, whichever way it travels"),
    ("PluginHTTPStream", "one call to an author, whichever way it travels"),
];

/// Arguments that need not be given.
pub(crate) const OPTIONAL_ARGS: &[(&str, &str)] =
    &[("GetGroups.D", "nil: no restriction; an empty one hides everybody")];

/// Names that the rule would get wrong: Go, Rust, why.
pub(crate) const RENAMED: &[(&str, &str, &str)] = &[
    ("cusror", "cursor", "misspelled upstream"),
    ("newCfg", "new_config", "no abbreviations"),
    ("ev", "event", "no abbreviations"),
    ("fi", "info", "no abbreviations"),
    ("rc", "remote", "no abbreviations"),
    ("req", "request", "no abbreviations"),
];

/// Constants of an enum that are no values of it.
pub(crate) const NO_VALUES: &[(&str, &str)] =
    &[("model.GroupSource.PluginPrefix", "what a plugin's own sources begin with")];

/// Which file of `model::generated` a type belongs to; the first row that fits counts. `*` stands for any letters at
/// one end.
pub(crate) const AREAS: &[(&str, &str)] = &[
    ("saml2.*", "saml"),
    ("types.*", "saml"),
    ("xml.*", "saml"),
    ("driver.*", "db"),
    ("plugin.ResultContainer", "db"),
    ("plugin.*", "plugin"),
    ("logr.*", "audit"),
    ("model.Audit*", "audit"),
    ("model.AppError", "error"),
    ("model.Config", "config"),
    ("model.FeatureFlags", "config"),
    ("model.ClientRequirements", "config"),
    ("model.PluginState", "config"),
    ("model.AutoTranslation*", "config"),
    ("model.ContentFlagging*", "config"),
    ("model.NotificationTarget", "config"),
    ("model.PluginSettingsSchema", "plugin"),
    ("model.PluginSettingsSection", "plugin"),
    ("model.*Settings", "config"),
    ("model.Autocomplete*", "command"),
    ("model.Command*", "command"),
    ("model.Dialog*", "dialog"),
    ("model.OpenDialogRequest", "dialog"),
    ("model.PropertyField*", "property"),
    ("model.Property*", "property"),
    ("model.PluginPropertyOption", "property"),
    ("model.Manifest*", "plugin"),
    ("model.Plugin*", "plugin"),
    ("model.OnInstallEvent", "plugin"),
    ("model.PostAction*", "attachment"),
    ("model.MessageAttachment*", "attachment"),
    ("model.Post*", "post"),
    ("model.PreviewPost", "post"),
    ("model.Reaction", "post"),
    ("model.Search*", "post"),
    ("model.GetPostsSinceForSyncCursor", "shared_channel"),
    ("model.Emoji", "emoji"),
    ("model.File*", "file"),
    ("model.GetFileInfosOptions", "file"),
    ("model.Upload*", "file"),
    ("model.Bot*", "bot"),
    ("model.Sidebar*", "channel"),
    ("model.OrderedSidebarCategories", "channel"),
    ("model.SharedChannel", "shared_channel"),
    ("model.Sync*", "shared_channel"),
    ("model.MembershipChangeMsg", "shared_channel"),
    ("model.RegisterPluginOpts", "shared_channel"),
    ("model.RemoteCluster", "shared_channel"),
    ("model.Channel*", "channel"),
    ("model.CreateDefaultMembershipParams", "group"),
    ("model.Group*", "group"),
    ("model.PageOpts", "group"),
    ("model.Team*Limits", "license"),
    ("model.TeamsLimits", "license"),
    ("model.Team*", "team"),
    ("model.*Limits", "license"),
    ("model.License", "license"),
    ("model.Features", "license"),
    ("model.Customer", "license"),
    ("model.EmailNotification*", "notification"),
    ("model.PushNotification", "notification"),
    ("model.PushSubType", "notification"),
    ("model.WebSocketRequest", "websocket"),
    ("model.WebsocketBroadcast", "websocket"),
    ("model.SendToastMessageOptions", "websocket"),
    ("model.Session", "user"),
    ("model.Status", "user"),
    ("model.CustomStatus", "user"),
    ("model.Permission", "user"),
    ("model.Preference", "user"),
    ("model.OAuthApp", "user"),
    ("model.ViewUsersRestrictions", "user"),
    ("model.User*", "user"),
];

/// What each area of the model is about: the first line of its file.
pub(crate) const AREA_DOCS: &[(&str, &str)] = &[
    ("attachment", "Message attachments and the buttons in them."),
    ("audit", "Records for the server's audit log."),
    ("bot", "Bot accounts."),
    ("channel", "Channels, their members and the sidebar."),
    ("command", "Slash commands, their completion and their answers."),
    ("config", "The server's configuration."),
    ("db", "Values of the database driver."),
    ("dialog", "Interactive dialogs."),
    ("emoji", "Custom emoji."),
    ("error", "The server's error."),
    ("file", "Files and uploads."),
    ("group", "User groups and what they are linked to."),
    ("license", "Licence, features and limits."),
    ("notification", "Push and e-mail notifications."),
    ("plugin", "Plugins, their manifests and calls."),
    ("post", "Posts and what hangs on them."),
    ("property", "Custom properties: groups, fields, values."),
    ("saml", "SAML assertions."),
    ("shared_channel", "Channels shared with other servers."),
    ("team", "Teams and their members."),
    ("user", "Users, sessions and preferences."),
    ("websocket", "WebSocket requests and broadcasts."),
];

/// What each category of API methods is about: the first line of its file.
pub(crate) const CATEGORY_DOCS: &[(&str, &str)] = &[
    ("audit", "The audit log."),
    ("bot", "Bot accounts."),
    ("channel", "Channels, their members and the sidebar."),
    ("command", "Slash commands."),
    ("config", "The configuration of the server and of plugins."),
    ("emoji", "Custom emoji."),
    ("file", "Files."),
    ("group", "User groups."),
    ("kv", "The key-value store of the plugin."),
    ("logging", "The server's log."),
    ("notification", "Mail and push notifications."),
    ("oauth", "OAuth applications."),
    ("permission", "Permissions and roles."),
    ("plugin", "Plugins, this one and others."),
    ("post", "Posts."),
    ("preference", "Preferences of users."),
    ("property", "Custom properties."),
    ("reaction", "Reactions to posts."),
    ("server", "The server itself."),
    ("session", "Sessions and access tokens."),
    ("shared_channel", "Channels shared with other servers."),
    ("team", "Teams and their members."),
    ("upload", "Uploads in pieces."),
    ("user", "Users and their status."),
    ("websocket", "Messages to web and mobile clients."),
];

/// The second column of the row whose first is `key`.
pub(crate) fn row(table: &'static [(&'static str, &'static str)], key: &str) -> Option<&'static str> {
    table.iter().find(|row| row.0 == key).map(|row| row.1)
}

/// The file of the model that a Go type belongs to.
pub(crate) fn area(go: &str) -> Option<&'static str> {
    AREAS.iter().find(|(pattern, _)| fits(pattern, go)).map(|row| row.1)
}

fn fits(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == name,
        Some((start, end)) => {
            name.len() >= start.len() + end.len() && name.starts_with(start) && name.ends_with(end)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_has_a_reason() {
        assert!(MAPPED.iter().all(|row| !row.why.is_empty()));
        assert!(RETYPED.iter().all(|row| !row.why.is_empty()));
        for table in [
            BY_HAND,
            BOXED,
            NOTHING_IS_AN_ANSWER,
            API_BY_HAND,
            CALLS_BY_HAND,
            OPTIONAL_ARGS,
            BEHIND_INTERFACES,
            JSON_BY_HAND,
            FILLED_AREAS,
        ] {
            assert!(table.iter().all(|row| !row.1.is_empty()));
        }
    }

    #[test]
    fn areas_take_the_first_pattern_that_fits() {
        assert_eq!(area("model.PluginSettingsSchema"), Some("plugin"));
        assert_eq!(area("model.PluginSettings"), Some("config"));
        assert_eq!(area("model.Post"), Some("post"));
        assert_eq!(area("pq.Error"), None);
    }
}

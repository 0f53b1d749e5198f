//! Where the messages of gRPC and the types of Go differ, one row each with its reason.

/// A field of a message that is not the model's field of the same name.
pub(crate) struct Row {
    pub(crate) message: &'static str,
    pub(crate) field: &'static str,
    pub(crate) is: Is,
}

pub(crate) enum Is {
    /// Another name in the model.
    Named(&'static str),
    /// Nothing of the model; why.
    Nothing(&'static str),
    /// By functions of `convert`: `put(&self.field)` and `take(message.field)`.
    By { field: &'static str, put: &'static str, take: &'static str, why: &'static str },
}

const fn named(message: &'static str, field: &'static str, name: &'static str) -> Row {
    Row { message, field, is: Is::Named(name) }
}

const fn nothing(message: &'static str, field: &'static str, why: &'static str) -> Row {
    Row { message, field, is: Is::Nothing(why) }
}

/// Hooks that are no different but that the runtime answers them.
pub(crate) const OWN: &str = "the runtime's own";

const TEXT: &str = "a text in the message";

pub(crate) const ROWS: &[Row] = &[
    nothing("AppError", "params", "Go keeps them to itself"),
    named("SearchParams", "is_or_search", "or_terms"),
    nothing("SearchParams", "page", "the server reads none"),
    nothing("SearchParams", "per_page", "the server reads none"),
    nothing("SearchParams", "excluded_before_date", "one in Go, a list here"),
    nothing("SearchParams", "excluded_after_date", "one in Go, a list here"),
    nothing("SearchParams", "excluded_dates", "one in Go, a list here"),
    nothing("CommandArgs", "t", "no value in Go, but a function"),
    nothing("CommandArgs", "user_mention", "one text here, maps in Go"),
    nothing("CommandArgs", "channel_mention", "one text here, maps in Go"),
    nothing("CommandResponse", "attachments", "the server does not read them: they are of another type"),
    Row {
        message: "OAuthApp",
        field: "callback_urls",
        is: Is::By { field: "callback_urls", put: "joined", take: "split", why: "a list in Go, commas here" },
    },
    named("GroupSyncable", "syncable_type", "type_"),
    nothing("CreateDefaultMembershipParams", "scope_teams", "Go asks for one team"),
    nothing("CreateDefaultMembershipParams", "scope_channels", "Go asks for one channel"),
    nothing("RegisterPluginOpts", "description", "Go has none"),
    Row {
        message: "SharedChannel",
        field: "home",
        is: Is::By { field: "home", put: "yes", take: "is_yes", why: TEXT },
    },
    named("GetPostsSinceForSyncCursor", "last_post_id", "last_post_update_id"),
    Row {
        message: "PropertyValue",
        field: "value",
        is: Is::By { field: "value", put: "json_value", take: "raw_json", why: "JSON text in Go" },
    },
    Row {
        message: "PostEmbed",
        field: "data",
        is: Is::By { field: "data", put: "map_of", take: "map_value", why: "any value in Go, a map here" },
    },
    Row {
        message: "PostList",
        field: "first_inaccessible_post_time",
        is: Is::By {
            field: "first_inaccessible_post_time",
            put: "is_set",
            take: "one_if",
            why: "whether there is one",
        },
    },
    named("FileData", "data", "body"),
    Row {
        message: "PushNotification",
        field: "badge",
        is: Is::By { field: "badge", put: "number_text", take: "text_number", why: TEXT },
    },
    Row {
        message: "PushNotification",
        field: "cont_ava",
        is: Is::By { field: "content_available", put: "number_text", take: "text_number", why: TEXT },
    },
    named("PushNotification", "is_crt", "is_crt_enabled"),
];

/// Messages whose conversion is written by hand in `convert/special.rs`; why.
pub(crate) const BY_HAND: &[(&str, &str)] = &[
    ("SidebarCategoryWithChannels", "Go embeds the category"),
    ("PostSearchResults", "Go embeds the list of posts"),
    ("WebsocketBroadcast", "a list here, a map in Go; an id in Go, yes or no here"),
    ("GetFileInfosOptions", "lists in Go, one of each here"),
    ("GroupSearchOpts", "texts for yes and no, pages beside"),
    ("PropertyFieldSearchOpts", "a list in Go, one here"),
    ("PropertyValueSearchOpts", "a list in Go, one here"),
    ("AuditRecord", "the actor's fields stand in the record"),
];

/// What the messages by hand have no place for: Go's fields.
pub(crate) const LOST_BY_HAND: &[(&str, &[&str])] = &[
    ("AuditRecord", &["EventData", "Error"]),
    ("GetFileInfosOptions", &["Since"]),
    (
        "GroupSearchOpts",
        &[
            "NotAssociatedToTeam",
            "NotAssociatedToChannel",
            "IncludeMemberIDs",
            "IncludeArchived",
            "OnlySyncableSources",
        ],
    ),
    (
        "PostSearchResults",
        &[
            "PostList.NextPostId",
            "PostList.PrevPostId",
            "PostList.HasNext",
            "PostList.FirstInaccessiblePostTime",
            "PostList.BurnOnReadPosts",
        ],
    ),
    ("PropertyFieldSearchOpts", &["GroupID", "SinceUpdateAt", "Cursor"]),
    ("PropertyValueSearchOpts", &["GroupID", "SinceUpdateAt", "Cursor", "Value"]),
    ("SidebarCategoryWithChannels", &["SidebarCategory.SortOrder"]),
    (
        "WebsocketBroadcast",
        &["ContainsSanitizedData", "ContainsSensitiveData", "BroadcastHooks", "BroadcastHookArgs"],
    ),
];

/// Messages that hold nothing but the JSON of a Go type.
pub(crate) const JSON: &[(&str, &str)] = &[
    ("ConfigJson", "config_json"),
    ("EmailNotificationJson", "notification_json"),
    ("SamlAssertionInfoJson", "assertion_json"),
    ("SyncMsgJson", "sync_msg_json"),
];

/// Requests whose fields are those of the one argument.
pub(crate) const FLAT: &[&str] = &["GetUsers", "SearchUsers"];

/// API methods whose messages are made by hand in `grpc/special.rs`; why.
pub(crate) const CALLS_BY_HAND: &[(&str, &str)] = &[
    ("LogDebug", "pairs here, names and values in turn in Go"),
    ("LogInfo", "pairs here, names and values in turn in Go"),
    ("LogWarn", "pairs here, names and values in turn in Go"),
    ("LogError", "pairs here, names and values in turn in Go"),
    ("PluginHTTP", "head and body in one message"),
    ("InstallPlugin", "a stream over net/rpc"),
    ("UploadData", "a stream over net/rpc"),
    ("LogAuditRecWithLevel", "of the level only its name"),
    ("HasPermissionTo", "of the permission only its id"),
    ("HasPermissionToTeam", "of the permission only its id"),
    ("HasPermissionToChannel", "of the permission only its id"),
];

/// Hooks whose messages are made by hand; why.
pub(crate) const HOOKS_BY_HAND: &[(&str, &str)] = &[
    ("OnActivate", OWN),
    ("OnDeactivate", OWN),
    ("OnConfigurationChange", OWN),
    ("Implemented", OWN),
    ("ServeHTTP", "a stream"),
    ("FileWillBeUploaded", "content in the message instead of streams"),
];

/// The row of a field.
pub(crate) fn row(message: &str, field: &str) -> Option<&'static Is> {
    ROWS.iter().find(|row| row.message == message && row.field == field).map(|row| &row.is)
}

/// Whether a table has a row.
pub(crate) fn has(table: &[(&str, &str)], key: &str) -> bool {
    table.iter().any(|row| row.0 == key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_has_a_reason() {
        for table in [BY_HAND, CALLS_BY_HAND, HOOKS_BY_HAND] {
            assert!(table.iter().all(|row| !row.1.is_empty()));
        }
        for row in ROWS {
            match row.is {
                Is::Nothing(why) | Is::By { why, .. } => assert!(!why.is_empty(), "{}", row.message),
                Is::Named(name) => assert!(!name.is_empty()),
            }
        }
    }
}

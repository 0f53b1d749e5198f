//! Enums that we make where Go has a plain string or integer with known values.
//!
//! The places in `at` are keys as in `special`: `model.Post.Type` for a field, `UpdateUserStatus.B` for an argument.

/// One enum and where it stands.
pub(crate) struct Own {
    pub(crate) rust: &'static str,
    /// File of `model::generated`.
    pub(crate) area: &'static str,
    pub(crate) values: Values,
    pub(crate) at: &'static [&'static str],
}

/// Variants and their values; unknown values are kept by all of them.
pub(crate) enum Values {
    /// The empty string is `Unset`.
    Text(&'static [(&'static str, &'static str)]),
    /// The first variant is the zero.
    Int(&'static [(&'static str, i64)]),
}

use Values::{Int, Text};

pub(crate) const OWN: &[Own] = &[
    Own {
        rust: "AuditStatus",
        area: "audit",
        values: Text(&[("Success", "success"), ("Attempt", "attempt"), ("Fail", "fail")]),
        at: &["model.AuditRecord.Status"],
    },
    Own {
        rust: "AuthService",
        area: "user",
        values: Text(&[
            ("Email", "email"),
            ("Ldap", "ldap"),
            ("Saml", "saml"),
            ("Gitlab", "gitlab"),
            ("Google", "google"),
            ("Office365", "office365"),
            ("OpenId", "openid"),
            ("MagicLink", "magic_link"),
        ]),
        at: &["model.User.AuthService", "model.UserAuth.AuthService"],
    },
    Own {
        rust: "ChannelUserSort",
        area: "channel",
        values: Text(&[("Username", "username"), ("Status", "status")]),
        at: &["GetUsersInChannel.B"],
    },
    Own {
        rust: "ClusterSendType",
        area: "plugin",
        values: Text(&[("BestEffort", "best_effort"), ("Reliable", "reliable")]),
        at: &["model.PluginClusterEventSendOptions.SendType"],
    },
    Own {
        rust: "CommandMethod",
        area: "command",
        values: Text(&[("Post", "P"), ("Get", "G")]),
        at: &["model.Command.Method"],
    },
    Own {
        rust: "CommandResponseType",
        area: "command",
        values: Text(&[("InChannel", "in_channel"), ("Ephemeral", "ephemeral")]),
        at: &["model.CommandResponse.ResponseType"],
    },
    Own {
        rust: "CustomStatusDuration",
        area: "user",
        values: Text(&[
            ("ThirtyMinutes", "thirty_minutes"),
            ("OneHour", "one_hour"),
            ("FourHours", "four_hours"),
            ("Today", "today"),
            ("ThisWeek", "this_week"),
            ("DateAndTime", "date_and_time"),
        ]),
        at: &["model.CustomStatus.Duration"],
    },
    Own {
        rust: "DataSource",
        area: "dialog",
        values: Text(&[("Users", "users"), ("Channels", "channels"), ("Dynamic", "dynamic")]),
        at: &["model.DialogElement.DataSource", "model.PostAction.DataSource"],
    },
    Own {
        rust: "DialogElementSubType",
        area: "dialog",
        values: Text(&[
            ("Text", "text"),
            ("Email", "email"),
            ("Number", "number"),
            ("Password", "password"),
            ("Tel", "tel"),
            ("Url", "url"),
        ]),
        at: &["model.DialogElement.SubType"],
    },
    Own {
        rust: "DialogElementType",
        area: "dialog",
        values: Text(&[
            ("Text", "text"),
            ("Textarea", "textarea"),
            ("Select", "select"),
            ("Radio", "radio"),
            ("Bool", "bool"),
            ("Date", "date"),
            ("DateTime", "datetime"),
        ]),
        at: &["model.DialogElement.Type"],
    },
    Own { rust: "EmojiSort", area: "emoji", values: Text(&[("Name", "name")]), at: &["GetEmojiList.A"] },
    Own {
        rust: "FileSort",
        area: "file",
        values: Text(&[("CreateAt", "CreateAt"), ("Size", "Size")]),
        at: &["model.GetFileInfosOptions.SortBy"],
    },
    Own {
        rust: "LicenseSku",
        area: "license",
        values: Text(&[
            ("Entry", "entry"),
            ("Professional", "professional"),
            ("Enterprise", "enterprise"),
            ("EnterpriseAdvanced", "advanced"),
            ("E10", "E10"),
            ("E20", "E20"),
        ]),
        at: &["model.License.SkuShortName"],
    },
    Own {
        rust: "PermissionScope",
        area: "user",
        values: Text(&[
            ("System", "system_scope"),
            ("Team", "team_scope"),
            ("Channel", "channel_scope"),
            ("Group", "group_scope"),
            ("Playbook", "playbook_scope"),
            ("Run", "run_scope"),
        ]),
        at: &["model.Permission.Scope"],
    },
    Own {
        rust: "PluginHosting",
        area: "plugin",
        values: Text(&[("Cloud", "cloud"), ("OnPrem", "on-prem")]),
        at: &["model.PluginSetting.Hosting"],
    },
    Own {
        rust: "PluginRunState",
        area: "plugin",
        values: Int(&[
            ("NotRunning", 0),
            ("Starting", 1),
            ("Running", 2),
            ("FailedToStart", 3),
            ("FailedToStayRunning", 4),
            ("Stopping", 5),
        ]),
        at: &["model.PluginStatus.State"],
    },
    Own {
        rust: "PluginSettingType",
        area: "plugin",
        values: Text(&[
            ("Bool", "bool"),
            ("Dropdown", "dropdown"),
            ("Generated", "generated"),
            ("Radio", "radio"),
            ("Text", "text"),
            ("LongText", "longtext"),
            ("Number", "number"),
            ("Username", "username"),
            ("Custom", "custom"),
        ]),
        at: &["model.PluginSetting.Type"],
    },
    Own {
        rust: "PostActionStyle",
        area: "attachment",
        values: Text(&[
            ("Normal", "default"),
            ("Primary", "primary"),
            ("Success", "success"),
            ("Good", "good"),
            ("Warning", "warning"),
            ("Danger", "danger"),
        ]),
        at: &["model.PostAction.Style"],
    },
    Own {
        rust: "PostActionType",
        area: "attachment",
        values: Text(&[("Button", "button"), ("Select", "select")]),
        at: &["model.PostAction.Type"],
    },
    Own {
        rust: "PostPriorityLevel",
        area: "post",
        values: Text(&[("Important", "important"), ("Urgent", "urgent")]),
        at: &["model.PostPriority.Priority"],
    },
    Own {
        rust: "PostType",
        area: "post",
        values: Text(&[
            ("Me", "me"),
            ("MessageAttachment", "slack_attachment"),
            ("Reminder", "reminder"),
            ("BurnOnRead", "burn_on_read"),
            ("Ephemeral", "system_ephemeral"),
            ("SystemGeneric", "system_generic"),
            ("AutoResponder", "system_auto_responder"),
            ("JoinChannel", "system_join_channel"),
            ("GuestJoinChannel", "system_guest_join_channel"),
            ("LeaveChannel", "system_leave_channel"),
            ("AddToChannel", "system_add_to_channel"),
            ("AddGuestToChannel", "system_add_guest_to_chan"),
            ("RemoveFromChannel", "system_remove_from_channel"),
            ("JoinTeam", "system_join_team"),
            ("LeaveTeam", "system_leave_team"),
            ("AddToTeam", "system_add_to_team"),
            ("RemoveFromTeam", "system_remove_from_team"),
            ("HeaderChange", "system_header_change"),
            ("PurposeChange", "system_purpose_change"),
            ("DisplayNameChange", "system_displayname_change"),
            ("ConvertChannel", "system_convert_channel"),
            ("ChangeChannelPrivacy", "system_change_chan_privacy"),
            ("MoveChannel", "system_move_channel"),
            ("ChannelDeleted", "system_channel_deleted"),
            ("ChannelRestored", "system_channel_restored"),
            ("GmConvertedToChannel", "system_gm_to_channel"),
            ("Wrangler", "system_wrangler"),
        ]),
        at: &["model.Post.Type", "model.CommandResponse.Type", "model.PushNotification.PostType"],
    },
    Own {
        rust: "PushPlatform",
        area: "notification",
        values: Text(&[
            ("Apple", "apple"),
            ("Android", "android"),
            ("AppleReactNative", "apple_rn"),
            ("AndroidReactNative", "android_rn"),
        ]),
        at: &["model.PushNotification.Platform"],
    },
    Own {
        rust: "PushType",
        area: "notification",
        values: Text(&[
            ("Message", "message"),
            ("Clear", "clear"),
            ("UpdateBadge", "update_badge"),
            ("Session", "session"),
            ("Test", "test"),
        ]),
        at: &["model.PushNotification.Type"],
    },
    Own {
        rust: "TeamType",
        area: "team",
        values: Text(&[("Open", "O"), ("Invite", "I")]),
        at: &["model.Team.Type", "model.GroupSyncable.TeamType"],
    },
    Own {
        rust: "ToastPosition",
        area: "websocket",
        values: Text(&[
            ("TopLeft", "top-left"),
            ("TopCenter", "top-center"),
            ("TopRight", "top-right"),
            ("BottomLeft", "bottom-left"),
            ("BottomCenter", "bottom-center"),
            ("BottomRight", "bottom-right"),
        ]),
        at: &["model.SendToastMessageOptions.Position"],
    },
    Own {
        rust: "TranslationState",
        area: "post",
        values: Text(&[
            ("Ready", "ready"),
            ("Skipped", "skipped"),
            ("Processing", "processing"),
            ("Unavailable", "unavailable"),
        ]),
        at: &["model.PostTranslation.State"],
    },
    Own {
        rust: "TranslationType",
        area: "post",
        values: Text(&[("String", "string"), ("Object", "object")]),
        at: &["model.PostTranslation.Type"],
    },
    Own {
        rust: "UserStatus",
        area: "user",
        values: Text(&[("Online", "online"), ("Away", "away"), ("Dnd", "dnd"), ("Offline", "offline")]),
        at: &["UpdateUserStatus.B", "model.Status.Status", "model.Status.PrevStatus"],
    },
];

/// The enum that stands at a place.
pub(crate) fn at(key: &str) -> Option<&'static Own> {
    OWN.iter().find(|own| own.at.contains(&key))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_value_and_no_place_stands_twice() {
        let mut places = BTreeSet::new();
        for own in OWN {
            assert!(own.at.iter().all(|place| places.insert(*place)), "{}", own.rust);
            let values: Vec<String> = match &own.values {
                Text(values) => values.iter().map(|value| value.1.to_owned()).collect(),
                Int(values) => values.iter().map(|value| value.1.to_string()).collect(),
            };
            assert_eq!(BTreeSet::from_iter(&values).len(), values.len(), "{}", own.rust);
            assert!(!values.contains(&String::new()), "{}: the empty string is `Unset`", own.rust);
        }
    }
}

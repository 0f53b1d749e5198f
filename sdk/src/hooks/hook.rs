//! The hooks of the server as constants: how they are called on the wire, in Rust, and since when they exist.

/// One hook of the server.
///
/// Plugins need this type only to look at what exists: which hooks a plugin implements is found out by
/// [`plugin`](macro@crate::plugin).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Hook {
    /// The name on the wire and in Mattermost's documentation, like `MessageWillBePosted`.
    pub go: &'static str,
    /// The method of [`Hooks`](super::Hooks), like `message_will_be_posted`.
    pub rust: &'static str,
    /// The first server version that calls it, like `5.2`.
    pub since: &'static str,
}

macro_rules! hooks {
    ($($rust:ident = $go:literal since $since:literal;)*) => {
        /// Every hook known to this version of the SDK, sorted by its Go name.
        ///
        /// `Implemented`, by which the server asks for this list, is not in it.
        pub const ALL: &[Hook] = &[$(constants::$rust),*];

        /// One constant a hook, named like the method of `Hooks`.
        #[allow(non_upper_case_globals, missing_docs)]
        pub mod constants {
            use super::Hook;
            $(
                pub const $rust: Hook = Hook { go: $go, rust: stringify!($rust), since: $since };
            )*
        }
    };
}

hooks! {
    channel_has_been_created = "ChannelHasBeenCreated" since "5.2";
    channel_member_will_be_added = "ChannelMemberWillBeAdded" since "11.7";
    channel_will_be_archived = "ChannelWillBeArchived" since "11.7";
    configuration_will_be_saved = "ConfigurationWillBeSaved" since "8.0";
    email_notification_will_be_sent = "EmailNotificationWillBeSent" since "11.0";
    execute_command = "ExecuteCommand" since "5.2";
    file_will_be_downloaded = "FileWillBeDownloaded" since "11.5";
    file_will_be_uploaded = "FileWillBeUploaded" since "5.2";
    generate_support_data = "GenerateSupportData" since "9.8";
    message_has_been_deleted = "MessageHasBeenDeleted" since "9.1";
    message_has_been_posted = "MessageHasBeenPosted" since "5.2";
    message_has_been_updated = "MessageHasBeenUpdated" since "5.2";
    message_will_be_posted = "MessageWillBePosted" since "5.2";
    message_will_be_updated = "MessageWillBeUpdated" since "5.2";
    messages_will_be_consumed = "MessagesWillBeConsumed" since "9.3";
    notification_will_be_pushed = "NotificationWillBePushed" since "9.0";
    activate = "OnActivate" since "5.2";
    on_cloud_limits_updated = "OnCloudLimitsUpdated" since "7.0";
    on_configuration_change = "OnConfigurationChange" since "5.2";
    on_deactivate = "OnDeactivate" since "5.2";
    on_install = "OnInstall" since "6.5";
    on_plugin_cluster_event = "OnPluginClusterEvent" since "5.36";
    on_saml_login = "OnSAMLLogin" since "10.7";
    on_send_daily_telemetry = "OnSendDailyTelemetry" since "6.5";
    on_shared_channels_attachment_sync_msg = "OnSharedChannelsAttachmentSyncMsg" since "9.5";
    on_shared_channels_ping = "OnSharedChannelsPing" since "9.5";
    on_shared_channels_profile_image_sync_msg = "OnSharedChannelsProfileImageSyncMsg" since "9.5";
    on_shared_channels_sync_msg = "OnSharedChannelsSyncMsg" since "9.5";
    on_web_socket_connect = "OnWebSocketConnect" since "6.0";
    on_web_socket_disconnect = "OnWebSocketDisconnect" since "6.0";
    preferences_have_changed = "PreferencesHaveChanged" since "9.5";
    reaction_has_been_added = "ReactionHasBeenAdded" since "5.30";
    reaction_has_been_removed = "ReactionHasBeenRemoved" since "5.30";
    run_data_retention = "RunDataRetention" since "6.4";
    serve_http = "ServeHTTP" since "5.2";
    serve_metrics = "ServeMetrics" since "9.4";
    team_member_will_be_added = "TeamMemberWillBeAdded" since "11.7";
    user_has_been_created = "UserHasBeenCreated" since "5.10";
    user_has_been_deactivated = "UserHasBeenDeactivated" since "9.1";
    user_has_joined_channel = "UserHasJoinedChannel" since "5.2";
    user_has_joined_team = "UserHasJoinedTeam" since "5.2";
    user_has_left_channel = "UserHasLeftChannel" since "5.2";
    user_has_left_team = "UserHasLeftTeam" since "5.2";
    user_has_logged_in = "UserHasLoggedIn" since "5.2";
    user_will_log_in = "UserWillLogIn" since "5.2";
    web_socket_message_has_been_posted = "WebSocketMessageHasBeenPosted" since "6.0";
}

impl Hook {
    /// The hook with this Go name.
    pub fn by_go_name(go: &str) -> Option<&'static Self> {
        let index = ALL.binary_search_by(|hook| hook.go.cmp(go)).ok()?;
        ALL.get(index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_by_go_name_without_duplicates() {
        assert!(ALL.windows(2).all(|pair| pair[0].go < pair[1].go));
        assert_eq!(ALL.len(), 46);
    }

    #[test]
    fn hooks_are_found_by_their_go_name() {
        assert!(ALL.iter().all(|hook| Hook::by_go_name(hook.go) == Some(hook)));
        assert_eq!(Hook::by_go_name("Implemented"), None);
        assert_eq!(Hook::by_go_name("ServeHTTP"), Some(&constants::serve_http));
    }

    /// The attribute is in another crate, which cannot depend on this one.
    #[test]
    fn the_attribute_knows_the_same_hooks() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../macros/src/plugin/names.rs");
        let Ok(source) = std::fs::read_to_string(path) else { return };
        let names: Vec<&str> = source.lines().filter_map(|line| line.trim().strip_suffix(',')).collect();
        let expected: Vec<String> = ALL.iter().map(|hook| format!("{:?}", hook.rust)).collect();
        assert_eq!(names, expected);
    }

    #[test]
    fn rust_names_follow_from_go_names() {
        let name = |go: &str| Hook::by_go_name(go).map(|hook| hook.rust);
        assert_eq!(name("OnActivate"), Some("activate"), "it makes the plugin's value, so it is no event");
        assert_eq!(name("OnSAMLLogin"), Some("on_saml_login"));
        assert_eq!(name("OnWebSocketConnect"), Some("on_web_socket_connect"));
        for hook in ALL.iter().filter(|hook| hook.go != "OnActivate") {
            assert_eq!(hook.rust.replace('_', ""), hook.go.to_lowercase());
        }
    }
}

//! Which methods the server answers by itself.

use crate::gob::Dynamic;
use crate::testing::Method;
use crate::testing::calls::*;
use crate::testing::method::{Reply, read};

use super::{Found, State};

type Answer = fn(&mut State, &Dynamic) -> Result<Reply, String>;

/// What the server does at a call that no test has scripted; `None`: it would not know what.
pub(in crate::testing) fn default(method: &str) -> Option<Answer> {
    DEFAULTS.iter().find(|row| row.0 == method).map(|row| row.1)
}

fn run<M: Method>(
    state: &mut State,
    args: &Dynamic,
    answer: fn(&mut State, M) -> Found<M::Output>,
) -> Result<Reply, String> {
    let call = read::<M>(args).map_err(|error| format!("{}: arguments: {error}", M::NAME))?;
    Reply::of::<M>(answer(state, call))
}

/// For calls of which nothing is kept but the record.
#[expect(clippy::unnecessary_wraps, reason = "one type for all answers")]
fn done<M: Method<Output = ()>>(_: &mut State, _: M) -> Found<()> {
    Ok(())
}

macro_rules! table {
    ($($method:ident => $answer:path,)*) => {
        &[$(($method::NAME, |state, args| run::<$method>(state, args, $answer)),)*]
    };
}

const DEFAULTS: &[(&str, Answer)] = table! {
    KvGet => State::kv_get,
    KvSet => State::kv_set,
    KvSetWithExpiry => State::kv_set_with_expiry,
    KvSetWithOptions => State::kv_set_with_options,
    KvCompareAndSet => State::kv_compare_and_set,
    KvCompareAndDelete => State::kv_compare_and_delete,
    KvDelete => State::kv_delete,
    KvDeleteAll => State::kv_delete_all,
    KvList => State::kv_list,

    CreateUser => State::create_user,
    GetUser => State::get_user,
    GetUserByUsername => State::get_user_by_username,
    GetUserByEmail => State::get_user_by_email,
    GetUsers => State::get_users,
    GetUsersByIds => State::get_users_by_ids,
    GetUsersByUsernames => State::get_users_by_usernames,
    GetUsersInTeam => State::get_users_in_team,
    GetUsersInChannel => State::get_users_in_channel,
    UpdateUser => State::update_user,
    UpdateUserRoles => State::update_user_roles,
    UpdateUserActive => State::update_user_active,
    DeleteUser => State::delete_user,
    GetProfileImage => State::get_profile_image,
    SetProfileImage => State::set_profile_image,
    GetUserStatus => State::get_user_status,
    GetUserStatusesByIds => State::get_user_statuses_by_ids,
    UpdateUserStatus => State::update_user_status,
    GetPreferencesForUser => State::get_preferences_for_user,
    GetPreferenceForUser => State::get_preference_for_user,
    UpdatePreferencesForUser => State::update_preferences_for_user,
    DeletePreferencesForUser => State::delete_preferences_for_user,
    CreateSession => State::create_session,
    GetSession => State::get_session,
    ExtendSessionExpiry => State::extend_session_expiry,
    RevokeSession => State::revoke_session,
    HasPermissionTo => State::has_permission_to,
    HasPermissionToTeam => State::has_permission_to_team,
    HasPermissionToChannel => State::has_permission_to_channel,

    CreateBot => State::create_bot,
    EnsureBotUser => State::ensure_bot_user,
    GetBot => State::get_bot,
    GetBots => State::get_bots,
    PatchBot => State::patch_bot,
    UpdateBotActive => State::update_bot_active,
    PermanentDeleteBot => State::permanent_delete_bot,

    CreateTeam => State::create_team,
    GetTeam => State::get_team,
    GetTeamByName => State::get_team_by_name,
    GetTeams => State::get_teams,
    GetTeamsForUser => State::get_teams_for_user,
    UpdateTeam => State::update_team,
    DeleteTeam => State::delete_team,
    GetTeamStats => State::get_team_stats,
    CreateTeamMember => State::create_team_member,
    CreateTeamMembers => State::create_team_members,
    GetTeamMember => State::get_team_member,
    GetTeamMembers => State::get_team_members,
    GetTeamMembersForUser => State::get_team_members_for_user,
    UpdateTeamMemberRoles => State::update_team_member_roles,
    DeleteTeamMember => State::delete_team_member,

    CreateChannel => State::create_channel,
    GetChannel => State::get_channel,
    GetChannelByName => State::get_channel_by_name,
    GetChannelByNameForTeamName => State::get_channel_by_name_for_team_name,
    GetPublicChannelsForTeam => State::get_public_channels_for_team,
    GetChannelsForTeamForUser => State::get_channels_for_team_for_user,
    GetDirectChannel => State::get_direct_channel,
    GetGroupChannel => State::get_group_channel,
    UpdateChannel => State::update_channel,
    DeleteChannel => State::delete_channel,
    GetChannelStats => State::get_channel_stats,
    AddChannelMember => State::add_channel_member,
    AddUserToChannel => State::add_user_to_channel,
    GetChannelMember => State::get_channel_member,
    GetChannelMembers => State::get_channel_members,
    GetChannelMembersByIds => State::get_channel_members_by_ids,
    GetChannelMembersForUser => State::get_channel_members_for_user,
    UpdateChannelMemberRoles => State::update_channel_member_roles,
    UpdateChannelMemberNotifications => State::update_channel_member_notifications,
    DeleteChannelMember => State::delete_channel_member,

    CreatePost => State::create_post,
    GetPost => State::get_post,
    UpdatePost => State::update_post,
    DeletePost => State::delete_post,
    GetPostThread => State::get_post_thread,
    GetPostsForChannel => State::get_posts_for_channel,
    GetPostsSince => State::get_posts_since,
    GetPostsAfter => State::get_posts_after,
    GetPostsBefore => State::get_posts_before,
    SendEphemeralPost => State::send_ephemeral_post,
    UpdateEphemeralPost => State::update_ephemeral_post,
    DeleteEphemeralPost => State::delete_ephemeral_post,
    AddReaction => State::add_reaction,
    GetReactions => State::get_reactions,
    RemoveReaction => State::remove_reaction,
    UploadFile => State::upload_file,
    GetFile => State::get_file,
    GetFileInfo => State::get_file_info,
    ReadFile => State::read_file,

    LoadPluginConfiguration => State::load_plugin_configuration,
    GetPluginConfig => State::get_plugin_config,
    SavePluginConfig => State::save_plugin_config,
    GetConfig => State::get_config,
    GetUnsanitizedConfig => State::get_unsanitized_config,
    SaveConfig => State::save_config,
    GetServerVersion => State::get_server_version,
    GetSystemInstallDate => State::get_system_install_date,
    GetDiagnosticId => State::get_diagnostic_id,
    GetTelemetryId => State::get_telemetry_id,
    GetLicense => State::get_license,
    IsEnterpriseReady => State::is_enterprise_ready,
    GetBundlePath => State::get_bundle_path,
    GetPluginId => State::get_plugin_id,
    RegisterCommand => State::register_command,
    UnregisterCommand => State::unregister_command,
    ListPluginCommands => State::list_plugin_commands,
    PublishWebSocketEvent => State::publish_web_socket_event,
    LogDebug => State::log_debug,
    LogInfo => State::log_info,
    LogWarn => State::log_warn,
    LogError => State::log_error,

    OpenInteractiveDialog => done,
    PublishUserTyping => done,
    PublishPluginClusterEvent => done,
    SendMail => done,
    SendPushNotification => done,
    SendToastMessage => done,
    LogAuditRec => done,
    LogAuditRecWithLevel => done,
};

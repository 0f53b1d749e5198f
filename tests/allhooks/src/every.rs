//! The plugin itself.

use mmplugin::http::text;
use mmplugin::model::*;
use mmplugin::prelude::*;
use serde_json::json;

use crate::CHANGED;
use crate::answers::{Answers, How, app_error, told};

/// The plugin with every hook.
pub struct Every {
    answers: Answers,
}

#[mmplugin::plugin(
    id = "com.example.allhooks",
    name = "All hooks",
    min_server_version = "9.3.0",
    optional = [
        "ChannelMemberWillBeAdded", "ChannelWillBeArchived", "TeamMemberWillBeAdded", "FileWillBeDownloaded",
        "EmailNotificationWillBeSent", "OnSAMLLogin", "GenerateSupportData",
        "OnSharedChannelsAttachmentSyncMsg", "OnSharedChannelsPing", "OnSharedChannelsProfileImageSyncMsg",
        "OnSharedChannelsSyncMsg", "PreferencesHaveChanged", "ServeMetrics",
    ]
)]
impl Hooks for Every {
    async fn activate(_ctx: Activation) -> Result<Self, Error> {
        Ok(Self { answers: Answers::default() })
    }

    async fn on_deactivate(&self) -> Result<(), Error> {
        self.answers.saw("OnDeactivate", told![]).result(())
    }

    async fn on_configuration_change(&self, _settings: Arc<()>) -> Result<(), Error> {
        self.answers.saw("OnConfigurationChange", told![]).result(())
    }

    async fn serve_http(&self, _ctx: Context, request: Request<Body>) -> Response<Body> {
        let path = request.uri().path().to_owned();
        let answered = match path.trim_start_matches('/').split_once('/') {
            Some(("seen", hook)) => Some(json!(self.answers.seen(hook)).to_string()),
            Some(("answer", hook)) => self.tell(hook, request.into_body()).await,
            _ => {
                self.answers.saw("ServeHTTP", told![path]);
                Some("served".to_owned())
            }
        };
        match answered {
            Some(answer) => text(StatusCode::OK, answer),
            None => text(StatusCode::BAD_REQUEST, "no such way to answer"),
        }
    }

    async fn serve_metrics(&self, _ctx: Context, request: Request<Body>) -> Response<Body> {
        self.answers.saw("ServeMetrics", told![request.uri().path()]);
        text(StatusCode::OK, "metric 1\n")
    }

    async fn execute_command(&self, _ctx: Context, args: CommandArgs) -> Result<CommandResponse, AppError> {
        match self.answers.saw("ExecuteCommand", told![args]) {
            How::Reject | How::Error => Err(app_error()),
            _ => Ok(CommandResponse { text: args.command, ..CommandResponse::default() }),
        }
    }

    async fn message_will_be_posted(&self, _ctx: Context, post: Post) -> PostDecision {
        match self.answers.saw("MessageWillBePosted", told![post]).decision(|| changed(post)) {
            Decision::Replace(post) => PostDecision::Replace(post),
            Decision::Reject(reason) => PostDecision::Reject(reason),
            _ => PostDecision::Allow,
        }
    }

    async fn message_will_be_updated(&self, _ctx: Context, new_post: Post, old_post: Post) -> Decision<Post> {
        let how = self.answers.saw("MessageWillBeUpdated", told![new_post, old_post]);
        how.decision(|| changed(new_post))
    }

    async fn message_has_been_posted(&self, _ctx: Context, post: Post) {
        self.answers.saw("MessageHasBeenPosted", told![post]);
    }

    async fn message_has_been_updated(&self, _ctx: Context, new_post: Post, old_post: Post) {
        self.answers.saw("MessageHasBeenUpdated", told![new_post, old_post]);
    }

    async fn message_has_been_deleted(&self, _ctx: Context, post: Post) {
        self.answers.saw("MessageHasBeenDeleted", told![post]);
    }

    async fn messages_will_be_consumed(&self, posts: Vec<Post>) -> Vec<Post> {
        match self.answers.saw("MessagesWillBeConsumed", told![posts]) {
            How::Replace => posts.into_iter().take(1).map(changed).collect(),
            _ => Vec::new(),
        }
    }

    async fn user_has_joined_channel(&self, _ctx: Context, member: ChannelMember, actor: Option<User>) {
        self.answers.saw("UserHasJoinedChannel", told![member, actor]);
    }

    async fn user_has_left_channel(&self, _ctx: Context, member: ChannelMember, actor: Option<User>) {
        self.answers.saw("UserHasLeftChannel", told![member, actor]);
    }

    async fn user_has_joined_team(&self, _ctx: Context, member: TeamMember, actor: Option<User>) {
        self.answers.saw("UserHasJoinedTeam", told![member, actor]);
    }

    async fn user_has_left_team(&self, _ctx: Context, member: TeamMember, actor: Option<User>) {
        self.answers.saw("UserHasLeftTeam", told![member, actor]);
    }

    async fn channel_has_been_created(&self, _ctx: Context, channel: Channel) {
        self.answers.saw("ChannelHasBeenCreated", told![channel]);
    }

    async fn channel_will_be_archived(&self, _ctx: Context, channel: Channel) -> Verdict {
        self.answers.saw("ChannelWillBeArchived", told![channel]).verdict()
    }

    async fn channel_member_will_be_added(
        &self,
        _ctx: Context,
        mut member: ChannelMember,
    ) -> Decision<ChannelMember> {
        self.answers.saw("ChannelMemberWillBeAdded", told![member]).decision(|| {
            member.roles.push_str(CHANGED);
            member.scheme_user = false;
            member
        })
    }

    async fn team_member_will_be_added(&self, _ctx: Context, mut member: TeamMember) -> Decision<TeamMember> {
        self.answers.saw("TeamMemberWillBeAdded", told![member]).decision(|| {
            member.roles.push_str(CHANGED);
            member.scheme_user = false;
            member
        })
    }

    async fn file_will_be_uploaded(
        &self,
        _ctx: Context,
        mut info: FileInfo,
        content: Body,
    ) -> UploadDecision {
        match self.answers.saw("FileWillBeUploaded", told![info]) {
            How::Replace => {
                let Ok(bytes) = content.bytes(1 << 20).await else { return UploadDecision::reject("long") };
                info.name.push_str(CHANGED);
                info.mime_type.clear();
                UploadDecision::replace(info, [&bytes[..], CHANGED.as_bytes()].concat())
            }
            How::Reject => UploadDecision::reject(crate::REASON),
            _ => UploadDecision::Allow,
        }
    }

    async fn file_will_be_downloaded(
        &self,
        _ctx: Context,
        info: FileInfo,
        user_id: UserId,
        download_type: FileDownloadType,
    ) -> Verdict {
        self.answers.saw("FileWillBeDownloaded", told![info, user_id, download_type]).verdict()
    }

    async fn user_will_log_in(&self, _ctx: Context, user: User) -> Verdict {
        self.answers.saw("UserWillLogIn", told![user]).verdict()
    }

    async fn user_has_logged_in(&self, _ctx: Context, user: User) {
        self.answers.saw("UserHasLoggedIn", told![user]);
    }

    async fn user_has_been_created(&self, _ctx: Context, user: User) {
        self.answers.saw("UserHasBeenCreated", told![user]);
    }

    async fn user_has_been_deactivated(&self, _ctx: Context, user: User) {
        self.answers.saw("UserHasBeenDeactivated", told![user]);
    }

    async fn reaction_has_been_added(&self, _ctx: Context, reaction: Reaction) {
        self.answers.saw("ReactionHasBeenAdded", told![reaction]);
    }

    async fn reaction_has_been_removed(&self, _ctx: Context, reaction: Reaction) {
        self.answers.saw("ReactionHasBeenRemoved", told![reaction]);
    }

    async fn on_plugin_cluster_event(&self, _ctx: Context, event: PluginClusterEvent) {
        self.answers.saw("OnPluginClusterEvent", told![event]);
    }

    async fn on_web_socket_connect(&self, web_conn_id: ConnectionId, user_id: UserId) {
        self.answers.saw("OnWebSocketConnect", told![web_conn_id, user_id]);
    }

    async fn on_web_socket_disconnect(&self, web_conn_id: ConnectionId, user_id: UserId) {
        self.answers.saw("OnWebSocketDisconnect", told![web_conn_id, user_id]);
    }

    async fn web_socket_message_has_been_posted(
        &self,
        web_conn_id: ConnectionId,
        user_id: UserId,
        request: WebSocketRequest,
    ) {
        self.answers.saw("WebSocketMessageHasBeenPosted", told![web_conn_id, user_id, request]);
    }

    async fn run_data_retention(&self, now_time: i64, batch_size: i64) -> Result<i64, Error> {
        self.answers.saw("RunDataRetention", told![now_time, batch_size]).result(batch_size.wrapping_sub(1))
    }

    async fn on_install(&self, _ctx: Context, event: OnInstallEvent) -> Result<(), Error> {
        self.answers.saw("OnInstall", told![event]).result(())
    }

    async fn on_send_daily_telemetry(&self) {
        self.answers.saw("OnSendDailyTelemetry", told![]);
    }

    async fn on_cloud_limits_updated(&self, limits: ProductLimits) {
        self.answers.saw("OnCloudLimitsUpdated", told![limits]);
    }

    async fn configuration_will_be_saved(&self, mut config: Box<Config>) -> Decision<Config> {
        self.answers.saw("ConfigurationWillBeSaved", told![config]).decision(|| {
            config.team_settings.site_name = Some(CHANGED.to_owned());
            *config
        })
    }

    async fn notification_will_be_pushed(
        &self,
        mut notification: PushNotification,
        user_id: UserId,
    ) -> Decision<PushNotification> {
        self.answers.saw("NotificationWillBePushed", told![notification, user_id]).decision(|| {
            notification.message.push_str(CHANGED);
            notification
        })
    }

    async fn email_notification_will_be_sent(
        &self,
        notification: EmailNotification,
    ) -> Decision<EmailNotificationContent> {
        self.answers.saw("EmailNotificationWillBeSent", told![notification]).decision(|| {
            let mut content = notification.email_notification_content;
            content.subject.push_str(CHANGED);
            content
        })
    }

    async fn preferences_have_changed(&self, _ctx: Context, preferences: Vec<Preference>) {
        self.answers.saw("PreferencesHaveChanged", told![preferences]);
    }

    async fn on_shared_channels_sync_msg(
        &self,
        msg: SyncMsg,
        remote: RemoteCluster,
    ) -> Result<SyncResponse, Error> {
        let how = self.answers.saw("OnSharedChannelsSyncMsg", told![msg, remote]);
        how.result(SyncResponse { posts_last_update_at: 7, ..SyncResponse::default() })
    }

    async fn on_shared_channels_ping(&self, remote: RemoteCluster) -> bool {
        self.answers.saw("OnSharedChannelsPing", told![remote]) != How::Reject
    }

    async fn on_shared_channels_attachment_sync_msg(
        &self,
        info: FileInfo,
        post: Post,
        remote: RemoteCluster,
    ) -> Result<(), Error> {
        self.answers.saw("OnSharedChannelsAttachmentSyncMsg", told![info, post, remote]).result(())
    }

    async fn on_shared_channels_profile_image_sync_msg(
        &self,
        user: User,
        remote: RemoteCluster,
    ) -> Result<(), Error> {
        self.answers.saw("OnSharedChannelsProfileImageSyncMsg", told![user, remote]).result(())
    }

    async fn generate_support_data(&self, _ctx: Context) -> Result<Vec<FileData>, Error> {
        let file = FileData { filename: "state.txt".into(), body: b"fine".to_vec() };
        self.answers.saw("GenerateSupportData", told![]).result(vec![file])
    }

    async fn on_saml_login(
        &self,
        _ctx: Context,
        user: User,
        assertion: SamlAssertionInfo,
    ) -> Result<(), Error> {
        self.answers.saw("OnSAMLLogin", told![user, assertion]).result(())
    }
}

impl Every {
    /// Sets how a hook answers.
    async fn tell(&self, hook: &str, body: Body) -> Option<String> {
        let how = body.bytes(100).await.ok()?;
        self.answers.set(hook, How::parse(std::str::from_utf8(&how).ok()?)?);
        Some("told".to_owned())
    }
}

fn changed(mut post: Post) -> Post {
    post.message.push_str(CHANGED);
    post.is_pinned = false;
    post.hashtags.clear();
    post
}

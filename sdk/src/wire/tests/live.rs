//! Every hook called by Go's go-plugin over a connection: what the author's code hears, and what it answers with values
//! made up, must be what Go has sent and gets, field by field.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::{Value as Json, json};
use tokio::sync::oneshot;

use super::made::has_go;
use super::make::Make;
use super::messages::{Go, ROUNDS, differs, maker, order, tree};
use crate::gob::Gob;
use crate::hooks::constants;
use crate::model::*;
use crate::prelude::*;
use crate::wire::HostError;
use crate::{PostDecision, UploadDecision, Verdict};

/// The call that is made now.
struct Now {
    round: (u64, u64),
    heard: Json,
    told: Json,
}

static NOW: Mutex<Now> = Mutex::new(Now { round: (0, 0), heard: Json::Null, told: Json::Null });

fn now() -> MutexGuard<'static, Now> {
    NOW.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What a hook makes of a call.
#[derive(PartialEq)]
enum Course {
    /// It answers with a value, or replaces what it was given.
    Value,
    /// It refuses with a text.
    Refuse,
    /// It lets things be, or fails with an error of the server's kind.
    Other,
}

fn course() -> Course {
    match now().round.0 % 3 {
        1 => Course::Value,
        2 => Course::Refuse,
        _ => Course::Other,
    }
}

const REASON: &str = "refused <for> \"reasons\" é漢";

/// Arguments or results as Go has them: fields A, B, C.
fn letters(values: Vec<Json>) -> Json {
    let field = |(letter, value)| json!({"name": char::from(letter).to_string(), "value": value});
    json!({"struct": (b'A'..).zip(values).map(field).collect::<Vec<_>>()})
}

macro_rules! heard {
    ($($value:expr),*) => { now().heard = letters(vec![$(tree(&$value)),*]) };
}

/// Somebody has come or gone, by themselves or not.
fn joined(ctx: &Context, member: &impl Gob, actor: Option<&User>) {
    now().heard = letters(vec![tree(ctx), tree(member), actor.map_or(Json::Null, tree)]);
}

macro_rules! told {
    ($($value:expr),*) => { now().told = letters(vec![$($value),*]) };
}

fn made<T: Make>(go: &str) -> T {
    let (seed, share) = now().round;
    T::make(&mut maker(go, seed + 100, share)).0
}

/// A decision, noted as what it is in Go: a value and a text.
fn decided<T: Make>(go: &str) -> Decision<T> {
    match course() {
        Course::Value => {
            let value = made(go);
            told!(tree(&value), tree(&String::new()));
            Decision::replace(value)
        }
        Course::Refuse => {
            told!(Json::Null, tree(&REASON.to_owned()));
            Decision::reject(REASON)
        }
        Course::Other => {
            told!();
            Decision::Allow
        }
    }
}

/// An error, and what it is in Go.
fn failure() -> (Error, Json) {
    match course() {
        Course::Other => {
            let error: AppError = made("an error");
            (error.clone().into(), tree(&Some(HostError::from(error))))
        }
        _ => (Error::msg(REASON), tree(&Some(HostError::text(REASON)))),
    }
}

/// A value and an error, one of which Go has.
fn resulted<T: Make + Default>(go: &str) -> Result<T, Error> {
    if course() == Course::Value {
        let value = made(go);
        told!(tree(&value), Json::Null);
        return Ok(value);
    }
    let (error, seen) = failure();
    told!(tree(&T::default()), seen);
    Err(error)
}

/// Only an error, or none.
fn done() -> Result<(), Error> {
    if course() == Course::Value {
        told!(Json::Null);
        return Ok(());
    }
    let (error, seen) = failure();
    told!(seen);
    Err(error)
}

/// Answers every hook that gRPC has with values made up.
struct Values;

#[mmplugin::plugin(id = "com.example.values", min_server_version = "11.5.0")]
impl Hooks for Values {
    async fn activate(_ctx: Activation) -> Result<Self, Error> {
        Ok(Self)
    }

    async fn on_configuration_change(&self, _settings: Arc<()>) -> Result<(), Error> {
        heard!();
        match course() {
            Course::Refuse => {
                told!(tree(&Some(HostError::text(REASON))));
                Err(Error::msg(REASON))
            }
            _ => Ok(()),
        }
    }

    async fn execute_command(&self, ctx: Context, args: CommandArgs) -> Result<CommandResponse, AppError> {
        heard!(ctx, args);
        if course() == Course::Value {
            let response = made("ExecuteCommand");
            told!(tree(&response), Json::Null);
            return Ok(response);
        }
        let error: AppError = made("an error");
        told!(Json::Null, tree(&error));
        Err(error)
    }

    async fn message_will_be_posted(&self, ctx: Context, post: Post) -> PostDecision {
        heard!(ctx, post);
        match decided("MessageWillBePosted") {
            Decision::Replace(post) => PostDecision::Replace(post),
            Decision::Reject(reason) => PostDecision::Reject(reason),
            _ => PostDecision::Allow,
        }
    }

    async fn message_will_be_updated(&self, ctx: Context, new_post: Post, old_post: Post) -> Decision<Post> {
        heard!(ctx, new_post, old_post);
        let decision = decided("MessageWillBeUpdated");
        if matches!(decision, Decision::Allow) {
            // The server wants to be told of the post in any case.
            told!(tree(&new_post));
        }
        decision
    }

    async fn message_has_been_posted(&self, ctx: Context, post: Post) {
        heard!(ctx, post);
    }

    async fn message_has_been_updated(&self, ctx: Context, new_post: Post, old_post: Post) {
        heard!(ctx, new_post, old_post);
    }

    async fn message_has_been_deleted(&self, ctx: Context, post: Post) {
        heard!(ctx, post);
    }

    async fn messages_will_be_consumed(&self, posts: Vec<Post>) -> Vec<Post> {
        heard!(posts);
        let posts: Vec<Post> = made("MessagesWillBeConsumed");
        told!(tree(&posts));
        posts
    }

    async fn user_has_joined_channel(&self, ctx: Context, member: ChannelMember, actor: Option<User>) {
        joined(&ctx, &member, actor.as_ref());
    }

    async fn user_has_left_channel(&self, ctx: Context, member: ChannelMember, actor: Option<User>) {
        joined(&ctx, &member, actor.as_ref());
    }

    async fn user_has_joined_team(&self, ctx: Context, member: TeamMember, actor: Option<User>) {
        joined(&ctx, &member, actor.as_ref());
    }

    async fn user_has_left_team(&self, ctx: Context, member: TeamMember, actor: Option<User>) {
        joined(&ctx, &member, actor.as_ref());
    }

    async fn channel_has_been_created(&self, ctx: Context, channel: Channel) {
        heard!(ctx, channel);
    }

    async fn file_will_be_uploaded(&self, ctx: Context, info: FileInfo, content: Body) -> UploadDecision {
        let content = content.bytes(1 << 20).await.unwrap().to_vec();
        heard!(ctx, info, content);
        match decided::<FileInfo>("FileWillBeUploaded") {
            Decision::Replace(info) => {
                let content = b"other \0 content".to_vec();
                told!(tree(&*info), tree(&content));
                UploadDecision::replace(*info, content)
            }
            Decision::Reject(reason) => {
                told!(Json::Null, Json::Null, tree(&reason));
                UploadDecision::reject(reason)
            }
            _ => UploadDecision::Allow,
        }
    }

    async fn user_will_log_in(&self, ctx: Context, user: User) -> Verdict {
        heard!(ctx, user);
        match course() {
            Course::Refuse => {
                told!(tree(&REASON.to_owned()));
                Verdict::reject(REASON)
            }
            _ => Verdict::Allow,
        }
    }

    async fn user_has_logged_in(&self, ctx: Context, user: User) {
        heard!(ctx, user);
    }

    async fn user_has_been_created(&self, ctx: Context, user: User) {
        heard!(ctx, user);
    }

    async fn user_has_been_deactivated(&self, ctx: Context, user: User) {
        heard!(ctx, user);
    }

    async fn reaction_has_been_added(&self, ctx: Context, reaction: Reaction) {
        heard!(ctx, reaction);
    }

    async fn reaction_has_been_removed(&self, ctx: Context, reaction: Reaction) {
        heard!(ctx, reaction);
    }

    async fn on_plugin_cluster_event(&self, ctx: Context, event: PluginClusterEvent) {
        heard!(ctx, event);
    }

    async fn on_web_socket_connect(&self, web_conn_id: ConnectionId, user_id: UserId) {
        heard!(web_conn_id, user_id);
    }

    async fn on_web_socket_disconnect(&self, web_conn_id: ConnectionId, user_id: UserId) {
        heard!(web_conn_id, user_id);
    }

    async fn web_socket_message_has_been_posted(
        &self,
        web_conn_id: ConnectionId,
        user_id: UserId,
        request: WebSocketRequest,
    ) {
        heard!(web_conn_id, user_id, request);
    }

    async fn run_data_retention(&self, now_time: i64, batch_size: i64) -> Result<i64, Error> {
        heard!(now_time, batch_size);
        resulted("RunDataRetention")
    }

    async fn on_install(&self, ctx: Context, event: OnInstallEvent) -> Result<(), Error> {
        heard!(ctx, event);
        done()
    }

    async fn on_send_daily_telemetry(&self) {
        heard!();
    }

    async fn on_cloud_limits_updated(&self, limits: ProductLimits) {
        heard!(limits);
    }

    async fn configuration_will_be_saved(&self, config: Box<Config>) -> Decision<Config> {
        heard!(*config);
        let decision = decided("ConfigurationWillBeSaved");
        if let Decision::Reject(reason) = &decision {
            told!(Json::Null, tree(&Some(HostError::text(reason))));
        }
        decision
    }

    async fn notification_will_be_pushed(
        &self,
        notification: PushNotification,
        user_id: UserId,
    ) -> Decision<PushNotification> {
        heard!(notification, user_id);
        decided("NotificationWillBePushed")
    }

    async fn email_notification_will_be_sent(
        &self,
        notification: EmailNotification,
    ) -> Decision<EmailNotificationContent> {
        heard!(notification);
        decided("EmailNotificationWillBeSent")
    }

    async fn preferences_have_changed(&self, ctx: Context, preferences: Vec<Preference>) {
        heard!(ctx, preferences);
    }

    async fn on_shared_channels_sync_msg(
        &self,
        msg: SyncMsg,
        remote: RemoteCluster,
    ) -> Result<SyncResponse, Error> {
        heard!(msg, remote);
        resulted("OnSharedChannelsSyncMsg")
    }

    async fn on_shared_channels_ping(&self, remote: RemoteCluster) -> bool {
        heard!(remote);
        let healthy = course() == Course::Value;
        told!(tree(&healthy));
        healthy
    }

    async fn on_shared_channels_attachment_sync_msg(
        &self,
        info: FileInfo,
        post: Post,
        remote: RemoteCluster,
    ) -> Result<(), Error> {
        heard!(info, post, remote);
        done()
    }

    async fn on_shared_channels_profile_image_sync_msg(
        &self,
        user: User,
        remote: RemoteCluster,
    ) -> Result<(), Error> {
        heard!(user, remote);
        done()
    }

    async fn generate_support_data(&self, ctx: Context) -> Result<Vec<FileData>, Error> {
        heard!(ctx);
        resulted("GenerateSupportData")
    }

    async fn on_saml_login(
        &self,
        ctx: Context,
        user: User,
        assertion: SamlAssertionInfo,
    ) -> Result<(), Error> {
        heard!(ctx, user, assertion);
        done()
    }
}

/// Has Go call a hook and compare; what differs.
async fn call(go: &mut Go, hook: &str, round: (u64, u64)) -> Vec<String> {
    *now() = Now { round, heard: Json::Null, told: letters(Vec::new()) };
    let mut ask = order("hook", &round);
    ask["message"] = hook.into();
    let failed = differs(go, hook, &ask).await;
    let (heard, told) = {
        let now = now();
        (now.heard.clone(), now.told.clone())
    };
    if !failed.is_empty() || heard.is_null() {
        return [failed, vec![format!("{hook}: heard {heard}")]].concat();
    }
    differs(go, hook, &json!({"op": "hooked", "given": heard, "told": told})).await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_hook_hears_and_answers_every_value_over_a_connection() {
    if !has_go() {
        return;
    }
    let mut go = Go::start().await;
    let (told, line) = oneshot::channel();
    let serving = tokio::spawn(crate::runtime::serve_here::<Values>(go.address().to_owned(), told));
    let line = line.await.unwrap();
    let address = line.split('|').nth(3).unwrap();
    let attached = go.ask(&json!({"op": "plugin", "address": address, "pid": std::process::id()})).await;
    assert_eq!(attached["failed"], Json::Null, "{attached}");
    let names = |key: &str| -> BTreeSet<&str> {
        attached[key].as_array().unwrap().iter().filter_map(Json::as_str).collect()
    };
    let (hooks, service) = (names("hooks"), names("service"));
    assert_eq!(hooks, <Values as crate::hooks::Plugin>::IMPLEMENTED.iter().map(|hook| hook.go).collect());
    let mut failed = Vec::new();
    for round in ROUNDS {
        go.ask(&order("answer", round)).await;
        for hook in &hooks {
            if ![constants::activate.go, constants::on_deactivate.go].contains(hook) {
                failed.extend(call(&mut go, hook, *round).await);
            }
        }
    }
    assert!(failed.is_empty(), "{} differences:\n{}", failed.len(), failed.join("\n"));
    let left: Vec<_> = service.difference(&hooks).collect();
    assert_eq!(left, [&"Implemented", &"ServeHTTP"]);
    serving.abort();
}

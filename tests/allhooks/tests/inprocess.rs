//! Every hook over the wire, in this process: arguments arrive, answers come back typed, faults become what the docs say.

use std::time::Duration;

use mmplugin::Gob;
use mmplugin::hooks::{ALL, Hook};
use mmplugin::http::Body;
use mmplugin::model::*;
use mmplugin::netrpc::Empty;
use mmplugin::prelude::*;
use mmplugin::testing::{Host, HostError, Server, Uploaded, block_on};
use mmplugin::wire;
use mmplugin_allhooks::{CHANGED, Every, REASON};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::time::timeout;

/// Longer than anything here takes; a stream left open would take for ever.
const LIMIT: Duration = Duration::from_secs(60);

fn test(run: impl AsyncFnOnce(&Host<Every>)) {
    block_on(async {
        let whole = async { run(&Host::<Every>::start().await.unwrap()).await };
        timeout(LIMIT, whole).await.expect("in time");
    });
}

async fn tell(host: &Host<Every>, hook: &str, how: &str) {
    let request = Request::post(format!("/answer/{hook}")).body(Body::from(how.to_owned())).unwrap();
    assert_eq!(host.request(request).await.unwrap().status(), StatusCode::OK, "{hook} {how}");
}

/// The arguments of the calls of a hook.
async fn seen(host: &Host<Every>, hook: &str) -> Vec<Value> {
    let answer = host.get(&format!("/seen/{hook}")).await.unwrap();
    serde_json::from_slice(answer.body()).unwrap()
}

fn value<T: DeserializeOwned>(json: Value) -> T {
    serde_json::from_value(json).unwrap()
}

fn post(message: &str) -> Post {
    let props = json!({ "n": 1.5, "list": ["a", true] });
    value(json!({ "id": "p", "message": message, "is_pinned": true, "hashtags": "#a", "props": props }))
}

fn user(name: &str) -> User {
    value(json!({ "id": "u", "username": name, "notify_props": { "push": "all" } }))
}

fn channel() -> Channel {
    value(json!({ "id": "c", "display_name": "Town Square", "type": "O" }))
}

fn member() -> ChannelMember {
    let props = json!({ "push": "none" });
    value(
        json!({ "channel_id": "c", "user_id": "u", "roles": "r", "scheme_user": true, "notify_props": props }),
    )
}

fn team_member() -> TeamMember {
    value(json!({ "team_id": "t", "user_id": "u", "roles": "r", "scheme_user": true }))
}

fn info() -> FileInfo {
    value(json!({ "id": "f", "name": "a.txt", "extension": "txt", "mime_type": "text/plain", "size": 5 }))
}

fn reaction() -> Reaction {
    value(json!({ "user_id": "u", "post_id": "p", "emoji_name": "smile" }))
}

fn remote() -> RemoteCluster {
    value(json!({ "remote_id": "r", "name": "far", "site_url": "https://far.example" }))
}

fn pushed() -> PushNotification {
    value(json!({ "message": "hello", "badge": 3, "sub_type": "calls" }))
}

fn mail() -> EmailNotification {
    let mut mail: EmailNotification = value(json!({ "post_id": "p", "is_direct_message": true }));
    mail.email_notification_content.subject = "news".into();
    mail
}

fn assertion() -> SamlAssertionInfo {
    SamlAssertionInfo { name_id: "anna".into(), session_index: "7".into(), ..SamlAssertionInfo::default() }
}

fn request() -> WebSocketRequest {
    value(json!({ "seq": 3, "action": "custom_com.example.allhooks_go", "data": { "a": [1.5, null, "x"] } }))
}

fn limits() -> ProductLimits {
    value(json!({ "messages": { "history": 10000 }, "files": { "total_storage": 5 } }))
}

macro_rules! arrive {
    ($host:ident: $($hook:literal $call:ident($($arg:expr),*);)*) => {$(
        $host.$call($($arg),*).await.unwrap();
        assert_eq!(seen($host, $hook).await, [json!([$($arg),*])], $hook);
    )*};
}

#[test]
fn arguments_arrive_as_they_were_sent() {
    test(async |host| {
        host.set_context(Context { request_id: "r1".into(), ..Context::default() });
        let (web, anna) = (ConnectionId::from("conn"), UserId::from("u"));
        arrive! { host:
            "MessageWillBePosted" message_will_be_posted(post("new"));
            "MessageWillBeUpdated" message_will_be_updated(post("new"), post("old"));
            "MessageHasBeenPosted" message_has_been_posted(post("new"));
            "MessageHasBeenUpdated" message_has_been_updated(post("new"), post("old"));
            "MessageHasBeenDeleted" message_has_been_deleted(post("old"));
            "MessagesWillBeConsumed" messages_will_be_consumed(vec![post("a"), post("b")]);
            "UserHasJoinedChannel" user_has_joined_channel(member(), Some(user("boss")));
            "UserHasLeftChannel" user_has_left_channel(member(), None::<User>);
            "UserHasJoinedTeam" user_has_joined_team(team_member(), None::<User>);
            "UserHasLeftTeam" user_has_left_team(team_member(), Some(user("boss")));
            "ChannelHasBeenCreated" channel_has_been_created(channel());
            "ChannelWillBeArchived" channel_will_be_archived(channel());
            "ChannelMemberWillBeAdded" channel_member_will_be_added(member());
            "TeamMemberWillBeAdded" team_member_will_be_added(team_member());
            "FileWillBeDownloaded" file_will_be_downloaded(info(), anna.clone(), FileDownloadType::Preview);
            "UserWillLogIn" user_will_log_in(user("anna"));
            "UserHasLoggedIn" user_has_logged_in(user("anna"));
            "UserHasBeenCreated" user_has_been_created(user("anna"));
            "UserHasBeenDeactivated" user_has_been_deactivated(user("anna"));
            "ReactionHasBeenAdded" reaction_has_been_added(reaction());
            "ReactionHasBeenRemoved" reaction_has_been_removed(reaction());
            "OnWebSocketConnect" on_web_socket_connect(web.clone(), anna.clone());
            "OnWebSocketDisconnect" on_web_socket_disconnect(web.clone(), anna.clone());
            "WebSocketMessageHasBeenPosted" web_socket_message_has_been_posted(web.clone(), anna.clone(), request());
            "RunDataRetention" run_data_retention(1_700_000_000_000_i64, 100);
            "OnInstall" on_install(OnInstallEvent { user_id: anna.clone() });
            "OnSendDailyTelemetry" on_send_daily_telemetry();
            "OnCloudLimitsUpdated" on_cloud_limits_updated(limits());
            "NotificationWillBePushed" notification_will_be_pushed(pushed(), anna.clone());
            "EmailNotificationWillBeSent" email_notification_will_be_sent(mail());
            "PreferencesHaveChanged" preferences_have_changed(vec![Preference { value: "x".into(), ..Preference::default() }]);
            "OnSharedChannelsSyncMsg" on_shared_channels_sync_msg(SyncMsg { posts: vec![post("a")], ..SyncMsg::default() }, remote());
            "OnSharedChannelsPing" on_shared_channels_ping(remote());
            "OnSharedChannelsAttachmentSyncMsg" on_shared_channels_attachment_sync_msg(info(), post("a"), remote());
            "OnSharedChannelsProfileImageSyncMsg" on_shared_channels_profile_image_sync_msg(user("anna"), remote());
            "GenerateSupportData" generate_support_data();
            "OnSAMLLogin" on_saml_login(user("anna"), assertion());
            "OnPluginClusterEvent" on_plugin_cluster_event(PluginClusterEvent { id: "e".into(), data: vec![0, 255] });
        }
        host.execute_command(CommandArgs { command: "/go".into(), ..CommandArgs::default() })
            .await
            .unwrap()
            .unwrap();
        assert_eq!(seen(host, "ExecuteCommand").await[0][0]["command"], "/go");
    });
}

#[test]
fn what_is_let_through_stays_as_it_is() {
    test(async |host| {
        assert_eq!(host.message_will_be_posted(post("x")).await.unwrap(), PostDecision::Allow);
        assert_eq!(host.message_will_be_updated(post("x"), post("y")).await.unwrap(), Decision::Allow);
        assert_eq!(host.channel_member_will_be_added(member()).await.unwrap(), Decision::Allow);
        assert_eq!(host.team_member_will_be_added(team_member()).await.unwrap(), Decision::Allow);
        assert_eq!(host.notification_will_be_pushed(pushed(), "u".into()).await.unwrap(), Decision::Allow);
        assert_eq!(host.email_notification_will_be_sent(mail()).await.unwrap(), Decision::Allow);
        assert_eq!(host.configuration_will_be_saved(Box::default()).await.unwrap(), Decision::Allow);
        assert_eq!(host.user_will_log_in(user("x")).await.unwrap(), Verdict::Allow);
        assert!(host.messages_will_be_consumed(vec![post("x")]).await.unwrap().is_empty());
        assert!(host.on_shared_channels_ping(remote()).await.unwrap());
        assert_eq!(host.run_data_retention(1, 5).await.unwrap(), 4);
        let answer = host.on_shared_channels_sync_msg(SyncMsg::default(), remote()).await.unwrap();
        assert_eq!(answer.posts_last_update_at, 7);
        assert_eq!(host.generate_support_data().await.unwrap()[0].body, b"fine");
    });
}

#[test]
fn replacements_replace_and_what_they_empty_is_empty() {
    test(async |host| {
        for hook in ALL.iter().filter(|hook| hook.go.contains("WillBe")) {
            tell(host, hook.go, "replace").await;
        }
        let changed =
            Post { message: format!("x{CHANGED}"), is_pinned: false, hashtags: String::new(), ..post("x") };
        let posted = host.message_will_be_posted(post("x")).await.unwrap();
        assert_eq!(posted, PostDecision::replace(changed.clone()));
        let updated = host.message_will_be_updated(post("x"), post("y")).await.unwrap();
        assert_eq!(updated, Decision::replace(changed.clone()));
        assert_eq!(host.messages_will_be_consumed(vec![post("x"), post("y")]).await.unwrap(), [changed]);
        let added = host.channel_member_will_be_added(member()).await.unwrap();
        let roles = format!("r{CHANGED}");
        let expected = ChannelMember { roles: roles.clone(), scheme_user: false, ..member() };
        assert_eq!(added, Decision::replace(expected));
        let added = host.team_member_will_be_added(team_member()).await.unwrap();
        assert_eq!(added, Decision::replace(TeamMember { roles, scheme_user: false, ..team_member() }));
        let message = format!("hello{CHANGED}");
        let decision = host.notification_will_be_pushed(pushed(), "u".into()).await.unwrap();
        assert_eq!(decision, Decision::replace(PushNotification { message, ..pushed() }));
        match host.email_notification_will_be_sent(mail()).await.unwrap() {
            Decision::Replace(content) => assert_eq!(content.subject, format!("news{CHANGED}")),
            other => panic!("{other:?}"),
        }
    });
}

#[test]
fn a_configuration_goes_back_without_a_nil_where_a_zero_was_lost() {
    test(async |host| {
        tell(host, "ConfigurationWillBeSaved", "replace").await;
        let mut config = Config::default();
        config.service_settings.enable_link_previews = Some(true);
        let config = match host.configuration_will_be_saved(Box::new(config)).await.unwrap() {
            Decision::Replace(config) => config,
            other => panic!("{other:?}"),
        };
        assert_eq!(config.team_settings.site_name.as_deref(), Some(CHANGED));
        assert_eq!(config.service_settings.enable_link_previews, Some(true));
        assert_eq!(config.service_settings.enable_developer, Some(false));
        assert_eq!(config.service_settings.site_url.as_deref(), Some(""));
        assert_eq!(config.service_settings.read_timeout, Some(0));
    });
}

#[test]
fn refusals_come_with_their_reason() {
    test(async |host| {
        for hook in ALL {
            tell(host, hook.go, "reject").await;
        }
        let reason = || REASON.to_owned();
        assert_eq!(host.message_will_be_posted(post("x")).await.unwrap(), PostDecision::Reject(reason()));
        let updated = host.message_will_be_updated(post("x"), post("y")).await.unwrap();
        assert_eq!(updated, Decision::Reject(reason()));
        let added = host.channel_member_will_be_added(member()).await.unwrap();
        assert_eq!(added, Decision::Reject(reason()));
        assert_eq!(host.team_member_will_be_added(team_member()).await.unwrap(), Decision::Reject(reason()));
        let pushed = host.notification_will_be_pushed(pushed(), "u".into()).await.unwrap();
        assert_eq!(pushed, Decision::Reject(reason()));
        assert_eq!(host.email_notification_will_be_sent(mail()).await.unwrap(), Decision::Reject(reason()));
        let saved = host.configuration_will_be_saved(Box::default()).await.unwrap();
        assert_eq!(saved, Decision::Reject(reason()));
        assert_eq!(host.user_will_log_in(user("x")).await.unwrap(), Verdict::Reject(reason()));
        assert_eq!(host.channel_will_be_archived(channel()).await.unwrap(), Verdict::Reject(reason()));
        let downloaded = host.file_will_be_downloaded(info(), "u".into(), FileDownloadType::File).await;
        assert_eq!(downloaded.unwrap(), Verdict::Reject(reason()));
        assert!(!host.on_shared_channels_ping(remote()).await.unwrap());
        for failed in [
            host.on_install(OnInstallEvent::default()).await,
            host.on_saml_login(user("x"), assertion()).await,
            host.on_shared_channels_profile_image_sync_msg(user("x"), remote()).await,
            host.on_shared_channels_attachment_sync_msg(info(), post("x"), remote()).await,
            host.run_data_retention(1, 2).await.map(drop),
            host.generate_support_data().await.map(drop),
            host.on_shared_channels_sync_msg(SyncMsg::default(), remote()).await.map(drop),
        ] {
            assert!(matches!(&failed, Err(HostError::Hook(text)) if text == REASON), "{failed:?}");
        }
    });
}

#[test]
fn files_are_stored_as_they_came_or_changed_or_not_at_all() {
    test(async |host| {
        let upload = async || host.file_will_be_uploaded(info(), "12345").await;
        let stored = upload().await.unwrap();
        assert_eq!(stored, Uploaded::Stored { info: Box::new(info()), content: "12345".into() });
        assert_eq!(seen(host, "FileWillBeUploaded").await, [json!([info()])]);
        tell(host, "FileWillBeUploaded", "replace").await;
        match upload().await.unwrap() {
            Uploaded::Stored { info, content } => {
                assert_eq!(content, format!("12345{CHANGED}"));
                assert_eq!((info.name, info.mime_type.as_str()), (format!("a.txt{CHANGED}"), ""));
                assert_eq!(info.size, 15);
            }
            other => panic!("{other:?}"),
        }
        tell(host, "FileWillBeUploaded", "reject").await;
        assert_eq!(upload().await.unwrap(), Uploaded::Rejected(REASON.into()));
        tell(host, "FileWillBeUploaded", "panic").await;
        assert!(matches!(upload().await, Err(HostError::Call(_))));
    });
}

#[test]
fn requests_and_metrics_are_answered_and_faults_are_status_500() {
    test(async |host| {
        assert_eq!(host.get("/any").await.unwrap().into_body(), "served");
        let metrics = async || host.metrics(Request::get("/all").body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(metrics().await.into_body(), "metric 1\n");
        assert_eq!(seen(host, "ServeMetrics").await, [json!(["/all"])]);
        tell(host, "ServeMetrics", "panic").await;
        assert_eq!(metrics().await.status(), StatusCode::INTERNAL_SERVER_ERROR);
        tell(host, "ServeHTTP", "panic").await;
        assert_eq!(host.get("/any").await.unwrap().status(), StatusCode::INTERNAL_SERVER_ERROR);
    });
}

/// Results of hooks that have an error there.
#[derive(Debug, Default, Gob)]
struct First {
    a: Option<wire::HostError>,
}

#[derive(Debug, Default, Gob)]
struct Second {
    b: Option<wire::HostError>,
}

/// Calls a hook and gives the text of its fault, from where the server looks for it.
async fn fault(host: &Host<Every>, hook: &Hook, args: &impl mmplugin::gob::Gob) -> String {
    match hook.go {
        "OnInstall"
        | "OnSAMLLogin"
        | "OnSharedChannelsAttachmentSyncMsg"
        | "OnSharedChannelsProfileImageSyncMsg" => {
            host.call::<_, First>(hook.go, args).await.unwrap().a.unwrap().to_string()
        }
        "RunDataRetention"
        | "OnSharedChannelsSyncMsg"
        | "GenerateSupportData"
        | "ConfigurationWillBeSaved" => {
            host.call::<_, Second>(hook.go, args).await.unwrap().b.unwrap().to_string()
        }
        "ExecuteCommand" => {
            let returns: wire::ExecuteCommandReturns = host.call(hook.go, args).await.unwrap();
            returns.b.unwrap().message
        }
        _ => host.call::<_, Empty>(hook.go, args).await.unwrap_err().to_string(),
    }
}

/// All hooks whose whole call is one message; the others are tried with their streams.
fn plain() -> impl Iterator<Item = &'static Hook> {
    let others = [
        "OnActivate",
        "OnDeactivate",
        "OnConfigurationChange",
        "ServeHTTP",
        "ServeMetrics",
        "FileWillBeUploaded",
    ];
    ALL.iter().filter(move |hook| !others.contains(&hook.go))
}

#[test]
fn a_panic_in_any_hook_is_its_fault_and_no_more() {
    test(async |host| {
        assert_eq!(plain().count(), 40);
        for hook in plain() {
            tell(host, hook.go, "panic").await;
            let text = fault(host, hook, &Empty {}).await;
            let expected = format!("{0}: the plugin panicked: {0} was told to panic", hook.go);
            assert!(text.contains(&expected), "{text}");
        }
        assert_eq!(host.get("/any").await.unwrap().into_body(), "served");
    });
}

/// Arguments that no hook has.
#[derive(Debug, Default, Gob)]
struct Wrong {
    a: f64,
    b: f64,
}

#[test]
fn arguments_that_cannot_be_read_are_a_fault_and_no_more() {
    test(async |host| {
        for hook in plain().filter(|hook| hook.go != "OnSendDailyTelemetry") {
            let text = fault(host, hook, &Wrong { a: 1.0, b: 1.0 }).await;
            assert!(text.contains(hook.go) && text.contains("float"), "{text}");
            assert_eq!(seen(host, hook.go).await, [] as [Value; 0]);
        }
        assert_eq!(host.user_will_log_in(user("x")).await.unwrap(), Verdict::Allow);
    });
}

#[test]
fn hooks_before_the_activation_and_after_the_deactivation_are_faults() {
    block_on(async {
        let host = Host::<Every>::connect(Server::new()).await.unwrap();
        for hook in plain() {
            let text = fault(&host, hook, &Empty {}).await;
            assert!(text.contains(&format!("{}: not active", hook.go)), "{text}");
        }
    });
    test(async |host| {
        host.call::<_, Empty>("OnDeactivate", &Empty {}).await.unwrap();
        for hook in plain() {
            let text = fault(host, hook, &Empty {}).await;
            assert!(text.contains(&format!("{}: not active", hook.go)), "{text}");
        }
        let upload = timeout(LIMIT, host.file_will_be_uploaded(info(), "12345")).await.unwrap();
        assert!(upload.unwrap_err().to_string().contains("FileWillBeUploaded: not active"));
        let request = timeout(LIMIT, host.get("/any")).await.unwrap();
        assert!(request.unwrap_err().to_string().contains("ServeHTTP: not active"));
    });
}

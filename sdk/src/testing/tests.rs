//! Scripts, records and what the server does by itself, asked over the wire.

mod every;
mod logs;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use super::calls::*;
use super::{Server, app_error, assert_has, assert_same};
use crate::api::ApiError;
use crate::gob::Value;
use crate::model::{
    Bot, Channel, ChannelType, Permission, Post, PushNotification, Reaction, Team, User, UserId,
    WebsocketBroadcast,
};

fn user(id: &str) -> User {
    User { id: id.into(), username: format!("name-{id}"), ..User::default() }
}

/// What a failed assertion says.
fn complaint<T>(of: impl FnOnce() -> T) -> String {
    let panic = catch_unwind(AssertUnwindSafe(of)).err().expect("it fails");
    *panic.downcast::<String>().expect("it has a text")
}

#[tokio::test]
async fn a_script_wins_over_the_server_and_can_be_taken_away() {
    let server = Server::new();
    server.add_user(user("u1"));
    let api = server.api();
    let name = async || api.get_user(&"u1".into()).await.map(|user| user.username);
    assert_eq!(name().await.unwrap(), "name-u1");
    let other = server.answer::<GetUser>(Ok(User { username: "other".into(), ..User::default() }));
    assert_eq!(name().await.unwrap(), "other");
    let failing = server.fail::<GetUser>("the database is down");
    assert_eq!(name().await.unwrap_err().to_string(), "testing: the database is down");
    failing.remove();
    assert_eq!(name().await.unwrap(), "other");
    assert_eq!(other.answered(), 2);
    other.remove();
    assert_eq!(name().await.unwrap(), "name-u1");
}

#[tokio::test]
async fn scripts_with_a_number_go_first_and_in_order() {
    let server = Server::new();
    let api = server.api();
    server.answer::<GetFileLink>(Ok("always, but replaced".into()));
    server.answer::<GetFileLink>(Ok("always".into()));
    server.answer::<GetFileLink>(Ok("first".into())).once();
    server.answer::<GetFileLink>(Err(app_error(404, "second and third"))).times(2);
    let mut answers = Vec::new();
    for _ in 0..5 {
        let answer = api.get_file_link(&"f".into()).await;
        answers.push(answer.unwrap_or_else(|error| format!("{error}, {}", error.is_not_found())));
    }
    let refused = "testing: second and third, true";
    assert_eq!(answers, ["first", refused, refused, "always", "always"]);
    server.verify();
}

#[tokio::test]
async fn a_script_sees_the_arguments_and_may_take_only_some() {
    let server = Server::new();
    server.add_user(user("u1"));
    let api = server.api();
    server.on(|call: GetUser| Ok(user(call.user_id.as_str()))).when(|call| call.user_id != "u1");
    let mut count = 0;
    server
        .on(move |call: GetUsersByUsernames| {
            count += 1;
            Ok(vec![User { nickname: format!("{count}"), ..user(&call.usernames.join("+")) }])
        })
        .when(|call| call.usernames.len() > 1)
        .when(|call| call.usernames.len() < 4);
    assert_eq!(api.get_user(&"u2".into()).await.unwrap().username, "name-u2");
    assert_eq!(api.get_user(&"u1".into()).await.unwrap().id, "u1");
    for (names, id, nickname) in [(&["a", "b"][..], "a+b", "1"), (&["c", "d", "e"], "c+d+e", "2")] {
        let found = api.get_users_by_usernames(names.iter().copied()).await.unwrap();
        assert_eq!((found[0].id.as_str(), &*found[0].nickname), (id, nickname));
    }
    assert!(api.get_users_by_usernames(["a"]).await.unwrap().is_empty());
}

#[tokio::test]
async fn every_kind_of_result_can_be_scripted() {
    let server = Server::new();
    let api = server.api();
    // An error, a plain error, a pointer, a value, two values, none.
    server.fail::<SendMail>("no mail today");
    server.answer::<CreateCommand>(Err(app_error(400, "bad command")));
    server.answer::<GetLicense>(Ok(Some(crate::model::License::default())));
    server.answer::<IsEnterpriseReady>(Ok(true));
    server.answer::<GetBundlePath>(Ok("/somewhere".into()));
    let error = api.send_mail("anna@example.com", "hi", "<p>").await.unwrap_err();
    assert!(matches!(error, ApiError::App(error) if error.status_code == 500));
    let error = api.create_command(&Default::default()).await.unwrap_err();
    assert!(matches!(error, ApiError::App(error) if error.message == "bad command"));
    assert!(api.get_license().await.unwrap().is_some());
    assert!(api.is_enterprise_ready().await.unwrap());
    assert_eq!(api.get_bundle_path().await.unwrap(), "/somewhere");
    // What has no error among its results fails as a call.
    server.fail::<IsEnterpriseReady>("gone");
    let error = api.is_enterprise_ready().await.unwrap_err();
    assert!(matches!(error, ApiError::Rpc { text, .. } if text == "testing: gone"));
}

#[tokio::test(start_paused = true)]
async fn a_delayed_answer_comes_by_the_clock() {
    let server = Server::new();
    let api = server.api();
    server.answer::<GetTelemetryId>(Ok("late".into())).after(Duration::from_secs(60));
    let limited = tokio::time::timeout(Duration::from_secs(59), api.get_telemetry_id()).await;
    assert!(limited.is_err());
    assert_eq!(api.get_telemetry_id().await.unwrap(), "late");
    server.clock().stop();
    let asking = tokio::spawn({
        let api = api.clone();
        async move { api.get_telemetry_id().await.unwrap() }
    });
    tokio::time::sleep(Duration::from_secs(600)).await;
    assert!(!asking.is_finished());
    // Others are not held up.
    assert_eq!(api.kv_get("k").await.unwrap(), None);
    server.clock().advance(Duration::from_secs(60));
    assert_eq!(asking.await.unwrap(), "late");
}

#[tokio::test]
async fn what_nothing_answers_is_named_and_listed() {
    let server = Server::new();
    let api = server.api();
    let error = api.get_group_by_name("writers").await.unwrap_err();
    let text = "GetGroupByName: testing: nothing answers GetGroupByName(name: \"writers\"): \
                script it with Server::on or Server::answer";
    assert_eq!(error.to_string(), text);
    assert_eq!(server.unexpected(), ["GetGroupByName"]);
    let text = complaint(|| server.verify());
    assert_eq!(text, "it did not come as scripted:\n  nothing answered GetGroupByName(name: \"writers\")");
    server.forget_calls();
    server.verify();
}

#[tokio::test]
async fn what_was_expected_and_did_not_come_is_told() {
    let server = Server::new();
    server.fail::<SendMail>("no").times(2);
    server.fail::<GetUser>("never asked for, which is fine");
    assert_eq!(
        complaint(|| server.verify()),
        "it did not come as scripted:\n  SendMail: scripted for 2 calls, 0 came"
    );
    let api = server.api();
    for _ in 0..2 {
        api.send_mail("a", "b", "c").await.unwrap_err();
    }
    server.verify();
}

#[tokio::test]
async fn a_panic_in_a_script_is_an_error_of_the_call() {
    let server = Server::new();
    let api = server.api();
    server.on(|call: KvGet| -> Result<_, _> { panic!("who asked for {}?", call.key) }).once();
    let error = api.kv_get("k").await.unwrap_err().to_string();
    assert_eq!(error, "KVGet: testing: the script for KVGet panicked: who asked for k?");
    assert_eq!(api.kv_get("k").await.unwrap(), None, "the connection lives");
    assert!(complaint(|| server.verify()).contains("who asked for k?"));
}

#[tokio::test]
async fn calls_are_kept_with_their_arguments() {
    let server = Server::new();
    let api = server.api();
    api.kv_set("a", b"1").await.unwrap();
    api.log_info("between", &[]).await.unwrap();
    api.kv_get("a").await.unwrap();
    assert_eq!(server.calls(), ["KVSet", "KVGet"]);
    assert_eq!(server.calls()[0].get::<KvSet>().unwrap().value, b"1");
    assert_eq!(server.calls()[0].json(), serde_json::json!({"key": "a", "value": "1"}));
    assert_eq!(server.calls_of::<KvGet>(), [KvGet { key: "a".into() }]);
    assert_eq!(server.calls_of::<LogInfo>().len(), 1);
    server.assert_called(&KvGet { key: "a".into() });
    server.assert_not_called::<KvDelete>();
    server.forget_calls();
    assert_eq!(server.calls(), [""; 0]);
}

#[tokio::test]
async fn an_old_server_lacks_what_came_later() {
    let server = Server::new();
    server.set_version("9.3.0");
    server.remove_method("KVList");
    let api = server.api();
    assert_eq!(api.get_server_version().await.unwrap(), "9.3.0");
    for error in [
        api.send_toast_message(&"u".into(), &"c".into(), "m", &Default::default()).await.unwrap_err(),
        api.kv_list(0, 1).await.unwrap_err(),
    ] {
        assert!(matches!(error, ApiError::Unsupported { .. }), "{error}");
    }
    server.set_version("11.7.0");
    api.send_toast_message(&"u".into(), &"c".into(), "m", &Default::default()).await.unwrap();
    assert_eq!(complaint(|| server.remove_method("KVlist")), "no API method is called KVlist");
}

#[tokio::test]
async fn posts_are_made_changed_answered_and_deleted() {
    let server = Server::new();
    server.clock().stop();
    let (api, now) = (server.api(), server.clock().millis());
    let channel = server.add_channel(Channel::default());
    let theirs = server.add_post(Post { channel_id: channel.id.clone(), ..Post::default() });
    let new = Post { channel_id: channel.id.clone(), message: "one".into(), ..Post::default() };
    let post = api.create_post(&new).await.unwrap();
    assert_eq!((post.id.as_str().len(), post.create_at, post.update_at), (26, now, now));
    assert_eq!(post.props["from_plugin"], Value::from("true"), "as the server marks it");
    server.clock().advance(Duration::from_secs(1));
    let edited = api.update_post(&Post { message: "two".into(), ..post.clone() }).await.unwrap();
    assert_eq!((edited.create_at, edited.edit_at), (now, now + 1000));
    let reply = Post { root_id: post.id.clone(), ..new.clone() };
    let reply = api.create_post(&reply).await.unwrap();
    assert_eq!(api.get_post(&post.id).await.unwrap().reply_count, 1);
    assert_eq!(api.get_post_thread(&reply.id).await.unwrap().order, [post.id.clone(), reply.id.clone()]);
    assert_eq!(api.get_channel(&channel.id).await.unwrap().total_msg_count, 3);
    let order = async || api.get_posts_for_channel(&channel.id, 0, 2).await.unwrap().order;
    assert_eq!(order().await, [reply.id.clone(), post.id.clone()]);
    let since = api.get_posts_since(&channel.id, now).await.unwrap();
    assert_eq!(since.order, [reply.id.clone(), post.id.clone()]);
    let before = api.get_posts_before(&channel.id, &post.id, 0, 10).await.unwrap();
    assert_eq!(before.order, std::slice::from_ref(&theirs.id));
    let after = api.get_posts_after(&channel.id, &theirs.id, 0, 1).await.unwrap();
    assert_eq!(after.order, std::slice::from_ref(&post.id));
    api.delete_post(&post.id).await.unwrap();
    assert!(api.get_post(&reply.id).await.unwrap_err().is_not_found(), "replies go with their root");
    assert_eq!(order().await, [theirs.id]);
    assert_eq!(server.posts().len(), 2, "those of the plugin, deleted or not");
    let orphan = api.create_post(&Post { root_id: "nowhere".into(), ..new }).await.unwrap_err();
    assert!(matches!(orphan, ApiError::App(error) if error.status_code == 400));
}

#[tokio::test]
async fn ephemeral_posts_and_reactions_come_and_go() {
    let server = Server::new();
    let api = server.api();
    let anna = UserId::from("anna");
    let said = Post { message: "only you".into(), ..Post::default() };
    let sent = api.send_ephemeral_post(&anna, &said).await.unwrap();
    api.update_ephemeral_post(&anna, &Post { message: "changed".into(), ..sent.clone() }).await.unwrap();
    assert_eq!(server.ephemeral_posts().len(), 1);
    server.assert_ephemeral(&anna, &Post { message: "changed".into(), ..Post::default() });
    api.delete_ephemeral_post(&anna, &sent.id).await.unwrap();
    assert!(server.ephemeral_posts().is_empty());
    let post = server.add_post(Post::default());
    let reaction = Reaction {
        user_id: anna,
        post_id: post.id.clone(),
        emoji_name: "tada".into(),
        ..Reaction::default()
    };
    for _ in 0..2 {
        api.add_reaction(&reaction).await.unwrap();
    }
    assert_eq!(api.get_reactions(&post.id).await.unwrap().len(), 1);
    assert!(api.get_post(&post.id).await.unwrap().has_reactions);
    api.remove_reaction(&reaction).await.unwrap();
    assert!(!api.get_post(&post.id).await.unwrap().has_reactions);
}

#[tokio::test]
async fn users_teams_and_channels_know_each_other() {
    let server = Server::new();
    let api = server.api();
    let anna = server.add_user(User { email: "anna@example.com".into(), ..user("anna") });
    let team = server.add_team(Team { name: "team".into(), ..Team::default() });
    let town = Channel { team_id: team.id.clone(), name: "town".into(), ..Channel::default() };
    let town = server.add_channel(town);
    assert_eq!(town.type_, ChannelType::Open);
    let bob = api.create_user(&User { username: "bob".into(), ..User::default() }).await.unwrap();
    assert!(api.create_user(&User { username: "bob".into(), ..User::default() }).await.is_err());
    assert_eq!(api.get_user_by_email("anna@example.com").await.unwrap().id, anna.id);
    assert!(api.get_user_by_username("nobody").await.unwrap_err().is_not_found());
    api.create_team_member(&team.id, &bob.id).await.unwrap();
    api.add_channel_member(&town.id, &bob.id).await.unwrap();
    assert_eq!(api.get_users_in_team(&team.id, 0, 10).await.unwrap(), std::slice::from_ref(&bob));
    assert_eq!(api.get_teams_for_user(&bob.id).await.unwrap()[0].id, team.id);
    assert_eq!(api.get_channels_for_team_for_user(&team.id, &bob.id, false).await.unwrap().len(), 1);
    let named = api.get_channel_by_name_for_team_name("team", "town", false).await.unwrap();
    assert_eq!(named.id, town.id);
    assert!(api.get_channel_member(&town.id, &anna.id).await.unwrap_err().is_not_found());
    assert!(api.add_channel_member(&"nowhere".into(), &bob.id).await.unwrap_err().is_not_found());
    let direct = api.get_direct_channel(&bob.id, &anna.id).await.unwrap();
    assert_eq!(direct.type_, ChannelType::Direct);
    assert_eq!(api.get_direct_channel(&anna.id, &bob.id).await.unwrap().id, direct.id);
    assert_eq!(api.get_channel_stats(&direct.id).await.unwrap().member_count, 2);
    api.delete_user(&bob.id).await.unwrap();
    assert!(api.get_user(&bob.id).await.unwrap().delete_at > 0);
    let options = crate::model::UserGetOptions { active: true, per_page: 10, ..Default::default() };
    assert_eq!(api.get_users(&options).await.unwrap().len(), 1);
}

#[tokio::test]
async fn rights_are_granted_and_settings_saved() {
    let server = Server::new();
    let api = server.api();
    let (anna, admin) = (server.add_user(user("anna")), user("root"));
    let admin = server.add_user(User { roles: "system_user system_admin".into(), ..admin });
    let right = Permission::new("create_post");
    assert!(!api.has_permission_to(&anna.id, &right).await.unwrap());
    assert!(api.has_permission_to_channel(&admin.id, &"c".into(), &right).await.unwrap());
    server.grant(&anna.id, &right);
    assert!(api.has_permission_to_team(&anna.id, &"t".into(), &right).await.unwrap());
    server.set_config(serde_json::json!({"Word": "hoge", "count": 7}));
    let mut config = api.get_plugin_config().await.unwrap();
    config.insert("Word".into(), Value::from("fuga"));
    api.save_plugin_config(config).await.unwrap();
    assert_eq!(server.config(), serde_json::json!({"Word": "fuga", "count": 7}));
}

#[tokio::test]
async fn a_failed_assertion_says_what_differs_and_where_it_stands() {
    let server = Server::new();
    let api = server.api();
    let post = Post { message: "Hello, Anna!".into(), channel_id: "c1".into(), ..Post::default() };
    api.create_post(&post).await.unwrap();
    let created = server.assert_posted(&Post { message: "Hello, Anna!".into(), ..Post::default() });
    assert_has(&created, &post);
    assert_same(&created, &created.clone());
    let text = complaint(|| server.assert_posted(&Post { message: "Hello, Bob!".into(), ..post.clone() }));
    assert!(
        text.starts_with(
            "no post of the plugin is as expected; the closest of 1 differs:\n  \
             message: expected \"Hello, Bob!\", got \"Hello, Anna!\"\nall calls:\n  CreatePost("
        ),
        "{text}"
    );
    let text = complaint(|| assert_same(&created, &post));
    assert!(text.starts_with("the values differ:\n  create_at: expected 0, got 1"), "{text}");
    assert!(text.contains("\n  props.from_plugin: expected nothing, got \"true\""), "{text}");
    let text = complaint(|| server.assert_called(&KvGet { key: "k".into() }));
    assert!(text.starts_with("there is no call of KVGet; expected {\"key\":\"k\"}\nall calls:"), "{text}");
    api.kv_get("other").await.unwrap();
    let text = complaint(|| server.assert_called(&KvGet { key: "k".into() }));
    assert!(text.contains("differs:\n  key: expected \"k\", got \"other\""), "{text}");
    let text = complaint(|| server.assert_not_called::<KvGet>());
    assert_eq!(text, "KVGet was called:\n  {\"key\":\"other\"}");
    let text = complaint(|| assert_has(&created, &Post { is_pinned: true, ..Post::default() }));
    assert_eq!(text, "the value is not as expected:\n  is_pinned: expected true, got false");
}

#[tokio::test]
async fn events_and_log_lines_are_kept() {
    let server = Server::new();
    let api = server.api();
    let broadcast = WebsocketBroadcast { user_id: "anna".into(), ..WebsocketBroadcast::default() };
    let payload = [("n".to_owned(), Value::from(1_i64)), ("m".to_owned(), Value::from("x"))];
    api.publish_web_socket_event("tick", payload.into(), &broadcast).await.unwrap();
    let event = server.assert_published("tick", &serde_json::json!({"n": 1}));
    assert_eq!((event.broadcast, event.payload.len()), (broadcast, 2));
    let text = complaint(|| server.assert_published("tick", &serde_json::json!({"n": 2})));
    assert!(text.contains("n: expected 2, got 1"), "{text}");
    api.log_warn("it is late", &[("hour", &23)]).await.unwrap();
    let line = server.assert_logged("warn", "late").await;
    assert_eq!(line.fields, [("hour".to_owned(), "23".to_owned())]);
}

#[tokio::test]
async fn what_a_plugin_does_by_itself_is_waited_for() {
    let server = Server::new();
    let api = server.api();
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(5)).await;
        api.create_post(&Post { message: "late".into(), ..Post::default() }).await
    });
    let post = server.until(|server| server.posts().pop()).await;
    assert_eq!(post.message, "late");
}

#[tokio::test]
async fn what_needs_no_answer_is_only_recorded() {
    let server = Server::new();
    let api = server.api();
    api.send_push_notification(&PushNotification::default(), &"u".into()).await.unwrap();
    api.send_mail("a@example.com", "hi", "<p>hi</p>").await.unwrap();
    assert_eq!(server.calls_of::<SendMail>()[0].to, "a@example.com");
    let bot = Bot { username: "bo".into(), ..Bot::default() };
    let id = api.ensure_bot_user(&bot).await.unwrap();
    assert_eq!(api.ensure_bot_user(&bot).await.unwrap(), id);
    assert_eq!(server.kv_keys(), ["mmi_botid"]);
    server.verify();
}

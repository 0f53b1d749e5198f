//! Each method asks the right address and reads the answer; pages come when they are needed.

use std::path::Path;

use mmplugin_rest::model::{
    Channel, Command, CommandMethod, Post, PostId, Reaction, TeamId, UserGetOptions, UserId, UserSearch,
};
use mmplugin_rest::{
    Client, Error, IncomingWebhook, OutgoingWebhook, PostPatch, Secret, Sent, TriggerWhen, in_order,
};
use serde_json::json;

use crate::fake::{ANN, Fake, PASSWORD, SESSION, TOKEN, user};

fn client(fake: &Fake) -> Client {
    Client::builder(&fake.url).token(Secret::new(TOKEN)).build().expect("a client")
}

#[test]
fn a_login_is_a_session_until_the_logout() {
    let fake = Fake::start();
    let mut client = Client::new(&fake.url).expect("a client");
    let me = client.login("ann", &Secret::new(PASSWORD)).expect("a session");
    assert_eq!((me.username.as_str(), client.has_session()), ("ann", true));
    assert_eq!(client.get_me().expect("me"), me);
    assert_eq!(fake.last("GET /users/me").auth, format!("Bearer {SESSION}"));
    client.logout().expect("an end");
    client.logout().expect("nothing to do");
    assert_eq!((fake.asked("POST /users/logout"), client.has_session()), (1, false));
    assert_eq!(client.get_me().expect_err("no token").api().map(|error| error.status), Some(401));

    // A token of one's own is not ended.
    client.set_token(Secret::new(TOKEN));
    client.logout().expect("nothing to do");
    assert_eq!((fake.asked("POST /users/logout"), client.get_me().is_ok()), (1, true));

    let wrong = client.login("ann", &Secret::new("hunter2")).expect_err("a wrong password");
    assert_eq!(wrong.api().map(|error| error.status), Some(401));
    assert!(!format!("{wrong:?} {wrong} {client:?}").contains("hunter2") && client.get_me().is_ok());
}

#[test]
fn users_are_found_by_id_name_and_search() {
    let fake = Fake::start();
    let client = client(&fake);
    let ann = client.get_user_by_username("ann").expect("ann");
    assert_eq!(client.get_user(&ann.id).expect("ann"), ann);
    assert_eq!(ann.notify_props.get("desktop"), Some("mention"));
    let names = |users: Vec<mmplugin_rest::model::User>| -> Vec<String> {
        users.into_iter().map(|user| user.username).collect()
    };
    assert_eq!(names(client.get_users_by_ids(&["bob0".into(), "x".into()]).expect("users")), ["bob"]);
    assert_eq!(names(client.get_users_by_usernames(&["ann", "bob"]).expect("users")), ["ann", "bob"]);
    let search = UserSearch { term: "bo".into(), team_id: "team0".into(), ..UserSearch::default() };
    assert_eq!(names(client.search_users(&search).expect("users")), ["bob"]);
    let sent: serde_json::Value =
        serde_json::from_slice(&fake.last("POST /users/search").body).expect("JSON");
    assert_eq!((&sent["term"], &sent["team_id"]), (&"bo".into(), &"team0".into()));
    assert!(client.get_user_by_username("nobody").expect_err("not there").is_not_found());
    assert_eq!(client.get_teams_for_user(&UserId::from("me")).expect("teams").len(), 1);

    let token = client.create_user_access_token(&ann.id, "for tests").expect("a token");
    assert_eq!((token.token.expose(), format!("{token:?}").contains("n3w")), ("n3w", false));
    client.revoke_user_access_token(&token.id).expect("an end");
}

#[test]
fn pages_are_asked_for_when_their_items_are_needed() {
    let fake = Fake::start();
    fake.inner().users = (0..7).map(|n| user(&format!("u{n}"), &format!("user{n}"), "")).collect();
    let client = client(&fake);
    let options = UserGetOptions { in_team_id: "team0".into(), active: true, ..UserGetOptions::default() };
    let mut users = client.get_users(&options).per_page(3);
    assert_eq!(fake.asked("GET /users"), 0);
    let first: Vec<_> = users.by_ref().take(3).map(|user| user.expect("a user").username).collect();
    assert_eq!((first.join(" ").as_str(), fake.asked("GET /users")), ("user0 user1 user2", 1));
    assert_eq!(fake.last("GET /users").query, "in_team=team0&active=true&page=0&per_page=3");
    assert_eq!((users.by_ref().count(), fake.asked("GET /users")), (4, 3));
    assert!(users.next().is_none() && fake.asked("GET /users") == 3);

    // A last page that is full is followed by an empty one, which Go writes as null.
    fake.inner().users.truncate(6);
    assert_eq!(client.get_users(&options).per_page(3).filter_map(Result::ok).count(), 6);
    assert_eq!(fake.asked("GET /users"), 6);
    assert_eq!(client.get_channel_members(&"square0".into()).map(Result::unwrap).count(), 6);
    assert_eq!(client.get_team_members(&"team0".into()).map(Result::unwrap).count(), 6);
    assert_eq!(client.get_teams().map(Result::unwrap).next().map(|team| team.name), Some("team".into()));

    // They stop at an error, and an id that is none is one.
    assert!(matches!(client.get_channel_members(&"".into()).collect::<Vec<_>>()[..], [Err(Error::Input(_))]));
    fake.answer("GET /users", 1, 500, &[], "");
    assert!(matches!(client.get_users(&options).collect::<Vec<_>>()[..], [Err(Error::Api(_))]));
}

#[test]
fn channels_are_found_and_made() {
    let fake = Fake::start();
    let client = client(&fake);
    let team = client.get_team_by_name("team").expect("the team");
    assert_eq!(client.get_team(&team.id).expect("the team"), team);
    let square = client.get_channel_by_name(&team.id, "town-square").expect("the channel");
    assert_eq!(client.get_channel(&square.id).expect("the channel"), square);
    let same = client.get_channel_by_name_for_team_name("team", "town-square").expect("the channel");
    assert_eq!(same, square);
    assert!(client.get_channel_by_name(&team.id, "x").expect_err("not there").is_not_found());
    assert!(client.get_team_by_name("x").expect_err("not there").is_not_found());
    let all: Result<Vec<Channel>, Error> = client.get_public_channels_for_team(&team.id).collect();
    assert_eq!(all.expect("channels"), std::slice::from_ref(&square));
    let direct = client.create_direct_channel(&ANN.into(), &"bob0".into()).expect("a channel");
    assert_eq!(direct.id, "direct0");
    assert_eq!(fake.last("POST /channels/direct").body, br#"["ann0","bob0"]"#);
    let new = Channel { team_id: team.id, name: "new".into(), type_: "O".into(), ..Channel::default() };
    assert_eq!(client.create_channel(&new).expect("a channel").name, "new");
    assert_eq!(client.add_channel_member(&square.id, &"bob0".into()).expect("a member").user_id, "bob0");
}

#[test]
fn posts_are_written_answered_changed_and_deleted() {
    let fake = Fake::start();
    let client = client(&fake);
    let mut post = Post { channel_id: "square0".into(), message: "Hello".into(), ..Post::default() };
    post.props.insert("card".into(), "more".into());
    let post = client.create_post(&post).expect("a post");
    assert_eq!((post.user_id.as_str(), post.props["card"].as_str()), (ANN, Some("more")));
    let reply = client.reply(&post, "in the thread").expect("a reply");
    assert_eq!((&reply.root_id, &reply.channel_id), (&post.id, &post.channel_id));
    // An answer to an answer is in the same thread.
    assert_eq!(client.reply(&reply, "again").expect("a reply").root_id, post.id);
    assert!(matches!(client.reply(&Post::default(), "to nothing"), Err(Error::Input(_))));
    let thread = in_order(client.get_post_thread(&post.id).expect("a thread"));
    let said: Vec<&str> = thread.iter().map(|post| post.message.as_str()).collect();
    assert_eq!(said, ["Hello", "in the thread", "again"]);

    let patch = PostPatch { message: Some("Hello again".into()), ..PostPatch::default() };
    assert_eq!(client.patch_post(&post.id, &patch).expect("a post").message, "Hello again");
    let post = client.update_post(&Post { message: "Bye".into(), ..post }).expect("a post");
    assert_eq!(client.get_post(&post.id).expect("the post"), post);

    let reaction = Reaction {
        user_id: ANN.into(),
        post_id: post.id.clone(),
        emoji_name: "wave".into(),
        ..Reaction::default()
    };
    assert_eq!(client.get_reactions(&post.id).expect("none"), []);
    assert_eq!(client.save_reaction(&reaction).expect("a reaction"), reaction);
    assert_eq!(client.get_reactions(&post.id).expect("one").len(), 1);
    client.delete_reaction(&ANN.into(), &post.id, "wave").expect("an end");
    assert_eq!(client.get_reactions(&post.id).expect("none"), []);

    client.delete_post(&post.id).expect("an end");
    assert!(client.get_post(&post.id).expect_err("gone").is_not_found());
    assert!(matches!(client.get_post(&PostId::default()), Err(Error::Input(_))));
}

#[test]
fn the_posts_of_a_channel_neither_repeat_nor_end_early() {
    let fake = Fake::start();
    let post = |n: usize, hidden: bool| json!({"id": format!("p{n}"), "channel_id": "square0", "root_id": "", "message": n.to_string(), "hidden": hidden});
    // p5 is hidden from the account: its page is short, and more follows.
    fake.inner().posts = (0..8).map(|n| post(n, n == 5)).collect();
    let client = client(&fake);
    let mut posts = client.get_posts_for_channel(&"square0".into()).per_page(3);
    assert_eq!(posts.next().expect("a post").expect("no error").message, "7");
    // Somebody writes meanwhile: page numbers would give the last post of the first page again.
    fake.inner().posts.push(post(8, false));
    let rest: Vec<String> = posts.map(|post| post.expect("a post").message).collect();
    assert_eq!(rest, ["6", "4", "3", "2", "1", "0"]);
    assert_eq!(fake.asked("GET /channels/square0/posts"), 3);
    assert_eq!(client.get_posts_for_channel(&"empty".into()).count(), 0);
}

#[test]
fn files_travel_whole_both_ways() {
    let fake = Fake::start();
    let client = client(&fake);
    let bytes = vec![7; 300_000];
    let info = client.upload_file(&"square0".into(), "a größe.bin", bytes.clone()).expect("a file");
    assert_eq!((info.id.as_str(), info.size), ("file0", 300_000));
    let seen = fake.last("POST /files");
    assert_eq!(seen.query, "channel_id=square0&filename=a%20gr%C3%B6%C3%9Fe.bin");
    assert_eq!(seen.body, bytes);
    assert_eq!(client.get_file(&info.id).expect("bytes"), b"\x00\xffbytes");
    assert_eq!(client.get_file_info(&info.id).expect("a file").size, 7);
}

#[test]
fn webhooks_and_commands_are_set_up_and_taken_down() {
    let fake = Fake::start();
    let client = client(&fake);
    let team = TeamId::from("team0");
    let incoming = IncomingWebhook { channel_id: "square0".into(), ..IncomingWebhook::default() };
    let incoming = client.create_incoming_webhook(&incoming).expect("a webhook");
    let url = client.incoming_webhook_url(&incoming.id);
    assert_eq!(url, Some(format!("{}/hooks/hook0", fake.url)));
    assert_eq!(client.get_incoming_webhooks(Some(&team)).count(), 1);
    assert!(fake.last("GET /hooks/incoming").query.starts_with("team_id=team0&"));
    client.delete_incoming_webhook(&incoming.id).expect("an end");
    assert_eq!(client.get_incoming_webhooks(None).count(), 0);

    let outgoing = OutgoingWebhook {
        team_id: team.clone(),
        display_name: "Time".into(),
        trigger_words: vec!["hoge".into()],
        trigger_when: TriggerWhen::StartsWith,
        callback_urls: vec!["http://localhost:9000".into()],
        ..OutgoingWebhook::default()
    };
    let outgoing = client.create_outgoing_webhook(&outgoing).expect("a webhook");
    assert_eq!(
        (outgoing.token.as_str(), outgoing.trigger_when),
        ("t0ken-of-the-hook", TriggerWhen::StartsWith)
    );
    let listed: Result<Vec<OutgoingWebhook>, Error> = client.get_outgoing_webhooks(Some(&team)).collect();
    assert_eq!(listed.expect("webhooks"), std::slice::from_ref(&outgoing));
    client.delete_outgoing_webhook(&outgoing.id).expect("an end");
    assert_eq!(client.get_outgoing_webhooks(None).count(), 0);

    let command = Command {
        team_id: team.clone(),
        trigger: "time".into(),
        method: CommandMethod::from("P"),
        url: "http://localhost:9000".into(),
        ..Command::default()
    };
    let command = client.create_command(&command).expect("a command");
    assert_eq!((command.token.as_str(), command.trigger.as_str()), ("t0ken-of-the-command", "time"));
    let listed = client.list_commands(&team, true).expect("commands");
    assert_eq!(listed, std::slice::from_ref(&command));
    assert_eq!(fake.last("GET /commands").query, "team_id=team0&custom_only=true");
    let answer = client.execute_command(&"square0".into(), "/time").expect("an answer");
    assert_eq!(answer.text, "/time");
    client.delete_command(&command.id).expect("an end");
    assert_eq!(client.list_commands(&team, true).expect("none"), []);
}

#[test]
fn the_server_and_its_plugins_are_asked_and_told() {
    let fake = Fake::start();
    let client = client(&fake);
    assert_eq!(client.get_ping().expect("there").status, "OK");
    assert_eq!(client.get_server_version().expect("a version"), "11.6.0");
    assert_eq!(client.get_logs(2).expect("lines"), ["one", "two"]);
    let config: mmplugin_rest::model::Config = client.get_config().expect("a configuration");
    assert_eq!(config.service_settings.site_url.as_deref(), Some("https://x"));
    let plugins = client.get_plugins().expect("plugins");
    assert_eq!((plugins.active[0].id.as_str(), plugins.inactive.len()), ("a.b", 0));
    let status = &client.get_plugin_statuses().expect("statuses")[0];
    assert_eq!(
        (status.error.as_str(), status.cluster_id.as_str(), &status.state),
        ("exec format error", "n", &mmplugin_rest::model::PluginRunState::FailedToStart)
    );
    let folder = tempfile::tempdir().expect("a folder");
    let bundle = folder.path().join("b.tar.gz");
    std::fs::write(&bundle, [1; 2000]).expect("a file");
    let sent = Sent::default();
    assert_eq!(client.upload_plugin(&bundle, &sent).expect("a manifest").id, "a.b");
    let form = String::from_utf8_lossy(&fake.last("POST /plugins").body).into_owned();
    assert!(form.contains("name=\"force\"\r\n\r\ntrue") && sent.bytes() == 2000, "{form}");
    assert!(matches!(client.upload_plugin(Path::new("no such"), &sent), Err(Error::Input(_))));
    client.enable_plugin("a.b").expect("enabled");
    client.disable_plugin("a.b").expect("disabled");
    client.remove_plugin("a.b").expect("removed");
    assert_eq!(fake.asked("DELETE /plugins/a.b"), 1);
    assert!(matches!(client.remove_plugin(".."), Err(Error::Input(_))));
}

#[test]
fn addresses_without_a_method_are_within_reach() {
    let fake = Fake::start();
    let client = client(&fake);
    fake.answer("POST /bots", 1, 201, &[], r#"{"username": "b"}"#);
    fake.answer("PUT /bots/1", 1, 200, &[], r#"{"username": "c"}"#);
    fake.answer("DELETE /bots/1", 1, 200, &[], "");
    let made: serde_json::Value = client.post("/bots", &json!({"username": "b"})).expect("an answer");
    assert_eq!(made["username"], "b");
    let changed: serde_json::Value = client.put("/bots/1", &json!({"username": "c"})).expect("an answer");
    assert_eq!(changed["username"], "c");
    client.delete("/bots/1").expect("an answer");
    assert!(matches!(client.delete("bots/1"), Err(Error::Input(_))));
}

#[cfg(unix)]
#[test]
fn the_local_socket_needs_no_token_and_makes_up_statuses() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("lokal mode.socket");
    let fake = Fake::start_local(&path);
    let client = Client::local(&path).build().expect("a client");
    assert_eq!(client.place().to_string(), format!("{} (local mode)", path.display()));
    let status = &client.get_plugin_statuses().expect("statuses")[0];
    assert_eq!(
        (status.plugin_id.as_str(), &status.state),
        ("a.b", &mmplugin_rest::model::PluginRunState::Running)
    );
    assert_eq!(client.get_team_by_name("team").expect("the team").id, "team0");
    assert!(fake.inner().requests.iter().all(|seen| seen.auth.is_empty()));
    assert_eq!(client.incoming_webhook_url(&"hook0".into()), None);
}

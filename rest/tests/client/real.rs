//! The same methods against a real server, where one is named: MM_SERVICESETTINGS_SITEURL and an administrator's MM_ADMIN_TOKEN.

use std::time::{SystemTime, UNIX_EPOCH};

use mmplugin_rest::model::{Channel, ChannelType, Post, Reaction, Team, TeamType, UserSearch};
use mmplugin_rest::{Client, Error, PostPatch, Secret, in_order};

/// A client, and a name that nothing on the server has yet.
fn administrator(test: &str) -> Option<(Client, String)> {
    let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let Some((url, token)) = set("MM_SERVICESETTINGS_SITEURL").zip(set("MM_ADMIN_TOKEN")) else {
        eprintln!("skipped: no real server (set MM_SERVICESETTINGS_SITEURL and MM_ADMIN_TOKEN)");
        return None;
    };
    let client = Client::builder(&url).token(Secret::new(&token)).allow_http(true).build().expect("a client");
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_millis();
    Some((client, format!("rest-{test}-{now}")))
}

#[test]
fn people_and_the_server_of_a_real_server() {
    let Some((client, name)) = administrator("people") else { return };
    let version = client.get_server_version().expect("a version");
    println!("the client speaks to {version}");
    assert_eq!(client.get_ping().expect("there").status, "OK");
    let me = client.get_me().expect("me");
    assert_eq!(client.get_user_by_username(&me.username).expect("me").id, me.id);
    let pages = client.get_users(&Default::default()).per_page(2);
    assert!(pages.take(50).all(|user| !user.expect("a user").id.is_empty()));
    let search = UserSearch { term: me.username.clone(), ..UserSearch::default() };
    assert!(client.search_users(&search).expect("users").iter().any(|user| user.id == me.id));
    assert!(client.get_user_by_username(&name).expect_err("nobody").is_not_found());
    assert!(client.get_team_by_name(&name).expect_err("no team").is_not_found());
    let config: mmplugin_rest::model::Config = client.get_config().expect("a configuration");
    assert!(config.service_settings.site_url.is_some());
    client.get_plugins().expect("plugins");
    client.get_plugin_statuses().expect("statuses");
    let stranger = Client::builder(&client.place().to_string()).token(Secret::new(&name)).allow_http(true);
    let error = stranger.build().expect("a client").get_me().expect_err("a wrong token");
    assert_eq!(error.api().map(|said| (said.status, said.id.is_empty())), Some((401, false)), "{error}");
}

#[test]
fn a_thread_on_a_real_server() {
    let Some((client, name)) = administrator("thread") else { return };
    let team =
        Team { name: name.clone(), display_name: name.clone(), type_: TeamType::Open, ..Team::default() };
    let team = client.create_team(&team).expect("a team");
    let channel = Channel {
        team_id: team.id.clone(),
        name: "talk".into(),
        display_name: "Talk".into(),
        type_: ChannelType::Open,
        ..Channel::default()
    };
    let channel = client.create_channel(&channel).expect("a channel");
    assert_eq!(client.get_channel_by_name(&team.id, "talk").expect("the channel").id, channel.id);

    let file = client.upload_file(&channel.id, "größe.txt", "seven b").expect("a file");
    assert_eq!(client.get_file(&file.id).expect("bytes"), b"seven b");
    let mut post = Post { channel_id: channel.id.clone(), message: "Hello".into(), ..Post::default() };
    post.file_ids = vec![file.id];
    post.props.insert("card".into(), "more".into());
    let post = client.create_post(&post).expect("a post");
    for n in 0..5 {
        client.reply(&post, &format!("reply {n}")).expect("a reply");
    }
    let thread = in_order(client.get_post_thread(&post.id).expect("a thread"));
    assert_eq!(thread.iter().filter(|reply| reply.root_id == post.id).count(), 5);
    let pages: Result<Vec<Post>, Error> = client.get_posts_for_channel(&channel.id).per_page(2).collect();
    let mut ids: Vec<_> = pages.expect("posts").into_iter().map(|post| post.id).collect();
    let all = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), all, "each once");
    assert!(thread.iter().all(|post| ids.contains(&post.id)), "none is missing");

    let patch = PostPatch { message: Some("Bye".into()), ..PostPatch::default() };
    assert_eq!(client.patch_post(&post.id, &patch).expect("a post").message, "Bye");
    let reaction = Reaction {
        user_id: post.user_id.clone(),
        post_id: post.id.clone(),
        emoji_name: "wave".into(),
        ..Reaction::default()
    };
    client.save_reaction(&reaction).expect("a reaction");
    assert_eq!(client.get_reactions(&post.id).expect("reactions").len(), 1);
    client.delete_post(&post.id).expect("an end");
    assert!(client.get_post(&post.id).expect_err("gone").is_not_found());
    client.delete_channel(&channel.id).expect("an end");
    client.delete(&format!("/teams/{}", team.id)).expect("an end");
}

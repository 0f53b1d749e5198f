//! A program beside the server: finds people and a channel, posts there, and answers in the thread.
//!
//! Shown here: a token or a login from the environment, a search, things found by name and what happens when they are not
//! there, a post with properties, a reply, and a thread read back.

use std::env;
use std::process::ExitCode;

use mmplugin_rest::model::{Channel, Post, UserSearch};
use mmplugin_rest::{Client, Error, Secret, in_order};

const USAGE: &str = "usage: rest-api-example TEAM CHANNEL USER
  TEAM and CHANNEL as they stand in addresses, USER the beginning of a name
  MM_URL and MM_TOKEN, or MM_URL, MM_USERNAME and MM_PASSWORD, say where and as whom";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [team, channel, user] = arguments.as_slice() else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let setting = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
    let result = log_in(setting).and_then(|mut client| {
        let result = talk(&client, team, channel, user);
        // A session that the login made ends here, whatever happened; a token stays good.
        let farewell = client.logout().map_err(say("log out"));
        result.and_then(|lines| farewell.map(|()| lines))
    });
    match result {
        Ok(lines) => {
            println!("{}", lines.join("\n"));
            ExitCode::SUCCESS
        }
        Err(text) => {
            eprintln!("error: {text}");
            ExitCode::FAILURE
        }
    }
}

/// A client with a token, or with a session of a name and a password.
fn log_in(setting: impl Fn(&str) -> Option<String>) -> Result<Client, String> {
    let url = setting("MM_URL").ok_or(USAGE)?;
    let mut client = Client::new(&url).map_err(say("begin"))?;
    if let Some(token) = setting("MM_TOKEN") {
        client.set_token(Secret::new(&token));
        return Ok(client);
    }
    let (name, password) = setting("MM_USERNAME").zip(setting("MM_PASSWORD")).ok_or(USAGE)?;
    client.login(&name, &Secret::new(&password)).map_err(say("log in"))?;
    Ok(client)
}

/// What there is to do; the lines to print.
fn talk(client: &Client, team: &str, channel: &str, term: &str) -> Result<Vec<String>, String> {
    let me = client.get_me().map_err(say("learn who I am"))?;
    let mut lines = vec![format!("I am @{}", me.username)];

    let team = client.get_team_by_name(team).map_err(say("find the team"))?;
    let channel = match client.get_channel_by_name(&team.id, channel) {
        Err(error) if error.is_not_found() => {
            return Err(format!("there is no channel {channel} in {}, or I may not see it", team.name));
        }
        found => found.map_err(say("find the channel"))?,
    };
    lines.push(format!("{} is a channel of {}", channel.display_name, team.display_name));

    let search = UserSearch { term: term.to_owned(), team_id: team.id, limit: 5, ..UserSearch::default() };
    let users = client.search_users(&search).map_err(say("search users"))?;
    let mentions: Vec<String> = users.iter().map(|user| format!("@{}", user.username)).collect();
    lines.push(format!("found for {term:?}: {}", mentions.join(" ")));

    let root = greet(client, &channel, &mentions).map_err(say("post"))?;
    client.reply(&root, "And this is in the thread of it.").map_err(say("answer"))?;
    let thread = client.get_post_thread(&root.id).map_err(say("read the thread"))?;
    let mut thread = in_order(thread);
    thread.sort_by_key(|post| post.create_at);
    lines.extend(thread.iter().map(|post| format!("  {}", post.message)));
    Ok(lines)
}

/// A post with a property: what is in `card` is shown beside the post, in the panel on the right.
fn greet(client: &Client, channel: &Channel, mentions: &[String]) -> Result<Post, Error> {
    let message = format!("Hello {}", mentions.join(" "));
    let mut post = Post { channel_id: channel.id.clone(), message, ..Post::default() };
    post.props.insert("card".into(), "Sent by **rest-api-example**.".into());
    client.create_post(&post)
}

/// An error with what was to be done: `could not post: POST /posts: 403: You do not have … (api.context…)`.
fn say(doing: &str) -> impl Fn(Error) -> String {
    move |error| format!("could not {doing}: {error}")
}

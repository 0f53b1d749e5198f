//! The program against a server that behaves as Mattermost does: the client's own fake one.

use super::*;
use crate::fake::{Fake, PASSWORD, TOKEN, app_error};

/// The environment of a run, by a token or by a password.
fn environment(fake: &Fake, token: bool) -> impl Fn(&str) -> Option<String> {
    let url = fake.url.clone();
    move |name| match (name, token) {
        ("MM_URL", _) => Some(url.clone()),
        ("MM_TOKEN", true) => Some(TOKEN.to_owned()),
        ("MM_USERNAME", false) => Some("ann".to_owned()),
        ("MM_PASSWORD", false) => Some(PASSWORD.to_owned()),
        _ => None,
    }
}

#[test]
fn finds_posts_and_answers_in_the_thread() {
    for token in [true, false] {
        let fake = Fake::start();
        let mut client = log_in(environment(&fake, token)).expect("a client");
        let lines = talk(&client, "team", "town-square", "bo").expect("lines");
        let expected = [
            "I am @ann",
            "Town Square is a channel of Team",
            "found for \"bo\": @bob",
            "  Hello @bob",
            "  And this is in the thread of it.",
        ];
        assert_eq!(lines, expected);
        let posts = fake.inner().posts.clone();
        assert_eq!(posts[0]["props"]["card"], "Sent by **rest-api-example**.");
        assert_eq!((&posts[1]["root_id"], &posts[1]["channel_id"]), (&posts[0]["id"], &"square0".into()));
        client.logout().expect("an end");
        assert_eq!(fake.asked("POST /users/logout"), usize::from(!token), "a token stays good");
    }
}

#[test]
fn what_is_not_there_or_not_allowed_is_said_in_the_servers_words() {
    let fake = Fake::start();
    let client = log_in(environment(&fake, true)).expect("a client");
    let error = |team: &str, channel: &str| talk(&client, team, channel, "bo").expect_err("refused");
    assert_eq!(error("team", "nowhere"), "there is no channel nowhere in team, or I may not see it");
    let text = "could not find the team: GET /teams/name/nobody: 404: Unable to find the team. (app.team.missing.app_error)";
    assert_eq!(error("nobody", "town-square"), text);
    let refused =
        app_error("api.context.permissions.app_error", "You do not have the appropriate permissions.", 403);
    fake.answer("POST /posts", 1, 403, &[], &refused);
    assert_eq!(
        error("team", "town-square"),
        "could not post: POST /posts: 403: You do not have the appropriate permissions. (api.context.permissions.app_error)"
    );
    assert!(log_in(|_| None).is_err_and(|text| text.starts_with("usage: ")));
    let nobody = |name: &str| environment(&fake, false)(name).map(|value| value.replace(PASSWORD, "hunter2"));
    let wrong = log_in(nobody).expect_err("a wrong password");
    assert!(wrong.contains("401") && !wrong.contains("hunter2"), "{wrong}");
}

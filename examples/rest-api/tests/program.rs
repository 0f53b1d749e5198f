//! The program, started as people start it, against a server that behaves as Mattermost does: the client's own fake one.

#[path = "../../../rest/tests/client/fake.rs"]
mod fake;

use std::process::Command;

use fake::{Fake, PASSWORD, TOKEN, app_error};

const BY_TOKEN: &[(&str, &str)] = &[("MM_TOKEN", TOKEN)];
const BY_PASSWORD: &[(&str, &str)] = &[("MM_USERNAME", "ann"), ("MM_PASSWORD", PASSWORD)];

/// Its exit code, what it printed, and what it said on stderr.
fn run(url: &str, environment: &[(&str, &str)], arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut program = Command::new(env!("CARGO_BIN_EXE_rest-api-example"));
    for name in ["MM_TOKEN", "MM_USERNAME", "MM_PASSWORD"] {
        program.env_remove(name);
    }
    let output = program.args(arguments).env("MM_URL", url).envs(environment.iter().copied()).output();
    let output = output.expect("it starts");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn finds_posts_and_answers_in_the_thread() {
    for environment in [BY_TOKEN, BY_PASSWORD] {
        let fake = Fake::start();
        let (code, said, errors) = run(&fake.url, environment, &["team", "town-square", "bo"]);
        assert_eq!((code, errors.as_str()), (Some(0), ""));
        let expected = "\
            I am @ann\n\
            Town Square is a channel of Team\n\
            found for \"bo\": @bob\n  \
              Hello @bob\n  \
              And this is in the thread of it.\n";
        assert_eq!(said, expected);
        let posts = fake.inner().posts.clone();
        assert_eq!(posts[0]["props"]["card"], "Sent by **rest-api-example**.");
        assert_eq!((&posts[1]["root_id"], &posts[1]["channel_id"]), (&posts[0]["id"], &"square0".into()));
        let ended = fake.asked("POST /users/logout");
        assert_eq!(ended, usize::from(environment == BY_PASSWORD), "a token stays good");
    }
}

#[test]
fn what_is_not_there_or_not_allowed_is_said_in_the_servers_words() {
    let fake = Fake::start();
    let error = |environment: &[(&str, &str)], team: &str, channel: &str| {
        let (code, said, errors) = run(&fake.url, environment, &[team, channel, "bo"]);
        assert_eq!((code, said.as_str()), (Some(1), ""), "{errors}");
        errors
    };
    let refused =
        app_error("api.context.permissions.app_error", "You do not have the appropriate permissions.", 403);
    fake.answer("POST /posts", 1, 403, &[], &refused);
    assert_eq!(
        error(BY_PASSWORD, "team", "town-square"),
        "error: could not post: POST /posts: 403: You do not have the appropriate permissions. \
         (api.context.permissions.app_error)\n"
    );
    assert_eq!(fake.asked("POST /users/logout"), 1, "the session ends all the same");
    assert_eq!(
        error(BY_TOKEN, "team", "nowhere"),
        "error: there is no channel nowhere in team, or I may not see it\n"
    );
    assert_eq!(
        error(BY_TOKEN, "nobody", "town-square"),
        "error: could not find the team: GET /teams/name/nobody: 404: Unable to find the team. (app.team.missing.app_error)\n"
    );
    let wrong = error(&[("MM_USERNAME", "ann"), ("MM_PASSWORD", "hunter2")], "team", "town-square");
    assert!(wrong.starts_with("error: could not log in: ") && !wrong.contains("hunter2"), "{wrong}");
    assert!(error(&[], "team", "town-square").starts_with("error: usage: "));
}

#[test]
fn without_arguments_it_says_how_it_is_used() {
    let (code, _, errors) = run("http://127.0.0.1:1", BY_TOKEN, &[]);
    assert_eq!(code, Some(2));
    assert!(errors.starts_with("usage: rest-api-example TEAM CHANNEL USER"), "{errors}");
}

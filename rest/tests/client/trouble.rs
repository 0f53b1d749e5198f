//! What goes wrong: rate limits, refusals, proxies, broken lines, slow servers, secrets on the way.

use std::thread;
use std::time::{Duration, Instant};

use mmplugin_rest::model::Post;
use mmplugin_rest::{BadAddress, Cancel, Client, Error, Secret};

use crate::fake::{Fake, PASSWORD, TOKEN, app_error};

fn client(fake: &Fake) -> Client {
    Client::builder(&fake.url).token(Secret::new(TOKEN)).build().expect("a client")
}

fn post() -> Post {
    Post { channel_id: "square0".into(), message: "Hello".into(), ..Post::default() }
}

#[test]
fn a_rate_limit_is_waited_for_as_long_as_the_server_says() {
    let fake = Fake::start();
    fake.answer(
        "POST /posts",
        2,
        429,
        &[("x-ratelimit-reset", "9"), ("retry-after", "1")],
        "limit exceeded\n",
    );
    let begun = Instant::now();
    // An order, too: the limiter has turned it away before anybody looked at it.
    client(&fake).create_post(&post()).expect("a post");
    let waited = begun.elapsed();
    assert!(waited >= Duration::from_secs(2) && waited < Duration::from_secs(8), "{waited:?}");
    assert_eq!((fake.asked("POST /posts"), fake.inner().posts.len()), (3, 1));
}

#[test]
fn a_rate_limit_that_is_too_long_or_lasts_is_an_error_that_says_when() {
    let fake = Fake::start();
    fake.answer("GET /users/me", 1, 429, &[("x-ratelimit-reset", "30")], "limit exceeded\n");
    let begun = Instant::now();
    let error = client(&fake).get_me().expect_err("too long");
    assert!(begun.elapsed() < Duration::from_secs(5), "not waited for");
    let said = error.api().expect("an answer");
    assert_eq!((said.status, said.retry_after), (429, Some(Duration::from_secs(30))));
    assert_eq!(error.to_string(), "GET /users/me: 429: limit exceeded");

    fake.answer("GET /users/me", 99, 429, &[("retry-after", "0")], "limit exceeded\n");
    let before = fake.asked("GET /users/me");
    assert!(client(&fake).get_me().is_err());
    assert_eq!(fake.asked("GET /users/me") - before, 4);
    let impatient = Client::builder(&fake.url).longest_pause(Duration::ZERO).build().expect("a client");
    fake.answer("GET /system/ping", 1, 429, &[("retry-after", "1")], "");
    assert!(impatient.get_ping().is_err());
}

#[test]
fn the_servers_id_and_words_are_in_the_error() {
    let fake = Fake::start();
    let stranger = Client::builder(&fake.url).token(Secret::new("wr0ng")).build().expect("a client");
    let error = stranger.get_me().expect_err("a wrong token");
    let text = "GET /users/me: 401: Invalid or expired session, please login again. (api.context.session_expired.app_error)";
    assert_eq!(error.to_string(), text);
    assert_eq!(error.api().map(|said| said.request_id.as_str()), Some("r3quest"));
    assert!(!format!("{error:?} {stranger:?}").contains("wr0ng"));

    let client = client(&fake);
    let nowhere = Post { channel_id: "elsewhere".into(), ..post() };
    match client.create_post(&nowhere) {
        Err(Error::Api(said)) if said.status == 403 => {
            assert_eq!(said.id, "api.context.permissions.app_error");
        }
        other => panic!("{other:?}"),
    }
    let missing = client.get_user(&"n0body".into()).expect_err("not there");
    assert!(missing.is_not_found() && !missing.is_absence(), "{missing}");
    // An order that the server has looked at is not given again.
    fake.answer(
        "POST /posts",
        9,
        500,
        &[],
        &app_error("app.post.save.app_error", "Unable to save the Post.", 500),
    );
    let before = fake.asked("POST /posts");
    assert!(client.create_post(&post()).is_err());
    assert_eq!(fake.asked("POST /posts") - before, 1);
}

#[test]
fn a_proxys_page_is_called_one() {
    let fake = Fake::start();
    let client = client(&fake);
    let page = "<html>\r\n<head><title>403 Forbidden</title></head><body>nginx</body></html>";
    fake.answer("GET /users/me", 1, 403, &[("content-type", "text/html")], page);
    let error = client.get_me().expect_err("a page");
    assert_eq!(error.to_string(), "GET /users/me: 403, a web page: 403 Forbidden");
    assert!(error.api().is_some_and(|said| said.html && said.id.is_empty()));
    fake.answer("GET /users/me", 1, 200, &[("content-type", "text/html")], "\n<!DOCTYPE html><p>Welcome");
    assert_eq!(client.get_me(), Err(Error::NotMattermost("a web page".into())));
    fake.answer("GET /users/me", 1, 404, &[], "404 page not found\n");
    let wrong_address = client.get_me().expect_err("a wrong address");
    assert!(!wrong_address.is_not_found(), "{wrong_address}");
    // Nobody behind the proxy for a moment: a question is asked again, an order is not given again.
    fake.answer("GET /users/me", 1, 502, &[], "<html><title>502 Bad Gateway</title></html>");
    assert!(client.get_me().is_ok());
    fake.answer("POST /posts", 1, 502, &[], "<html><title>502 Bad Gateway</title></html>");
    assert!(client.create_post(&post()).expect_err("away").is_absence());
    assert_eq!(fake.asked("POST /posts"), 1);
}

#[test]
fn broken_json_and_long_answers_are_errors() {
    let fake = Fake::start();
    let client = client(&fake);
    for body in
        ["{\"username\": \"an", "", "[]", "null", "{\"status\": \"OK\"}", "{\"username\": 7}", "\u{0}\u{1}"]
    {
        fake.answer("GET /users/me", 1, 200, &[("content-type", "application/json")], body);
        let error = client.get_me().expect_err(body);
        assert!(matches!(error, Error::NotMattermost(_)), "{body:?}: {error}");
    }
    let body = format!("\"{}\"", "x".repeat(65 << 20));
    fake.answer("GET /users/me", 1, 200, &[], &body);
    assert_eq!(client.get_me(), Err(Error::TooLong(64 << 20)));
}

#[test]
fn a_slow_server_is_not_waited_for_and_not_asked_again() {
    let fake = Fake::start();
    fake.inner().delay = Duration::from_secs(3);
    let limit = Duration::from_millis(200);
    let client = Client::builder(&fake.url).timeout(limit).build().expect("a client");
    let begun = Instant::now();
    assert_eq!(client.get_ping(), Err(Error::TimedOut));
    assert!(begun.elapsed() < Duration::from_secs(2));
    assert_eq!(fake.asked("GET /system/ping"), 1);
}

#[test]
fn a_broken_line_is_tried_again_for_questions_to_a_known_server() {
    let fake = Fake::start();
    let client = client(&fake);
    fake.inner().hang_ups = 1;
    assert!(matches!(client.get_me(), Err(Error::Unreachable(_))), "nobody knows this server yet");
    assert!(client.get_me().is_ok());
    fake.inner().hang_ups = 2;
    assert!(client.get_me().is_ok());
    fake.inner().hang_ups = 1;
    assert!(matches!(client.create_post(&post()), Err(Error::Unreachable(_))));
    assert_eq!(fake.asked("POST /posts"), 0);
}

#[test]
fn requests_and_waits_can_be_given_up() {
    let fake = Fake::start();
    fake.inner().delay = Duration::from_secs(20);
    let cancel = Cancel::default();
    let mut client = Client::builder(&fake.url).cancel(&cancel).build().expect("a client");
    let (begun, asking) = (Instant::now(), client.clone());
    let request = thread::spawn(move || asking.get_ping());
    let waiting = client.clone();
    let wait = thread::spawn(move || waiting.sleep(Duration::from_secs(20)));
    thread::sleep(Duration::from_millis(100));
    cancel.cancel();
    assert_eq!(request.join().expect("no panic"), Err(Error::Cancelled));
    assert_eq!(wait.join().expect("no panic"), Err(Error::Cancelled));
    assert!(begun.elapsed() < Duration::from_secs(10));
    assert_eq!(client.get_ping(), Err(Error::Cancelled));
    fake.inner().delay = Duration::ZERO;
    client.set_cancel(None);
    assert!(client.get_ping().is_ok());
}

#[test]
fn secrets_stay_off_plain_http_and_redirects() {
    let plain =
        Client::builder("http://chat.example.com").token(Secret::new(TOKEN)).build().expect("a client");
    assert_eq!(plain.get_me(), Err(Error::PlainHttp));
    let mut plain = Client::new("http://chat.example.com").expect("a client");
    assert_eq!(plain.login("ann", &Secret::new(PASSWORD)), Err(Error::PlainHttp));

    let (fake, elsewhere) = (Fake::start(), Fake::start());
    let to = format!("{}/api/v4/users/me", elsewhere.url);
    fake.answer("GET /users/me", 1, 302, &[("location", &to)], "");
    assert_eq!(client(&fake).get_me(), Err(Error::Redirected { to }));
    assert!(elsewhere.inner().requests.is_empty(), "nobody follows");
}

#[test]
fn a_wrong_address_token_or_certificate_is_found_before_anything_is_sent() {
    assert_eq!(Client::new("chat.example.com").err(), Some(Error::Address(BadAddress::Scheme)));
    let text = Client::new("https://me:hunter2@x").expect_err("a password").to_string();
    assert_eq!(text, "the server's address holds a name or a password");
    let certificates = Client::builder("https://x").certificates("none").build();
    assert!(matches!(certificates, Err(Error::Certificates(_))));
    let fake = Fake::start();
    let odd = Client::builder(&fake.url).token(Secret::new("a\nb")).build().expect("a client");
    let error = odd.get_me().expect_err("no header").to_string();
    assert_eq!(error, "nothing was sent: the token or the address has illegal characters");
    assert!(fake.inner().requests.is_empty());
}

#[test]
fn nobody_there_says_so() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    drop(listener);
    let error = Client::new(&url).expect("a client").get_ping().expect_err("nobody");
    assert!(error.is_absence() && error.to_string().starts_with("no connection to the server: "), "{error}");
}

#[tokio::test]
async fn clones_work_in_async_programs() {
    let fake = Fake::start();
    let client = client(&fake);
    let tasks: Vec<_> = (0..4)
        .map(|_| {
            let client = client.clone();
            tokio::task::spawn_blocking(move || client.get_me())
        })
        .collect();
    for task in tasks {
        assert_eq!(task.await.expect("no panic").expect("me").username, "ann");
    }
    let users = client.get_users(&Default::default());
    let names =
        tokio::task::spawn_blocking(move || users.map(|user| user.expect("a user").username).collect());
    let names: Vec<String> = names.await.expect("no panic");
    assert_eq!(names, ["ann", "bob"]);
}

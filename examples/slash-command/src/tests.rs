//! Commands as Mattermost sends them, over a socket, with a stand-in for the time service.

use time_service::stand_in::{StandIn, send};

use super::*;

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
const TOKEN: (&str, &str) = ("authorization", "Token s3cret");

async fn start(time: &StandIn) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/time", listener.local_addr().unwrap());
    let (tokens, service) = (Tokens::new(["s3cret", "other-team"]), TimeService::new());
    let app = router(App { tokens, time_url: time.url().into(), service });
    tokio::spawn(async move { axum::serve(listener, app).await });
    url
}

fn form(token: &str, text: &str) -> String {
    let command = SlashCommandRequest {
        token: token.into(),
        command: "/time".into(),
        text: text.into(),
        ..SlashCommandRequest::default()
    };
    command.to_form()
}

fn read(answer: &(u16, String)) -> CommandResponse {
    assert_eq!(answer.0, 200, "{}", answer.1);
    serde_json::from_str(&answer.1).unwrap()
}

#[tokio::test]
async fn everybody_sees_the_time() {
    let time = StandIn::answering(200, r#"{"datetime":"2026-01-01T09:00:00+09:00"}"#);
    let url = start(&time).await;
    for (typed, zone) in [("", "Asia/Tokyo"), ("europe/berlin", "Europe/Berlin")] {
        let answer = read(&send("POST", &url, &[FORM, TOKEN], form("s3cret", typed)).await);
        assert_eq!(answer.response_type, CommandResponseType::InChannel);
        assert_eq!(answer.text, format!("It is 2026-01-01T09:00:00+09:00 in {zone}."));
        assert_eq!(time.requests().last().unwrap().path, format!("/{zone}"));
    }
    let query = format!("{url}?{}", form("other-team", "UTC"));
    assert!(read(&send("GET", &query, &[], "").await).text.ends_with("in UTC."));
}

#[tokio::test]
async fn only_who_typed_it_sees_what_went_wrong() {
    let url = start(&StandIn::answering(503, "")).await;
    for (typed, help) in [
        ("tokyo", "There is no time zone `tokyo`. Did you mean `Asia/Tokyo`?"),
        ("Asia/Tokyo", "The time service does not answer: http status: 503"),
    ] {
        let answer = read(&send("POST", &url, &[FORM, TOKEN], form("s3cret", typed)).await);
        assert_eq!((answer.response_type, answer.text.as_str()), (CommandResponseType::Ephemeral, help));
    }
}

#[tokio::test]
async fn the_token_counts_in_the_header_and_in_the_form() {
    let time = StandIn::answering(200, r#"{"datetime":"now"}"#);
    let url = start(&time).await;
    let wrong = ("authorization", "Token s3cre");
    for (headers, token, status) in [
        (&[FORM][..], "s3cret", 200),
        (&[FORM, TOKEN], "", 200),
        (&[FORM], "", 401),
        (&[FORM, wrong], "s3cret", 401),
        (&[FORM, TOKEN], "x", 401),
    ] {
        let answer = send("POST", &url, headers, form(token, "")).await;
        assert_eq!(answer.0, status, "{headers:?} {token}: {}", answer.1);
    }
    assert_eq!(send("POST", &url, &[FORM, TOKEN], "user_mentions=ada").await.0, 400);
    assert_eq!(time.requests().len(), 2, "nobody else has reached the time service");
}

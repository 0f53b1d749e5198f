//! Posts as Mattermost sends them, over a socket; a stand-in for the time service and one for the incoming webhook.

use serde_json::{Value, json};
use time_service::stand_in::{StandIn, send};

use super::*;

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";

async fn start(time_url: &str, report: Option<&str>) -> String {
    let report = report.map(|url| Report { webhook_url: url.into(), channel: "ops".into() });
    let (tokens, service) = (Tokens::new(["s3cret"]), TimeService::new());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hoge", listener.local_addr().unwrap());
    let app = router(App { tokens, time_url: time_url.into(), report, service });
    tokio::spawn(async move { axum::serve(listener, app).await });
    url
}

fn said(text: &str) -> OutgoingWebhookPayload {
    OutgoingWebhookPayload {
        token: "s3cret".into(),
        user_name: "ada".into(),
        channel_name: "town-square".into(),
        text: text.into(),
        trigger_word: "hoge".into(),
        ..OutgoingWebhookPayload::default()
    }
}

/// Sends it in one of the two ways.
async fn post(url: &str, content_type: &str, said: &OutgoingWebhookPayload) -> (u16, String) {
    let body = if content_type == JSON { serde_json::to_string(said).unwrap() } else { said.to_form() };
    send("POST", url, &[("content-type", content_type)], body).await
}

fn text(answer: &(u16, String)) -> String {
    let json: Value = serde_json::from_str(&answer.1).unwrap();
    assert_eq!((answer.0, &json["response_type"]), (200, &json!("comment")));
    json["text"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn both_bodies_get_the_time_as_a_comment() {
    let time = StandIn::answering(200, r#"{"datetime":"2026-01-01T09:00:00+09:00"}"#);
    let url = start(time.url(), None).await;
    for content_type in [JSON, FORM] {
        let answer = post(&url, content_type, &said("hoge")).await;
        assert_eq!(
            answer.1,
            r#"{"text":"It is 2026-01-01T09:00:00+09:00 in Asia/Tokyo.","response_type":"comment"}"#
        );
    }
    let berlin = text(&post(&url, FORM, &said("hoge Europe/Berlin")).await);
    assert_eq!(berlin, "It is 2026-01-01T09:00:00+09:00 in Europe/Berlin.");
    assert_eq!(time.requests().last().unwrap().path, "/Europe/Berlin");
}

#[tokio::test]
async fn the_other_channel_hears_of_it() {
    let time = StandIn::answering(200, r#"{"datetime":"now"}"#);
    let mattermost = StandIn::answering(200, "ok");
    let url = start(time.url(), Some(mattermost.url())).await;
    assert_eq!(text(&post(&url, JSON, &said("hoge")).await), "It is now in Asia/Tokyo.");
    let report: Value = serde_json::from_str(&mattermost.requests()[0].body).unwrap();
    assert_eq!(report, json!({"text": "@ada asked in ~town-square.", "channel": "ops"}));

    let gone = StandIn::answering(404, r#"{"id":"web.x","message":"Couldn't find the channel."}"#);
    let url = start(time.url(), Some(gone.url())).await;
    assert_eq!(
        text(&post(&url, JSON, &said("hoge")).await),
        "It is now in Asia/Tokyo.\nThe report failed: Mattermost answers 404: Couldn't find the channel. [web.x]"
    );
}

#[tokio::test]
async fn other_first_words_get_no_reply() {
    let time = StandIn::answering(200, r#"{"datetime":"now"}"#);
    let url = start(time.url(), None).await;
    for other in ["hogehoge", "no hoge", "Hoge", ""] {
        assert_eq!(post(&url, FORM, &said(other)).await, (200, "{}".into()), "{other}");
    }
    assert_eq!(time.requests(), []);
}

#[tokio::test]
async fn failures_are_told_where_somebody_reads_them() {
    let url = start(StandIn::answering(503, "").url(), None).await;
    let failed = text(&post(&url, FORM, &said("hoge")).await);
    assert_eq!(failed, "The time service does not answer: http status: 503");
    let wrong = text(&post(&url, FORM, &said("hoge tokyo")).await);
    assert_eq!(wrong, "There is no time zone `tokyo`. Did you mean `Asia/Tokyo`?");
}

#[tokio::test]
async fn strangers_are_turned_away() {
    let time = StandIn::answering(200, r#"{"datetime":"now"}"#);
    let url = start(time.url(), None).await;
    for token in ["", "s3cre", "S3CRET"] {
        let stranger = OutgoingWebhookPayload { token: token.into(), ..said("hoge") };
        for content_type in [JSON, FORM] {
            assert_eq!(post(&url, content_type, &stranger).await.0, 401, "{token}");
        }
    }
    assert_eq!(send("POST", &url, &[("content-type", "text/plain")], "token=s3cret").await.0, 400);
    assert_eq!(send("POST", &url, &[("content-type", JSON)], "token=s3cret").await.0, 400);
    assert_eq!(time.requests(), []);
}

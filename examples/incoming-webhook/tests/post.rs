//! The program, run as it is, against a stand-in for Mattermost that has the server's rules.

use std::io::Write;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};
use time_service::stand_in::{Received, StandIn};

/// The webhook `good` on a server with the channels `town-square` and `ops`.
fn mattermost() -> StandIn {
    StandIn::new(|request: &Received| {
        let post: Value = serde_json::from_str(&request.body).unwrap_or_default();
        let error = |status: u16, id: &str, message: &str| {
            let error = json!({"id": id, "message": message, "detailed_error": "", "status_code": status});
            (status, error.to_string())
        };
        if request.path != "/hooks/good" {
            error(400, "web.incoming_webhook.invalid.app_error", "Invalid webhook.")
        } else if !["town-square", "ops"].contains(&post["channel"].as_str().unwrap_or("town-square")) {
            error(404, "web.incoming_webhook.channel.app_error", "Couldn't find the channel.")
        } else {
            (200, "ok".to_owned())
        }
    })
}

fn run(url: &str, env: &[(&str, &str)], args: &[&str], input: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_incoming-webhook"));
    command.env("INCOMING_WEBHOOK_URL", url).envs(env.iter().copied()).args(args);
    // Else what it says ends in a stack on machines that ask for one.
    command.env("RUST_BACKTRACE", "0");
    let pipes = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = pipes.spawn().unwrap();
    // A program that fails early does not read it.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

fn failure(output: &Output) -> String {
    assert!(!output.status.success());
    String::from_utf8_lossy(&output.stderr).trim().to_owned()
}

#[test]
fn a_text_is_posted_to_the_webhooks_own_channel() {
    let server = mattermost();
    let output = run(&format!("{}/hooks/good", server.url()), &[], &["Deployed.", "Really."], "");
    assert!(output.status.success(), "{output:?}");
    let request = &server.requests()[0];
    assert_eq!(request.method, "POST");
    assert!(request.content_type.starts_with("application/json"), "{}", request.content_type);
    let post: Value = serde_json::from_str(&request.body).unwrap();
    assert_eq!(post, json!({"text": "Deployed. Really."}));
}

#[test]
fn channel_card_and_attachment_go_along() {
    let server = mattermost();
    let env = [("CHANNEL", "ops"), ("CARD", "**All** of it")];
    let output = run(&format!("{}/hooks/good", server.url()), &env, &["Tests"], "42 passed\n0 failed\n");
    assert!(output.status.success(), "{output:?}");
    let post: Value = serde_json::from_str(&server.requests()[0].body).unwrap();
    assert_eq!(post["channel"], "ops");
    assert_eq!(post["props"], json!({"card": "**All** of it"}));
    assert_eq!(post["attachments"][0]["text"], "```\n42 passed\n0 failed\n```");
    assert_eq!(post["attachments"][0]["fields"], json!([{"title": "Lines", "value": "2", "short": true}]));
}

#[test]
fn the_servers_errors_are_shown_as_they_are() {
    let server = mattermost();
    let good = format!("{}/hooks/good", server.url());
    assert_eq!(
        failure(&run(&good, &[("CHANNEL", "nowhere")], &["x"], "")),
        "Error: Mattermost answers 404: Couldn't find the channel. [web.incoming_webhook.channel.app_error]"
    );
    assert_eq!(
        failure(&run(&format!("{}/hooks/bad", server.url()), &[], &["x"], "")),
        "Error: Mattermost answers 400: Invalid webhook. [web.incoming_webhook.invalid.app_error]"
    );
    let proxy = StandIn::answering(502, "Bad Gateway");
    assert_eq!(failure(&run(proxy.url(), &[], &["x"], "")), "Error: Mattermost answers 502: Bad Gateway");
    let nobody = failure(&run("http://127.0.0.1:9/hooks/x", &[], &["x"], ""));
    assert!(nobody.starts_with("Error: Mattermost does not answer: "), "{nobody}");
}

#[test]
fn without_a_text_nothing_is_sent() {
    let server = mattermost();
    assert_eq!(failure(&run(server.url(), &[], &[], "")), "Error: usage: incoming-webhook TEXT");
    assert_eq!(server.requests(), []);
}

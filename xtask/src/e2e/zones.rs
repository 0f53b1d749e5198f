//! What the examples that tell the time of a zone must do under the Go host.

use anyhow::{Result, ensure};
use serde_json::{Value, json};

use super::Run;
use super::checks::time_service;
use super::host::text;

const USER: &str = "user00000000000000000000aa";
const CHANNEL: &str = "chan00000000000000000000aa";
const NOON: &str = r#"{"datetime":"noon"}"#;

/// The example with both parts; its button is clicked by `cargo xtask test web`.
pub(super) fn full(run: &mut Run<'_>) -> Result<()> {
    let (mut host, _) = run.start(&json!({"timeserviceurl": time_service(NOON)?}))?;
    let mut ask = |request: Value| -> Result<(u64, String)> {
        let mut whole = json!({"method": "POST", "path": "/api/v1/time", "body": "{\"zone\": \"UTC\"}"});
        request.as_object().into_iter().flatten().for_each(|(key, value)| whole[key] = value.clone());
        let answer = host.http(whole)?;
        Ok((answer["status"].as_u64().unwrap_or_default(), text(&answer["body"]).unwrap_or_default()))
    };
    let told = ask(json!({"user": USER}))?;
    ensure!(told == (200, r#"{"message":"Hello bench-user! It is noon in UTC."}"#.to_owned()), "{told:?}");
    ensure!(ask(json!({}))?.0 == 401, "nobody was let in");
    ensure!(ask(json!({"user": USER, "body": "{\"zone\": \"Moon\"}"}))?.0 == 404, "Moon is a zone");
    host.stop()
}

/// The example with a dialog.
pub(super) fn timezone(run: &mut Run<'_>) -> Result<()> {
    let (mut host, _) = run.start(&json!({"timeserviceurl": time_service(NOON)?}))?;
    let command = json!({"command": "/timezone", "user_id": USER, "trigger_id": "trigger"});
    host.ask(json!({"op": "hook", "name": "ExecuteCommand", "command": command}))?;
    let opened = host.ask(json!({"op": "api_calls", "method": "OpenInteractiveDialog"}))?;
    let request = &opened["calls"][0]["args"]["A"];
    ensure!(request["trigger_id"] == "trigger", "{opened}");
    let field = &request["dialog"]["elements"][0];
    let expected = if run.mode == "9.3" { "" } else { "dynamic" };
    ensure!(field["name"] == "zone" && field["data_source"] == expected, "{field}");

    host.ask(json!({"op": "api_script", "method": "HasPermissionToChannel", "kind": "returns", "returns": {"A": true}}))?;
    let mut submit = |path: &str, submission: Value| -> Result<Value> {
        let body = json!({"type": "dialog_submission", "channel_id": CHANNEL, "submission": submission});
        let answer =
            host.http(json!({"method": "POST", "path": path, "user": USER, "body": body.to_string()}))?;
        Ok(serde_json::from_str(&text(&answer["body"]).unwrap_or_default())?)
    };
    let found = submit("/zones", json!({"query": "tokyo"}))?;
    ensure!(found["items"][0]["value"] == "Asia/Tokyo", "{found}");
    let wrong = submit("/dialog", json!({"zone": "Moon"}))?;
    ensure!(text(&wrong["errors"]["zone"]).is_some_and(|text| text.contains("`Moon`")), "{wrong}");
    ensure!(submit("/dialog", json!({"zone": "Asia/Tokyo"}))? == json!({}), "the dialog did not close");
    let posted = host.ask(json!({"op": "api_calls", "method": "CreatePost"}))?["calls"].take();
    ensure!(posted.as_array().map(Vec::len) == Some(1), "{posted}");
    ensure!(posted[0]["args"]["A"]["message"] == "It is noon in Asia/Tokyo.", "{posted}");
    host.stop()
}

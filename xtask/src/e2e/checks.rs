//! What each bundled plugin must do under the Go host.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::thread;

use anyhow::{Result, ensure};
use serde_json::{Value, json};

use super::Run;
use super::host::{Host, text};

/// A message that the template's plugin answers.
pub(super) const HELLO_MESSAGE: &str = "hello plugin";

/// The plugin made from the template.
pub(super) fn hello(run: &mut Run<'_>) -> Result<()> {
    let (mut host, started) = run.start(&json!({}))?;
    let hooks = &started["implemented"];
    for hook in ["OnActivate", "MessageWillBePosted", "ServeHTTP"] {
        ensure!(
            hooks.as_array().is_some_and(|hooks| hooks.contains(&hook.into())),
            "{hook} not among {hooks}"
        );
    }
    let (status, body) = host.get("/")?;
    ensure!(status == 200 && body.starts_with("Hello"), "GET / answered {status} {body}");
    ensure!(host.get("/nowhere")?.0 == 404, "GET /nowhere did not answer 404");
    equal(&host.post("good morning")?, "good morning")?;
    equal(&host.post(HELLO_MESSAGE)?, "hello plugin\nHello bench-user!")?;
    host.stop()
}

/// The plugin made from the template with a slash command.
pub(super) fn command_template(run: &mut Run<'_>) -> Result<()> {
    let (mut host, _) = run.start(&json!({}))?;
    let registered = host.ask(json!({"op": "api_calls", "method": "RegisterCommand"}))?;
    let data = &registered["calls"][0]["args"]["A"]["autocomplete_data"];
    ensure!(data["SubCommands"].as_array().map(Vec::len) == Some(3), "RegisterCommand: {registered}");
    let mut say = |words: &str| -> Result<String> {
        let command =
            json!({"command": format!("/hello-command {words}"), "user_id": "user00000000000000000000aa"});
        let answer = host.ask(json!({"op": "hook", "name": "ExecuteCommand", "command": command}))?;
        Ok(text(&answer["returns"]["A"]["text"]).unwrap_or_default())
    };
    equal(&say("greet evening")?, "Good evening, bench-user!")?;
    equal(&say("recall")?, "You have said nothing yet.")?;
    equal(&say("remember milk")?, "I will remember that.")?;
    equal(&say("recall")?, "You said: milk")?;
    host.stop()
}

/// The plugin made from the template with both parts; its button is clicked by `cargo xtask test web`.
pub(super) fn full(run: &mut Run<'_>) -> Result<()> {
    let (mut host, started) = run.start(&json!({}))?;
    let mut hello = |request: Value| -> Result<(u64, String)> {
        let mut whole = json!({"method": "POST", "path": "/api/v1/hello", "body": "{\"word\": \"Hello\"}"});
        request.as_object().into_iter().flatten().for_each(|(key, value)| whole[key] = value.clone());
        let answer = host.http(whole)?;
        Ok((answer["status"].as_u64().unwrap_or_default(), text(&answer["body"]).unwrap_or_default()))
    };
    let user = "user00000000000000000000aa";
    let (status, body) = hello(json!({"user": user}))?;
    ensure!(status == 200 && body == r#"{"message":"Hello, bench-user!"}"#, "{status} {body}");
    ensure!(hello(json!({}))?.0 == 401, "nobody was let in");
    ensure!(hello(json!({"user": user, "body": "?"}))?.0 == 400, "`?` is no JSON");
    let webapp = &started["manifest"]["webapp"]["bundle_path"];
    ensure!(!crate::shell::has("npm") || webapp == "webapp/dist/main.js", "{}", started["manifest"]);
    host.stop()
}

/// The example with a time service, which is on this machine here.
pub(super) fn worldtime(run: &mut Run<'_>) -> Result<()> {
    let url = time_service(r#"{"datetime":"2026-01-01T09:00:00+09:00","timezone":"Asia/Tokyo"}"#)?;
    let (mut host, _) = run.start(&json!({"timeapiurl": url}))?;
    equal(&host.get("/")?.1, "Hello, WorldtimeAPI!")?;
    equal(&host.post("fuga")?, "fuga")?;
    equal(&host.post("hoge?")?, "hoge?\n2026-01-01T09:00:00+09:00")?;
    // A port that nobody listens on.
    let nowhere = format!("http://{}/", TcpListener::bind("127.0.0.1:0")?.local_addr()?);
    host.ask(json!({"op": "config", "config": {"timeapiurl": nowhere}}))?;
    equal(&host.post("hoge?")?, "hoge?")?;
    host.log_with(&["time service", &nowhere])?;
    host.stop()
}

/// A service that answers every request with `body`; it lives as long as this process.
pub(super) fn time_service(body: &'static str) -> Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let url = format!("http://{}/api/timezone/Asia/Tokyo", listener.local_addr()?);
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let Ok(copy) = stream.try_clone() else { continue };
            BufReader::new(copy)
                .lines()
                .map_while(Result::ok)
                .take_while(|line| !line.is_empty())
                .for_each(drop);
            let head =
                format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
            let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes()));
        }
    });
    Ok(url)
}

/// The example that keeps notes in the database.
pub(super) fn database(run: &mut Run<'_>) -> Result<()> {
    let (mut host, _) = run.start(&json!({}))?;
    let mut say = |words: &str| -> Result<String> {
        let command = json!({"command": format!("/note {words}"), "user_id": "anna"});
        let answer = host.ask(json!({"op": "hook", "name": "ExecuteCommand", "command": command}))?;
        Ok(text(&answer["returns"]["A"]["text"]).unwrap_or_default())
    };
    equal(&say("list")?, "You have no notes.")?;
    equal(&say("add milk")?, "Kept as note 1.")?;
    equal(&say("add bread")?, "Kept as note 2.")?;
    equal(&say("delete 1")?, "Note 1 is gone.")?;
    equal(&say("delete 1")?, "You have no note 1.")?;
    equal(&say("list")?, "2. bread\n")?;
    host.ask(json!({"op": "hook", "name": "OnDeactivate"}))?;
    let state = host.ask(json!({"op": "database"}))?["database"].take();
    ensure!(state["conns"] == 0 && state["findings"] == json!([]), "{state}");
    host.ask(json!({"op": "kill", "deactivate": false}))?;
    Ok(())
}

/// The plugin that is measured: everything its contract names.
pub(super) fn bench(run: &mut Run<'_>) -> Result<()> {
    let (mut host, _) = run.start(&json!({"word": "wort"}))?;
    activation(&mut host)?;
    equal(&host.post("hoge")?, "hoge 2026-01-01T00:00:00Z")?;
    equal(&host.post("fuga")?, "fuga")?;
    command(&mut host)?;
    http(&mut host)?;
    for call in ["api", "kvset", "getuser", "getusers", "config", "createpost", "ws", "log"] {
        let (status, body) = host.get(&format!("/bench/{call}?n=7&c=3"))?;
        let figures: Value = serde_json::from_str(&body)?;
        ensure!(
            status == 200 && figures["n"] == 7 && figures["errors"] == 0,
            "/bench/{call}: {status} {body}"
        );
    }
    misbehaviour(&mut host)?;
    host.stop()
}

fn activation(host: &mut Host) -> Result<()> {
    let calls = host.ask(json!({"op": "api_calls", "method": "RegisterCommand"}))?;
    ensure!(calls["calls"].as_array().map(Vec::len) == Some(1), "RegisterCommand: {calls}");
    host.log_with(&["bench plugin activated", "wort"])
}

fn command(host: &mut Host) -> Result<()> {
    let answer =
        host.ask(json!({"op": "hook", "name": "ExecuteCommand", "command": {"command": "/bench a b"}}))?;
    let response = &answer["returns"]["A"];
    ensure!(response["response_type"] == "ephemeral" && response["text"] == "bench: /bench a b", "{answer}");
    Ok(())
}

fn http(host: &mut Host) -> Result<()> {
    equal(&host.get("/hello")?.1, "Hello, world!")?;
    ensure!(host.get("/nowhere")?.0 == 404 && host.get("/status?code=418")?.0 == 418, "wrong status");
    let answer = host.http(json!({"path": "/echoheaders?a=b%20c", "user": "user00000000000000000000aa"}))?;
    let echo: Value = serde_json::from_str(&text(&answer["body"]).unwrap_or_default())?;
    ensure!(echo["query"] == "a=b%20c" && echo["user_id"] == "user00000000000000000000aa", "{echo}");
    // The host's own body of that size has the same bytes: i modulo 251.
    let size = 3_000_000;
    let sent = host.http(json!({"method": "POST", "path": "/sink?check=1", "body_size": size}))?;
    let sunk: Value = serde_json::from_str(&text(&sent["body"]).unwrap_or_default())?;
    let got = host.http(json!({"path": format!("/bytes?n={size}&chunk=100000")}))?;
    ensure!(
        sunk["bytes"] == size && sunk["ok"] == true && got["body_len"] == size,
        "{sunk} {}",
        got["body_len"]
    );
    ensure!(sunk["crc32"] == got["body_crc32"], "sent {}, got {}", sunk["crc32"], got["body_crc32"]);
    Ok(())
}

fn misbehaviour(host: &mut Host) -> Result<()> {
    ensure!(host.get("/bench/panic")?.0 == 500, "a panic did not answer 500");
    for to in ["stdout", "stderr", "fd1", "fd2"] {
        equal(&host.get(&format!("/bench/print?to={to}&text=a+line"))?.1, "printed")?;
    }
    equal(&host.get("/bench/sleep?ms=5")?.1, "slept")?;
    equal(&host.get("/hello")?.1, "Hello, world!")
}

fn equal(got: &str, wanted: &str) -> Result<()> {
    ensure!(got == wanted, "got {got:?}, wanted {wanted:?}");
    Ok(())
}

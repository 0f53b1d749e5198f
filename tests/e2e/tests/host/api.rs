//! The plugin API: what the plugin gets is what the server has, and the other way round; each kind of error.

use serde_json::{Value, json};

use crate::driver::{Host, each, newest, soon};

const USER: &str = "user00000000000000000000aa";
const CHANNEL: &str = "chan00000000000000000000aa";
const TEAM: &str = "team00000000000000000000aa";

/// A call that succeeds.
#[track_caller]
fn value(host: &mut Host, case: &str) -> Value {
    let mut answer = host.json(&format!("/api/{case}"));
    assert!(answer["error"].is_null(), "{case}: {answer}");
    answer["value"].take()
}

/// The kind of error that a call ends with, and its text.
#[track_caller]
fn error(host: &mut Host, case: &str) -> (String, String) {
    let answer = host.json(&format!("/api/{case}"));
    let text = |key: &str| answer[key].as_str().unwrap_or_else(|| panic!("{case}: {answer}")).to_owned();
    (text("error"), text("text"))
}

/// The arguments of the latest call of a method, as the server got them.
#[track_caller]
fn arguments(host: &mut Host, method: &str) -> Value {
    let mut answer = host.ask(json!({ "op": "api_calls", "method": method }));
    let calls = answer["calls"].as_array_mut().unwrap();
    calls.pop().unwrap_or_else(|| panic!("no {method}"))["args"].take()
}

fn has(value: &Value, expected: &Value) -> bool {
    match (value, expected) {
        (Value::Object(value), Value::Object(expected)) => {
            expected.iter().all(|(key, expected)| value.get(key).is_some_and(|value| has(value, expected)))
        }
        _ => value == expected,
    }
}

#[track_caller]
fn assert_has(value: &Value, expected: &Value) {
    assert!(has(value, expected), "{expected} is not in {value}");
}

#[test]
fn the_key_value_store_keeps_bytes() {
    each(|server| {
        let mut host = server.activate(json!({}));
        assert_eq!(value(&mut host, "KVGet/none"), Value::Null);
        for key in ["b", "a", "c"] {
            value(&mut host, &format!("KVSet/{key}"));
        }
        assert_eq!(value(&mut host, "KVGet/a"), json!(b"a \0 value"));
        assert_eq!(value(&mut host, "KVList/2"), json!(["a", "b"]));
        value(&mut host, "KVDelete/b");
        assert_eq!(value(&mut host, "KVList/10"), json!(["a", "c"]));
        assert_eq!(value(&mut host, "KVSetWithOptions"), json!([true, false, true]));
        let stored = host.ask(json!({ "op": "api_data" }))["kv_base64"].take();
        assert_eq!(stored, json!({ "a": "YSAAIHZhbHVl", "c": "YSAAIHZhbHVl", "optional": "dHdv" }));
        let options = arguments(&mut host, "KVSetWithOptions")["C"].take();
        assert_has(&options, &json!({ "Atomic": true, "OldValue": "b25l" }));
    });
}

#[test]
fn users_channels_and_teams_come_whole() {
    each(|server| {
        let mut host = server.activate(json!({}));
        let user = value(&mut host, "GetUser");
        assert_has(&user, &json!({ "id": USER, "username": "bench-user" }));
        assert_eq!(value(&mut host, "GetUserByUsername"), user);
        let users = value(&mut host, "GetUsers");
        assert_eq!(users.as_array().unwrap().len(), 30);
        assert_has(&arguments(&mut host, "GetUsers")["A"], &json!({ "Page": 1, "PerPage": 30 }));
        assert_has(&value(&mut host, "GetChannel"), &json!({ "id": CHANNEL, "team_id": TEAM }));
        assert_has(&value(&mut host, "GetTeam"), &json!({ "id": TEAM }));
        // Values of each kind, written by the server.
        let ada = json!({
            "id": "ada", "username": "ada", "create_at": 1_700_000_000_000_i64, "email_verified": true,
            "props": { "a": "é" }, "notify_props": { "push": "none" }, "auth_data": "x", "roles": "system_user",
            "timezone": { "manualTimezone": "Asia/Tokyo" }, "failed_attempts": 3,
        });
        host.ask(json!({ "op": "put", "user": ada }));
        assert_has(&value(&mut host, "GetUser/ada"), &ada);
    });
}

#[test]
fn posts_arrive_at_the_server_as_the_plugin_made_them() {
    each(|server| {
        let mut host = server.activate(json!({}));
        let post = json!({
            "user_id": USER, "channel_id": CHANNEL, "message": "from the probe: é", "is_pinned": true,
            "file_ids": ["file00000000000000000000aa"],
            "props": { "number": 7, "list": ["a", true], "map": { "inner": 1.5 } },
        });
        let created = value(&mut host, "CreatePost");
        assert_has(&arguments(&mut host, "CreatePost")["A"], &post);
        assert_has(&created, &post);
        assert_eq!(created["id"].as_str().unwrap().len(), 26);
        let updated = value(&mut host, "UpdatePost");
        assert_has(&updated, &json!({ "message": "changed", "props": post["props"], "is_pinned": true }));
        assert!(updated["edit_at"].as_i64().unwrap() > 0);
        let ephemeral = value(&mut host, "SendEphemeralPost");
        assert_has(&ephemeral, &json!({ "type": "system_ephemeral", "message": post["message"] }));
        assert_eq!(arguments(&mut host, "SendEphemeralPost")["A"], USER);
    });
}

#[test]
fn commands_bots_and_events_arrive_at_the_server() {
    each(|server| {
        let mut host = server.activate(json!({}));
        value(&mut host, "RegisterCommand");
        let commands = host.ask(json!({ "op": "api_data" }))["commands"].take();
        let expected = json!({ "trigger": "probe", "auto_complete": true, "auto_complete_hint": "[word]" });
        assert_has(&commands[0], &expected);
        assert_eq!(commands[0]["autocomplete_data"]["SubCommands"][0]["Trigger"], "sub", "{commands}");
        value(&mut host, "UnregisterCommand");
        assert_eq!(host.ask(json!({ "op": "api_data" }))["commands"], json!([]));

        let bot = value(&mut host, "EnsureBotUser");
        assert_eq!(value(&mut host, "EnsureBotUser"), bot);
        let found = value(&mut host, &format!("GetUser/{}", bot.as_str().unwrap()));
        assert_has(&found, &json!({ "username": "probe-bot", "is_bot": true }));

        value(&mut host, "PublishWebSocketEvent");
        let event = arguments(&mut host, "PublishWebSocketEvent");
        assert_eq!(
            (&event["A"], &event["B"]["text"], &event["B"]["n"]),
            (&json!("event"), &json!("é"), &json!(7))
        );
        assert_has(&event["C"], &json!({ "channel_id": CHANNEL, "omit_users": { USER: true } }));
    });
}

#[test]
fn the_server_tells_about_itself() {
    each(|server| {
        let mut host = server.activate(json!({ "Word": "w" }));
        let version = value(&mut host, "GetServerVersion");
        assert!(version == "9.3.0" || version == "11.6.0", "{version}");
        let path = host.temp.path().join("bundle");
        assert_eq!(value(&mut host, "GetBundlePath"), json!(path));
        let config = value(&mut host, "GetConfig");
        assert!(config["ServiceSettings"].is_object(), "{config}");
        assert!(config["TeamSettings"]["MaxUsersPerTeam"].as_i64().unwrap() > 0, "{config}");
        assert_eq!(value(&mut host, "LoadPluginConfiguration"), json!({ "word": "w" }));
    });
}

#[test]
fn log_lines_have_their_level_and_fields() {
    each(|server| {
        let mut host = server.activate(json!({}));
        value(&mut host, "Log");
        for (level, fields) in [
            ("debug", json!({ "n": "1" })),
            ("info", json!({ "user": USER, "empty": "" })),
            ("warn", json!(null)),
            ("error", json!({ "é": "ü" })),
        ] {
            let line = host.log(&format!("said at {level}"));
            assert_eq!((&line["level"], &line["source"]), (&json!(level), &json!("api")));
            assert_has(&line["fields"], &fields);
        }
    });
}

#[test]
fn errors_of_the_server_are_told_apart() {
    each(|server| {
        let mut host = server.activate(json!({}));
        let (kind, text) = error(&mut host, "GetUser/nobody");
        assert_eq!(kind, "app");
        assert!(text.contains("Unable to find the user"), "{text}");
        let script = |host: &mut Host, method: &str, fields: Value| {
            let mut request = json!({ "op": "api_script", "method": method, "times": 1 });
            for (key, value) in fields.as_object().unwrap() {
                request[key] = value.clone();
            }
            host.ask(request);
            error(host, method)
        };
        let app =
            json!({ "kind": "app_error", "app_error": { "id": "a.b", "message": "no", "status_code": 409 } });
        assert_eq!(script(&mut host, "GetTeam", app.clone()), ("app".into(), "no".into()));
        assert_eq!(script(&mut host, "CreatePost", app).0, "app");
        let (kind, text) = script(&mut host, "GetChannel", json!({ "kind": "missing" }));
        assert_eq!(kind, "unsupported");
        assert!(text.starts_with("GetChannel: not supported by this server"), "{text}");
        let failed = json!({ "kind": "rpc_error", "text": "the server stumbled" });
        let (kind, text) = script(&mut host, "GetConfig", failed);
        assert_eq!((kind.as_str(), text.as_str()), ("rpc", "GetConfig: the server stumbled"));
        // Nothing where there must be something is no answer.
        let nothing = json!({ "kind": "returns", "returns": {} });
        let (kind, text) = script(&mut host, "GetUser", nothing);
        assert_eq!((kind.as_str(), text.as_str()), ("rpc", "GetUser: the server answered nothing"));
    });
}

#[test]
fn the_end_of_the_api_ends_every_call_at_once() {
    each(|server| {
        for how in ["close_api", "unencodable"] {
            let mut host = server.activate(json!({}));
            host.ask(json!({ "op": "api_script", "method": "KVGet", "kind": "delay", "delay_ms": 600_000 }));
            let many = host.begin(json!({ "op": "http", "path": "/api/Many" }));
            assert!(soon(|| {
                let calls = host.ask(json!({ "op": "api_calls", "method": "KVGet" }));
                calls["calls"].as_array().unwrap().len() == 100
            }));
            if how == "close_api" {
                host.ask(json!({ "op": "close_api" }));
            } else {
                // A reply that Go cannot encode closes the connection, too.
                host.ask(json!({ "op": "api_script", "method": "RegisterCommand", "kind": "unencodable" }));
                assert_eq!(error(&mut host, "RegisterCommand").0, "closed");
            }
            let answer = host.wait(&many);
            let kinds: Value = serde_json::from_str(answer["body"].as_str().unwrap()).unwrap();
            assert_eq!(kinds["value"], json!({ "closed": 100 }));
            let (kind, text) = error(&mut host, "GetTeam");
            assert_eq!(kind, "closed", "{text}");
            // Hooks go on without it.
            assert_eq!(host.stored("replace me"), "replace me by request");
        }
    });
}

#[test]
fn a_slow_call_keeps_no_other_waiting() {
    newest(|server| {
        let mut host = server.activate(json!({}));
        host.ask(json!({ "op": "api_script", "method": "GetUser", "kind": "delay", "delay_ms": 3000 }));
        let slow = host.begin(json!({ "op": "http", "path": "/api/GetUser" }));
        assert_eq!(value(&mut host, "GetServerVersion"), "11.6.0");
        assert!(host.is_waiting(&slow));
        assert_eq!(host.wait(&slow)["status"], 200);
        host.stop();
    });
}

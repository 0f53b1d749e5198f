//! Hooks: what plugin and server make of each other's answers, and what faults do.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::driver::{Host, each, newest, soon};

/// A post with something in every field that a plugin may empty.
fn full_post(message: &str) -> Value {
    json!({
        "id": "post00000000000000000000aa", "message": message, "is_pinned": true, "hashtags": "#a",
        "file_ids": ["file00000000000000000000aa", "file00000000000000000000ab"],
        "props": { "first": 1.5, "second": "two", "list": ["a", true] },
        "user_id": "user00000000000000000000aa", "channel_id": "chan00000000000000000000aa",
    })
}

fn post(host: &mut Host, message: &str) -> Value {
    let hook = json!({
        "op": "hook", "name": "MessageWillBePosted", "post": full_post(message), "int_props": { "n": 7 },
        "filenames": ["old name"],
    });
    let mut answer = host.ask(hook);
    assert_eq!(answer["rpc_error"], "", "{answer}");
    answer["returns"].take()
}

#[test]
fn a_post_that_is_let_through_stays_as_it_is() {
    each(|server| {
        let mut host = server.activate(json!({}));
        let returns = post(&mut host, "allow");
        assert_eq!((&returns["A"]["message"], &returns["B"]), (&json!("allow"), &json!("")));
        assert_eq!(returns["A"]["props"]["n"], 7);
        assert_eq!(returns["A"]["file_ids"], full_post("")["file_ids"]);
    });
}

#[test]
fn a_post_that_is_replaced_keeps_what_the_plugin_left_alone() {
    each(|server| {
        let mut host = server.activate(json!({}));
        let returns = post(&mut host, "replace it");
        assert_eq!(returns["A"]["message"], "replace it by request");
        for field in ["id", "is_pinned", "hashtags", "file_ids", "user_id", "channel_id"] {
            assert_eq!(returns["A"][field], full_post("")[field], "{field}");
        }
        assert_eq!(
            returns["A"]["props"],
            json!({ "first": 1.5, "second": "two", "list": ["a", true], "n": 7 })
        );
        assert_eq!(returns["B"], "");
    });
}

#[test]
fn what_the_plugin_empties_is_empty_on_the_server() {
    each(|server| {
        let mut host = server.activate(json!({}));
        let post = post(&mut host, "empty")["A"].take();
        assert_eq!((&post["message"], &post["is_pinned"]), (&json!(""), &json!(false)));
        // The server lays the answer over what it sent: a list that did not travel would stay.
        assert!(post["file_ids"].as_array().is_none_or(Vec::is_empty), "{post}");
        assert!(post["filenames"].as_array().is_none_or(Vec::is_empty), "{post}");
        assert_eq!(post["hashtags"], "#a");
    });
}

#[test]
fn props_that_the_plugin_removes_stay_and_the_log_says_so() {
    each(|server| {
        let mut host = server.activate(json!({}));
        let props = post(&mut host, "remove")["A"]["props"].take();
        assert_eq!((&props["first"], &props["third"]), (&json!(1.5), &json!("added")));
        assert_eq!(props.get("second"), Some(&Value::Null));
        let line = host.log("the host keeps props that the plugin removed");
        assert_eq!(
            (&line["level"], &line["fields"]["hook"]),
            (&json!("warn"), &json!("MessageWillBePosted"))
        );
        assert!(line["fields"]["removed"].as_str().unwrap().contains("first"), "{line}");
    });
}

#[test]
fn a_post_is_refused_with_a_reason_or_dropped_without_a_word() {
    each(|server| {
        let mut host = server.activate(json!({}));
        assert_eq!(post(&mut host, "reject not here")["B"], "not here");
        assert_eq!(post(&mut host, "reject")["B"], "rejected");
        assert_eq!(post(&mut host, "dismiss")["B"], "plugin.message_will_be_posted.dismiss_post");
    });
}

#[test]
fn a_stored_post_is_shown_to_the_plugin() {
    each(|server| {
        let mut host = server.activate(json!({}));
        let answer = host.ask(json!({ "op": "hook", "name": "MessageHasBeenPosted", "message": "stored" }));
        assert_eq!(answer["rpc_error"], "");
        assert_eq!(host.json("/state")["posted"], json!(["stored"]));
    });
}

fn command(host: &mut Host, text: &str) -> Value {
    let command = json!({ "command": text, "user_id": "ada", "channel_id": "town-square", "team_id": "t" });
    let mut answer = host.ask(json!({ "op": "hook", "name": "ExecuteCommand", "command": command }));
    assert_eq!(answer["rpc_error"], "", "{answer}");
    answer["returns"].take()
}

#[test]
fn a_command_is_answered_or_ends_with_an_error_of_the_servers_own_kind() {
    each(|server| {
        let mut host = server.activate(json!({}));
        let returns = command(&mut host, "/probe some words");
        assert_eq!(returns["B"], Value::Null);
        assert_eq!(returns["A"]["text"], "ada said some words in town-square (session)");
        assert_eq!(returns["A"]["response_type"], "ephemeral");
        assert_eq!(
            (&returns["A"]["props"]["n"], &returns["A"]["extra_responses"][0]["text"]),
            (&json!(7), &json!("and more"))
        );
        let error = command(&mut host, "/probe error no tea")["B"].take();
        assert_eq!(error["type"], "*model.AppError");
        assert_eq!((&error["id"], &error["message"]), (&json!("probe.command.error"), &json!("no tea")));
        assert_eq!((&error["status_code"], &error["where"]), (&json!(418), &json!("probe")));
    });
}

#[test]
fn the_plugin_lives_on_after_a_panic_in_each_hook() {
    each(|server| {
        let mut host = server.activate(json!({}));
        for round in 0..3 {
            let answer = host.post("panic of a post");
            assert_eq!(answer["rpc_error"], "MessageWillBePosted: the plugin panicked: of a post");
            let answer = json!({ "op": "hook", "name": "MessageHasBeenPosted", "message": "panic after it" });
            assert_eq!(
                host.ask(answer)["rpc_error"],
                "MessageHasBeenPosted: the plugin panicked: panic after it"
            );
            let error = command(&mut host, "/probe panic of a command")["B"].take();
            assert_eq!(error["message"], "ExecuteCommand: the plugin panicked: of a command");
            assert_eq!(error["status_code"], 500);
            assert_eq!(host.get("/panic")["status"], 500);
            assert_eq!(host.stored("replace me"), "replace me by request", "round {round}");
        }
        for hook in ["MessageWillBePosted", "MessageHasBeenPosted", "ExecuteCommand", "ServeHTTP"] {
            let line = host.log(&format!("{hook} panicked: "));
            assert_eq!((&line["level"], &line["fields"]["hook"]), (&json!("error"), &json!(hook)));
            assert!(line["fields"]["backtrace"].is_string());
        }
        host.stop();
    });
}

#[test]
fn a_call_that_the_server_fails_to_encode_costs_only_itself() {
    each(|server| {
        let mut host = server.activate(json!({}));
        let poison =
            json!({ "op": "hook", "name": "MessageWillBePosted", "message": "allow", "poison": true });
        for _ in 0..3 {
            let answer = host.ask(poison.clone());
            assert!(answer["rpc_error"].as_str().unwrap().contains("not registered"), "{answer}");
            assert_eq!(host.stored("replace me"), "replace me by request");
        }
        // And while others are under way.
        let waiting =
            host.begin(json!({ "op": "hook", "name": "MessageWillBePosted", "message": "wait 500" }));
        host.ask(poison);
        assert_eq!(host.wait(&waiting)["rpc_error"], "");
        host.stop();
    });
}

#[test]
fn sixteen_mebibytes_of_arguments_and_results_pass() {
    each(|server| {
        let mut host = server.activate(json!({}));
        let length = (16 << 20) + 1;
        assert_eq!(host.stored(&format!("length {}", "x".repeat(length))), (length + 7).to_string());
        let text = format!("double {}", "é".repeat(4 << 20));
        assert!(host.stored(&text) == text.repeat(2));
        host.stop();
    });
}

#[test]
fn five_hundred_and_twelve_hooks_run_at_once() {
    each(|server| {
        let mut host = server.activate(json!({}));
        for message in ["replace me", "wait 200"] {
            let hooks = json!({ "op": "concurrent_hooks", "name": "MessageWillBePosted", "message": message, "n": 512 });
            let answer = host.ask(hooks);
            assert_eq!((&answer["n"], &answer["rpc_errors"]), (&json!(512), &Value::Null));
            // One after the other they would take 102 s.
            assert!(answer["max_ms"].as_f64().unwrap() < 50_000.0, "{answer}");
        }
        host.stop();
    });
}

#[test]
fn hooks_that_block_their_threads_keep_neither_pings_nor_other_hooks_waiting() {
    newest(|server| {
        for blocked in [8, 20] {
            let mut host = server.activate(json!({}));
            let hooks = json!({
                "op": "concurrent_hooks", "name": "MessageWillBePosted", "message": "block 60000", "n": blocked,
            });
            let tasks = host.begin(hooks);
            // They are inside by then.
            assert!(host.is_waiting(&tasks));
            let begin = Instant::now();
            for _ in 0..5 {
                host.ask(json!({ "op": "ping" }));
                assert_eq!(host.stored("replace me"), "replace me by request");
                assert_eq!(host.get("/bytes?n=300000")["body_len"], 300_000);
            }
            assert!(begin.elapsed() < Duration::from_secs(30), "{:?} beside {blocked}", begin.elapsed());
            assert!(host.is_waiting(&tasks));
            let answer = host.ask(json!({ "op": "kill", "deactivate": false }));
            assert_eq!(answer["stopped"]["graceful"], true, "{answer}");
        }
    });
}

#[test]
fn events_are_logged_by_the_api_and_before_it_on_stderr() {
    newest(|server| {
        let mut host = server.activate(json!({}));
        let line = host.log("the probe is active");
        assert_eq!((&line["source"], &line["level"]), (&json!("api"), &json!("info")));
        assert_eq!((&line["fields"]["word"], &line["fields"]["count"]), (&json!("nothing"), &json!("7")));
        host.ask(json!({ "op": "close_api" }));
        host.post("panic without a way to say it");
        let line = host.log("panicked: without a way to say it");
        assert_eq!((&line["source"], &line["level"]), (&json!("stderr"), &json!("error")));
        assert!(soon(|| host.json("/api/GetServerVersion")["error"] == "closed"));
        host.stop();
    });
}

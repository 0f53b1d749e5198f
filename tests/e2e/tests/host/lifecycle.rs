//! From start to end: activation, configuration, deactivation, and what ends a plugin besides.

use serde_json::{Value, json};

use crate::driver::{each, newest, runs, soon};

fn hook(name: &str) -> Value {
    json!({ "op": "hook", "name": name, "message": "allow", "force": true, "command": { "command": "/probe" } })
}

#[test]
fn the_server_learns_which_hooks_there_are_and_activates_the_plugin() {
    each(|server| {
        let mut host = server.spawn();
        let started = host.start(json!({ "config": { "Word": "hello" } }));
        let hooks = [
            "ExecuteCommand",
            "FileWillBeUploaded",
            "MessageHasBeenPosted",
            "MessageWillBePosted",
            "OnActivate",
            "OnConfigurationChange",
            "OnDeactivate",
            "ServeHTTP",
        ];
        let mut implemented: Vec<_> =
            started["implemented"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
        implemented.sort_unstable();
        assert_eq!(implemented, hooks);
        assert_eq!(host.ask(json!({ "op": "activate" }))["plugin_error"], "");
        let state = host.json("/state");
        assert_eq!((&state["word"], &state["count"]), (&json!("hello"), &json!(7)));
        let line = host.log("the probe is active");
        assert_eq!((&line["source"], &line["fields"]["word"]), (&json!("api"), &json!("hello")));
        // Whoever does not dial both ids of OnActivate leaves a complaint after five seconds.
        assert!(!host.has_log("plugin did not connect"));
        let stopped = host.stop();
        assert_eq!(stopped["deactivate_error"], "");
        assert!(stopped["kill_ms"].as_u64().unwrap() < 1900, "{stopped}");
    });
}

#[test]
fn an_activation_that_fails_leaves_the_plugin_failed_with_its_text() {
    each(|server| {
        for (how, text) in [("error", "no words for this"), ("panic", "the plugin panicked: out of words")] {
            let mut host = server.start(json!({ "Activate": how }));
            let error = host.ask(json!({ "op": "activate" }))["plugin_error"].take();
            assert!(error.as_str().unwrap().contains(text), "{error}");
            let answer = host.ask(hook("MessageWillBePosted"));
            assert_eq!(answer["rpc_error"], "MessageWillBePosted: not active");
            assert!(
                host.ask(json!({ "op": "activate" }))["plugin_error"].as_str().unwrap().contains("twice")
            );
            host.ask(json!({ "op": "ping" }));
            host.ask(json!({ "op": "kill", "deactivate": false }));
        }
    });
}

#[test]
fn a_panic_of_the_activation_is_logged_with_where_it_was() {
    newest(|server| {
        let mut host = server.start(json!({ "Activate": "panic" }));
        host.ask(json!({ "op": "activate" }));
        let line = host.log("OnActivate panicked: out of words");
        assert_eq!(line["level"], "error");
        assert!(line["fields"]["location"].as_str().unwrap().contains("main.rs"), "{line}");
        assert!(line["fields"]["backtrace"].is_string(), "{line}");
    });
}

#[test]
fn settings_that_cannot_be_read_give_the_defaults_and_an_error_in_the_log() {
    each(|server| {
        let mut host = server.activate(json!({ "Word": "hello", "Count": "many" }));
        let state = host.json("/state");
        assert_eq!((&state["word"], &state["count"]), (&json!("nothing"), &json!(7)));
        let line = host.log("the defaults are used");
        assert_eq!(line["level"], "error");
        assert!(line["message"].as_str().unwrap().contains("Count"), "{line}");
        // Later ones that cannot be read leave the last good ones.
        host.ask(json!({ "op": "config", "config": { "word": "good" } }));
        let error = host.ask(json!({ "op": "config", "config": { "count": {} } }))["plugin_error"].take();
        assert!(error.as_str().unwrap().contains("the old settings stay"), "{error}");
        // A server logs the hook's error without the plugin's id; this line has it.
        assert_eq!(host.log("the old settings stay")["fields"]["hook"], "OnConfigurationChange");
        let state = host.json("/state");
        assert_eq!((&state["word"], &state["changes"]), (&json!("good"), &json!(["good"])));
    });
}

#[test]
fn faults_of_a_configuration_change_reach_the_server() {
    newest(|server| {
        let mut host = server.activate(json!({}));
        for (word, text) in
            [("change-error", "does not like"), ("change-panic", "panicked: it stumbled"), ("fine", "")]
        {
            let answer = host.ask(json!({ "op": "config", "config": { "word": word } }));
            let error = answer["plugin_error"].as_str().unwrap();
            assert!(error.contains(text) && error.is_empty() == text.is_empty(), "{error}");
        }
        assert_eq!(host.json("/state")["word"], "fine");
        host.stop();
    });
}

#[test]
fn a_configuration_change_during_the_activation_is_delivered_once_afterwards() {
    each(|server| {
        let mut host = server.start(json!({ "Activate": "slow", "Word": "old" }));
        let activation = host.begin(json!({ "op": "activate" }));
        assert!(host.is_waiting(&activation));
        for word in ["newer", "newest"] {
            let config = json!({ "Activate": "slow", "Word": word });
            assert_eq!(host.ask(json!({ "op": "config", "config": config }))["plugin_error"], "");
        }
        assert_eq!(host.wait(&activation)["plugin_error"], "");
        assert!(soon(|| host.json("/state")["changes"] != json!([])));
        assert_eq!(host.json("/state")["changes"], json!(["newest"]));
        assert_eq!(host.json("/state")["word"], "newest");
        host.stop();
    });
}

#[test]
fn hooks_before_the_activation_and_after_the_deactivation_are_refused_by_name() {
    each(|server| {
        let mut host = server.start(json!({}));
        let refused = |host: &mut crate::driver::Host| {
            for name in ["MessageWillBePosted", "MessageHasBeenPosted"] {
                assert_eq!(host.ask(hook(name))["rpc_error"], format!("{name}: not active"));
            }
            // Its result has an error of its own.
            let answer = host.ask(hook("ExecuteCommand"));
            assert_eq!(answer["rpc_error"], "", "{answer}");
            assert_eq!(answer["returns"]["B"]["message"], "ExecuteCommand: not active", "{answer}");
            let change = host.ask(hook("OnConfigurationChange"));
            assert_eq!(change["returns"]["A"]["text"], "OnConfigurationChange: not active", "{change}");
            let answer = host.get("/");
            assert_eq!(
                (&answer["status"], &answer["rpc_error"]),
                (&json!(500), &json!("ServeHTTP: not active"))
            );
        };
        refused(&mut host);
        assert_eq!(host.ask(json!({ "op": "activate" }))["plugin_error"], "");
        assert_eq!(host.stored("replace me"), "replace me by request");
        let ended = host.ask(json!({ "op": "hook", "name": "OnDeactivate" }));
        assert_eq!((&ended["rpc_error"], &ended["returns"]["A"]), (&json!(""), &Value::Null), "{ended}");
        refused(&mut host);
        let again = host.stop();
        assert_eq!(again["deactivate_error"], "OnDeactivate: not active");
    });
}

#[test]
fn background_tasks_run_until_the_deactivation_and_no_longer() {
    newest(|server| {
        let mut host = server.activate(json!({}));
        assert!(soon(|| host.json("/state")["ticks"].as_u64().unwrap() > 3));
        assert!(!host.has_log("task was dropped"));
        host.ask(json!({ "op": "hook", "name": "OnDeactivate" }));
        host.log("the probe's task was dropped");
        host.stop();
    });
}

#[test]
fn faults_of_the_deactivation_are_the_servers_to_log_and_stop_nothing() {
    newest(|server| {
        for (word, text) in
            [("deactivate-error", "does not want to go"), ("deactivate-panic", "it fell over")]
        {
            let mut host = server.activate(json!({ "word": word }));
            let stopped = host.stop();
            assert!(stopped["deactivate_error"].as_str().unwrap().contains(text), "{stopped}");
        }
    });
}

#[test]
fn a_hook_that_never_returns_does_not_keep_the_process() {
    each(|server| {
        let mut host = server.activate(json!({}));
        for message in ["for-ever", "block 600000"] {
            let hook = json!({ "op": "hook", "name": "MessageWillBePosted", "message": message });
            let hook = host.begin(hook);
            assert!(host.is_waiting(&hook));
        }
        let page = host.begin(json!({ "op": "http", "path": "/for-ever" }));
        assert!(host.is_waiting(&page));
        // go-plugin kills what has not ended after two seconds; then it would not be graceful.
        host.stop();
    });
}

#[test]
fn a_killed_server_takes_its_plugins_along() {
    each(|server| {
        let mut host = server.activate(json!({}));
        host.begin(json!({ "op": "hook", "name": "MessageWillBePosted", "message": "for-ever" }));
        host.begin(json!({ "op": "http", "path": "/ends?size=4000", "write_delay_ms": 10 }));
        host.begin(json!({ "op": "http", "method": "POST", "path": "/count", "body_size": 900_000, "body_chunk": 1000, "body_chunk_delay_ms": 10 }));
        assert_eq!(host.socket_folders().len(), 1);
        let pid = host.pid;
        assert!(runs(pid));
        host.send(&json!({ "op": "sigkill_host" }));
        assert!(soon(|| !runs(pid)), "the plugin has outlived its server");
        assert!(host.socket_folders().is_empty());
    });
}

#[test]
fn a_connection_that_comes_and_goes_is_no_server() {
    each(|server| {
        let mut host = server.spawn();
        host.start(json!({ "probe": true }));
        assert_eq!(host.ask(json!({ "op": "activate" }))["plugin_error"], "");
        assert_eq!(host.stored("length 12345"), "12");
        host.stop();
    });
}

#[test]
fn the_socket_lies_where_the_server_says() {
    newest(|server| {
        let mut host = server.spawn();
        let folder = host.temp.path().join("sockets");
        std::fs::create_dir(&folder).unwrap();
        host.start(json!({ "env": [format!("PLUGIN_UNIX_SOCKET_DIR={}", folder.display())] }));
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1);
        assert!(host.socket_folders().is_empty());
        host.stop();
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0);
    });
}

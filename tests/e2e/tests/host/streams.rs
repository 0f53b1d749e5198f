//! API methods that send streams: both ways, broken off on either side, and on servers that cannot.

use serde_json::{Value, json};

use crate::driver::{Host, Server, each, newest, soon};

const LARGE: u64 = 64 << 20;

/// What a case answers, successful or not.
#[track_caller]
fn case(host: &mut Host, case: &str) -> Value {
    host.json(&format!("/streams/{case}"))
}

#[track_caller]
fn value(host: &mut Host, name: &str) -> Value {
    let mut answer = case(host, name);
    assert!(answer["error"].is_null(), "{name}: {answer}");
    answer["value"].take()
}

/// What the server has seen of the streams.
fn streams(host: &mut Host) -> Value {
    host.ask(json!({ "op": "api_data" }))["streams"].take()
}

/// Which methods the plugin has called, without those that every plugin calls.
fn calls(host: &mut Host) -> Vec<String> {
    let mut answer = host.ask(json!({ "op": "api_calls", "clear": true }));
    let names = answer["calls"].as_array_mut().unwrap().iter().map(|call| call["method"].as_str().unwrap());
    names.filter(|name| name.starts_with("PluginHTTP")).map(str::to_owned).collect()
}

#[test]
fn both_bodies_of_a_request_to_another_plugin_stream() {
    each(|server| {
        let mut host = server.activate(json!({}));
        let before = host.ask(json!({ "op": "stats" }))["rss_kib"].as_u64().unwrap();
        let echo = format!("plugin?to=/com.example.target/echo&n={LARGE}");
        let seen = value(&mut host, &echo);
        assert_eq!(
            (&seen["status"], &seen["length"], &seen["same"]),
            (&json!(201), &json!(LARGE), &json!(true))
        );
        let peak = host.ask(json!({ "op": "stats" }))["peak_rss_kib"].as_u64().unwrap();
        if server == Server::New {
            assert!(peak < before + (24 << 10), "{before} KiB, then {peak} KiB");
            assert_eq!(calls(&mut host), ["PluginHTTPStream"]);
        } else {
            assert_eq!(calls(&mut host), ["PluginHTTP"]);
        }
        // One that a server without streams would not be asked for again.
        assert_eq!(value(&mut host, "plugin?to=/com.example.target/count&n=1000")["text"], "1000");
        assert_eq!(value(&mut host, "plugin?to=/com.example.target/count")["text"], "0");
        host.stop();
    });
}

#[test]
fn the_other_plugin_sees_the_request_and_its_answer_comes_back() {
    each(|server| {
        let mut host = server.activate(json!({}));
        let to = "plugin?to=/com.example.target/request%3Fb%3D2%26a%3D1&n=3";
        let seen = value(&mut host, to);
        let request: Value = serde_json::from_str(seen["text"].as_str().unwrap()).unwrap();
        assert_eq!((&request["method"], &request["url"]), (&json!("POST"), &json!("/request?a=1&b=2")));
        assert_eq!(request["header"]["X-Probe"], json!(["one", "two"]));
        assert_eq!(request["header"]["Mattermost-Plugin-Id"], json!(["com.example.probe"]));
        // To itself, through the server.
        let own = value(&mut host, "plugin?to=/com.example.probe/request&n=3");
        assert!(own["text"].as_str().unwrap().contains("plugin com.example.probe"), "{own}");
        let own = value(&mut host, &format!("plugin?to=/com.example.probe/echo&n={}", 8 << 20));
        assert_eq!((&own["length"], &own["same"]), (&json!(8 << 20), &json!(true)));
        let missing = value(&mut host, "plugin?to=/com.example.missing/x&n=3");
        assert_eq!(missing["status"], 404);
        let short = value(&mut host, "plugin?to=/short&n=3");
        assert_eq!(short["status"], 400);
        host.stop();
    });
}

#[test]
fn a_server_that_cannot_stream_is_asked_once_and_gets_the_whole_body() {
    newest(|server| {
        let mut host = server.activate(json!({}));
        host.ask(json!({ "op": "api_script", "method": "PluginHTTPStream", "kind": "missing", "times": 1 }));
        for _ in 0..2 {
            let seen = value(&mut host, "plugin?to=/com.example.target/echo&n=3000000");
            assert_eq!((&seen["length"], &seen["same"]), (&json!(3_000_000), &json!(true)));
        }
        assert_eq!(calls(&mut host), ["PluginHTTP", "PluginHTTP"]);
        let broken = case(&mut host, "plugin?to=/com.example.target/echo&n=3000&fail=1000");
        assert_eq!((&broken["error"], &calls(&mut host).len()), (&json!("body"), &0), "{broken}");
        host.stop();
    });
}

#[test]
fn a_dropped_request_or_answer_takes_its_streams_along() {
    newest(|server| {
        let mut host = server.activate(json!({}));
        let dropped = value(
            &mut host,
            &format!("plugin-dropped?to=/com.example.target/bytes%3Fn%3D{LARGE}&take=100000"),
        );
        assert_eq!(dropped, "dropped while it was read");
        assert!(soon(|| streams(&mut host)["push_errors"][0].is_string()), "{}", streams(&mut host));
        assert!(!streams(&mut host)["targets"][0]["write_error"].as_str().unwrap().is_empty());
        // The answer has begun; the rest of the request goes with it.
        let echo = format!("plugin-dropped?to=/com.example.target/echo&n={LARGE}&take=100000");
        assert_eq!(value(&mut host, &echo), "dropped while it was read");
        assert!(soon(|| streams(&mut host)["targets"][1].is_object()), "{}", streams(&mut host));
        let target = streams(&mut host)["targets"][1].take();
        let whole = target["read_error"] == "" && target["write_error"] == "";
        assert!(!whole && target["read"].as_u64().unwrap() < LARGE, "{target}");
        host.ask(
            json!({ "op": "api_script", "method": "PluginHTTPStream", "kind": "delay", "delay_ms": 2000 }),
        );
        let early = format!("plugin-dropped?to=/com.example.target/count&n={LARGE}");
        assert_eq!(value(&mut host, &early), "dropped while it was called");
        assert!(soon(|| streams(&mut host)["targets"][2].is_object()), "{}", streams(&mut host));
        let target = streams(&mut host)["targets"][2].take();
        assert!(target["read"].as_u64().unwrap() < LARGE && target["read_error"] != "", "{target}");
        host.stop();
    });
}

#[test]
fn a_body_that_breaks_off_is_told_on_both_sides() {
    newest(|server| {
        let mut host = server.activate(json!({}));
        let broken = case(&mut host, "plugin?to=/com.example.target/count&n=300000&fail=200000");
        assert_eq!(broken["error"], "body", "{broken}");
        assert!(broken["text"].as_str().unwrap().contains("the source dried up"), "{broken}");
        assert!(soon(|| streams(&mut host)["targets"][0].is_object()));
        assert_ne!(streams(&mut host)["targets"][0]["read_error"], "");
        let short = value(&mut host, "plugin?to=/com.example.target/bytes%3Fn%3D1000%26said%3D2000");
        assert_eq!((&short["length"], short["body_error"].is_string()), (&json!(1000), true), "{short}");
        // The other plugin wants no more than a part.
        let part = value(&mut host, &format!("plugin?to=/com.example.target/part%3Fn%3D1000&n={LARGE}"));
        assert_eq!((&part["text"], &part["status"]), (&json!("enough"), &json!(200)));
        host.stop();
    });
}

#[test]
fn a_slow_reader_slows_the_other_plugin_and_not_the_plugins_memory() {
    newest(|server| {
        let mut host = server.activate(json!({}));
        let before = host.ask(json!({ "op": "stats" }))["rss_kib"].as_u64().unwrap();
        let slow = format!("/streams/plugin?to=/com.example.target/bytes%3Fn%3D{LARGE}&pause=2");
        let answer = host.get(&slow);
        assert!(answer["body"].as_str().unwrap().contains(&format!("\"length\":{LARGE}")), "{answer}");
        let peak = host.ask(json!({ "op": "stats" }))["peak_rss_kib"].as_u64().unwrap();
        assert!(peak < before + (16 << 10), "{before} KiB, then {peak} KiB");
        host.stop();
    });
}

#[test]
fn a_plugin_is_installed_from_a_large_bundle() {
    each(|server| {
        let mut host = server.activate(json!({}));
        let bundle = 20 << 20;
        let manifest = value(&mut host, &format!("install?n={bundle}"));
        assert_eq!(
            (&manifest["id"], &manifest["props"]["length"]),
            (&json!("com.example.other"), &json!(bundle))
        );
        let again = case(&mut host, "install?n=1000");
        assert_eq!(
            (&again["error"], again["text"].as_str().unwrap().contains("installed already")),
            (&json!("app"), true)
        );
        assert_eq!(value(&mut host, "install?n=1000&replace=1")["name"], "Other");
        assert_eq!(value(&mut host, "install?n=0&replace=1")["name"], "Other");
        let broken = case(&mut host, "install?n=1000000&fail=700000&replace=1");
        assert_eq!(broken["error"], "body", "{broken}");
        let read = streams(&mut host)["read"].take();
        let lengths: Vec<_> =
            read.as_array().unwrap().iter().map(|stream| stream["length"].as_u64().unwrap()).collect();
        assert_eq!(lengths[..4], [bundle as u64, 1000, 1000, 0]);
        assert_ne!(read[4]["error"], "");
        host.stop();
    });
}

#[test]
fn a_file_is_uploaded_in_two_parts() {
    each(|server| {
        let mut host = server.activate(json!({}));
        let (first, size) = (6 << 20, 9 << 20);
        let small = case(&mut host, &format!("upload?size={size}&n=1000"));
        assert_eq!(small["error"], "app", "{small}");
        assert_eq!(value(&mut host, &format!("upload?size={size}&n={first}")), Value::Null);
        let wrong = case(&mut host, &format!("upload?size={size}&n=1000"));
        assert!(wrong["text"].as_str().unwrap().contains("FileOffset mismatch"), "{wrong}");
        // More than is missing: the server leaves the rest.
        let file = value(&mut host, &format!("upload?size={size}&offset={first}&n={LARGE}"));
        assert_eq!((&file["name"], &file["size"]), (&json!("words.txt"), &json!(size)));
        let read = streams(&mut host)["read"].take();
        assert_eq!(read.as_array().unwrap().last().unwrap()["length"], size - first);
        host.stop();
    });
}

#[test]
fn audit_records_arrive_with_json_kinds() {
    each(|server| {
        let mut host = server.activate(json!({}));
        if server == Server::Old {
            assert_eq!(case(&mut host, "audit")["error"], "unsupported");
            host.stop();
            return;
        }
        assert_eq!(value(&mut host, "audit"), Value::Null);
        let calls = host.ask(json!({ "op": "api_calls", "method": "LogAuditRecWithLevel" }));
        let args = &calls["calls"][0]["args"];
        assert_eq!((&args["B"]["id"], &args["B"]["name"]), (&json!(101), &json!("probe-level")));
        assert_eq!((&args["A"]["event_name"], &args["A"]["meta"]), (&json!("probe"), &json!({ "count": 7 })));
        assert_eq!(args["A"]["event"]["parameters"], json!({ "words": ["a", "b"] }));
        host.stop();
    });
}

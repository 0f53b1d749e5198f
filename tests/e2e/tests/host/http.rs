//! HTTP: bodies both ways, headers, who asks, and what goes wrong on the way.

use serde_json::{Value, json};

use crate::driver::{Host, Server, each, newest, soon};

const LARGE: u64 = 16 << 20;

/// The checksum that gohost shows, of bytes as probe and gohost make them.
fn checksum(length: u64) -> u64 {
    let mut table = [0u32; 256];
    for (byte, entry) in (0..).zip(&mut table) {
        *entry =
            (0..8).fold(byte, |crc: u32, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 });
    }
    let crc = (0..length).fold(!0u32, |crc, i| table[usize::from((i % 251) as u8 ^ crc as u8)] ^ crc >> 8);
    u64::from(!crc)
}

#[test]
fn a_page_is_answered_with_its_length_and_type() {
    each(|server| {
        let mut host = server.activate(json!({}));
        let answer = host.get("/");
        assert_eq!((&answer["status"], &answer["body"]), (&json!(200), &json!("Hello, world!")));
        assert_eq!(answer["headers"]["Content-Length"], json!(["13"]));
        let answer = host.ask(json!({ "op": "http", "path": "/", "via": "server" }));
        assert_eq!(answer["headers"]["Content-Type"], json!(["text/plain; charset=utf-8"]));
        assert_eq!(host.get("/nowhere")["status"], 404);
        host.stop();
    });
}

#[test]
fn the_request_is_the_one_that_the_client_sent() {
    each(|server| {
        let mut host = server.activate(json!({}));
        let answer = host.ask(json!({
            "op": "http", "path": "/request?a=1&b=%20", "method": "PATCH", "context": { "RequestId": "r7" },
            "headers": { "X-Many": ["one", "two"], "X-Empty": [""] },
        }));
        let seen: Value = serde_json::from_str(answer["body"].as_str().unwrap()).unwrap();
        assert_eq!((&seen["method"], &seen["uri"]), (&json!("PATCH"), &json!("/request?a=1&b=%20")));
        assert_eq!(seen["request_uri"], "/plugins/com.example.probe/request?a=1&b=%20");
        assert_eq!(seen["request_id"], "r7");
        let headers = seen["headers"].as_array().unwrap();
        for header in ["x-many: \"one\"", "x-many: \"two\"", "x-empty: \"\"", "host: \"example.com\""] {
            assert!(headers.contains(&json!(header)), "{header} in {seen}");
        }
    });
}

fn identity(host: &mut Host, fields: Value) -> String {
    let mut request = json!({ "op": "http", "path": "/request" });
    for (key, value) in fields.as_object().unwrap() {
        request[key] = value.clone();
    }
    let answer = host.ask(request);
    let seen: Value = serde_json::from_str(answer["body"].as_str().unwrap()).unwrap();
    seen["identity"].as_str().unwrap().to_owned()
}

#[test]
fn only_the_server_says_who_asks() {
    each(|server| {
        let mut host = server.activate(json!({}));
        let of_headers = |headers: Value| json!({ "headers": headers });
        let user = "Mattermost-User-Id";
        // A test's host hands these over as they are; "Mattermost-Plugin-ID" in all the ways that Go may spell it.
        assert_eq!(identity(&mut host, of_headers(json!({ user: ["u1"] }))), "user u1");
        assert_eq!(identity(&mut host, of_headers(json!({ user: [""] }))), "nobody");
        assert_eq!(identity(&mut host, of_headers(json!({ user: ["", "u1"] }))), "nobody");
        assert_eq!(identity(&mut host, of_headers(json!({ user: [] }))), "nobody");
        for plugin in ["Mattermost-Plugin-ID", "Mattermost-Plugin-Id"] {
            let headers = json!({ user: ["u1"], plugin: ["com.example.other"] });
            assert_eq!(identity(&mut host, of_headers(headers)), "plugin com.example.other");
            assert_eq!(identity(&mut host, of_headers(json!({ user: ["u1"], plugin: [""] }))), "nobody");
        }
        // Through the server's own front door.
        let forged = json!({ "via": "server", "headers": { user: ["u1"], "Mattermost-Plugin-ID": ["x"] } });
        assert_eq!(identity(&mut host, forged), "nobody");
        let session = json!({ "via": "server", "headers": { user: ["u1"], "Authorization": ["Bearer session-token"] } });
        assert_eq!(identity(&mut host, session), "user user00000000000000000000aa");
    });
}

#[test]
fn large_bodies_pass_both_ways() {
    each(|server| {
        let mut host = server.activate(json!({}));
        let crc = checksum(LARGE);
        let answer = host.get(&format!("/bytes?n={LARGE}"));
        assert_eq!((&answer["body_len"], &answer["body_crc32"]), (&json!(LARGE), &json!(crc)));
        // Go's server over HTTP/1 takes the rest of a request away once the answer has begun, so no echo there.
        let post = json!({ "op": "http", "method": "POST", "path": "/echo", "body_size": LARGE });
        let answer = host.ask(post);
        assert_eq!((&answer["body_len"], &answer["body_crc32"]), (&json!(LARGE), &json!(crc)));
        assert_eq!(answer["status"], 200);
        let post =
            json!({ "op": "http", "method": "POST", "path": "/count", "body_size": LARGE, "via": "server" });
        assert_eq!(host.ask(post)["body"], LARGE.to_string());
        let chunks = json!({ "op": "http", "method": "POST", "path": "/echo", "body_size": 1 << 20, "body_chunk": 1000 });
        assert_eq!(host.ask(chunks)["body_crc32"], checksum(1 << 20));
        host.stop();
    });
}

#[test]
fn a_request_need_not_have_a_body_nor_be_read() {
    each(|server| {
        let mut host = server.activate(json!({}));
        let post = json!({ "op": "http", "method": "POST", "path": "/count" });
        for (key, value, count) in
            [("no_body", json!(true), "0"), ("body", json!(""), "0"), ("body", json!("four"), "4")]
        {
            let mut request = post.clone();
            request[key] = value;
            assert_eq!(host.ask(request)["body"], count, "{key}");
        }
        for _ in 0..10 {
            let unread = json!({ "op": "http", "method": "POST", "path": "/", "body_size": 3 << 20 });
            assert_eq!(host.ask(unread)["body"], "Hello, world!");
        }
        let cut = json!({
            "op": "http", "method": "POST", "path": "/count", "headers": { "Content-Length": ["1000"] },
            "body_size": 1000, "body_fail_after": 500,
        });
        let answer = host.ask(cut);
        assert_eq!(answer["status"], 400);
        assert!(answer["body"].as_str().unwrap().contains("Content-Length"), "{answer}");
        host.stop();
    });
}

fn writes(answer: &Value) -> Vec<u64> {
    let events = answer["events"].as_array().unwrap().iter();
    events.filter(|event| event["call"] == "write").map(|event| event["n"].as_u64().unwrap()).collect()
}

#[test]
fn an_answer_that_comes_in_pieces_is_sent_in_pieces() {
    each(|server| {
        let mut host = server.activate(json!({}));
        let answer = host.ask(json!({ "op": "http", "path": "/stream?n=5&size=10&ms=300", "events": true }));
        assert_eq!((&answer["body_len"], &answer["body_crc32"]), (&json!(50), &json!(checksum(50))));
        assert!(writes(&answer).len() >= 3, "{answer}");
        let flushes =
            answer["events"].as_array().unwrap().iter().filter(|event| event["call"] == "flush").count();
        // Old servers have no way to flush; the plugin must not stumble over it.
        assert_eq!(flushes > 0, server == Server::New, "{answer}");
        let large = host.ask(json!({ "op": "http", "path": format!("/bytes?n={LARGE}"), "events": true }));
        let writes = writes(&large);
        assert!(writes.len() <= 70 && writes.iter().all(|write| *write <= 256 << 10), "{writes:?}");
        host.stop();
    });
}

#[test]
fn a_slow_reader_slows_the_plugin_and_not_its_memory() {
    newest(|server| {
        let mut host = server.activate(json!({}));
        host.get("/bytes?n=1000000");
        let before = host.ask(json!({ "op": "stats" }))["rss_kib"].as_u64().unwrap();
        let slow = json!({ "op": "http", "path": "/endless", "write_delay_ms": 40, "abort_after": 20 << 20 });
        let tasks: Vec<_> = (0..4).map(|_| host.begin(slow.clone())).collect();
        let mut taken = 0;
        for task in &tasks {
            let answer = host.wait(task);
            taken += answer["body_len"].as_u64().unwrap();
            assert_eq!(answer["rpc_error"], "");
        }
        let pulled = host.json("/state")["pieces"].as_u64().unwrap() * 4096;
        assert!(taken > 60 << 20, "{taken}");
        // One piece refused, one on its way, one gathered: each.
        assert!(pulled <= taken + 4 * 3 * (256 << 10), "{pulled} for {taken}");
        let peak = host.ask(json!({ "op": "stats" }))["peak_rss_kib"].as_u64().unwrap();
        assert!(peak < before + (32 << 10), "{before} KiB, then {peak} KiB");
        host.stop();
    });
}

#[test]
fn a_slow_handler_slows_the_client_and_not_the_plugins_memory() {
    newest(|server| {
        let mut host = server.activate(json!({}));
        let post = json!({
            "op": "http", "method": "POST", "path": "/echo", "body_size": 48 << 20, "write_delay_ms": 10,
        });
        let before = host.ask(json!({ "op": "stats" }))["rss_kib"].as_u64().unwrap();
        let answer = host.ask(post);
        assert_eq!(
            (&answer["body_len"], &answer["body_crc32"]),
            (&json!(48 << 20), &json!(checksum(48 << 20)))
        );
        let peak = host.ask(json!({ "op": "stats" }))["peak_rss_kib"].as_u64().unwrap();
        assert!(peak < before + (24 << 10), "{before} KiB, then {peak} KiB");
        host.stop();
    });
}

#[test]
fn the_handler_ends_when_the_client_has_gone() {
    each(|server| {
        for via in ["", "server"] {
            let mut host = server.activate(json!({}));
            let gone = json!({ "op": "http", "path": "/ends?size=5000", "abort_after": 100_000, "via": via });
            let answer = host.ask(gone);
            assert!(answer["rpc_error"].as_str().unwrap_or_default().is_empty(), "{answer}");
            host.log("the client has gone");
            host.stop();
        }
    });
}

#[test]
fn a_panic_before_the_first_byte_is_a_500_and_later_one_ends_the_answer() {
    each(|server| {
        let mut host = server.activate(json!({}));
        for via in ["", "server"] {
            let answer = host.ask(json!({ "op": "http", "path": "/panic", "via": via }));
            assert_eq!(
                (&answer["status"], &answer["body"]),
                (&json!(500), &json!("500 internal server error\n"))
            );
        }
        let answer = host.get("/panic-late");
        assert_eq!((&answer["status"], &answer["rpc_error"]), (&json!(200), &json!("")));
        assert_eq!(host.log("ServeHTTP panicked: after the first byte")["level"], "error");
        let answer = host.get("/error-late");
        assert_eq!((&answer["status"], &answer["rpc_error"]), (&json!(200), &json!("")));
        assert_eq!(host.log("the body of an HTTP answer failed")["level"], "error");
        assert_eq!(host.get("/")["body"], "Hello, world!");
        host.stop();
    });
}

#[test]
fn statuses_arrive_and_some_have_no_body() {
    each(|server| {
        let mut host = server.activate(json!({}));
        for (code, body) in
            [(200, "the body"), (201, "the body"), (204, ""), (304, ""), (404, "the body"), (503, "the body")]
        {
            for via in ["", "server"] {
                let path = format!("/status?code={code}");
                let answer = host.ask(json!({ "op": "http", "path": path, "via": via }));
                assert_eq!((&answer["status"], &answer["body"]), (&json!(code), &json!(body)), "{via}");
            }
        }
        let answer = host.get("/status?code=201&body=0");
        assert_eq!((&answer["status"], &answer["body_len"]), (&json!(201), &json!(0)));
        // No final answer can have these, and Go's server takes none over 999.
        assert_eq!(host.get("/status?code=101")["status"], 500);
        assert_eq!(host.get("/status?code=999")["status"], 999);
        host.stop();
    });
}

#[test]
fn an_answer_to_head_has_no_body() {
    each(|server| {
        let mut host = server.activate(json!({}));
        for via in ["", "server"] {
            for path in ["/", "/bytes?n=1000000", "/stream?n=3&size=10", "/status?code=404"] {
                let answer = host.ask(json!({ "op": "http", "method": "HEAD", "path": path, "via": via }));
                assert_eq!(answer["body_len"], 0, "{via} {path}: {answer}");
                assert!(answer["status"] == if path.contains("404") { 404 } else { 200 });
            }
        }
        host.stop();
    });
}

#[test]
fn headers_of_the_server_stay_unless_the_plugin_sets_them() {
    each(|server| {
        let mut host = server.activate(json!({}));
        let preset =
            json!({ "X-Server": ["kept", "twice"], "Content-Type": ["text/old"], "X-Probe": ["gone"] });
        let answer = host.ask(json!({ "op": "http", "path": "/headers", "preset_headers": preset }));
        assert_eq!(answer["headers"]["X-Server"], json!(["kept", "twice"]));
        assert_eq!(answer["headers"]["Content-Type"], json!(["application/x-probe"]));
        assert_eq!(answer["headers"]["X-Probe"], json!(["one", "two"]));
        let answer = host.ask(json!({ "op": "http", "path": "/status?code=204", "preset_headers": preset }));
        assert_eq!(answer["headers"]["X-Probe"], json!(["gone"]));
        host.stop();
    });
}

#[test]
fn two_hundred_and_fifty_six_exchanges_are_open_at_once() {
    each(|server| {
        let mut host = server.activate(json!({}));
        for path in ["/stream?n=3&size=1000&ms=500", "/bytes?n=200000"] {
            let answer = host.ask(json!({ "op": "concurrent_http", "path": path, "n": 256 }));
            assert_eq!(answer["statuses"], json!({ "200": 256 }), "{answer}");
            assert_eq!(answer["body_crc32s"].as_object().unwrap().len(), 1);
            assert_eq!(answer["rpc_errors"], Value::Null);
        }
        let echo = json!({ "op": "concurrent_http", "path": "/echo", "method": "POST", "n": 64, "body_size": 300_000 });
        let answer = host.ask(echo);
        assert_eq!(answer["body_crc32s"], json!({ checksum(300_000).to_string(): 64 }));
        assert!(soon(|| host.get("/")["status"] == 200));
        host.stop();
    });
}

#[test]
fn pings_and_hooks_pass_beside_a_large_answer() {
    each(|server| {
        let mut host = server.activate(json!({}));
        for delay in [0, 10] {
            let length = 64 << 20;
            let large =
                json!({ "op": "http", "path": format!("/bytes?n={length}"), "write_delay_ms": delay });
            let large = host.begin(large);
            let mut slowest = 0.0_f64;
            for _ in 0..10 {
                slowest = slowest.max(host.ask(json!({ "op": "ping" }))["ms"].as_f64().unwrap());
                slowest = slowest.max(host.post("replace me")["ms"].as_f64().unwrap());
            }
            let answer = host.wait(&large);
            assert_eq!((&answer["body_len"], &answer["status"]), (&json!(length), &json!(200)));
            // Idle they take less than a millisecond; what is checked is that they do not wait for the end of it.
            assert!(slowest < 10_000.0, "{slowest} ms beside an answer of {} ms", answer["ms"]);
        }
        host.stop();
    });
}

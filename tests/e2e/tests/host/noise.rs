//! What the plugin prints: it reaches the log as well-formed lines and never harms the connection.

use serde_json::{Value, json};

use crate::driver::{Host, each, newest};

fn lines<'a>(logs: &'a [Value], part: &'a str) -> impl Iterator<Item = &'a Value> {
    logs.iter().filter(move |line| line["message"].as_str().unwrap().contains(part))
}

#[track_caller]
fn assert_noise_in_log(host: &mut Host) {
    // Each of the two outputs comes in its own order, whatever the other does.
    host.log("end of the noise");
    host.log("noise by eprintln");
    let logs = host.logs();
    for (part, level, source) in [
        ("noise by println", "info", "plugin_stdout"),
        ("noise by eprintln", "warn", "plugin_stderr"),
        ("noise on descriptor 1", "info", "plugin_stdout"),
        ("1|1|tcp|127.0.0.1:1|netrpc|", "info", "plugin_stdout"),
    ] {
        let line = lines(&logs, part).find(|line| line["fields"]["source"] == source);
        let line = line.unwrap_or_else(|| panic!("no {part:?} of {source} in {logs:#?}"));
        assert_eq!((&line["source"], &line["level"]), (&json!("stderr"), &json!(level)), "{line}");
    }
    let long: usize = lines(&logs, "xxxx").map(|line| line["message"].as_str().unwrap().len()).sum();
    assert_eq!(long, 1 << 20);
    // Lines that the host could not parse come as they are, at debug: there are none.
    let raw = logs.iter().find(|line| {
        line["source"] == "stderr" && line["fields"]["source"].is_null() && line["level"] == "debug"
    });
    assert!(raw.is_none(), "{raw:?}");
    assert!(!logs.iter().any(|line| line["source"] == "plugin_stdout" || line["source"] == "plugin_stderr"));
}

#[test]
fn noise_during_the_activation_and_later_becomes_log_lines() {
    each(|server| {
        let mut host = server.activate(json!({ "activate": "noise" }));
        assert_noise_in_log(&mut host);
        host.ask(json!({ "op": "logs", "clear": true }));
        assert_eq!(host.get("/noise")["body"], "done");
        assert_noise_in_log(&mut host);
        assert_eq!(host.stored("replace me"), "replace me by request");
        host.stop();
    });
}

#[test]
fn what_lies_in_stdouts_buffer_before_the_start_comes_after_the_handshake() {
    each(|server| {
        let mut host = server.spawn();
        host.start(json!({ "env": ["PROBE_EARLY_NOISE=1"] }));
        assert_eq!(host.ask(json!({ "op": "activate" }))["plugin_error"], "");
        assert_eq!(host.get("/noise")["body"], "done");
        host.log("half a line before the start");
        host.stop();
    });
}

#[test]
fn children_of_the_plugin_hold_nothing_of_the_server() {
    newest(|server| {
        let mut host = server.activate(json!({}));
        assert_eq!(host.get("/child")["body"], "exit status: 0");
        host.log("0 -> ");
        let logs = host.logs();
        let open: Vec<_> = lines(&logs, " -> ").map(|line| line["message"].as_str().unwrap()).collect();
        assert!(open.len() >= 3, "{open:#?}");
        let of_server = host.descriptors();
        assert!(of_server.iter().any(|target| target.starts_with("socket:")), "{of_server:?}");
        for line in open {
            let target = line.split(" -> ").nth(1).unwrap();
            assert!(
                !target.starts_with("socket:") && !of_server.iter().any(|of_server| of_server == target),
                "{line}"
            );
        }
        host.stop();
    });
}

//! The database: in memory and, where there is one, a real PostgreSQL behind Go's own `database/sql` and `lib/pq`.

use serde_json::{Value, json};

use crate::driver::{Host, Server, each, newest, soon};
use crate::postgres;

/// Runs a test on each database, as the old and as the new server.
fn databases(test: impl Fn(&mut Host, &str)) {
    let mut names = vec![""];
    names.extend(postgres::url());
    each(|server| {
        for name in &names {
            let mut host = active(server, name);
            test(&mut host, name);
            none_open(&mut host);
            host.stop();
        }
    });
}

fn active(server: Server, database: &str) -> Host {
    let mut host = server.spawn();
    host.start(json!({ "database": database }));
    assert_eq!(host.ask(json!({ "op": "activate" }))["plugin_error"], "");
    host
}

#[track_caller]
fn value(host: &mut Host, case: &str) -> Value {
    let mut answer = host.json(&format!("/db/{case}"));
    assert!(answer["error"].is_null(), "{case}: {answer}");
    answer["value"].take()
}

fn state(host: &mut Host) -> Value {
    host.ask(json!({ "op": "database" }))["database"].take()
}

/// Everything is closed soon, and nothing has happened that would have harmed a server.
#[track_caller]
fn none_open(host: &mut Host) {
    let closed = json!({ "conns": 0, "txs": 0, "stmts": 0, "rows": 0, "findings": [] });
    assert!(soon(|| state(host) == closed), "{}", state(host));
}

#[test]
fn values_of_all_kinds_come_and_go() {
    databases(|host, _| {
        let kinds = json!({
            "i": 7, "f": 1.5, "b": true, "t": "é", "y": [0, 255], "n": "12.50", "z": null,
            "types": ["INT8", "FLOAT8", "BOOL", "TEXT", "BYTEA", "NUMERIC", "TEXT"],
        });
        assert_eq!(value(host, "kinds"), kinds);
        assert_eq!(value(host, "echo"), json!([true, true, true, true]));
        assert_eq!(value(host, "dialect"), "Postgres");
    });
}

#[test]
fn transactions_and_statements_do_what_they_say() {
    databases(|host, _| {
        let all = json!([[1, "alone"], [2, "kept"]]);
        assert_eq!(value(host, "notes"), json!([all, true, "probe_notes_pkey"]));
        let elsewhere = "the statement was prepared on another connection";
        assert_eq!(value(host, "statements"), json!([2, 10, [0, "note 0"], elsewhere]));
        assert_eq!(value(host, "isolation"), "all");
    });
}

#[test]
fn a_date_is_refused_and_the_way_to_the_database_lives_on() {
    databases(|host, _| {
        let refused = value(host, "dates");
        assert_eq!(refused[0], "date");
        let text = refused[1].as_str().unwrap();
        assert!(text.contains("`moment` is a TIMESTAMPTZ") && text.contains("moment::text"), "{text}");
        assert_eq!(value(host, "sets"), json!([[[1]], true, [["x"]], "date", true]));
        assert_eq!(value(host, "kinds")["i"], 7);
    });
}

#[test]
fn errors_of_the_database_keep_their_code() {
    databases(|host, _| {
        let error = host.json("/db/syntax");
        assert_eq!((&error["error"], &error["code"]), (&json!("server"), &json!("42601")), "{error}");
        assert_eq!(value(host, "division"), json!([[3, 6], "22012"]));
        assert_eq!(host.json("/db/param")["error"], "param");
        assert_eq!(host.json("/db/begin")["error"], "refused");
    });
}

#[test]
fn rows_and_futures_dropped_early_leave_nothing_behind() {
    databases(|host, _| {
        assert_eq!(value(host, "early"), json!([0, 1, 6, 210]));
        assert_eq!(value(host, "cancel"), json!([true, true, true, true]));
    });
}

#[test]
fn many_connections_work_at_once_and_wait_for_a_free_one() {
    databases(|host, _| assert_eq!(value(host, "concurrent"), json!([])));
}

#[test]
fn a_large_result_is_streamed_with_little_memory() {
    newest(|server| {
        let mut host = active(server, "");
        value(&mut host, "series/1000");
        let before = host.ask(json!({ "op": "stats" }))["peak_rss_kib"].as_u64().unwrap();
        assert_eq!(value(&mut host, "series/100000"), json!([100_000, 5_000_050_000_u64]));
        let after = host.ask(json!({ "op": "stats" }))["peak_rss_kib"].as_u64().unwrap();
        assert!(after - before < 4096, "{before} KiB, then {after} KiB");
        none_open(&mut host);
        host.stop();
    });
}

#[test]
fn a_driver_that_skips_parameters_gets_prepared_statements() {
    newest(|server| {
        let mut host = active(server, "memory-skip");
        assert_eq!(value(&mut host, "echo"), json!([true, true, true, true]));
        assert_eq!(value(&mut host, "notes")[0], json!([[1, "alone"], [2, "kept"]]));
        assert_eq!(value(&mut host, "early"), json!([0, 1, 6, 210]));
        none_open(&mut host);
        host.stop();
    });
}

#[test]
fn the_deactivation_closes_what_is_held() {
    databases(|host, _| {
        value(host, "hold");
        let open = state(host);
        assert_eq!(
            (&open["conns"], &open["txs"], &open["rows"]),
            (&json!(2), &json!(1), &json!(1)),
            "{open}"
        );
        value(host, "let-go");
        none_open(host);
    });
    each(|server| {
        let mut host = active(server, "");
        value(&mut host, "hold");
        host.ask(json!({ "op": "hook", "name": "OnDeactivate" }));
        // At once: it was closed before the answer.
        assert_eq!(state(&mut host)["conns"], 0, "{}", state(&mut host));
        assert_eq!(state(&mut host)["findings"], json!([]));
        host.ask(json!({ "op": "kill", "deactivate": false }));
    });
}

#[test]
fn a_lost_stream_is_a_clear_error_and_the_plugin_lives_on() {
    each(|server| {
        let mut host = active(server, "");
        value(&mut host, "hold");
        host.ask(json!({ "op": "close_driver" }));
        assert!(soon(|| host.json("/db/kinds")["error"] == "unavailable"), "{}", host.json("/db/kinds"));
        let text = host.json("/db/notes")["text"].take();
        assert!(text.as_str().unwrap().starts_with("the database cannot be reached: "), "{text}");
        value(&mut host, "let-go");
        assert_eq!(host.stored("length 12345"), "12");
        assert_eq!(state(&mut host)["findings"], json!([]));
        host.stop();
    });
}

//! Files: whatever the plugin does with one, the host gets to the end of both streams in time.

use std::time::Instant;

use serde_json::{Value, json};

use crate::driver::{Host, SOON, each};

#[track_caller]
fn upload(host: &mut Host, name: &str, size: usize) -> Value {
    ask(host, json!({ "op": "upload", "info": { "name": name, "mime_type": "text/plain" }, "size": size }))
}

#[track_caller]
fn ask(host: &mut Host, request: Value) -> Value {
    let begin = Instant::now();
    let answer = host.ask(request);
    // The host waits for the end of a replacement without limit, and says so when its stream does not come at all.
    assert!(begin.elapsed() < SOON, "{answer}");
    assert!(!host.has_log("FileWillBeUploaded replacement"), "{answer}");
    answer
}

const SIZE: usize = 3 << 20;

#[test]
fn a_file_is_stored_as_it_came_or_changed_or_not_at_all() {
    each(|server| {
        let mut host = server.activate(json!({}));
        let came = upload(&mut host, "allow", SIZE);
        assert_eq!(
            (&came["replaced"], &came["reason"], &came["rpc_error"]),
            (&json!(0), &json!(""), &json!(""))
        );
        assert_eq!(
            (&came["info"]["name"], &came["info"]["mime_type"]),
            (&json!("allow"), &json!("text/plain"))
        );
        let refused = upload(&mut host, "reject", SIZE);
        assert_eq!((&refused["replaced"], &refused["reason"]), (&json!(0), &json!("not this one")));
        let renamed = upload(&mut host, "rename", SIZE);
        assert_eq!(renamed["info"]["name"], "renamed by request");
        assert_eq!((&renamed["info"]["mime_type"], &renamed["replaced"]), (&json!(""), &json!(0)));
        let counted = upload(&mut host, "count", SIZE);
        assert_eq!(counted["replaced"], SIZE.to_string().len());
        let through = upload(&mut host, "through", SIZE);
        assert_eq!(through["replaced"], SIZE);
        assert_eq!(through["replaced_crc32"], through["file_crc32"]);
        let flipped = upload(&mut host, "flip", SIZE);
        assert_eq!(flipped["replaced"], SIZE);
        assert_ne!(flipped["replaced_crc32"], flipped["file_crc32"]);
        let empty = upload(&mut host, "empty", SIZE);
        assert_eq!((&empty["replaced"], &empty["reason"]), (&json!(0), &json!("")));
        assert_eq!(upload(&mut host, "through", 0)["replaced"], 0);
    });
}

#[test]
fn a_file_that_is_read_in_part_or_not_at_all_holds_up_nobody() {
    each(|server| {
        let mut host = server.activate(json!({}));
        for name in ["some", "keep", "allow"] {
            let came = upload(&mut host, name, SIZE);
            assert_eq!((&came["replaced"], &came["rpc_error"]), (&json!(0), &json!("")), "{name}");
        }
        assert_eq!(host.stored("length 12345"), "12");
    });
}

#[test]
fn a_panic_lets_the_file_through_and_ends_both_streams() {
    each(|server| {
        let mut host = server.activate(json!({}));
        for (name, text) in [("panic", "before the file"), ("some-panic", "in the middle of a file")] {
            let failed = upload(&mut host, name, SIZE);
            assert!(failed["rpc_error"].as_str().unwrap().contains(text), "{failed}");
            assert_eq!((&failed["replaced"], &failed["reason"]), (&json!(0), &json!("")));
        }
        assert_eq!(host.stored("length 12345"), "12");
    });
}

#[test]
fn a_replacement_that_breaks_off_refuses_the_file() {
    each(|server| {
        let mut host = server.activate(json!({}));
        for (name, text) in
            [("body-error", "it went wrong"), ("body-panic", "in the middle of a replacement")]
        {
            let refused = upload(&mut host, name, SIZE);
            assert!(refused["reason"].as_str().unwrap().contains(text), "{refused}");
            assert_eq!(refused["rpc_error"], "");
        }
        assert_eq!(host.stored("length 12345"), "12");
    });
}

#[test]
fn arguments_that_cannot_be_read_and_plugins_that_are_not_active_end_both_streams() {
    each(|server| {
        let wrong = json!({ "op": "upload", "size": 10, "wrong": true });
        let mut host = server.activate(json!({}));
        let failed = ask(&mut host, wrong);
        assert!(failed["rpc_error"].as_str().unwrap().contains("FileWillBeUploaded"), "{failed}");
        assert_eq!(failed["replaced"], 0);
        assert!(!host.has_log("FileWillBeUploaded file"), "both streams came");
        let mut fresh = server.start(json!({}));
        let failed = upload(&mut fresh, "flip", SIZE);
        assert!(failed["rpc_error"].as_str().unwrap().contains("not active"), "{failed}");
        assert!(!fresh.has_log("FileWillBeUploaded file"), "both streams came");
    });
}

//! Which API methods the probe's executable says it calls.

use std::collections::BTreeSet;

/// What every mark begins with; ARCHITECTURE.md has the format.
const MAGIC: &[u8] = b"mmplugin calls the server's API:";

fn marks() -> BTreeSet<String> {
    let bytes = std::fs::read(env!("CARGO_BIN_EXE_mmplugin-probe")).expect("the probe");
    let found = bytes.windows(MAGIC.len()).enumerate().filter(|(_, window)| *window == MAGIC);
    let texts = found.map(|(at, _)| {
        let rest = &bytes[at + MAGIC.len()..];
        let text: Vec<u8> = rest.iter().copied().take_while(|byte| *byte != 0).collect();
        String::from_utf8(text).expect("a text")
    });
    texts.collect()
}

#[test]
fn methods_that_are_called_leave_a_mark_and_others_none() {
    let marks = marks();
    for called in ["KVSet@5.2", "PluginHTTP@5.18", "LogAuditRec@10.10", "UploadData@7.6"] {
        assert!(marks.contains(called), "{called} is not among {marks:?}");
    }
    // Unlike the last: that one the SDK tries by itself and does without.
    let names: BTreeSet<&str> = marks.iter().filter_map(|mark| mark.split('@').next()).collect();
    for not_called in ["KVDeleteAll", "CreateTeam", "GetPropertyField", "PluginHTTPStream"] {
        assert!(!names.contains(not_called), "{not_called} is among {names:?}");
    }
}

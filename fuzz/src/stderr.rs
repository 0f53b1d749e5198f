//! What a plugin, its libraries or the Rust runtime may print: a line that the host cannot read would end the server.

use serde_json::Value;

/// Longest line that the host reads in one piece, with its end.
const HOST_BUFFER: usize = 64 * 1024;

/// Every line that leaves the process is one the host reads as a log entry.
pub fn stderr(bytes: &[u8]) {
    let written = mmplugin::goplugin::stdio::exercise(bytes);
    assert!(written.is_empty() || written.ends_with(b"\n"));
    for line in written.split_inclusive(|byte| *byte == b'\n') {
        assert!(line.len() <= HOST_BUFFER);
        let entry: Value = serde_json::from_slice(line).expect("JSON");
        let text = |key: &str| entry[key].as_str().expect("a text");
        assert!(matches!(text("@level"), "debug" | "info" | "warn" | "error"));
        assert!(is_timestamp(text("@timestamp")), "{}", text("@timestamp"));
        text("@message");
    }
}

/// Go's layout `2006-01-02T15:04:05.000000Z07:00`.
fn is_timestamp(text: &str) -> bool {
    let shape: String = text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    let Some(zone) = shape.strip_prefix("0000-00-00T00:00:00.000000") else { return false };
    matches!(zone, "Z" | "+00:00" | "-00:00")
}

//! Log lines on their way to the host: bounded, since a host that does not read must not stop the plugin. No I/O.

use std::time::SystemTime;

use crate::goplugin::hclog::{Entry, Level};

/// Bytes kept for a host that does not read. More than one burst of lines, less than anyone would miss.
const LIMIT: usize = 256 * 1024;

/// Formatted lines that the host has not taken yet.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    bytes: Vec<u8>,
    /// How much of `bytes` has been written.
    written: usize,
    /// The last byte written was not the last of its line.
    torn: bool,
    /// Lines left out since the last notice.
    dropped: u64,
}

impl Outbox {
    /// Adds what `format` appends, or counts it as dropped while the host is too far behind.
    pub(super) fn add(&mut self, now: SystemTime, format: impl FnOnce(&mut Vec<u8>)) {
        // Once full, half must be gone before lines are taken again: one notice for many lines.
        let room = if self.dropped > 0 { LIMIT / 2 } else { LIMIT };
        if self.pending().len() > room {
            self.dropped += 1;
            return;
        }
        self.notice(now);
        if self.written > LIMIT / 4 {
            self.compact();
        }
        format(&mut self.bytes);
    }

    /// The host is behind, and nothing has been dropped yet: the moment to wait for it a little.
    pub(super) fn is_filling(&self) -> bool {
        self.dropped == 0 && self.pending().len() > LIMIT / 2
    }

    /// What is to be written next.
    pub(super) fn pending(&self) -> &[u8] {
        self.bytes.get(self.written..).unwrap_or_default()
    }

    /// Whether the host has got the beginning of a line and not its end.
    pub(super) fn is_torn(&self) -> bool {
        self.torn
    }

    /// The host took `count` bytes.
    pub(super) fn wrote(&mut self, count: usize, now: SystemTime) {
        self.written += count;
        let last = self.written.checked_sub(1).and_then(|last| self.bytes.get(last));
        self.torn = last.is_some_and(|&b| b != b'\n');
        if !self.pending().is_empty() {
            return;
        }
        self.written = 0;
        self.bytes.clear();
        // A burst should not stay in memory for the life of the process.
        self.bytes.shrink_to(16 * 1024);
        self.notice(now);
    }

    /// Says how many lines are missing.
    fn notice(&mut self, now: SystemTime) {
        if self.dropped == 0 {
            return;
        }
        let (count, s) = (self.dropped, if self.dropped == 1 { "" } else { "s" });
        let message = format!("{count} line{s} dropped: the server did not read the plugin's output");
        self.dropped = 0;
        Entry { level: Level::Warn, module: "mmplugin", message: &message, fields: &[] }
            .write(now, &mut self.bytes);
    }

    /// Lets go of what is written: now and then, not once per line.
    fn compact(&mut self) {
        self.bytes.drain(..self.written);
        self.written = 0;
    }

    /// Nobody reads any more: forgets everything.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_that_does_not_read_costs_a_bounded_memory_and_is_told_the_count() {
        let (mut out, now) = (Outbox::default(), SystemTime::now());
        for _ in 0..100_000 {
            out.add(now, |bytes| bytes.extend_from_slice(b"0123456789\n"));
        }
        let kept = out.pending().len();
        assert!(kept < LIMIT + 1024, "{kept}");
        out.wrote(kept, now);
        let text = String::from_utf8(out.pending().to_vec()).unwrap();
        assert!(text.contains(&format!("{} lines dropped", 100_000 - kept / 11)), "{text}");
        assert_eq!(text.lines().count(), 1);
    }

    #[test]
    fn what_was_written_partly_is_known_as_torn() {
        let (mut out, now) = (Outbox::default(), SystemTime::now());
        out.add(now, |bytes| bytes.extend_from_slice(b"ab\ncd\n"));
        assert!(!out.is_torn());
        out.wrote(1, now);
        assert!(out.is_torn());
        out.wrote(2, now);
        assert!(!out.is_torn());
        out.wrote(2, now);
        assert!(out.is_torn());
        out.wrote(1, now);
        assert!(!out.is_torn() && out.pending().is_empty());
    }

    #[test]
    fn the_notice_stands_where_the_lines_are_missing() {
        let (mut out, now) = (Outbox::default(), SystemTime::now());
        out.add(now, |bytes| bytes.resize(LIMIT + 1, b'x'));
        out.add(now, |bytes| bytes.push(b'a'));
        out.wrote(LIMIT, now);
        out.add(now, |bytes| bytes.push(b'b'));
        let text = String::from_utf8(out.pending().to_vec()).unwrap();
        assert!(text.starts_with("x{") && text.contains("1 line dropped") && text.ends_with("\nb"), "{text}");
    }
}

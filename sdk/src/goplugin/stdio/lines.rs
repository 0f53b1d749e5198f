//! What the plugin's code writes, cut into lines and made into log lines. No I/O.

use std::time::{Duration, SystemTime};

use super::outbox::Outbox;
use crate::goplugin::hclog::{Entry, Level, rewrite};

/// Longest line kept together; what is longer becomes several log lines. A line that some library wrote for the host
/// is never longer than the host's own buffer.
const MAX_RAW: usize = 64 * 1024;

/// How long after the first line of a panic message the following lines are still taken as part of it.
const ONE_BREATH: Duration = Duration::from_millis(50);

/// Which of the two descriptors a line came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    Stdout,
    Stderr,
}

impl Source {
    /// The names that the host gives to the synced streams of Go plugins.
    fn name(self) -> &'static str {
        match self {
            Self::Stdout => "plugin_stdout",
            Self::Stderr => "plugin_stderr",
        }
    }
}

/// The unfinished line of one descriptor, and what the lines before it said.
#[derive(Debug)]
pub(super) struct Lines {
    source: Source,
    pending: Vec<u8>,
    trouble_until: Option<SystemTime>,
}

impl Lines {
    pub(super) fn new(source: Source) -> Self {
        Self { source, pending: Vec::new(), trouble_until: None }
    }

    /// Takes the next bytes; complete lines go to `out`.
    pub(super) fn feed(&mut self, mut bytes: &[u8], now: SystemTime, out: &mut Outbox) {
        while let Some(end) = bytes.iter().position(|&b| b == b'\n') {
            let (line, rest) = bytes.split_at(end);
            self.append(line, now, out);
            self.finish(now, out);
            bytes = rest.get(1..).unwrap_or_default();
        }
        self.append(bytes, now, out);
    }

    /// The unfinished line is a line: nothing will follow it, or not soon.
    pub(super) fn finish(&mut self, now: SystemTime, out: &mut Outbox) {
        let mut line = std::mem::take(&mut self.pending);
        self.emit(&line, now, out);
        line.clear();
        self.pending = line;
    }

    pub(super) fn is_unfinished(&self) -> bool {
        !self.pending.is_empty()
    }

    fn append(&mut self, bytes: &[u8], now: SystemTime, out: &mut Outbox) {
        self.pending.extend_from_slice(bytes);
        while self.pending.len() > MAX_RAW {
            let rest = self.pending.split_off(between_characters(&self.pending));
            let piece = std::mem::replace(&mut self.pending, rest);
            self.emit(&piece, now, out);
        }
    }

    fn emit(&mut self, line: &[u8], now: SystemTime, out: &mut Outbox) {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.iter().all(u8::is_ascii_whitespace) {
            return;
        }
        let text = String::from_utf8_lossy(line);
        let level = self.level(&text, now);
        out.add(now, |bytes| {
            let json = self.source == Source::Stderr && rewrite(&text, level, now, bytes);
            if !json {
                let fields = [("source", self.source.name())];
                Entry { level, module: "", message: &text, fields: &fields }.write(now, bytes);
            }
        });
    }

    /// Plain lines are at info, as the host shows the synced streams of Go plugins; on stderr a prefix says otherwise,
    /// and what Rust prints when something went badly wrong is an error to the last of its lines.
    fn level(&mut self, text: &str, now: SystemTime) -> Level {
        if self.source == Source::Stdout {
            return Level::Info;
        }
        if let Some(level) = Level::of_prefix(text) {
            return level;
        }
        let goes_on = self.trouble_until.is_some_and(|until| now <= until);
        self.trouble_until = (goes_on || is_trouble(text)).then(|| now + ONE_BREATH);
        if self.trouble_until.is_some() { Level::Error } else { Level::Info }
    }

    /// The process is about to die: every plain line of stderr says why.
    pub(super) fn expect_trouble(&mut self, now: SystemTime) {
        self.trouble_until = Some(now + Duration::from_secs(5));
    }
}

/// First lines of what Rust's runtime, glibc and Go print before or instead of ending the process.
fn is_trouble(text: &str) -> bool {
    let starts = ["fatal runtime error: ", "memory allocation of ", "panic: ", "fatal error: "];
    starts.iter().any(|start| text.starts_with(start))
        || text.starts_with("thread ")
            && [" panicked at ", " has overflowed its stack", "thread panicked while "]
                .iter()
                .any(|part| text.contains(part))
}

/// Where to cut an over-long line: at most [`MAX_RAW`], not inside a UTF-8 character.
fn between_characters(bytes: &[u8]) -> usize {
    let head = bytes.get(..MAX_RAW).unwrap_or(bytes);
    let tail = head.iter().rev().take(4).position(|b| b & 0xC0 != 0x80).unwrap_or(0);
    // The last character is complete or not: cutting before it is right in both cases.
    head.len() - tail - 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    fn lines(source: Source, parts: &[&[u8]]) -> Vec<(String, String)> {
        let (mut lines, mut out) = (Lines::new(source), Outbox::default());
        for part in parts {
            lines.feed(part, SystemTime::now(), &mut out);
        }
        lines.finish(SystemTime::now(), &mut out);
        let text = String::from_utf8(out.pending().to_vec()).unwrap();
        text.lines()
            .map(|line| {
                assert!(line.len() < 65_536);
                let value: Value = serde_json::from_str(line).unwrap();
                let text = |key: &str| value[key].as_str().unwrap().to_owned();
                (text("@level"), text("@message"))
            })
            .collect()
    }

    #[test]
    fn lines_come_out_whole_however_they_are_cut() {
        let text = "one\r\ntwo ü\n\n  \n{\"@message\":5}\nlast".as_bytes();
        let expected = ["one", "two ü", "5", "last"];
        let whole = lines(Source::Stderr, &[text]);
        assert_eq!(whole.iter().map(|(_, message)| message.as_str()).collect::<Vec<_>>(), expected);
        let bytes: Vec<&[u8]> = text.chunks(1).collect();
        assert_eq!(lines(Source::Stderr, &bytes), whole);
    }

    #[test]
    fn stdout_is_plain_text_at_info() {
        for line in ["[ERROR] x", "{\"@message\":5}", "thread 'a' panicked at b"] {
            assert_eq!(lines(Source::Stdout, &[line.as_bytes()]), [("info".to_owned(), line.to_owned())]);
        }
    }

    #[test]
    fn a_panic_message_is_an_error_to_its_last_line() {
        let text = b"before\n\nthread 'main' (7) panicked at src/main.rs:1:2:\nwhy\nnote: run with\n";
        let levels: Vec<_> = lines(Source::Stderr, &[text]).into_iter().map(|(level, _)| level).collect();
        assert_eq!(levels, ["info", "error", "error", "error"]);
    }

    #[test]
    fn lines_that_follow_later_are_no_part_of_the_panic() {
        let (mut lines, mut out) = (Lines::new(Source::Stderr), Outbox::default());
        let now = SystemTime::now();
        lines.feed(b"thread 'a' panicked at b:\nwhy\n", now, &mut out);
        lines.feed(b"later\n", now + Duration::from_secs(1), &mut out);
        let text = String::from_utf8(out.pending().to_vec()).unwrap();
        assert_eq!(text.matches("\"error\"").count(), 2);
        assert_eq!(text.matches("\"info\"").count(), 1);
    }

    #[test]
    fn over_long_lines_lose_nothing() {
        for (unit, size) in [("x", 200), ("é", 200), ("😀", 200), ("\u{1}", 40)] {
            let text = unit.repeat(size * 1024 / unit.len());
            let got = lines(Source::Stderr, &[text.as_bytes()]);
            assert!(got.len() > 3);
            let joined: String = got.into_iter().map(|(_, message)| message).collect();
            assert!(joined == text, "{} bytes of {unit:?}", joined.len());
        }
    }

    #[test]
    fn binary_junk_becomes_text() {
        let junk: Vec<u8> = (0..=255).cycle().take(300_000).collect();
        assert!(!lines(Source::Stderr, &[&junk]).is_empty());
        assert!(!lines(Source::Stderr, &[&[0x80; 200_000]]).is_empty());
    }
}

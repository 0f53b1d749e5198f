//! Lines of the server's log: which are a plugin's, what they say, and which are new.

use std::time::Duration;

use serde_json::{Map, Value};

use super::{Failure, Refusal, Server};

/// Lines asked for at once; at most 10,000 are given.
const PAGE: usize = 500;
/// The largest page, for when more was logged between two looks.
const WHOLE: usize = 10_000;
/// Between two looks.
pub const INTERVAL: Duration = Duration::from_millis(700);

/// One line, taken apart where it is JSON.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// As the server wrote it.
    pub raw: String,
    fields: Option<Map<String, Value>>,
}

/// Fields that have their own place in [`Line::text`] or say nothing to the plugin's author.
const KNOWN: [&str; 6] = ["timestamp", "level", "msg", "caller", "plugin_id", "logSource"];

impl Line {
    /// Takes a line apart.
    pub fn new(raw: &str) -> Self {
        let fields = serde_json::from_str(raw.trim()).ok();
        Self { raw: raw.trim_end().to_owned(), fields }
    }

    /// Whether the line is in JSON, as LogSettings.FileJson makes it.
    pub fn is_json(&self) -> bool {
        self.fields.is_some()
    }

    /// Whether the plugin wrote it, or the server about the plugin.
    pub fn is_about(&self, id: &str) -> bool {
        match &self.fields {
            Some(fields) => fields.get("plugin_id").and_then(Value::as_str) == Some(id),
            None => self.raw.contains(id),
        }
    }

    /// `error`, `info`, …; empty when the line is not JSON.
    pub fn level(&self) -> &str {
        self.field("level")
    }

    /// The field `msg`, or the whole line when it is not JSON.
    pub fn message(&self) -> &str {
        if self.is_json() { self.field("msg") } else { &self.raw }
    }

    /// A field with text; empty when there is none.
    pub fn field(&self, name: &str) -> &str {
        self.fields.as_ref().and_then(|fields| fields.get(name)).and_then(Value::as_str).unwrap_or_default()
    }

    /// All fields; `None` when the line is not JSON.
    pub fn fields(&self) -> Option<&Map<String, Value>> {
        self.fields.as_ref()
    }

    /// `12:30:01.250 error could not connect host=example.com`: the line as people read it. Characters that would
    /// steer a terminal are taken out, for a plugin may log what strangers have sent.
    pub fn text(&self) -> String {
        let Some(fields) = &self.fields else { return printable(&self.raw) };
        let stamp = self.field("timestamp");
        let time = stamp.split([' ', 'T']).nth(1).unwrap_or(stamp);
        let mut text = format!("{time} {:<5} {}", self.level(), self.message());
        for (name, value) in fields.iter().filter(|(name, _)| !KNOWN.contains(&name.as_str())) {
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            text.push_str(&format!(" {name}={value}"));
        }
        printable(text.trim_start())
    }
}

fn printable(text: &str) -> String {
    let keep = |c: &char| !c.is_control() || *c == '\t';
    text.trim_end()
        .replace("\\n", "\n  ")
        .lines()
        .map(|line| line.chars().filter(keep).collect::<String>())
        .collect::<Vec<_>>()
        .join("\n")
}

/// Reads on where it stopped.
#[derive(Debug, Default)]
pub struct Follow {
    last: Vec<String>,
}

/// What a look at the log found.
#[derive(Debug, Clone, PartialEq)]
pub struct New {
    /// Lines that were not there before, oldest first.
    pub lines: Vec<Line>,
    /// More came than the server hands out at once, or the file was changed for a new one.
    pub gap: bool,
}

impl Follow {
    /// Everything the server has of the last lines at first, then what is new.
    ///
    /// # Errors
    /// A [`Failure`]; the place is kept, so asking again goes on there.
    pub fn next(&mut self, server: &Server) -> Result<New, Failure> {
        let lines = server.log_lines(PAGE)?;
        if self.last.is_empty() || overlap(&self.last, &lines).is_some() {
            return Ok(self.take(lines));
        }
        Ok(self.take(server.log_lines(WHOLE)?))
    }

    fn take(&mut self, lines: Vec<String>) -> New {
        // A server without a log file answers with one empty line.
        let lines: Vec<String> = lines.into_iter().filter(|line| !line.trim().is_empty()).collect();
        let seen = overlap(&self.last, &lines);
        let gap = seen.is_none() && !self.last.is_empty() && !lines.is_empty();
        let new = lines.get(seen.unwrap_or(0)..).unwrap_or_default();
        let new = New { lines: new.iter().map(|line| Line::new(line)).collect(), gap };
        if !lines.is_empty() {
            self.last = lines;
        }
        new
    }
}

/// How many of `now`'s first lines have been seen: the most for which they are the end of `before`.
fn overlap(before: &[String], now: &[String]) -> Option<usize> {
    let last = before.last()?;
    let ends = now.iter().enumerate().rev().filter(|(_, line)| *line == last).map(|(at, _)| at + 1);
    ends.into_iter().find(|&seen| {
        let common = seen.min(before.len());
        before.get(before.len() - common..) == now.get(seen - common..seen)
    })
}

/// The last lines about a plugin; `None` when the server gives no log.
///
/// # Errors
/// A [`Failure`].
pub fn last(server: &Server, id: &str, count: usize) -> Result<Option<Vec<Line>>, Failure> {
    let found = Follow::default().next(server)?.lines;
    if found.is_empty() {
        return Ok(None);
    }
    let mut lines: Vec<Line> = found.into_iter().filter(|line| line.is_about(id)).collect();
    let excess = lines.len().saturating_sub(count);
    lines.drain(..excess);
    Ok(Some(lines))
}

/// What the server keeps out of its answer and writes into its log instead: the cause of a refused request.
pub fn cause(server: &Server, refusal: &Refusal) -> Option<String> {
    let lines = Follow::default().next(server).ok()?.lines;
    lines.iter().rev().find_map(|line| cause_in(line, refusal))
}

/// `where: the message, cause`, in the line of that request.
fn cause_in(line: &Line, refusal: &Refusal) -> Option<String> {
    if refusal.request_id.is_empty() || line.field("request_id") != refusal.request_id {
        return None;
    }
    let (_, cause) = line.field("error").split_once(&format!("{}, ", refusal.message))?;
    (!cause.is_empty()).then(|| cause.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<String> {
        text.chars().map(String::from).collect()
    }

    #[test]
    fn says_what_a_json_line_says_and_no_escape_codes() {
        let line = Line::new(
            r#"{"timestamp":"2026-11-23 12:30:01.250 Z","level":"error","msg":"no \u001b[31mhost","caller":"app/x.go:1","plugin_id":"a.b.c","tries":3}"#,
        );
        assert_eq!(line.text(), "12:30:01.250 error no [31mhost tries=3");
        assert!(line.is_about("a.b.c") && !line.is_about("a.b"));
        let plain = Line::new("error [2026] Unable to start a.b.c\n");
        assert!(plain.is_about("a.b.c") && !plain.is_json());
        assert_eq!(plain.text(), "error [2026] Unable to start a.b.c");
    }

    #[test]
    fn finds_the_cause_of_a_refusal_by_its_request() {
        let refusal = Refusal { request_id: "abc".into(), message: "Unable.".into(), ..Refusal::default() };
        let cause = |line: &str| cause_in(&Line::new(line), &refusal);
        let told = r#"{"msg":"Unable.","request_id":"abc","error":"install: Unable., too old, by far"}"#;
        assert_eq!(cause(told).as_deref(), Some("too old, by far"));
        assert_eq!(cause(&told.replace("abc", "abd")), None);
        assert_eq!(cause(r#"{"msg":"Unable.","request_id":"abc","error":"install: Unable."}"#), None);
        let nameless = Refusal { request_id: String::new(), ..refusal.clone() };
        assert_eq!(cause_in(&Line::new(&told.replace("abc", "")), &nameless), None);
    }

    #[test]
    fn prints_each_line_once_however_the_window_moves() {
        let mut follow = Follow::default();
        let mut take = |text: &str| {
            let New { lines: new, gap } = follow.take(lines(text));
            (new.iter().map(|line| line.raw.clone()).collect::<String>(), gap)
        };
        assert_eq!(take("abc"), ("abc".into(), false));
        assert_eq!(take("abc"), (String::new(), false));
        assert_eq!(take("bcdd"), ("dd".into(), false));
        assert_eq!(take("cddde"), ("de".into(), false));
        assert_eq!(take("xyz"), ("xyz".into(), true));
        assert_eq!(take(""), (String::new(), false));
        assert_eq!(take("xyzx"), ("x".into(), false));
    }
}

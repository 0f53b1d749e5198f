//! What a host gets to read from a process that misbehaves, line by line.
#![cfg(unix)]

use std::io::{BufRead as _, BufReader, Read as _};
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

const HANDSHAKE: &str = "1|1|unix|/tmp/nowhere|netrpc|\n";

/// What the host knows when the process has ended.
struct Seen {
    stdout: String,
    lines: Vec<Line>,
    status: ExitStatus,
}

/// A log line as go-plugin's client understands it.
#[derive(Debug, Clone, PartialEq)]
struct Line {
    level: String,
    message: String,
    fields: Value,
}

impl Seen {
    fn has(&self, level: &str, part: &str) -> bool {
        self.lines.iter().any(|line| line.level == level && line.message.contains(part))
    }

    #[track_caller]
    fn assert_has(&self, level: &str, part: &str) {
        assert!(self.has(level, part), "no {level} line with {part:?} in {:#?}", self.lines);
    }
}

fn start(case: &str) -> Child {
    // The variable is for trying a probe that was built otherwise: static, optimised.
    let probe = std::env::var_os("STDIO_PROBE").unwrap_or_else(|| env!("CARGO_BIN_EXE_stdio-probe").into());
    let mut command = Command::new(probe);
    command.arg(case).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.env_remove("RUST_BACKTRACE").spawn().unwrap()
}

fn run(case: &str) -> Seen {
    finish(start(case))
}

fn finish(mut child: Child) -> Seen {
    let (mut out, mut bytes) = (child.stdout.take().unwrap(), Vec::new());
    let stdout = std::thread::spawn(move || std::io::read_to_string(&mut out).unwrap());
    child.stderr.take().unwrap().read_to_end(&mut bytes).unwrap();
    let stdout = stdout.join().unwrap();
    let status = child.wait().unwrap();
    let lines = bytes.split_inclusive(|&b| b == b'\n').map(parse).collect();
    Seen { stdout, lines, status }
}

/// Reads a line by the host's rules, and fails on what would end the host or what it would not understand.
fn parse(line: &[u8]) -> Line {
    assert!(line.len() <= 64 * 1024, "{} bytes", line.len());
    assert_eq!(line.last(), Some(&b'\n'), "{:?}", String::from_utf8_lossy(line));
    let text = std::str::from_utf8(line).unwrap().trim_end();
    let Ok(Value::Object(mut map)) = serde_json::from_str::<Value>(text) else {
        let level =
            [("[ERROR]", "error"), ("fatal error: ", "error")].iter().find(|(p, _)| text.starts_with(p));
        return Line {
            level: level.map_or("raw", |(_, level)| level).to_owned(),
            message: text.to_owned(),
            fields: Value::Null,
        };
    };
    let mut take = |key| match map.remove(key) {
        Some(Value::String(text)) => text,
        other => panic!("{key} is {other:?} in {text}"),
    };
    let (level, message, time) = (take("@level"), take("@message"), take("@timestamp"));
    let shape: String = time.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    assert_eq!(shape, "0000-00-00T00:00:00.000000Z", "{text}");
    assert!(["debug", "info", "warn", "error"].contains(&level.as_str()), "{text}");
    Line { level, message, fields: Value::Object(map) }
}

#[test]
fn stdout_is_the_handshake_and_nothing_else() {
    for case in ["print", "hostile", "long", "junk", "panic", "abort", "overflow", "exit"] {
        assert_eq!(run(case).stdout, HANDSHAKE, "{case}");
    }
}

#[test]
fn what_is_printed_becomes_log_lines() {
    let seen = run("print");
    for (level, message, source) in [
        ("info", "noise before the handshake", "plugin_stdout"),
        ("info", "from println", "plugin_stdout"),
        ("info", "from write", "plugin_stdout"),
        ("info", "from eprintln", "plugin_stderr"),
        ("warn", "[WARN] with a level", "plugin_stderr"),
    ] {
        let fields = serde_json::json!({ "source": source });
        let line = Line { level: level.into(), message: message.into(), fields };
        assert!(seen.lines.contains(&line), "{line:?} in {:#?}", seen.lines);
    }
    assert_eq!(seen.lines.len(), 5);
    assert!(seen.status.success());
}

#[test]
fn hostile_lines_cannot_end_the_host() {
    let seen = run("hostile");
    seen.assert_has("info", "5");
    seen.assert_has("error", "kept");
    seen.assert_has("warn", "another logger");
    assert_eq!(seen.lines.len(), 1 + 2 * 10);
}

#[test]
fn a_line_without_end_is_cut_and_not_lost() {
    let seen = run("long");
    for source in ["plugin_stdout", "plugin_stderr"] {
        let pieces = seen.lines.iter().filter(|line| line.fields["source"] == source);
        let text: String =
            pieces.map(|line| line.message.as_str()).filter(|text| !text.starts_with("noise")).collect();
        assert!(text == "é".repeat(100 * 1024), "{} bytes from {source}", text.len());
    }
}

#[test]
fn binary_junk_becomes_lines_of_text() {
    assert!(run("junk").lines.len() > 2);
}

#[test]
fn a_host_that_does_not_read_stops_nobody() {
    for (case, end) in [("flood", None), ("flood-and-abort", Some(6))] {
        let mut child = start(case);
        let start = Instant::now();
        let status = loop {
            if let Some(status) = child.try_wait().unwrap() {
                break status;
            }
            assert!(start.elapsed() < Duration::from_secs(120), "the plugin waits for the host");
            std::thread::sleep(Duration::from_millis(10));
        };
        assert_eq!(status.signal(), end);
    }
}

#[test]
fn a_host_that_reads_late_is_told_how_much_is_missing() {
    let child = start("flood-and-wait");
    std::thread::sleep(Duration::from_millis(1000));
    let seen = finish(child);
    let dropped =
        |line: &Line| line.message.split_once(" lines dropped").map(|(n, _)| n.parse::<usize>().unwrap());
    let missing: usize = seen.lines.iter().filter_map(dropped).sum();
    let notices = seen.lines.iter().filter(|line| dropped(line).is_some()).count();
    assert_eq!(seen.lines.len() - notices + missing, 1 + 200_000);
}

#[test]
fn a_host_that_has_gone_stops_nobody() {
    let mut child = start("flood");
    let mut handshake = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut handshake).unwrap();
    drop(child.stderr.take());
    assert!(child.wait().unwrap().success());
}

/// The first messages of a process that is then killed.
fn first<const N: usize>(case: &str) -> [String; N] {
    let mut child = start(case);
    let mut lines = BufReader::new(child.stderr.take().unwrap()).split(b'\n').map_while(Result::ok);
    let got = std::array::from_fn(|_| {
        lines.next().map(|line| parse(&[line, b"\n".to_vec()].concat()).message).unwrap()
    });
    child.kill().unwrap();
    child.wait().unwrap();
    got
}

#[test]
fn unfinished_lines_wait_for_a_flush_or_a_second() {
    assert_eq!(first("flush"), ["noise before the handshake", "unfinished", "true"]);
    assert_eq!(first("unfinished"), ["noise before the handshake", "unfinished"]);
}

#[test]
fn there_is_one_guard() {
    run("twice").assert_has("info", "entity already exists");
}

#[test]
fn children_do_not_hold_the_hosts_descriptors() {
    let start = Instant::now();
    let seen = run("child");
    assert!(start.elapsed() < Duration::from_secs(10), "the host waits for the child");
    seen.assert_has("info", "from the child");
    seen.assert_has("info", "to stderr");
    let pid = seen.lines.iter().find_map(|line| line.message.strip_prefix("pid ")).unwrap();
    Command::new("kill").arg(pid).status().unwrap();
}

#[test]
fn every_normal_end_hands_over_the_last_line() {
    let seen = run("exit");
    seen.assert_has("info", "last words");
    assert_eq!(seen.status.code(), Some(3));
    let seen = run("code");
    seen.assert_has("info", "noise before the handshake");
    assert_eq!(seen.status.code(), Some(4));
}

#[test]
fn a_panic_of_main_is_an_error() {
    let seen = run("panic");
    seen.assert_has("error", "panicked at");
    seen.assert_has("error", "main panics");
    assert_eq!(seen.status.code(), Some(101));
}

#[test]
fn events_are_log_lines_with_their_fields() {
    let seen = run("events");
    let fields = serde_json::json!({ "@module": "stdio_probe", "request": "7", "user": "ada" });
    assert_eq!(seen.lines[1], Line { level: "warn".into(), message: "slow".into(), fields });
    assert_eq!((seen.lines[2].level.as_str(), seen.lines[2].message.as_str()), ("debug", "details"));
    assert!(seen.lines[3].message.starts_with("long long"));
    assert_eq!(seen.lines.len(), 4);
}

#[test]
fn a_panic_in_a_thread_is_one_line_with_place_and_backtrace() {
    let seen = run("thread-panic");
    let [_, line] = &seen.lines[..] else { panic!("{:#?}", seen.lines) };
    assert_eq!(
        (line.level.as_str(), line.message.as_str()),
        ("error", "thread 'author' panicked: with\nlines")
    );
    assert!(line.fields["location"].as_str().unwrap().contains("main.rs"));
    let backtrace = line.fields["backtrace"].as_str().unwrap();
    // A stripped binary knows no names.
    assert!(backtrace.contains("stdio_probe::main") || backtrace.starts_with("no names"), "{backtrace}");
}

#[test]
fn a_double_panic_is_told_by_the_hook_too() {
    let seen = run("logged-double-panic");
    for part in ["first panic", "second panic", "SIGABRT"] {
        seen.assert_has("error", part);
    }
    assert_eq!(seen.status.signal(), Some(6));
}

#[test]
fn an_abort_hands_over_the_last_line_at_level_error() {
    let seen = run("abort");
    seen.assert_has("error", "last words");
    seen.assert_has("error", "SIGABRT");
    assert_eq!(seen.status.signal(), Some(6));
}

#[test]
fn a_double_panic_reaches_the_host() {
    let seen = run("double-panic");
    for part in ["first panic", "second panic", "aborting", "SIGABRT"] {
        seen.assert_has("error", part);
    }
    assert_eq!(seen.status.signal(), Some(6));
}

#[test]
fn a_failed_allocation_reaches_the_host() {
    let seen = run("out-of-memory");
    seen.assert_has("error", "memory allocation of 9223372036854775807 bytes failed");
    assert_eq!(seen.status.signal(), Some(6));
}

#[test]
fn a_stack_overflow_reaches_the_host() {
    for (case, thread) in [("overflow", "main"), ("overflow-in-thread", "deep")] {
        let seen = run(case);
        seen.assert_has("error", "unfinished line before");
        seen.assert_has("error", "SIGSEGV");
        // What Rust says itself comes after `fatal error: `, which makes newer hosts show it as errors.
        let fatal = seen.lines.iter().position(|line| line.message.starts_with("fatal error: ")).unwrap();
        let said =
            seen.lines.iter().position(|line| line.message.contains("has overflowed its stack")).unwrap();
        assert!(fatal < said && seen.lines[said].message.contains(thread), "{:#?}", seen.lines);
        assert_eq!(seen.status.signal(), Some(6));
    }
}

#[test]
fn a_sent_signal_still_ends_the_process() {
    let seen = run("segv");
    assert!(seen.has("info", "before the signal") || seen.has("error", "before the signal"));
    seen.assert_has("error", "SIGSEGV");
    assert_eq!(seen.status.signal(), Some(11));
}

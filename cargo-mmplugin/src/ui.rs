//! The one place that prints: results to stdout, everything else to stderr.
//!
//! People get cargo's look (`    Building hello`); with `--json` stdout carries one JSON object a line,
//! each with a field `event`, and stderr stays silent.

use std::io::{BufRead, IsTerminal, Write};
use std::sync::mpsc::RecvTimeoutError;
use std::time::Duration;

use anstyle::{AnsiColor, Style};
use serde::Serialize;

use crate::error::{Error, Kind};
use crate::interrupt::Interrupt;

mod waiting;
pub use waiting::Waiting;

/// When to colour what people read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Color {
    /// On terminals, unless NO_COLOR is set or TERM is `dumb`
    #[default]
    Auto,
    /// Also into files and pipes
    Always,
    /// No colours at all
    Never,
}

/// Who reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// A person.
    Human,
    /// A person who wants results and errors only.
    Quiet,
    /// A program: JSON lines on stdout.
    Json,
}

/// The printing seam; commands get it by reference and print in no other way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ui {
    mode: Mode,
    color: bool,
    interactive: bool,
    /// A line on stderr may be written over.
    live: bool,
    verbose: bool,
}

const GREEN: Style = AnsiColor::Green.on_default().bold();
const YELLOW: Style = AnsiColor::Yellow.on_default().bold();
const RED: Style = AnsiColor::Red.on_default().bold();
const CYAN: Style = AnsiColor::Cyan.on_default().bold();

/// Width of a progress bar.
const BAR: usize = 28;

impl Ui {
    /// Looks at the terminal and at NO_COLOR, CLICOLOR_FORCE and TERM.
    pub fn new(mode: Mode, color: Color) -> Self {
        let terminal = std::io::stderr().is_terminal();
        let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let color = match color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto if set("NO_COLOR") => false,
            Color::Auto if std::env::var_os("CLICOLOR_FORCE").is_some_and(|v| v != "0") => true,
            Color::Auto => terminal && !dumb,
        };
        let interactive = terminal && std::io::stdin().is_terminal();
        Self { mode, color, interactive, live: terminal && !dumb && mode == Mode::Human, verbose: false }
    }

    /// With the commands that are run.
    #[must_use]
    pub fn verbose(mut self, verbose: bool) -> Self {
        self.verbose = verbose;
        self
    }

    /// A command that is about to be run, for those who want to see it.
    pub fn command(&self, command: &std::process::Command) {
        if self.verbose {
            let words = [command.get_program()].into_iter().chain(command.get_args());
            let words: Vec<String> = words.map(|word| quoted(&word.to_string_lossy())).collect();
            self.status("Running", words.join(" "));
        }
    }

    /// A request that is about to be sent, for those who want to see it.
    pub fn request(&self, request: &str) {
        if self.verbose {
            self.status("Asking", request);
        }
    }

    /// Who reads.
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// A person is there to answer: stdin and stderr are terminals and nobody asked for JSON.
    pub fn can_ask(&self) -> bool {
        self.interactive && self.mode == Mode::Human
    }

    /// Whether colours are on; cargo is told the same.
    pub fn colored(&self) -> bool {
        self.color
    }

    /// A step, in cargo's look: the verb right-aligned in green.
    pub fn status(&self, verb: &str, text: impl AsRef<str>) {
        if self.mode == Mode::Human {
            self.stderr(&format!("{} {}", self.paint(GREEN, &format!("{verb:>12}")), text.as_ref()));
        }
    }

    /// How far a long step is, on a line that the next call writes over; [`Ui::progress_done`] takes it away.
    /// Only on a terminal: a log of CI gets whole lines.
    pub fn progress(&self, verb: &str, done: u64, total: u64) {
        if self.live {
            let filled = usize::try_from(done * BAR as u64 / total.max(1)).unwrap_or(BAR).min(BAR);
            let bar = format!("{}{}", "=".repeat(filled), " ".repeat(BAR - filled));
            let verb = self.paint(GREEN, &format!("{verb:>12}"));
            let mut stderr = std::io::stderr().lock();
            let _ = write!(stderr, "\r{verb} [{bar}] {} of {}\u{1b}[K", size(done), size(total));
            let _ = stderr.flush();
        }
    }

    /// Takes the line of [`Ui::progress`] away.
    pub fn progress_done(&self) {
        if self.live {
            let mut stderr = std::io::stderr().lock();
            let _ = write!(stderr, "\r\u{1b}[K");
            let _ = stderr.flush();
        }
    }

    /// Lines for a person who is to choose.
    pub fn note(&self, text: impl AsRef<str>) {
        if self.mode == Mode::Human {
            self.stderr(text.as_ref());
        }
    }

    /// Whether people see the steps and what programs say meanwhile.
    pub fn shows_steps(&self) -> bool {
        self.mode == Mode::Human
    }

    /// A line of a program that was started; for programs an event with it.
    pub fn pass_on(&self, event: &str, line: &str) {
        match self.mode {
            Mode::Human => self.stderr(line),
            Mode::Quiet => {}
            Mode::Json => self.emit(&serde_json::json!({"event": event, "text": line})),
        }
    }

    /// Something that works but deserves a look.
    pub fn warn(&self, text: impl AsRef<str>) {
        match self.mode {
            Mode::Human => self.stderr(&format!("{}: {}", self.paint(YELLOW, "warning"), text.as_ref())),
            Mode::Quiet => {}
            Mode::Json => self.emit(&serde_json::json!({"event": "warning", "message": text.as_ref()})),
        }
    }

    /// The last word of a failed command.
    pub fn error(&self, error: &Error) {
        if self.mode == Mode::Json {
            self.emit(&serde_json::json!({
                "event": "error", "kind": error.kind, "message": error.message,
                "details": error.details, "help": error.help,
            }));
            return;
        }
        // After Ctrl-C cargo's progress bar is still on the line.
        let clear = error.kind == Kind::Interrupted && std::io::stderr().is_terminal();
        let start = if clear { "\r\u{1b}[K" } else { "" };
        let mut text = format!("{start}{}: {}", self.paint(RED, "error"), error.message);
        for detail in &error.details {
            text.push_str(&format!("\n  {}", detail.replace('\n', "\n  ")));
        }
        for help in &error.help {
            text.push_str(&format!("\n  {}: {help}", self.paint(CYAN, "help")));
        }
        self.stderr(&text);
    }

    /// A result for people, to stdout; a program gets [`Ui::emit`] instead.
    pub fn result(&self, text: impl AsRef<str>) {
        if self.mode != Mode::Json {
            self.stdout(text.as_ref());
        }
    }

    /// A result for programs: one JSON object on one line of stdout. Silent for people.
    pub fn emit(&self, event: &impl Serialize) {
        if self.mode == Mode::Json {
            match serde_json::to_string(event) {
                Ok(line) => self.stdout(&line),
                Err(error) => self.stderr(&format!("error: an event does not fit into JSON: {error}")),
            }
        }
    }

    /// A sub-heading or mark in what people read on stdout or stderr.
    pub fn strong(&self, text: &str) -> String {
        self.paint(CYAN, text)
    }

    /// A difference between two texts, for people, on stdout.
    pub fn diff(&self, text: &str) {
        for line in text.lines() {
            self.result(match line.as_bytes().first() {
                _ if line.starts_with("---") || line.starts_with("+++") => line.to_owned(),
                Some(b'+') => self.paint(GREEN, line),
                Some(b'-') => self.paint(RED, line),
                Some(b'@') => self.paint(CYAN, line),
                _ => line.to_owned(),
            });
        }
    }

    /// A line of a server's log in the colour of its level.
    pub fn log_line(&self, level: &str, text: &str) -> String {
        match level {
            "error" | "critical" | "panic" | "fatal" => self.paint(RED, text),
            "warn" => self.paint(YELLOW, text),
            _ => text.to_owned(),
        }
    }

    /// Asks on stderr and reads one line from stdin; an empty answer takes the default.
    ///
    /// # Errors
    /// Ctrl-C, the end of the input, or a terminal that cannot be read.
    pub fn ask(&self, question: &str, default: &str, interrupt: &Interrupt) -> Result<String, Error> {
        let hint = if default.is_empty() { String::new() } else { format!(" [{default}]") };
        eprint!("{} {question}{hint}: ", self.paint(GREEN, "?"));
        let _ = std::io::stderr().flush();
        let line = read_line(interrupt).inspect_err(|_| self.stderr(""))?;
        let answer = line.trim();
        Ok(if answer.is_empty() { default.to_owned() } else { answer.to_owned() })
    }

    fn paint(&self, style: Style, text: &str) -> String {
        if self.color { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }

    /// A closed pipe (`| head`) is no failure of the command.
    fn stdout(&self, text: &str) {
        let _ = writeln!(std::io::stdout().lock(), "{text}");
    }

    fn stderr(&self, text: &str) {
        let _ = writeln!(std::io::stderr().lock(), "{text}");
    }
}

/// A read from a terminal goes on after Ctrl-C, so it waits in a thread of its own and this one looks at the flag.
fn read_line(interrupt: &Interrupt) -> Result<String, Error> {
    let (sender, receiver) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let mut line = String::new();
        let read = std::io::stdin().lock().read_line(&mut line);
        let _ = sender.send(read.map(|bytes| (bytes > 0).then_some(line)));
    });
    loop {
        interrupt.check()?;
        match receiver.recv_timeout(Duration::from_millis(20)) {
            Ok(read) => {
                return read?.ok_or_else(|| {
                    let ended = Error::interrupted().detail("no answer: the input ended");
                    ended.help("--yes asks nothing and takes the defaults")
                });
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return Err(Error::interrupted()),
        }
    }
}

/// `12.3 KiB`: sizes as people compare them.
pub fn size(bytes: u64) -> String {
    const UNITS: [&str; 3] = ["KiB", "MiB", "GiB"];
    if bytes < 1024 {
        return format!("{bytes} B");
    }
    let mut value = bytes as f64 / 1024.0;
    let mut unit = 0;
    while value >= 1023.95 && unit + 1 < UNITS.len() {
        value /= 1024.0;
        unit += 1;
    }
    format!("{value:.1} {}", UNITS[unit])
}

/// A word as a shell would take it.
pub fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./=:,+@%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// Reads `52428800`, `50M` or `50 MiB`: units count in 1024s, as the server's own defaults do.
///
/// # Errors
/// What it should look like.
pub fn parse_size(text: &str) -> Result<u64, String> {
    let text = text.trim();
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, unit) = text.split_at(digits);
    let shift = match unit.trim().to_lowercase().trim_end_matches('b').trim_end_matches('i') {
        "" => 0,
        "k" => 10,
        "m" => 20,
        "g" => 30,
        _ => return Err("a size, as in 52428800 or 50M".to_owned()),
    };
    let number: u64 = number.parse().map_err(|_| "a size, as in 52428800 or 50M".to_owned())?;
    number.checked_mul(1 << shift).ok_or_else(|| "too large".to_owned())
}

/// `1 file` or `3 files`.
pub fn count(number: usize, thing: &str) -> String {
    format!("{number} {thing}{}", if number == 1 { "" } else { "s" })
}

/// `8 ms` or `3.2 s`.
pub fn duration(time: Duration) -> String {
    if time.as_millis() < 1000 {
        format!("{} ms", time.as_millis())
    } else {
        format!("{:.1} s", time.as_secs_f64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_times_are_short() {
        for (bytes, text) in
            [(0, "0 B"), (1023, "1023 B"), (1024, "1.0 KiB"), (1_887_437, "1.8 MiB"), (1 << 30, "1.0 GiB")]
        {
            assert_eq!(size(bytes), text);
        }
        assert_eq!(duration(Duration::from_millis(8)), "8 ms");
        assert_eq!(duration(Duration::from_millis(3240)), "3.2 s");
    }

    #[test]
    fn one_is_not_many() {
        assert_eq!([0, 1, 2].map(|number| count(number, "file")), ["0 files", "1 file", "2 files"]);
    }

    #[test]
    fn words_are_quoted_for_a_shell() {
        for (word, text) in [("--release", "--release"), ("a b", "'a b'"), ("it's", r"'it'\''s'"), ("", "''")]
        {
            assert_eq!(quoted(word), text);
        }
    }

    #[test]
    fn sizes_are_read_with_and_without_units() {
        for (text, bytes) in [
            ("0", 0),
            ("52428800", 50 << 20),
            ("50M", 50 << 20),
            ("50 MiB", 50 << 20),
            ("2gb", 2 << 30),
            ("7k", 7 << 10),
        ] {
            assert_eq!(parse_size(text), Ok(bytes), "{text}");
        }
        for text in ["", "M", "5T", "-1", "1.5M", "99999999999999999999", "18446744073709551615G"] {
            assert!(parse_size(text).is_err(), "{text}");
        }
    }

    #[test]
    fn no_color_means_no_escape_bytes() {
        let ui = Ui { mode: Mode::Human, color: false, interactive: false, live: false, verbose: false };
        assert_eq!(ui.paint(GREEN, "text"), "text");
        let ui = Ui { mode: Mode::Human, color: true, interactive: false, live: false, verbose: false };
        assert!(ui.paint(GREEN, "text").starts_with('\u{1b}'));
    }
}

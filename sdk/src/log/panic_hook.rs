//! Panics as log lines: one line with place and backtrace instead of several without.

use std::any::Any;
use std::backtrace::Backtrace;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind};
use std::sync::Once;

use super::sink::Record;
use crate::goplugin::hclog::Level;

thread_local! {
    /// Somebody further up this thread's stack will report a panic.
    static EXPECTED: Cell<bool> = const { Cell::new(false) };
    /// This thread's last panic.
    static LAST: Cell<Option<PanicReport>> = const { Cell::new(None) };
}

/// What is known about a panic.
#[derive(Debug, Clone)]
pub(crate) struct PanicReport {
    pub(crate) message: String,
    /// File, line and column.
    pub(crate) location: String,
    pub(crate) backtrace: String,
    thread: String,
    /// It is in the log already.
    written: bool,
}

impl PanicReport {
    fn new(info: &PanicHookInfo<'_>) -> Self {
        let payload = info.payload();
        let text = payload.downcast_ref::<&str>().copied();
        let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
        Self {
            message: text.unwrap_or("a panic without a text").to_owned(),
            location: info.location().map(ToString::to_string).unwrap_or_default(),
            backtrace: trimmed(&Backtrace::force_capture().to_string()),
            thread: std::thread::current().name().unwrap_or("unnamed").to_owned(),
            written: false,
        }
    }

    /// Writes it to stderr, not into the queue: the process may be about to end.
    fn write(&mut self) {
        if std::mem::replace(&mut self.written, true) {
            return;
        }
        let fields = [("location", &self.location), ("thread", &self.thread), ("backtrace", &self.backtrace)];
        let record = Record {
            level: Level::Error,
            target: "mmplugin::panic".into(),
            message: format!("thread '{}' panicked: {}", self.thread, self.message),
            fields: fields.map(|(key, value)| (key.to_owned(), value.clone())).into(),
        };
        record.to_stderr();
    }
}

/// The frames between the panic and whoever called the author's code; all of them if it is not clear which these are.
fn trimmed(backtrace: &str) -> String {
    let lines: Vec<&str> = backtrace.lines().collect();
    let is_frame = |line: &&str| line.trim_start().starts_with(|c: char| c.is_ascii_digit());
    if lines.iter().filter(|line| is_frame(line)).all(|line| line.ends_with("<unknown>")) {
        return "no names: the executable is stripped".to_owned();
    }
    let has = |line: &&str, marks: &[&str]| is_frame(line) && marks.iter().any(|mark| line.contains(mark));
    let end = lines.iter().position(|line| has(line, &["__rust_begin_short_backtrace", "panic_hook::catch"]));
    let end = end.unwrap_or(lines.len());
    let machinery = ["rust_begin_unwind", "core::panicking::", "std::panicking::begin_panic", "::panic_any"];
    let last = lines.iter().take(end).rposition(|line| has(line, &machinery));
    // A frame is one line, or two with the place.
    let start = last
        .map_or(0, |last| last + 1 + lines.iter().skip(last + 1).take_while(|line| !is_frame(line)).count());
    lines.get(start..end).unwrap_or_default().join("\n")
}

/// Installs the hook, in place of any other, once.
pub(crate) fn install() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| std::panic::set_hook(Box::new(hook)));
}

fn hook(info: &PanicHookInfo<'_>) {
    let mut report = PanicReport::new(info);
    let expected = EXPECTED.try_with(Cell::get).unwrap_or_default();
    let previous = LAST.try_with(Cell::take).ok().flatten();
    // A second panic before the first one was reported: most likely while unwinding, and the process aborts next.
    let twice = previous
        .filter(|previous| expected && !previous.written)
        .map(|mut previous| previous.write())
        .is_some();
    if !expected || twice {
        report.write();
    }
    let _ = LAST.try_with(|last| last.set(Some(report)));
}

/// The last panic of this thread, if nobody took it yet. To be called by who caught it.
pub(crate) fn take_last_panic() -> Option<PanicReport> {
    LAST.try_with(Cell::take).ok().flatten()
}

/// Runs `run`; the caller reports a panic in it, so the hook does not.
///
/// State that `run` leaves half changed is its owner's concern, as with a thread that panicked.
pub(crate) fn catch<R>(run: impl FnOnce() -> R) -> Result<R, PanicReport> {
    let outer = EXPECTED.replace(true);
    let result = catch_unwind(AssertUnwindSafe(run));
    EXPECTED.set(outer);
    let report = take_last_panic();
    match result {
        Ok(value) => {
            // The author's own code has caught it; that it happened belongs into the log.
            report.into_iter().for_each(|mut report| report.write());
            Ok(value)
        }
        Err(payload) => Err(report.unwrap_or_else(|| unheard(&*payload))),
    }
}

/// A panic of which the hook heard nothing: it is not installed, as in tests, the author replaced it, or the payload was
/// thrown without a panic.
fn unheard(payload: &(dyn Any + Send)) -> PanicReport {
    let text = payload.downcast_ref::<&str>().copied();
    let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    PanicReport {
        message: text.unwrap_or("a panic without a report").into(),
        location: String::new(),
        backtrace: String::new(),
        thread: String::new(),
        written: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The hook for these tests only: the others' panics are the test harness's.
    fn install() {
        static ONCE: Once = Once::new();
        ONCE.call_once(|| {
            let harness = std::panic::take_hook();
            std::panic::set_hook(Box::new(
                move |info| if EXPECTED.get() { hook(info) } else { harness(info) },
            ));
        });
    }

    #[test]
    fn a_caught_panic_has_message_place_and_backtrace() {
        install();
        let report = catch(|| panic!("because {}", 1)).unwrap_err();
        assert_eq!(report.message, "because 1");
        assert!(report.location.contains("panic_hook.rs:"), "{}", report.location);
        assert!(report.backtrace.contains("a_caught_panic_has"), "{}", report.backtrace);
        assert!(!report.written && take_last_panic().is_none());
    }

    #[test]
    fn a_backtrace_holds_the_authors_frames() {
        install();
        let report = catch(|| "x".parse::<u8>().unwrap()).unwrap_err();
        let first = report.backtrace.lines().next().unwrap();
        assert!(
            first.contains("core::result::") || first.contains("a_backtrace_holds"),
            "{}",
            report.backtrace
        );
        assert!(!report.backtrace.contains("test::run_test"), "{}", report.backtrace);
    }

    #[test]
    fn backtraces_without_names_or_marks_are_kept_short_or_whole() {
        assert_eq!(trimmed("   0: <unknown>\n   1: <unknown>\n"), "no names: the executable is stripped");
        assert_eq!(
            trimmed("   0: a::b\n             at ./x.rs:1\n   1: c\n"),
            "   0: a::b\n             at ./x.rs:1\n   1: c"
        );
        let whole = "  0: rust_begin_unwind\n    at p.rs\n  1: core::panicking::panic_fmt\n    at q.rs\n  2: acme::f\n  3: z::__rust_begin_short_backtrace\n";
        assert_eq!(trimmed(whole), "  2: acme::f");
    }

    #[test]
    fn what_the_author_catches_is_written_and_not_mistaken_for_the_next() {
        install();
        let result = catch(|| std::panic::catch_unwind(|| panic!("inner")).is_err());
        assert!(result.unwrap());
        assert!(take_last_panic().is_none());
        let report = catch(|| {
            let _ = std::panic::catch_unwind(|| panic!("first"));
            panic!("second");
        });
        assert_eq!(report.unwrap_err().message, "second");
    }

    #[test]
    fn payloads_without_text_are_reports_too() {
        install();
        let report = catch(|| std::panic::panic_any(7)).unwrap_err();
        assert_eq!(report.message, "a panic without a text");
        let report = catch(|| std::panic::resume_unwind(Box::new(7))).unwrap_err();
        assert_eq!(report.message, "a panic without a report");
        for payload in [Box::new("text") as Box<dyn Any + Send>, Box::new("text".to_owned())] {
            let report = catch(|| std::panic::resume_unwind(payload)).unwrap_err();
            assert_eq!(report.message, "text");
        }
    }
}

//! Waits that nobody can measure, such as the one for a plugin that starts.

use std::io::Write;
use std::time::{Duration, Instant};

use super::{GREEN, Mode, Ui, duration};

/// A short wait is not worth a word.
const SHORT: Duration = Duration::from_millis(500);
/// Where lines stay, a long wait gets one so often.
const LINE: Duration = Duration::from_secs(5);

/// On a terminal one line that counts; in a log of CI a line from time to time, and for programs an event.
#[derive(Debug)]
pub struct Waiting<'a> {
    ui: &'a Ui,
    begun: Instant,
    /// When the next line is due.
    next: Duration,
    /// There is a line to be taken away.
    shown: bool,
}

impl Ui {
    /// Begins a wait; the line on the terminal goes with the value.
    pub fn waiting(&self) -> Waiting<'_> {
        Waiting { ui: self, begun: Instant::now(), next: LINE, shown: false }
    }
}

impl Waiting<'_> {
    /// Still waiting, and for what.
    pub fn still(&mut self, what: &str) {
        let waited = self.begun.elapsed();
        if self.ui.live && waited >= SHORT {
            self.shown = true;
            let verb = self.ui.paint(GREEN, &format!("{:>12}", "Waiting"));
            let mut stderr = std::io::stderr().lock();
            let _ = write!(stderr, "\r{verb} {what}, {} s\u{1b}[K", waited.as_secs());
            let _ = stderr.flush();
        } else if !self.ui.live && waited >= self.next {
            self.next += LINE;
            let text = format!("{what}, {} so far", duration(waited));
            match self.ui.mode {
                Mode::Json => self.ui.emit(&serde_json::json!({
                    "event": "waiting", "message": what, "seconds": waited.as_secs_f64(),
                })),
                _ => self.ui.status("Waiting", text),
            }
        }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        if self.shown {
            self.ui.progress_done();
        }
    }
}

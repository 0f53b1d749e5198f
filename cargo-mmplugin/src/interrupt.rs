//! Ctrl-C as a flag: loops and waits ask it, temporary files go away by themselves, `main` ends with 130.

use std::process::{Child, ExitStatus};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::error::Error;

/// How often a wait for a program looks for Ctrl-C.
const TICK: Duration = Duration::from_millis(20);
/// What a program that was asked to stop gets for it.
const GRACE: Duration = Duration::from_secs(2);

/// A cheap handle; clones share the flag.
#[derive(Debug, Clone, Default)]
pub struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// A flag that SIGINT, SIGTERM and SIGHUP set. A second Ctrl-C ends the process at once.
    /// On Windows nothing is caught: Ctrl-C ends the process, and an unfinished temporary file may stay.
    pub fn from_signals() -> Self {
        let interrupt = Self::default();
        #[cfg(unix)]
        {
            use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
            for signal in [SIGINT, SIGTERM, SIGHUP] {
                // Registration fails for forbidden signals only, which these are not.
                let _ =
                    signal_hook::flag::register_conditional_shutdown(signal, 130, Arc::clone(&interrupt.0));
                let _ = signal_hook::flag::register(signal, Arc::clone(&interrupt.0));
            }
        }
        interrupt
    }

    /// Whether the user wants to stop.
    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// As if Ctrl-C had been pressed.
    pub fn set(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// The flag itself, for others that look at it.
    pub(crate) fn flag(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.0)
    }

    /// # Errors
    /// [`Error::interrupted`] when the user wants to stop.
    pub fn check(&self) -> Result<(), Error> {
        if self.is_set() { Err(Error::interrupted()) } else { Ok(()) }
    }

    /// Waits for a program, without a time limit; at Ctrl-C `stop` ends it.
    ///
    /// # Errors
    /// [`Error::interrupted`] when the user wants to stop; what the system says about waiting.
    pub(crate) fn wait(&self, child: &mut Child, stop: impl FnOnce(&mut Child)) -> Result<ExitStatus, Error> {
        loop {
            if let Some(status) = child.try_wait()? {
                // After Ctrl-C in a terminal the program has got the signal, too: then its failure is our interruption.
                self.check()?;
                return Ok(status);
            }
            if self.is_set() {
                stop(child);
                return Err(Error::interrupted());
            }
            thread::sleep(TICK);
        }
    }
}

/// Gives a program that was asked to stop some time for it. `false`: it still runs.
pub(crate) fn stops(child: &mut Child) -> bool {
    let asked = Instant::now();
    while asked.elapsed() < GRACE {
        if !matches!(child.try_wait(), Ok(None)) {
            return true;
        }
        thread::sleep(TICK);
    }
    false
}

/// Ends a program for good.
pub(crate) fn kill(child: &mut Child) {
    let _ = child.kill();
    let _ = child.wait();
}

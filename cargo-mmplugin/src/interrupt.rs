//! Ctrl-C as a flag: loops and waits ask it, temporary files go away by themselves, `main` ends with 130.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::error::Error;

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

    /// # Errors
    /// [`Error::interrupted`] when the user wants to stop.
    pub fn check(&self) -> Result<(), Error> {
        if self.is_set() { Err(Error::interrupted()) } else { Ok(()) }
    }
}

//! Keeps a panic of author code from ending the plugin.

use std::future::Future;
use std::pin::pin;
use std::task::Poll;

use crate::log::panic_hook::{self, PanicReport};

use super::watch;

/// A panic that was caught.
pub(crate) struct Caught(PanicReport);

/// Runs a future; a panic while it is polled becomes an error.
///
/// The state the future leaves behind is the author's own, as in a thread of theirs that panicked.
pub(crate) async fn catch<F: Future>(future: F) -> Result<F::Output, Caught> {
    let mut future = pin!(future);
    std::future::poll_fn(move |cx| match watch::run(|| panic_hook::catch(|| future.as_mut().poll(cx))) {
        Ok(Poll::Pending) => Poll::Pending,
        Ok(Poll::Ready(output)) => Poll::Ready(Ok(output)),
        Err(report) => Poll::Ready(Err(Caught(report))),
    })
    .await
}

/// One step of author code inside of something that must outlive its panic.
pub(crate) fn catch_now<T>(step: impl FnOnce() -> T) -> Result<T, Caught> {
    panic_hook::catch(step).map_err(Caught)
}

impl Caught {
    /// Logs it under the name of what panicked.
    pub(crate) fn log(&self, name: &str) {
        let PanicReport { message, location, backtrace, .. } = &self.0;
        tracing::error!(hook = name, location, backtrace, "{name} panicked: {message}");
    }

    /// What the host is told.
    pub(crate) fn text(&self, name: &str) -> String {
        format!("{name}: the plugin panicked: {}", self.0.message)
    }
}

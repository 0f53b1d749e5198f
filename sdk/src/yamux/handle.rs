//! Handles of a session: opening streams and accepting those of the peer.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use super::driver::now;
use super::error::Error;
use super::shared::Shared;
use super::stream::Stream;

/// How many bytes may travel with a SYN; the rest of `first` follows as ordinary data.
const FIRST: usize = 1024;

/// Opens streams. Clones belong to the same session.
#[derive(Clone)]
pub struct Session {
    shared: Arc<Shared>,
}

impl Session {
    pub(super) fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    /// Opens a stream; the peer learns of it at once. Waits while 256 streams are without the peer's answer.
    ///
    /// # Errors
    /// When the session has ended, either side goes away, or too many streams exist.
    pub async fn open(&self) -> Result<Stream, Error> {
        self.open_with(&[]).await
    }

    /// As [`open`](Self::open), and sends `first` together with the opening.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub async fn open_with(&self, first: &[u8]) -> Result<Stream, Error> {
        let (with_syn, rest) = first.split_at_checked(FIRST).unwrap_or((first, &[]));
        let mut stream = loop {
            let mut wait = pin!(self.shared.slot.notified());
            wait.as_mut().enable();
            if let Some(stream) = self.try_open(with_syn)? {
                break stream;
            }
            wait.await;
        };
        if !rest.is_empty() && tokio::io::AsyncWriteExt::write_all(&mut stream, rest).await.is_err() {
            return Err(self.ended().unwrap_or(Error::Lost));
        }
        Ok(stream)
    }

    fn try_open(&self, first: &[u8]) -> Result<Option<Stream>, Error> {
        let mut state = self.shared.lock();
        let Some(id) = state.machine.open(first)? else { return Ok(None) };
        self.shared.flush(state, false);
        Ok(Some(Stream::new(Arc::clone(&self.shared), id)))
    }

    /// Runs a future; what its thread writes to the session during one step of it goes out together, at the end of the step.
    ///
    /// For steps that write little to several streams, and run no code that blocks.
    pub(crate) async fn corked<F: Future>(&self, future: F) -> F::Output {
        let mut future = pin!(future);
        poll_fn(|cx| {
            let _cork = Cork::put(&self.shared);
            future.as_mut().poll(cx)
        })
        .await
    }

    /// Tells the peer to open no more streams; those that are open live on. Go: `Session.GoAway`.
    pub fn go_away(&self) {
        let mut state = self.shared.lock();
        state.machine.go_away();
        self.shared.flush(state, false);
    }

    /// Ends the session: streams fail, what was written before still goes out (for at most a second), then the socket is closed.
    pub fn close(&self) {
        self.shared.close();
    }

    /// Why the session ended, if it has.
    pub fn ended(&self) -> Option<Error> {
        self.shared.lock().machine.ended().cloned()
    }

    /// How many streams exist, those included that wait for the peer to end its half. Go: `Session.NumStreams`.
    pub fn stream_count(&self) -> usize {
        self.shared.lock().machine.stream_count()
    }

    /// Waits until the session has ended and says why.
    pub async fn closed(&self) -> Error {
        loop {
            let mut wait = pin!(self.shared.closed.notified());
            wait.as_mut().enable();
            if let Some(reason) = self.ended() {
                return reason;
            }
            wait.await;
        }
    }
}

/// Ends the cork also when the step panics.
struct Cork<'a>(Option<&'a Shared>);

impl<'a> Cork<'a> {
    fn put(shared: &'a Shared) -> Self {
        Self(shared.cork().then_some(shared))
    }
}

impl Drop for Cork<'_> {
    fn drop(&mut self) {
        if let Some(shared) = self.0 {
            shared.uncork();
        }
    }
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session").field("ended", &self.ended()).finish_non_exhaustive()
    }
}

/// The streams that the peer opens. They are answered when they arrive, not when they are accepted; dropping this refuses
/// further ones.
pub struct Incoming {
    shared: Arc<Shared>,
}

impl Incoming {
    pub(super) fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    /// The next stream, in the order of opening; `None` when the session has ended or
    /// [`Session::go_away`] was called and no stream waits.
    pub async fn accept(&mut self) -> Option<Stream> {
        poll_fn(|cx| self.poll_accept(cx)).await
    }

    /// As [`accept`](Self::accept), for hand-written futures.
    pub fn poll_accept(&mut self, cx: &mut Context<'_>) -> Poll<Option<Stream>> {
        let mut state = self.shared.lock();
        match state.machine.accept() {
            Ok(Some(id)) => Poll::Ready(Some(Stream::new(Arc::clone(&self.shared), id))),
            Err(_) => Poll::Ready(None),
            Ok(None) => {
                state.incoming = Some(cx.waker().clone());
                Poll::Pending
            }
        }
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        let mut state = self.shared.lock();
        state.machine.refuse(now());
        self.shared.flush(state, false);
    }
}

impl std::fmt::Debug for Incoming {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Incoming").finish_non_exhaustive()
    }
}

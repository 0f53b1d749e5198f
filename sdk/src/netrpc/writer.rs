//! Writes gob values to a stream from any task, in order, without waiting.
//!
//! A caller encodes under the lock and tries the stream at once; what the stream does not take stays in the buffer
//! and one task, asleep otherwise, writes it out. So no message can be cut by a cancelled caller, and what is
//! buffered is bounded by what is in flight: a caller waits for its reply before it sends the next.

use std::io;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::thread::{self, ThreadId};

use tokio::io::AsyncWrite;
use tokio::sync::Notify;

use crate::gob::{EncodeError, Encoder};

/// What one batch may hold back; more goes out at once.
const MAX_BATCH: usize = 32 << 10;

/// Buffer kept between messages; a larger one is given back after use.
const KEEP_BUFFER: usize = 64 << 10;

type Sink = Pin<Box<dyn AsyncWrite + Send>>;

/// The writing half of a connection, shared by all who send on it.
#[derive(Clone)]
pub(crate) struct Writer {
    shared: Arc<Shared>,
}

struct Shared {
    state: Mutex<State>,
    wake: Notify,
    /// Answers that are still to come.
    owed: AtomicUsize,
    settled: Notify,
}

struct State {
    /// None once the connection has ended.
    sink: Option<Sink>,
    encoder: Encoder,
    out: Vec<u8>,
    written: usize,
    finish: bool,
    /// The writing task is at it: nobody else may poll the stream, which remembers only its latest waker.
    handed_over: bool,
    /// Wakes the writing task while it waits for the stream, which cannot once it is dropped.
    waiting: Option<Waker>,
    /// The thread whose messages wait for the end of its batch.
    batching: Option<ThreadId>,
}

/// Why nothing was sent.
#[derive(Debug)]
pub(crate) enum SendError {
    Encode(EncodeError),
    Closed,
}

impl Writer {
    pub(crate) fn new(sink: impl AsyncWrite + Send + 'static) -> Self {
        Self::resume(sink, Encoder::new())
    }

    /// On a stream that `encoder` has written to before.
    pub(crate) fn resume(sink: impl AsyncWrite + Send + 'static, encoder: Encoder) -> Self {
        let state = State {
            sink: Some(Box::pin(sink)),
            encoder,
            out: Vec::new(),
            written: 0,
            finish: false,
            handed_over: false,
            waiting: None,
            batching: None,
        };
        let (owed, settled) = (AtomicUsize::new(0), Notify::new());
        Self { shared: Arc::new(Shared { state: Mutex::new(state), wake: Notify::new(), owed, settled }) }
    }

    /// Somebody has an answer to send.
    pub(crate) fn owe(&self) {
        self.shared.owed.fetch_add(1, Ordering::Relaxed);
    }

    /// The answer has been sent.
    pub(crate) fn settle(&self) {
        if self.shared.owed.fetch_sub(1, Ordering::Release) == 1 {
            self.shared.settled.notify_waiters();
        }
    }

    /// Waits until no answer is owed.
    pub(crate) async fn settled(&self) {
        loop {
            let mut wait = pin!(self.shared.settled.notified());
            wait.as_mut().enable();
            if self.shared.owed.load(Ordering::Acquire) == 0 {
                return;
            }
            wait.await;
        }
    }

    /// Encodes one message with `encode` and sends it, or keeps what the stream does not take now.
    ///
    /// When `encode` fails, nothing is sent and the stream stays usable.
    pub(crate) fn send(
        &self,
        encode: impl FnOnce(&mut Encoder, &mut Vec<u8>) -> Result<(), EncodeError>,
    ) -> Result<(), SendError> {
        let mut state = self.lock();
        if state.sink.is_none() || state.finish {
            return Err(SendError::Closed);
        }
        let state = &mut *state;
        let start = state.out.len();
        if let Err(error) = encode(&mut state.encoder, &mut state.out) {
            state.out.truncate(start);
            return Err(SendError::Encode(error));
        }
        let held = state.batching.is_some_and(|batching| batching == thread::current().id());
        if state.handed_over || (held && state.out.len() < MAX_BATCH) {
            return Ok(());
        }
        self.drain_now(state)
    }

    /// Messages that this thread sends from now on wait for [`end_batch`](Self::end_batch), to go out together.
    pub(crate) fn begin_batch(&self) {
        self.lock().batching = Some(thread::current().id());
    }

    /// Sends what the batch has held back.
    pub(crate) fn end_batch(&self) {
        let mut state = self.lock();
        if state.batching.take().is_some() && !state.out.is_empty() && !state.handed_over {
            // A failure is seen by the reading side and by the next who sends.
            let _ = self.drain_now(&mut state);
        }
    }

    fn drain_now(&self, state: &mut State) -> Result<(), SendError> {
        match state.drain(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(Ok(())) => Ok(()),
            Poll::Ready(Err(_)) => Err(SendError::Closed),
            Poll::Pending => {
                state.handed_over = true;
                self.shared.wake.notify_one();
                Ok(())
            }
        }
    }

    /// Asks the writing task to end the stream once everything is out.
    pub(crate) fn finish(&self) {
        self.lock().finish = true;
        self.shared.wake.notify_one();
    }

    /// Drops the stream: every later `send` fails.
    pub(crate) fn close(&self) {
        let mut state = self.lock();
        state.sink = None;
        state.out = Vec::new();
        let waiting = state.waiting.take();
        drop(state);
        if let Some(waiting) = waiting {
            waiting.wake();
        }
        self.shared.wake.notify_one();
    }

    /// The task that writes what a caller could not; ends when the stream fails, is finished or closed.
    pub(crate) async fn run(self) -> io::Result<()> {
        loop {
            self.shared.wake.notified().await;
            std::future::poll_fn(|cx| {
                let mut state = self.lock();
                let drained = state.drain(cx);
                state.handed_over = drained.is_pending();
                state.waiting = state.handed_over.then(|| cx.waker().clone());
                drained
            })
            .await?;
            match self.take_finished() {
                Some(Some(mut sink)) => {
                    return std::future::poll_fn(|cx| sink.as_mut().poll_shutdown(cx)).await;
                }
                Some(None) => return Ok(()),
                None => {}
            }
        }
    }

    /// The stream to be shut down once everything is out; `Some(None)` when it is gone already.
    fn take_finished(&self) -> Option<Option<Sink>> {
        let mut state = self.lock();
        let done = state.sink.is_none() || (state.finish && state.out.is_empty());
        done.then(|| state.sink.take())
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // A panic while encoding leaves whole messages in `out` only, or a closed stream: both are usable.
        self.shared.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Writer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Writer").finish_non_exhaustive()
    }
}

impl State {
    /// Writes until the buffer is empty or the stream takes no more.
    fn drain(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let Some(sink) = &mut self.sink else { return Poll::Ready(Ok(())) };
        while let Some(rest) = self.out.get(self.written..).filter(|rest| !rest.is_empty()) {
            match sink.as_mut().poll_write(cx, rest) {
                Poll::Ready(Ok(count)) if count > 0 => self.written += count,
                Poll::Ready(result) => {
                    self.sink = None;
                    self.out = Vec::new();
                    self.written = 0;
                    let error = result.err().unwrap_or_else(|| io::ErrorKind::WriteZero.into());
                    return Poll::Ready(Err(error));
                }
                Poll::Pending => return Poll::Pending,
            }
        }
        self.written = 0;
        self.out.clear();
        self.out.shrink_to(KEEP_BUFFER);
        match sink.as_mut().poll_flush(cx) {
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            _ => Poll::Ready(Ok(())),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::io::{AsyncReadExt, duplex};
    use tokio::time::timeout;

    use super::*;

    fn text(writer: &Writer) {
        writer.send(|encoder, out| encoder.encode(&"x".repeat(100), out)).unwrap();
    }

    /// The stream remembers one waker: whoever polls it while the writing task waits takes its place.
    #[tokio::test]
    async fn batches_that_end_meanwhile_do_not_keep_the_writing_task_asleep() {
        let (ours, mut peer) = duplex(16);
        let writer = Writer::new(ours);
        let writing = tokio::spawn(writer.clone().run());
        for _ in 0..3 {
            writer.begin_batch();
            text(&writer);
            writer.end_batch();
            tokio::task::yield_now().await;
        }
        writer.finish();
        let mut received = Vec::new();
        let read = timeout(Duration::from_secs(5), peer.read_to_end(&mut received)).await;
        assert!(read.is_ok() && received.len() > 300, "{} bytes", received.len());
        writing.await.unwrap().unwrap();
    }

    #[tokio::test]
    async fn closing_ends_the_writing_task_while_it_waits_for_a_slow_reader() {
        let (ours, _peer) = duplex(16);
        let writer = Writer::new(ours);
        let writing = tokio::spawn(writer.clone().run());
        text(&writer);
        tokio::task::yield_now().await;
        writer.close();
        assert!(timeout(Duration::from_secs(5), writing).await.is_ok());
    }
}

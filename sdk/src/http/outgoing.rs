//! Bodies that the server fetches from the plugin: it asks for so many bytes, and gets no more than that.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::Body as _;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::task::JoinHandle;

use crate::goplugin::Broker;
use crate::log::Scope;
use crate::runtime::guard;
use crate::yamux::Stream;

use super::{Body, BodyError};

/// A body on offer. Dropping it takes the rest of the body away from the server, which then reads an error.
pub(crate) struct Outgoing {
    id: u32,
    task: JoinHandle<()>,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    /// Until the server has come for it.
    body: Mutex<Option<Body>>,
    failure: Mutex<Option<Arc<BodyError>>>,
}

impl Outgoing {
    /// Waits in a task for the server to come, which it must within 5 s, and then hands the body out.
    pub(crate) fn offer(broker: &Broker, body: Body) -> Self {
        let (broker, id) = (broker.clone(), broker.next_id());
        let shared = Arc::new(Shared { body: Mutex::new(Some(body)), failure: Mutex::default() });
        let ours = Arc::clone(&shared);
        let task = tokio::spawn(Scope::current().wrap(async move {
            let Ok(stream) = broker.accept(id).await else { return };
            let Some(body) = lock(&ours.body).take() else { return };
            let failed = match guard::catch(Serve::new(stream, body)).await {
                Ok(Ok(())) => return,
                Ok(Err(error)) => error,
                Err(panic) => {
                    panic.log("request body");
                    BodyError::new(panic.text("request body"))
                }
            };
            *lock(&ours.failure) = Some(Arc::new(failed));
        }));
        Self { id, task, shared }
    }

    /// What to tell the server.
    pub(crate) fn id(&self) -> u32 {
        self.id
    }

    /// The body as it was given, if the server has not come for it.
    pub(crate) fn take_back(self) -> Option<Body> {
        lock(&self.shared.body).take()
    }

    /// Why the body broke off, if it did.
    pub(crate) fn failure(&self) -> Option<Arc<BodyError>> {
        lock(&self.shared.failure).clone()
    }
}

impl Drop for Outgoing {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The serving side of the pull protocol. Asks are read at all times: a server that reads in small pieces sends many,
/// and would wait for room for them while this side waits for it to read.
struct Serve {
    stream: Stream,
    body: Pin<Box<Body>>,
    rest: Bytes,
    asks: Asks,
    /// Asked for and not sent.
    credit: u64,
    phase: Phase,
}

#[derive(Clone, Copy, PartialEq)]
enum Phase {
    Sending,
    Finishing,
    /// All is sent; what the server asks for beyond the end is read and dropped. Closing now would reset the stream under
    /// the bytes that it has not read.
    Finished,
}

impl Serve {
    fn new(stream: Stream, body: Body) -> Self {
        let (asks, rest, phase) = (Asks::default(), Bytes::new(), Phase::Sending);
        Self { stream, body: Box::pin(body), rest, asks, credit: 0, phase }
    }

    /// Reads all asks that have come; ready when the server closes its side.
    fn poll_asks(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let mut bytes = [0; 512];
        loop {
            let mut buffer = ReadBuf::new(&mut bytes);
            let read = ready!(Pin::new(&mut self.stream).poll_read(cx, &mut buffer));
            if read.is_err() || buffer.filled().is_empty() {
                return Poll::Ready(());
            }
            for byte in buffer.filled() {
                self.credit = self.credit.saturating_add(self.asks.push(*byte).unwrap_or(0));
            }
        }
    }

    /// Sends what has been asked for, as far as the body has it; ready when the server is gone or the body has failed.
    fn poll_send(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BodyError>> {
        while self.phase == Phase::Sending && self.credit > 0 {
            if self.rest.is_empty() {
                match ready!(self.body.as_mut().poll_frame(cx)) {
                    Some(frame) => self.rest = frame?.into_data().unwrap_or_default(),
                    None => self.phase = Phase::Finishing,
                }
                continue;
            }
            let most = usize::try_from(self.credit).unwrap_or(usize::MAX);
            let piece = self.rest.get(..most).unwrap_or(&self.rest);
            let Ok(count) = ready!(Pin::new(&mut self.stream).poll_write(cx, piece)) else {
                return Poll::Ready(Ok(()));
            };
            self.credit -= count as u64;
            self.rest = self.rest.split_off(count);
        }
        if self.phase == Phase::Finishing {
            // A server that is gone needs no end.
            let _ = ready!(Pin::new(&mut self.stream).poll_shutdown(cx));
            self.phase = Phase::Finished;
        }
        Poll::Pending
    }
}

impl Future for Serve {
    type Output = Result<(), BodyError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        if this.poll_asks(cx).is_ready() {
            // It has all that it wanted.
            this.phase = Phase::Finished;
            return Poll::Ready(Ok(()));
        }
        this.poll_send(cx)
    }
}

impl Drop for Serve {
    fn drop(&mut self) {
        if self.phase != Phase::Finished {
            // Half a body must not look like a whole one.
            self.stream.reset();
        }
    }
}

/// Go's signed varints, byte by byte.
#[derive(Default)]
struct Asks {
    value: u64,
    shift: u32,
}

impl Asks {
    /// The number that this byte completes; a negative one asks for nothing.
    fn push(&mut self, byte: u8) -> Option<u64> {
        self.value |= u64::from(byte & 0x7f).checked_shl(self.shift).unwrap_or(0);
        if byte >= 0x80 {
            self.shift = self.shift.saturating_add(7);
            return None;
        }
        let Self { value, .. } = std::mem::take(self);
        Some(if value & 1 == 0 { value >> 1 } else { 0 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn asks_are_zig_zag_varints_cut_anywhere() {
        let mut asks = Asks::default();
        let mut read = |bytes: &[u8]| bytes.iter().filter_map(|byte| asks.push(*byte)).collect::<Vec<_>>();
        assert_eq!(read(&[0x80, 0x08]), [512]);
        assert_eq!(read(&[0x02, 0x80]), [1]);
        assert_eq!(read(&[0x08, 0x01]), [512, 0]);
        let most = [0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01];
        assert_eq!(read(&most), [i64::MAX as u64]);
        assert_eq!(read(&[0xff; 40]), Vec::<u64>::new());
        assert_eq!(read(&[0x00]).len(), 1);
    }
}

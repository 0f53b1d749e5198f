//! The task behind a session: reads the socket, hands bytes to the streams, writes what is left over, keeps time.

use std::future::Future;
use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use bytes::BytesMut;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite};
use tokio::time::Sleep;

use super::config::{Config, Mode};
use super::error::Error;
use super::handle::{Incoming, Session};
use super::session::Machine;
use super::shared::Shared;

/// Room for one read of the socket while little arrives.
const READ_SMALL: usize = 16 * 1024;
/// Room for one read while much arrives.
const READ_LARGE: usize = 64 * 1024;

/// Reads in one poll before other tasks get their turn.
const READS: usize = 16;

/// How long a session that is over waits for its last bytes: those that `close` found unwritten, or those that the peer sent
/// before it stopped reading.
const LAST_BYTES: Duration = Duration::from_secs(1);

/// Starts a session on a connected socket. The [`Driver`] has to be spawned; nothing happens without it.
///
/// For sockets that can be split into independent halves [`connect_split`] is faster.
pub fn connect<T>(io: T, mode: Mode, config: Config) -> (Session, Incoming, Driver)
where
    T: AsyncRead + AsyncWrite + Send + 'static,
{
    let (read, write) = tokio::io::split(io);
    connect_split(read, write, mode, config)
}

/// As [`connect`], for the two halves of a socket, such as those of `UnixStream::into_split`: reading and writing then never wait
/// for each other.
pub fn connect_split<R, W>(read: R, write: W, mode: Mode, config: Config) -> (Session, Incoming, Driver)
where
    R: AsyncRead + Send + 'static,
    W: AsyncWrite + Send + 'static,
{
    let machine = Machine::new(mode, config, now());
    let shared = Arc::new(Shared::new(machine, Box::pin(write)));
    let driver = Driver {
        shared: Arc::clone(&shared),
        read: Some(Box::pin(read)),
        buffer: BytesMut::new(),
        size: READ_SMALL,
        timer: None,
        last: None,
    };
    (Session::new(Arc::clone(&shared)), Incoming::new(shared), driver)
}

/// Moves the bytes of a session; ends with the reason when the connection ends. Dropping it ends the session; dropping all
/// handles does not.
///
/// Needs a tokio runtime with timers.
#[must_use = "nothing is sent or received unless the driver is spawned"]
pub struct Driver {
    shared: Arc<Shared>,
    read: Option<Pin<Box<dyn AsyncRead + Send>>>,
    buffer: BytesMut,
    size: usize,
    timer: Option<Pin<Box<Sleep>>>,
    last: Option<Pin<Box<Sleep>>>,
}

impl Future for Driver {
    type Output = Error;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Error> {
        let this = &mut *self;
        this.shared.set_driver(cx.waker());
        if (0..READS).any(|_| !this.read(cx)) {
            this.keep_time(cx);
        } else {
            cx.waker().wake_by_ref();
        }
        this.shared.flush(this.shared.lock(), true);
        this.outcome(cx)
    }
}

impl Driver {
    /// Reads once; `false` when nothing more is to be had now.
    fn read(&mut self, cx: &mut Context<'_>) -> bool {
        let Some(io) = &mut self.read else { return false };
        if self.buffer.capacity() - self.buffer.len() < self.size / 2 {
            self.buffer.reserve(self.size);
        }
        let room = self.buffer.capacity() - self.buffer.len();
        let result = pin!(io.read_buf(&mut self.buffer)).poll(cx);
        match result {
            Poll::Pending => false,
            Poll::Ready(Ok(count)) if count > 0 => {
                self.size = if count == room { READ_LARGE } else { self.size };
                let mut state = self.shared.lock();
                state.machine.receive(&mut self.buffer);
                let ended = state.machine.ended().is_some();
                self.shared.publish(state);
                !ended
            }
            Poll::Ready(result) => {
                let mut state = self.shared.lock();
                let reason = match result {
                    Err(error) => Error::from_io(error),
                    Ok(_) if state.machine.between_frames(&self.buffer) => Error::Lost,
                    Ok(_) => Error::Io(Arc::new(io::ErrorKind::UnexpectedEof.into())),
                };
                state.machine.end(reason);
                drop(state);
                self.read = None;
                false
            }
        }
    }

    /// After everything that has arrived was read, so that an answer that lies in the socket is never missed.
    fn keep_time(&mut self, cx: &mut Context<'_>) {
        loop {
            let deadline = match &*self.shared.lock() {
                state if state.machine.ended().is_some() => return,
                state => state.machine.deadline(),
            };
            let Some(deadline) = deadline else { return };
            let at = tokio::time::Instant::from_std(deadline);
            let sleep = self.timer.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(at)));
            // An earlier alarm than needed is kept: it costs one look, setting it anew for each frame would cost more.
            if sleep.deadline() > at || sleep.is_elapsed() {
                sleep.as_mut().reset(at);
            }
            if sleep.as_mut().poll(cx).is_pending() {
                return;
            }
            let mut state = self.shared.lock();
            state.machine.tick(now());
            self.shared.publish(state);
            self.shrink();
        }
    }

    /// Gives back what a burst has left behind.
    fn shrink(&mut self) {
        self.size = READ_SMALL;
        if self.buffer.is_empty() {
            self.buffer = BytesMut::new();
        }
    }

    fn outcome(&mut self, cx: &mut Context<'_>) -> Poll<Error> {
        let state = self.shared.lock();
        // After a failed write the end of the connection is about to be read, and perhaps replies before it.
        let unread = state.broken.is_some() && state.machine.ended().is_none();
        let unwritten = state.closing && state.broken.is_none() && !state.is_flushed();
        if !unread && state.machine.ended().is_none() {
            return Poll::Pending;
        }
        drop(state);
        if (unread || unwritten) && self.read.is_some() {
            let limit = self.last.get_or_insert_with(|| Box::pin(tokio::time::sleep(LAST_BYTES)));
            if limit.as_mut().poll(cx).is_pending() {
                return Poll::Pending;
            }
        }
        self.read = None;
        Poll::Ready(self.shared.end(Error::Closed))
    }
}

/// The clock of the runtime, which a test may stop.
pub(super) fn now() -> Instant {
    tokio::time::Instant::now().into_std()
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.shared.end(Error::Closed);
    }
}

//! The task behind a session: reads the socket, hands bytes to the streams, writes what is left over, keeps time.

use std::future::Future;
use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant;

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

/// How long `close` waits for the peer to take what was written before.
const CLOSE_FLUSH: std::time::Duration = std::time::Duration::from_secs(1);

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
    let machine = Machine::new(mode, config, Instant::now());
    let shared = Arc::new(Shared::new(machine, Box::pin(write)));
    let driver = Driver {
        shared: Arc::clone(&shared),
        read: Some(Box::pin(read)),
        buffer: BytesMut::new(),
        size: READ_SMALL,
        timer: None,
        closing: None,
    };
    (Session::new(Arc::clone(&shared)), Incoming::new(shared), driver)
}

/// Moves the bytes of a session; ends with the reason when the connection ends. Dropping it ends the session.
#[must_use = "nothing is sent or received unless the driver is spawned"]
pub struct Driver {
    shared: Arc<Shared>,
    read: Option<Pin<Box<dyn AsyncRead + Send>>>,
    buffer: BytesMut,
    size: usize,
    timer: Option<(Instant, Pin<Box<Sleep>>)>,
    closing: Option<Pin<Box<Sleep>>>,
}

impl Future for Driver {
    type Output = Error;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Error> {
        let this = &mut *self;
        this.shared.set_driver(cx.waker());
        let mut busy = true;
        for _ in 0..READS {
            if !this.read(cx) {
                busy = false;
                break;
            }
        }
        if busy {
            cx.waker().wake_by_ref();
        } else {
            this.keep_time(cx);
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
                let reason = match result {
                    Err(error) if error.kind() != io::ErrorKind::ConnectionReset => {
                        Error::Io(Arc::new(error))
                    }
                    _ if self.shared.lock().machine.between_frames(&self.buffer) => Error::Lost,
                    _ => Error::Io(Arc::new(io::ErrorKind::UnexpectedEof.into())),
                };
                self.read = None;
                self.shared.lock().machine.end(reason);
                false
            }
        }
    }

    /// After everything that has arrived was read, so that an answer that lies in the socket is never missed.
    fn keep_time(&mut self, cx: &mut Context<'_>) {
        loop {
            let mut state = self.shared.lock();
            let Some(deadline) = state.deadline() else { return };
            if state.machine.ended().is_some() {
                return;
            }
            let now = Instant::now();
            if deadline <= now {
                state.machine.tick(now);
                self.shared.publish(state);
                continue;
            }
            drop(state);
            let (at, sleep) = self
                .timer
                .get_or_insert_with(|| (deadline, Box::pin(tokio::time::sleep_until(deadline.into()))));
            if *at > deadline || sleep.is_elapsed() {
                *at = deadline;
                sleep.as_mut().reset(deadline.into());
            }
            if sleep.as_mut().poll(cx).is_pending() {
                return;
            }
        }
    }

    fn outcome(&mut self, cx: &mut Context<'_>) -> Poll<Error> {
        let state = self.shared.lock();
        let Some(reason) = state.machine.ended().cloned() else { return Poll::Pending };
        if state.closing && !state.is_flushed() {
            drop(state);
            let limit = self.closing.get_or_insert_with(|| Box::pin(tokio::time::sleep(CLOSE_FLUSH)));
            if self.read.is_some() && limit.as_mut().poll(cx).is_pending() {
                return Poll::Pending;
            }
        } else {
            drop(state);
        }
        self.read = None;
        self.shared.end(reason.clone());
        Poll::Ready(reason)
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        self.shared.end(Error::Closed);
    }
}

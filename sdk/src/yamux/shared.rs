//! What the driver and all handles of one session share, and the one place that writes to the socket.
//!
//! Whoever has something to send takes the writing half out of the state, writes without holding the lock, and puts it back;
//! meanwhile others only queue. So a small message normally leaves with one system call from the task that made it.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, ThreadId};

use tokio::io::AsyncWrite;
use tokio::sync::Notify;

use super::error::{Error, StreamError};
use super::frame::HEADER;
use super::queue::Batch;
use super::session::{Event, Machine};

/// Up to this size header and payload are copied together; above it a vectored write saves the copy.
const COPY: usize = 2048;

/// Slices of one write that are looked at.
const PARTS: usize = 6;

/// How many batches a task writes for others before it leaves the rest to the driver.
const ROUNDS: usize = 4;

/// Tasks to wake once the lock is released; mostly it is one.
#[derive(Debug, Default)]
struct Wakes {
    first: Option<Waker>,
    more: Vec<Waker>,
}

impl Wakes {
    fn add(&mut self, waker: Option<Waker>) {
        match waker {
            Some(waker) if self.first.is_some() => self.more.push(waker),
            None => {}
            waker => self.first = waker,
        }
    }

    fn wake(self) {
        self.first.into_iter().chain(self.more).for_each(Waker::wake);
    }
}

/// The tasks that wait for one stream.
#[derive(Debug, Default)]
pub(super) struct Wakers {
    pub(super) read: Option<Waker>,
    pub(super) write: Option<Waker>,
}

pub(super) struct Shared {
    state: Mutex<State>,
    /// Waiters of `open`.
    pub(super) slot: Notify,
    /// Waiters of `closed`.
    pub(super) closed: Notify,
    driver: Arc<DriverWake>,
    driver_waker: Waker,
}

pub(super) struct State {
    pub(super) machine: Machine<Wakers>,
    /// The writing half; away while somebody writes.
    out: Option<Out>,
    /// The socket was full; only the driver, which gets woken, tries again.
    blocked: bool,
    /// The driver came to write while the half was away.
    retry: bool,
    /// The thread whose writes wait for the end of its [`Session::corked`](super::Session::corked) poll.
    corked: Option<ThreadId>,
    pub(super) incoming: Option<Waker>,
    /// `close` was called: the driver flushes and ends.
    pub(super) closing: bool,
    /// Why writing failed; the writing half is gone then.
    pub(super) broken: Option<io::Error>,
    /// The driver is gone: nothing is written any more.
    over: bool,
}

struct Out {
    io: Pin<Box<dyn AsyncWrite + Send>>,
    batch: Batch,
    scratch: Vec<u8>,
}

/// The first bytes of several slices.
pub(super) struct Parts<'a> {
    parts: [&'a [u8]; PARTS],
    used: usize,
    total: usize,
}

impl<'a> Parts<'a> {
    /// At most `limit` bytes of the first slices that are not empty.
    pub(super) fn new(slices: impl Iterator<Item = &'a [u8]>, limit: usize) -> Self {
        let mut this = Self { parts: [&[]; PARTS], used: 0, total: 0 };
        for (part, slice) in this.parts.iter_mut().zip(slices.filter(|slice| !slice.is_empty())) {
            *part = slice.get(..limit - this.total).unwrap_or(slice);
            this.total += part.len();
            this.used += usize::from(!part.is_empty());
        }
        this
    }

    pub(super) fn get(&self) -> &[&'a [u8]] {
        self.parts.get(..self.used).unwrap_or_default()
    }
}

/// Wakes the driver's task, whichever that is; given to the socket by all who write.
#[derive(Debug, Default)]
struct DriverWake(Mutex<Option<Waker>>);

impl Wake for DriverWake {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if let Some(waker) = &*lock(&self.0) {
            waker.wake_by_ref();
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    pub(super) fn new(machine: Machine<Wakers>, io: Pin<Box<dyn AsyncWrite + Send>>) -> Self {
        let driver = Arc::new(DriverWake::default());
        let out = Out { io, batch: Batch::default(), scratch: Vec::new() };
        Self {
            state: Mutex::new(State {
                machine,
                out: Some(out),
                blocked: false,
                retry: false,
                corked: None,
                incoming: None,
                closing: false,
                broken: None,
                over: false,
            }),
            slot: Notify::new(),
            closed: Notify::new(),
            driver_waker: Waker::from(Arc::clone(&driver)),
            driver,
        }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    /// Called by the driver in each poll, so that wakes reach the right task.
    pub(super) fn set_driver(&self, waker: &Waker) {
        let mut current = lock(&self.driver.0);
        if !current.as_ref().is_some_and(|current| current.will_wake(waker)) {
            *current = Some(waker.clone());
        }
    }

    pub(super) fn wake_driver(&self) {
        self.driver_waker.wake_by_ref();
    }

    /// What this thread writes from now on waits for [`uncork`](Self::uncork). `false`: another thread is at it.
    pub(super) fn cork(&self) -> bool {
        let mut state = self.lock();
        let free = state.corked.is_none();
        if free {
            state.corked = Some(thread::current().id());
        }
        free
    }

    pub(super) fn uncork(&self) {
        let mut state = self.lock();
        state.corked = None;
        if state.machine.idle() { self.publish(state) } else { self.flush(state, false) }
    }

    /// Tells the tasks concerned about what happened, after releasing the lock.
    pub(super) fn publish(&self, mut state: MutexGuard<'_, State>) {
        let wakes = self.collect(&mut state);
        drop(state);
        wakes.wake();
    }

    fn collect(&self, state: &mut State) -> Wakes {
        let State { machine, incoming, .. } = state;
        let mut wakes = Wakes::default();
        if !machine.has_events() {
            return wakes;
        }
        let mut events = machine.take_events();
        for event in events.drain(..) {
            match event {
                Event::Incoming => wakes.add(incoming.take()),
                Event::Readable(id) => wakes.add(machine.user_mut(id).and_then(|user| user.read.take())),
                Event::Writable(id) => wakes.add(machine.user_mut(id).and_then(|user| user.write.take())),
                Event::Slot => self.slot.notify_waiters(),
            }
        }
        machine.return_events(events);
        wakes
    }

    /// Ends the session and every wait in it. `reason` is for a session that has no reason yet; the first one is returned.
    pub(super) fn end(&self, reason: Error) -> Error {
        let mut state = self.lock();
        let reason = state.broken.take().map_or(reason, Error::from_io);
        let reason = state.machine.end(reason).clone();
        state.out = None;
        state.over = true;
        self.wake_all(state);
        *lock(&self.driver.0) = None;
        reason
    }

    pub(super) fn close(&self) {
        let mut state = self.lock();
        if state.machine.ended().is_none() {
            state.closing = true;
            state.machine.end(Error::Closed);
        }
        self.wake_all(state);
        self.wake_driver();
    }

    fn wake_all(&self, mut state: MutexGuard<'_, State>) {
        let mut wakes = Wakes { first: state.incoming.take(), ..Wakes::default() };
        for user in state.machine.users_mut() {
            wakes.add(user.read.take());
            wakes.add(user.write.take());
        }
        drop(state);
        self.slot.notify_waiters();
        self.closed.notify_waiters();
        wakes.wake();
    }

    /// Hands `parts` of the stream to the socket, at once if that is free, and says how many bytes were taken.
    /// `Pending`: the waker is kept.
    pub(super) fn write(
        &self,
        cx: &Context<'_>,
        id: u32,
        parts: &[&[u8]],
    ) -> Poll<Result<usize, StreamError>> {
        let mut state = self.lock();
        let total: usize = parts.iter().map(|part| part.len()).sum();
        let room = state.machine.room(id)?;
        if room == 0 && total > 0 {
            state.wait_write(id, cx.waker());
            return Poll::Pending;
        }
        let direct = if state.blocked || state.is_corked() { 0 } else { state.machine.direct_room(id) };
        match (state.out.take(), parts) {
            (Some(out), [part]) if direct.min(total) > 0 && out.batch.is_empty() => {
                let part = part.get(..direct).unwrap_or(part);
                self.write_direct(state, out, id, &[part], part.len());
                Poll::Ready(Ok(part.len()))
            }
            (Some(out), parts) if direct.min(total) > 0 && out.batch.is_empty() => {
                let parts = Parts::new(parts.iter().copied(), direct);
                self.write_direct(state, out, id, parts.get(), parts.total);
                Poll::Ready(Ok(parts.total))
            }
            (out, parts) => {
                state.out = out;
                let taken = state.machine.queue(id, parts)?;
                self.flush(state, false);
                Poll::Ready(Ok(taken))
            }
        }
    }

    /// Sends the credit that a read gave, if it gave some.
    pub(super) fn after_read<'a>(&'a self, state: MutexGuard<'a, State>) {
        if state.machine.has_control() {
            self.flush(state, false);
        }
    }

    fn write_direct<'a>(
        &'a self,
        mut state: MutexGuard<'a, State>,
        mut out: Out,
        id: u32,
        parts: &[&[u8]],
        total: usize,
    ) {
        let control = if state.machine.has_control() { state.machine.take_control() } else { Vec::new() };
        let Some(header) = state.machine.direct(id, total) else {
            out.batch.push(control, 0);
            state.out = Some(out);
            return;
        };
        drop(state);
        let result = out.write_now(&mut Context::from_waker(&self.driver_waker), &control, &header, parts);
        state = self.lock();
        let written = match result {
            Poll::Ready(Ok(written)) => written,
            Poll::Ready(Err(error)) => return self.fail(state, out, error),
            Poll::Pending => 0,
        };
        let length = control.len() + HEADER + total;
        if written < length {
            out.keep_rest(written, control, &header, parts, id);
            state.machine.note_in_flight(id);
        }
        let pending = result.is_pending();
        self.put_back(state, out, pending);
    }

    /// Writes what is queued, unless somebody else is writing (who will then take it along) or the socket is full.
    pub(super) fn flush<'a>(&'a self, mut state: MutexGuard<'a, State>, driver: bool) {
        if !driver && (state.blocked || state.is_corked()) {
            return self.publish(state);
        }
        match state.out.take() {
            Some(out) => self.put_back(state, out, false),
            None => {
                state.retry |= driver;
                self.publish(state);
            }
        }
    }

    /// Goes on writing until nothing is left or the socket is full, then puts the writing half back.
    fn put_back<'a>(&'a self, mut state: MutexGuard<'a, State>, mut out: Out, mut pending: bool) {
        for _ in 0..ROUNDS {
            if state.over {
                return;
            }
            if pending && !std::mem::take(&mut state.retry) {
                return self.rest(state, out, true);
            }
            if out.batch.is_empty() {
                state.machine.stage(&mut out.batch);
            }
            if out.batch.is_empty() {
                return self.rest(state, out, false);
            }
            self.publish(state);
            let result = out.write_batch(&mut Context::from_waker(&self.driver_waker));
            state = self.lock();
            pending = result.is_pending();
            match result {
                Poll::Ready(Ok(written)) => state.machine.written(&mut out.batch, written),
                Poll::Ready(Err(error)) => return self.fail(state, out, error),
                Poll::Pending => {}
            }
        }
        self.rest(state, out, pending);
        self.wake_driver();
    }

    fn rest(&self, mut state: MutexGuard<'_, State>, out: Out, blocked: bool) {
        state.blocked = blocked;
        state.retry = false;
        state.out = Some(out);
        let ended = state.machine.ended().is_some();
        self.publish(state);
        if ended && !blocked {
            self.wake_driver();
        }
    }

    /// The socket takes nothing any more. What has arrived before is still read; then the driver ends the session.
    fn fail(&self, mut state: MutexGuard<'_, State>, out: Out, error: io::Error) {
        state.broken = Some(error);
        self.publish(state);
        drop(out);
        self.wake_driver();
    }
}

impl State {
    pub(super) fn wait_read(&mut self, id: u32, waker: &Waker) {
        if let Some(user) = self.machine.user_mut(id) {
            keep(&mut user.read, waker);
        }
    }

    pub(super) fn wait_write(&mut self, id: u32, waker: &Waker) {
        if let Some(user) = self.machine.user_mut(id) {
            keep(&mut user.write, waker);
        }
    }

    fn is_corked(&self) -> bool {
        self.corked.is_some_and(|corked| corked == thread::current().id())
    }

    /// Nothing waits for the socket.
    pub(super) fn is_flushed(&self) -> bool {
        self.machine.idle() && self.out.as_ref().is_some_and(|out| out.batch.is_empty())
    }
}

impl Out {
    fn write_now(
        &mut self,
        cx: &mut Context<'_>,
        control: &[u8],
        header: &[u8; HEADER],
        parts: &[&[u8]],
    ) -> Poll<io::Result<usize>> {
        let total: usize = control.len() + HEADER + parts.iter().map(|part| part.len()).sum::<usize>();
        if total <= COPY || !self.io.is_write_vectored() || parts.len() > PARTS {
            self.scratch.clear();
            self.scratch.extend_from_slice(control);
            self.scratch.extend_from_slice(header);
            parts.iter().for_each(|part| self.scratch.extend_from_slice(part));
            return self.io.as_mut().poll_write(cx, &self.scratch).map(nonzero);
        }
        let mut slices = [IoSlice::new(&[]); PARTS + 2];
        let all = [control, header.as_slice()].into_iter().chain(parts.iter().copied());
        let mut used = 0;
        for (slot, part) in slices.iter_mut().zip(all) {
            *slot = IoSlice::new(part);
            used += 1;
        }
        self.io.as_mut().poll_write_vectored(cx, slices.get(..used).unwrap_or_default()).map(nonzero)
    }

    fn write_batch(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let io = &mut self.io;
        self.batch
            .with_slices(|slices| match slices {
                [single] => io.as_mut().poll_write(cx, single),
                several => io.as_mut().poll_write_vectored(cx, several),
            })
            .map(nonzero)
    }

    /// Keeps what a direct write left over.
    fn keep_rest(
        &mut self,
        written: usize,
        control: Vec<u8>,
        header: &[u8; HEADER],
        parts: &[&[u8]],
        id: u32,
    ) {
        let total: usize = control.len() + HEADER + parts.iter().map(|part| part.len()).sum::<usize>();
        let mut rest = Vec::with_capacity(total.saturating_sub(written));
        let mut skip = written;
        for part in [control.as_slice(), header.as_slice()].into_iter().chain(parts.iter().copied()) {
            rest.extend_from_slice(part.get(skip..).unwrap_or_default());
            skip = skip.saturating_sub(part.len());
        }
        self.batch.push(rest, id);
    }
}

fn keep(slot: &mut Option<Waker>, waker: &Waker) {
    match slot {
        Some(current) => current.clone_from(waker),
        None => *slot = Some(waker.clone()),
    }
}

/// A socket that takes nothing any more is broken.
fn nonzero(result: io::Result<usize>) -> io::Result<usize> {
    match result {
        Ok(0) => Err(io::ErrorKind::WriteZero.into()),
        other => other,
    }
}

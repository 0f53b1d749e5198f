//! The protocol without sockets and without a clock: bytes and commands in, events and frames out.

mod receive;
mod send;
#[cfg(test)]
mod tests;

use std::collections::hash_map::Entry as Slot;
use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasherDefault, Hasher};
use std::time::Instant;

use bytes::{BufMut, BytesMut};

use super::config::{Config, Mode};
use super::error::{Error, StreamError};
use super::frame::{FIN, GO_AWAY_NORMAL, Header, RST, SYN};
use super::window::{Fin, Read, Receive, Send};

/// Go resets opens beyond its accept backlog, and its own `Open` waits at this count, too.
const MAX_UNACKNOWLEDGED: usize = 256;

/// Control frames answer what the peer sent. If so many of them wait, the peer sends without reading, and we would be the ones to
/// store what it does not read. 1 MiB is 87,000 frames, far above the few per stream of an honest peer.
const MAX_CONTROL: usize = 1 << 20;

/// Something that a waiting task wants to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Event {
    /// A stream waits for `accept`.
    Incoming,
    /// Data, the end or a reset arrived for the stream.
    Readable(u32),
    /// The stream may queue more, or its queue was written, or it was reset.
    Writable(u32),
    /// Opening is possible again, or will never be.
    Slot,
}

/// One session. `U` is kept with each stream for the caller (the driver keeps wakers there).
#[derive(Debug)]
pub(super) struct Machine<U> {
    mode: Mode,
    config: Config,
    streams: HashMap<u32, Entry<U>, BuildHasherDefault<IdHasher>>,
    /// The next id of ours; `None` when they are used up.
    next_id: Option<u32>,
    backlog: VecDeque<u32>,
    unacknowledged: usize,
    /// The payload that is arriving.
    body: Option<receive::Body>,
    /// Encoded control frames; they go out before data.
    control: Vec<u8>,
    /// Streams that had nothing queued before: they go first.
    fresh: VecDeque<u32>,
    /// Streams whose last turn is not even written.
    waiting: VecDeque<u32>,
    /// Turns of `fresh` since the last one of `waiting`.
    fresh_turns: u32,
    spare: Vec<Vec<u8>>,
    events: Vec<Event>,
    local_go_away: bool,
    remote_go_away: bool,
    refuse: bool,
    ended: Option<Error>,
    next_ping: Option<Instant>,
    ping_value: u32,
    /// The ping that is out and when its answer is due.
    pinged: Option<(u32, Instant)>,
    /// Dropped streams whose peer half is open, by the time they are reset.
    orphans: VecDeque<(Instant, u32)>,
}

#[derive(Debug)]
struct Entry<U> {
    user: U,
    receive: Receive,
    send: Send,
    /// Opened by us and not yet answered.
    unacknowledged: bool,
    reset: Option<StreamError>,
    /// Nobody holds the stream any more.
    released: bool,
    /// In `fresh` or `waiting`.
    scheduled: bool,
}

impl<U: Default> Machine<U> {
    pub(super) fn new(mode: Mode, config: Config, now: Instant) -> Self {
        Self {
            mode,
            streams: HashMap::default(),
            next_id: Some(mode.first_id()),
            backlog: VecDeque::new(),
            unacknowledged: 0,
            body: None,
            control: Vec::new(),
            fresh: VecDeque::new(),
            waiting: VecDeque::new(),
            fresh_turns: 0,
            spare: Vec::new(),
            events: Vec::new(),
            local_go_away: false,
            remote_go_away: false,
            refuse: false,
            ended: None,
            next_ping: config.keep_alive.map(|interval| now + interval),
            ping_value: 0,
            pinged: None,
            orphans: VecDeque::new(),
            config,
        }
    }

    pub(super) fn ended(&self) -> Option<&Error> {
        self.ended.as_ref()
    }

    /// Ends the session; the first reason stays.
    pub(super) fn end(&mut self, reason: Error) -> &Error {
        self.ended.get_or_insert(reason)
    }

    pub(super) fn stream_count(&self) -> usize {
        self.streams.len()
    }

    pub(super) fn has_events(&self) -> bool {
        !self.events.is_empty()
    }

    /// What happened since the last call.
    pub(super) fn take_events(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.events)
    }

    /// Gives the emptied list of [`take_events`](Self::take_events) back for reuse.
    pub(super) fn return_events(&mut self, events: Vec<Event>) {
        if self.events.is_empty() {
            self.events = events;
        }
    }

    pub(super) fn user_mut(&mut self, id: u32) -> Option<&mut U> {
        self.streams.get_mut(&id).map(|entry| &mut entry.user)
    }

    pub(super) fn users_mut(&mut self) -> impl Iterator<Item = &mut U> {
        self.streams.values_mut().map(|entry| &mut entry.user)
    }

    /// Opens a stream; `first` travels with the SYN. `None`: wait for [`Event::Slot`].
    pub(super) fn open(&mut self, first: &[u8]) -> Result<Option<u32>, Error> {
        if let Some(reason) = &self.ended {
            return Err(reason.clone());
        }
        if self.remote_go_away {
            return Err(Error::GoingAway);
        }
        if self.local_go_away {
            return Err(Error::LocalGoAway);
        }
        if self.streams.len() >= self.config.max_streams {
            return Err(Error::TooManyStreams(self.config.max_streams));
        }
        if self.unacknowledged >= MAX_UNACKNOWLEDGED {
            return Ok(None);
        }
        let id = self.next_id.ok_or(Error::IdsExhausted)?;
        let Slot::Vacant(slot) = self.streams.entry(id) else { return Err(Error::IdsExhausted) };
        self.next_id = id.checked_add(2);
        self.unacknowledged += 1;
        let entry = slot.insert(Entry::new());
        entry.unacknowledged = true;
        entry.send.window = entry.send.window.saturating_sub(first.len() as u32);
        let header = match first.len() {
            0 => Header::window_update(id, SYN, 0),
            length => Header::data(id, SYN, length as u32),
        };
        self.control.extend_from_slice(&header.bytes());
        self.control.extend_from_slice(first);
        Ok(Some(id))
    }

    /// The next stream of the peer. `Ok(None)`: none now; an error: none will come.
    pub(super) fn accept(&mut self) -> Result<Option<u32>, Error> {
        while let Some(id) = self.backlog.pop_front() {
            if self.streams.contains_key(&id) {
                return Ok(Some(id));
            }
        }
        match &self.ended {
            Some(reason) => Err(reason.clone()),
            None if self.local_go_away => Err(Error::LocalGoAway),
            None => Ok(None),
        }
    }

    /// From now on the peer's streams are reset; so are those that wait.
    pub(super) fn refuse(&mut self, now: Instant) {
        self.refuse = true;
        while let Some(id) = self.backlog.pop_front() {
            self.release(id, true, now);
        }
    }

    /// Tells the peer to open no more streams.
    pub(super) fn go_away(&mut self) {
        if !self.local_go_away {
            self.local_go_away = true;
            self.push_control(Header::go_away(GO_AWAY_NORMAL));
            self.events.push(Event::Slot);
            self.events.push(Event::Incoming);
        }
    }

    /// Reads what has arrived; large pieces come as they are.
    pub(super) fn read(&mut self, id: u32, target: &mut impl BufMut) -> Result<Read, StreamError> {
        self.read_with(id, |receive| receive.read(target))
    }

    /// Reads the next piece without copying.
    pub(super) fn chunk(&mut self, id: u32) -> Result<Read, StreamError> {
        self.read_with(id, Receive::chunk)
    }

    fn read_with(&mut self, id: u32, read: impl FnOnce(&mut Receive) -> Read) -> Result<Read, StreamError> {
        let Some(entry) = self.streams.get_mut(&id) else { return Err(StreamError::ResetHere) };
        if let Some(reason) = &entry.reset {
            return Err(reason.clone());
        }
        let read = read(&mut entry.receive);
        match &self.ended {
            Some(reason) if read == Read::Empty => return Err(StreamError::Session(reason.clone())),
            Some(_) => {}
            None => {
                if let Some(credit) = entry.receive.credit() {
                    self.push_control(Header::window_update(id, 0, credit));
                }
            }
        }
        Ok(read)
    }

    /// Ends our half after what is queued. Doing it again changes nothing.
    pub(super) fn finish(&mut self, id: u32) {
        let Some(entry) = self.streams.get_mut(&id) else { return };
        if entry.reset.is_some() || entry.send.fin != Fin::Open {
            return;
        }
        if entry.send.is_empty() {
            entry.send.fin = Fin::Sent;
            self.push_control(Header::window_update(id, FIN, 0));
        } else {
            entry.send.fin = Fin::Waiting;
        }
    }

    /// Ends both halves at once; the peer reads an error.
    pub(super) fn reset(&mut self, id: u32) {
        let Some(entry) = self.streams.get_mut(&id) else { return };
        if entry.reset.is_some() {
            return;
        }
        let over = entry.is_over();
        entry.mark_reset(StreamError::ResetHere);
        self.acknowledge(id);
        if !over {
            self.push_control(Header::window_update(id, RST, 0));
        }
        self.events.push(Event::Readable(id));
        self.events.push(Event::Writable(id));
    }

    /// The caller has dropped the stream; `unread` when it left bytes behind.
    pub(super) fn release(&mut self, id: u32, unread: bool, now: Instant) {
        let Some(entry) = self.streams.get_mut(&id) else { return };
        entry.released = true;
        if entry.reset.is_none() && (unread || !entry.receive.is_empty()) {
            self.reset(id);
        } else {
            self.finish(id);
        }
        if !self.remove_if_over(id) {
            self.orphans.push_back((now + self.config.close_limit, id));
        }
    }

    /// Forgets a stream that both sides have ended and nobody holds.
    fn remove_if_over(&mut self, id: u32) -> bool {
        let Slot::Occupied(slot) = self.streams.entry(id) else { return true };
        let entry = slot.get();
        let over = entry.reset.is_some() || entry.is_over() || self.ended.is_some();
        if !entry.released || !over {
            return false;
        }
        let entry = slot.remove();
        if entry.unacknowledged {
            self.unacknowledged = self.unacknowledged.saturating_sub(1);
            self.events.push(Event::Slot);
        }
        true
    }

    /// Any sign of the peer on a stream of ours counts as its answer: Go sends no ACK for a stream that was finished before it was
    /// accepted.
    fn acknowledge(&mut self, id: u32) {
        let Some(entry) = self.streams.get_mut(&id) else { return };
        if std::mem::take(&mut entry.unacknowledged) {
            self.unacknowledged = self.unacknowledged.saturating_sub(1);
            self.events.push(Event::Slot);
        }
    }

    /// Bytes that are held for peer and callers.
    #[cfg(test)]
    fn held(&self) -> usize {
        let streams: usize =
            self.streams.values().map(|entry| entry.receive.held() + entry.send.held()).sum();
        streams + self.control.capacity() + self.spare.iter().map(Vec::capacity).sum::<usize>()
    }

    fn push_control(&mut self, header: Header) {
        self.control.extend_from_slice(&header.bytes());
        if self.control.len() > MAX_CONTROL {
            self.end(Error::Overload(self.control.len()));
        }
    }

    /// When [`tick`](Self::tick) has something to do.
    pub(super) fn deadline(&self) -> Option<Instant> {
        let ping = self.pinged.map(|(_, due)| due).or(self.next_ping);
        let orphan = self.orphans.front().map(|(due, _)| *due);
        [ping, orphan].into_iter().flatten().min()
    }

    /// Sends the ping that is due, ends the session if the last one was not answered, resets streams the peer left half open.
    pub(super) fn tick(&mut self, now: Instant) {
        while let Some((due, id)) = self.orphans.front().copied() {
            if due > now {
                break;
            }
            self.orphans.pop_front();
            if self.streams.get(&id).is_some_and(|entry| entry.released) {
                self.reset(id);
                self.remove_if_over(id);
            }
        }
        match (self.pinged, self.next_ping, self.config.keep_alive) {
            (Some((_, due)), ..) if due <= now => {
                self.end(Error::Silent(self.config.answer_limit));
            }
            (None, Some(next), Some(interval)) if next <= now => {
                self.ping_value = self.ping_value.wrapping_add(1);
                self.pinged = Some((self.ping_value, now + self.config.answer_limit));
                self.next_ping = Some(now + interval);
                self.push_control(Header::ping(SYN, self.ping_value));
                // A good moment to give back what a burst has left behind.
                self.spare = Vec::new();
            }
            _ => {}
        }
    }
}

impl<U: Default> Entry<U> {
    fn new() -> Self {
        Self {
            user: U::default(),
            receive: Receive::new(),
            send: Send::new(),
            unacknowledged: false,
            reset: None,
            released: false,
            scheduled: false,
        }
    }
}

impl<U> Entry<U> {
    fn is_over(&self) -> bool {
        self.receive.finished && self.send.fin == Fin::Sent
    }

    fn mark_reset(&mut self, reason: StreamError) {
        self.reset = Some(reason);
        self.receive.clear();
        self.send.take();
        self.send.fin = Fin::Sent;
    }
}

/// Stream ids are small and mostly consecutive: one multiplication spreads them. A peer that picks ids to collide only slows its
/// own session, and [`Config::max_streams`] bounds by how much.
#[derive(Debug, Default)]
pub(super) struct IdHasher(u64);

impl Hasher for IdHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_u32(u32::from(byte));
        }
    }

    fn write_u32(&mut self, id: u32) {
        let mixed = (self.0 ^ u64::from(id)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        self.0 = mixed ^ (mixed >> 32);
    }
}

/// Feeds `bytes` to a session of each side, as a fuzzer does: must neither panic nor hold more than the windows allow.
#[doc(hidden)]
pub fn exercise(bytes: &[u8]) {
    for mode in [Mode::Client, Mode::Server] {
        let now = Instant::now();
        let mut machine = Machine::<()>::new(mode, Config::default(), now);
        let mut buffer = BytesMut::new();
        let mut sink = Vec::new();
        for (turn, piece) in bytes.chunks(61).enumerate() {
            buffer.extend_from_slice(piece);
            machine.receive(&mut buffer);
            send::drain(&mut machine);
            let Ok(Some(id)) = machine.accept() else { continue };
            let _ = machine.read(id, &mut sink);
            let _ = machine.queue(id, &[piece]);
            if turn % 2 == 0 {
                machine.release(id, false, now);
            }
        }
        machine.tick(now);
    }
}

//! Frames for the peer: who goes next.

use super::super::error::StreamError;
use super::super::frame::{FIN, HEADER, Header};
use super::super::queue::Batch;
use super::super::window::{Fin, TURN};
use super::{Event, Machine};

/// How much is chosen ahead of the socket. What is chosen can not be overtaken, so this is small.
const BATCH: usize = 64 * 1024;

/// So many turns of streams with little to say, then one of those with much: neither waits for ever.
const FRESH_TURNS: u32 = 8;

/// Written buffers that are kept for reuse; more than two are rarely on their way.
const SPARE: usize = 4;
const SPARE_CAPACITY: usize = TURN + HEADER;

impl<U: Default> Machine<U> {
    /// How many of `length` bytes the stream may hand over now; 0 means wait for [`Event::Writable`].
    pub(in super::super) fn room(&self, id: u32) -> Result<usize, StreamError> {
        if let Some(reason) = &self.ended {
            return Err(StreamError::Session(reason.clone()));
        }
        let Some(entry) = self.streams.get(&id) else { return Err(StreamError::ResetHere) };
        if let Some(reason) = &entry.reset {
            return Err(reason.clone());
        }
        match entry.send.fin {
            Fin::Open => Ok(entry.send.room()),
            Fin::Waiting | Fin::Sent => Err(StreamError::Finished),
        }
    }

    /// Queues as much of `parts` as there is room for.
    pub(in super::super) fn queue(&mut self, id: u32, parts: &[&[u8]]) -> Result<usize, StreamError> {
        self.room(id)?;
        let Some(entry) = self.streams.get_mut(&id) else { return Err(StreamError::ResetHere) };
        let mut taken = 0;
        for part in parts {
            let count = entry.send.push(part, &mut self.spare);
            taken += count;
            if count < part.len() {
                break;
            }
        }
        if taken > 0 && !std::mem::replace(&mut entry.scheduled, true) {
            let list = if entry.send.in_flight > 0 { &mut self.waiting } else { &mut self.fresh };
            list.push_back(id);
        }
        Ok(taken)
    }

    /// How many bytes the caller may write itself, past the queue; 0 when any stream [waits](Self::data_idle) for its turn.
    pub(in super::super) fn direct_room(&self, id: u32) -> usize {
        if !self.data_idle() {
            return 0;
        }
        self.streams.get(&id).map_or(0, |entry| entry.send.direct_room())
    }

    /// The header for `count` bytes, at most [`direct_room`](Self::direct_room), that the caller writes itself right now.
    pub(in super::super) fn direct(&mut self, id: u32, count: usize) -> Option<[u8; HEADER]> {
        let entry = self.streams.get_mut(&id)?;
        entry.send.window = entry.send.window.checked_sub(count as u32)?;
        Some(Header::data(id, 0, count as u32).bytes())
    }

    /// No data of any stream is queued.
    fn data_idle(&self) -> bool {
        self.fresh.is_empty() && self.waiting.is_empty()
    }

    /// Nothing at all is queued.
    pub(in super::super) fn idle(&self) -> bool {
        self.control.is_empty() && self.data_idle()
    }

    /// Control frames that must go out before anything else.
    pub(in super::super) fn take_control(&mut self) -> Vec<u8> {
        let empty = self.spare.pop().unwrap_or_default();
        std::mem::replace(&mut self.control, empty)
    }

    pub(in super::super) fn has_control(&self) -> bool {
        !self.control.is_empty()
    }

    /// Whether all that the stream handed over has been written.
    pub(in super::super) fn is_flushed(&self, id: u32) -> bool {
        self.streams.get(&id).is_none_or(|entry| entry.send.is_empty() && entry.send.in_flight == 0)
    }

    /// Fills an empty batch: control frames, then one frame a stream in turn.
    pub(in super::super) fn stage(&mut self, batch: &mut Batch) {
        if !self.control.is_empty() {
            let control = self.take_control();
            batch.push(control, 0);
        }
        while batch.len() < BATCH {
            let Some(id) = self.next_stream() else { return };
            self.stage_stream(id, batch);
        }
    }

    fn next_stream(&mut self) -> Option<u32> {
        if self.waiting.is_empty() {
            self.fresh_turns = 0;
            return self.fresh.pop_front();
        }
        if self.fresh_turns < FRESH_TURNS && !self.fresh.is_empty() {
            self.fresh_turns += 1;
            return self.fresh.pop_front();
        }
        self.fresh_turns = 0;
        self.waiting.pop_front()
    }

    fn stage_stream(&mut self, id: u32, batch: &mut Batch) {
        let Some(entry) = self.streams.get_mut(&id) else { return };
        entry.scheduled = false;
        let mut frame = entry.send.take();
        let Some(payload) = frame.len().checked_sub(HEADER) else { return };
        if let Some(header) = frame.first_chunk_mut::<HEADER>() {
            *header = Header::data(id, 0, payload as u32).bytes();
        }
        entry.send.in_flight += 1;
        let last = entry.send.fin == Fin::Waiting;
        if last {
            // Its own frame: Go notes the end of a stream before it stores the payload of the same frame.
            frame.extend_from_slice(&Header::window_update(id, FIN, 0).bytes());
            entry.send.fin = Fin::Sent;
        }
        batch.push(frame, id);
        self.events.push(Event::Writable(id));
        if last {
            self.remove_if_over(id);
        }
    }

    /// Bytes of the stream are in the batch although they were not staged: a direct write that was cut.
    pub(in super::super) fn note_in_flight(&mut self, id: u32) {
        if let Some(entry) = self.streams.get_mut(&id) {
            entry.send.in_flight += 1;
        }
    }

    /// `count` bytes of the batch were written.
    pub(in super::super) fn written(&mut self, batch: &mut Batch, count: usize) {
        batch.advance(count, |mut buffer, id| {
            buffer.clear();
            if self.spare.len() < SPARE && buffer.capacity() <= 2 * SPARE_CAPACITY {
                self.spare.push(buffer);
            }
            let Some(entry) = self.streams.get_mut(&id) else { return };
            entry.send.in_flight = entry.send.in_flight.saturating_sub(1);
            if entry.send.in_flight == 0 && entry.send.is_empty() {
                self.events.push(Event::Writable(id));
            }
        });
    }
}

/// Stages and "writes" everything; returns the bytes. For callers without a socket.
pub(super) fn drain<U: Default>(machine: &mut Machine<U>) -> Vec<u8> {
    let mut out = Vec::new();
    let mut batch = Batch::default();
    loop {
        machine.stage(&mut batch);
        if batch.is_empty() {
            return out;
        }
        let count = batch.with_slices(|slices| {
            slices
                .iter()
                .map(|slice| {
                    out.extend_from_slice(slice);
                    slice.len()
                })
                .sum()
        });
        machine.written(&mut batch, count);
    }
}

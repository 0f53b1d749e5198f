//! One direction of a stream: what has arrived and may still arrive, what waits and may still be sent.

use std::collections::VecDeque;

use bytes::{Buf, BufMut, Bytes, BytesMut};

use super::frame::HEADER;

/// Window of a stream in each direction. Fixed by the protocol for the first bytes, and what Go keeps all along.
pub(super) const WINDOW: u32 = 256 * 1024;

/// Most that a stream queues, and so its turn when several want to send. Small enough that another stream's message waits for less
/// than 0.1 ms, large enough that system calls do not matter.
pub(super) const TURN: usize = 64 * 1024;

/// Largest frame, for a stream that finds the socket free. Measured against Go: larger frames cost it less, but beyond half of the
/// socket's buffer both sides wait for each other more often.
pub(super) const MAX_FRAME: usize = 128 * 1024;

/// A piece of at least this size is handed on inside the read buffer; smaller ones are copied, so that a few bytes do not keep a
/// whole read buffer alive (at most four times the window is held that way).
pub(super) const SHARE: usize = 16 * 1024;

/// An empty buffer above this capacity is given back, so that an idle stream costs little.
const KEEP: usize = 16 * 1024;

/// Received bytes that wait for their reader, and the credit of the peer.
#[derive(Debug)]
pub(super) struct Receive {
    /// What the peer may still send.
    window: u32,
    /// Announced by a frame header, not yet arrived.
    announced: u32,
    len: u32,
    chunks: VecDeque<Bytes>,
    /// Small pieces, after all of `chunks`.
    tail: BytesMut,
    pub(super) finished: bool,
}

/// What a read found.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Read {
    /// Nothing yet.
    Empty,
    /// Nothing, and nothing will come.
    End,
    /// So many bytes were copied.
    Copied(usize),
    /// A large piece, not copied.
    Chunk(Bytes),
}

impl Receive {
    pub(super) fn new() -> Self {
        Self {
            window: WINDOW,
            announced: 0,
            len: 0,
            chunks: VecDeque::new(),
            tail: BytesMut::new(),
            finished: false,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.len == 0
    }

    #[cfg(test)]
    pub(super) fn held(&self) -> usize {
        self.chunks.iter().map(Bytes::len).sum::<usize>() + self.tail.capacity()
    }

    pub(super) fn window(&self) -> u32 {
        self.window
    }

    /// Reserves room for a frame; `false` when the peer had no right to send that much.
    pub(super) fn expect(&mut self, length: u32) -> bool {
        match self.window.checked_sub(length) {
            Some(rest) => {
                self.window = rest;
                self.announced += length;
                true
            }
            None => false,
        }
    }

    /// Takes the next `length` bytes of `source`, which were expected before.
    pub(super) fn push(&mut self, source: &mut BytesMut, length: usize) {
        self.announced = self.announced.saturating_sub(length as u32);
        self.len = self.len.saturating_add(length as u32);
        if length >= SHARE {
            if !self.tail.is_empty() {
                self.chunks.push_back(self.tail.split().freeze());
            }
            self.chunks.push_back(source.split_to(length).freeze());
            return;
        }
        let piece = source.chunk();
        self.tail.extend_from_slice(piece.get(..length).unwrap_or(piece));
        source.advance(length);
    }

    pub(super) fn read(&mut self, target: &mut impl BufMut) -> Read {
        if let Some(chunk) = self.chunks.pop_front() {
            self.len = self.len.saturating_sub(chunk.len() as u32);
            return Read::Chunk(chunk);
        }
        let count = self.tail.len().min(target.remaining_mut());
        if count == 0 {
            return self.nothing();
        }
        target.put((&mut self.tail).take(count));
        self.len = self.len.saturating_sub(count as u32);
        if self.tail.is_empty() && self.tail.capacity() > KEEP {
            self.tail = BytesMut::new();
        }
        Read::Copied(count)
    }

    /// As `read`, but never copies.
    pub(super) fn chunk(&mut self) -> Read {
        let chunk = match self.chunks.pop_front() {
            Some(chunk) => chunk,
            None if self.tail.is_empty() => return self.nothing(),
            None => self.tail.split().freeze(),
        };
        self.len = self.len.saturating_sub(chunk.len() as u32);
        Read::Chunk(chunk)
    }

    fn nothing(&self) -> Read {
        if self.finished && self.len == 0 { Read::End } else { Read::Empty }
    }

    /// The credit to give back: something as soon as half a window has been consumed.
    pub(super) fn credit(&mut self) -> Option<u32> {
        let held = self.len.saturating_add(self.announced).saturating_add(self.window);
        let credit = WINDOW.saturating_sub(held);
        if credit < WINDOW / 2 || self.finished {
            return None;
        }
        self.window += credit;
        Some(credit)
    }

    /// Forgets what waits; the stream was reset.
    pub(super) fn clear(&mut self) {
        *self = Self { window: 0, finished: self.finished, ..Self::new() };
    }
}

/// How far the end of our half has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fin {
    Open,
    /// Goes out after what is queued.
    Waiting,
    Sent,
}

/// Bytes that wait for the socket. They are within the peer's window already and become one frame.
#[derive(Debug)]
pub(super) struct Send {
    pub(super) window: u32,
    /// Empty, or room for a header and then the payload.
    queue: Vec<u8>,
    pub(super) fin: Fin,
    /// Frames of this stream that were taken for writing and are not yet written.
    pub(super) in_flight: u32,
}

impl Send {
    pub(super) fn new() -> Self {
        Self { window: WINDOW, queue: Vec::new(), fin: Fin::Open, in_flight: 0 }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    #[cfg(test)]
    pub(super) fn held(&self) -> usize {
        self.queue.capacity()
    }

    /// How much can be queued now.
    pub(super) fn room(&self) -> usize {
        (TURN + HEADER).saturating_sub(self.queue.len().max(HEADER)).min(self.window as usize)
    }

    /// How much may be written past the queue, which must be empty for that.
    pub(super) fn direct_room(&self) -> usize {
        if self.is_empty() { MAX_FRAME.min(self.window as usize) } else { 0 }
    }

    /// Takes as much as there is room for.
    pub(super) fn push(&mut self, bytes: &[u8], spare: &mut Vec<Vec<u8>>) -> usize {
        let piece = bytes.get(..self.room()).unwrap_or(bytes);
        if piece.is_empty() {
            return 0;
        }
        if self.queue.is_empty() {
            self.queue = spare.pop().unwrap_or_default();
            self.queue.extend_from_slice(&[0; HEADER]);
        }
        self.queue.extend_from_slice(piece);
        self.window -= piece.len() as u32;
        piece.len()
    }

    /// Takes the queue: twelve free bytes and the payload.
    pub(super) fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.queue)
    }
}

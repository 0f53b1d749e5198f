//! Frames on their way to the socket.

use std::collections::VecDeque;
use std::io::IoSlice;

/// How many pieces one system call takes.
const SLICES: usize = 16;

/// Frames that were chosen for writing, in order; the first may be partly written.
#[derive(Debug, Default)]
pub(super) struct Batch {
    pieces: VecDeque<Piece>,
    /// Written bytes of the first piece.
    offset: usize,
    len: usize,
}

#[derive(Debug)]
struct Piece {
    bytes: Vec<u8>,
    /// The stream whose frame this is; 0 for control frames.
    id: u32,
}

impl Batch {
    pub(super) fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// Bytes still to write.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn push(&mut self, bytes: Vec<u8>, id: u32) {
        if !bytes.is_empty() {
            self.len += bytes.len();
            self.pieces.push_back(Piece { bytes, id });
        }
    }

    /// Calls `write` with the next pieces.
    pub(super) fn with_slices<R>(&self, write: impl FnOnce(&[IoSlice<'_>]) -> R) -> R {
        let mut slices = [IoSlice::new(&[]); SLICES];
        let mut used = 0;
        let mut skip = self.offset;
        for (slot, piece) in slices.iter_mut().zip(&self.pieces) {
            *slot = IoSlice::new(piece.bytes.get(skip..).unwrap_or_default());
            skip = 0;
            used += 1;
        }
        write(slices.get(..used).unwrap_or_default())
    }

    /// Notes that `written` bytes are gone; `done` gets each finished piece.
    pub(super) fn advance(&mut self, written: usize, mut done: impl FnMut(Vec<u8>, u32)) {
        self.len = self.len.saturating_sub(written);
        self.offset += written;
        while let Some(first) = self.pieces.front() {
            let Some(rest) = self.offset.checked_sub(first.bytes.len()) else { break };
            self.offset = rest;
            if let Some(piece) = self.pieces.pop_front() {
                done(piece.bytes, piece.id);
            }
        }
    }
}

//! What a session may be told, and the limits that it keeps.

use std::time::Duration;

/// Which side of the connection we are; it decides who uses odd stream ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// The side that dialled: opens streams 1, 3, 5, … The Mattermost server is this side.
    Client,
    /// The side that listened: opens streams 2, 4, 6, … A plugin is this side.
    Server,
}

impl Mode {
    pub(super) fn first_id(self) -> u32 {
        match self {
            Mode::Client => 1,
            Mode::Server => 2,
        }
    }

    /// Whether the peer may give `id` to a stream that it opens.
    pub(super) fn peer_may_open(self, id: u32) -> bool {
        id != 0 && (id % 2 == 1) == (self == Mode::Server)
    }
}

/// Times and counts of a session. The default is that of `hashicorp/yamux`, except for the backlog.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Config {
    /// How often we ask the peer for a sign of life; `None` never asks.
    pub keep_alive: Option<Duration>,
    /// How long the answer may take before the connection counts as lost.
    pub answer_limit: Duration,
    /// How many streams may wait for [`Incoming::accept`](super::Incoming::accept); further ones are reset.
    ///
    /// Go has 256 and answers a stream when it is accepted, which holds the peer to that count. We answer at once, so the peer may
    /// open as many as it likes before the accepting task gets its turn: only `max_streams` bounds them by default.
    pub accept_backlog: usize,
    /// How many streams may exist at once. A stream can make us hold a full window (256 KiB), so this bounds the memory that a
    /// peer can take. Beyond it the peer's streams are reset and our own opens fail.
    pub max_streams: usize,
    /// How long a dropped stream waits for the peer's half to end before it is reset.
    pub close_limit: Duration,
}

/// By default, of both sides together.
const MAX_STREAMS: usize = 4096;

impl Default for Config {
    fn default() -> Self {
        Self {
            keep_alive: Some(Duration::from_secs(30)),
            answer_limit: Duration::from_secs(10),
            accept_backlog: MAX_STREAMS,
            max_streams: MAX_STREAMS,
            close_limit: Duration::from_secs(300),
        }
    }
}

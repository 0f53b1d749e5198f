//! What a peer may make us hold or wait for.

use std::time::Duration;

/// Largest message that is read: as for net/rpc, the server's default file size (100 MiB) plus room.
pub const MAX_MESSAGE: usize = 128 << 20;

/// Calls that run at once on a connection; a server with many users has hundreds of hooks on the way.
pub(super) const MAX_CALLS: u32 = 4096;

/// Bytes of one stream that may be on the way: enough that a body of 64 KiB pieces never waits on a local socket, and
/// all that a slow reader makes us hold.
pub(super) const STREAM_WINDOW: u32 = 1 << 20;

/// The same for a connection as a whole.
pub(super) const CONNECTION_WINDOW: u32 = 16 << 20;

/// Pieces of HTTP/2: one carries a piece of a body with its few bytes around it.
pub(super) const MAX_FRAME: u32 = (64 << 10) + 1024;

/// Names and values around a message, all of them: gRPC has a handful, and the text of an error.
pub(super) const MAX_HEAD: u32 = 16 << 10;

/// Calls of ours that go out before the host has said how many it takes at once: what HTTP/2 asks of everybody.
pub(super) const EARLY_CALLS: usize = 100;

/// A peer that has been silent so long is asked whether it is there …
pub(super) const PING_AFTER: Duration = Duration::from_secs(60);

/// … and is gone when it does not say so within this time.
pub(super) const PING_WAIT: Duration = Duration::from_secs(20);

/// How long either side of a brokered connection waits for the other: go-plugin's own number.
pub(super) const BROKER_WAIT: Duration = Duration::from_secs(5);

/// Ids that the host may have told us of and nobody has asked for.
pub(super) const MAX_UNCLAIMED: usize = 1024;

/// How long a TLS handshake may take.
pub(super) const TLS_WAIT: Duration = Duration::from_secs(10);

/// How long connections may take to send their last answers at the end.
pub(super) const END_WAIT: Duration = Duration::from_millis(500);

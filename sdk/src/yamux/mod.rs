//! Many streams over one connection: yamux as Go's `hashicorp/yamux` speaks it.
//!
//! [`connect`] takes a connected socket and gives three parts: a [`Session`] that opens streams, the [`Incoming`] streams
//! of the peer, and a [`Driver`] that has to be spawned. A [`Stream`] is an ordinary tokio byte stream.
//!
//! The protocol itself lives in `session` and touches neither sockets nor the clock; `driver` and `stream` bring tokio.

mod config;
mod driver;
mod error;
mod frame;
mod handle;
mod queue;
mod session;
mod shared;
mod stream;
mod window;

pub use config::{Config, Mode};
pub use driver::{Driver, connect, connect_split};
pub use error::{Error, Violation};
pub use handle::{Incoming, Session};
#[doc(hidden)]
pub use session::exercise;
pub use stream::{ReadHalf, Stream, WriteHalf};

#[cfg(test)]
mod tests;

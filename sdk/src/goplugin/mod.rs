//! hashicorp/go-plugin, the plugin's side, over net/rpc: the handshake line, the control streams, the broker.
//!
//! One connection carries yamux; the host opens three streams (control, stdout, stderr) and from then on every stream
//! of either side is *brokered*: it starts with the four bytes of an id that the other side has been told.

mod broker;
mod control;
mod handshake;
pub(crate) mod hclog;
mod session;
pub mod signals;
pub mod stdio;

pub use broker::{Broker, BrokerError};
#[cfg(feature = "grpc")]
pub(crate) use handshake::bind_tcp;
pub use handshake::{Environment, HandshakeError, Listener, Transport};
#[cfg(all(unix, feature = "grpc"))]
pub(crate) use handshake::{SocketFolder, bind_unix};
pub(crate) use session::{Event, serve};

/// The magic cookie of Mattermost's server: what tells a plugin that a server started it.
pub const COOKIE: (&str, &str) = ("MATTERMOST_PLUGIN", "Securely message teams, anywhere.");

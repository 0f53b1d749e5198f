//! gRPC, the other transport of go-plugin: feature `grpc`.
//!
//! A plugin built with it speaks both; [`Environment::transport`](crate::goplugin::Environment::transport) says which
//! one is taken at start. Authors notice nothing of it. This module also serves as it is: [`serve`] makes a plugin of
//! any go-plugin host out of `tonic` services, with a [`Broker`] for connections beside the first.
//!
//! ```no_run
//! use std::process::ExitCode;
//!
//! use mmplugin::grpc::{self, Handshake, Services};
//!
//! fn main() -> ExitCode {
//!     let handshake = Handshake { cookie: ("BASIC_PLUGIN", "hello"), version: 1 };
//!     grpc::serve(handshake, |_link| Services::new() /* .with(MyServiceServer::new(…)) */)
//! }
//! ```
//!
//! # Limits
//! Messages of up to 128 MiB, 4,096 calls at once on a connection, 1 MiB of a stream on the way before whoever sends
//! it waits. A host that answers no ping for 20 s is gone. There is no reflection.

mod alive;
mod body;
mod broker;
mod call;
mod channel;
mod client;
mod connection;
pub(crate) mod convert;
mod cork;
mod drive;
mod exchange;
mod fixed;
#[allow(clippy::needless_update, reason = "some messages have all that the type has")]
mod generated;
mod http2;
mod limits;
mod listen;
mod mux;
mod proto;
mod routes;
mod seam;
mod serve;
mod special;
#[cfg(test)]
mod tests;
mod tls;
mod unary;

pub use broker::{Broker, BrokerError, Door};
pub use channel::Channel;
pub use fixed::{Output, Stdio};
pub use limits::MAX_MESSAGE;
pub use routes::Services;
#[doc(hidden)]
pub use seam::{Arguments, Carry, Fault, Results};
pub use serve::{Handshake, Link, serve};

pub(crate) use call::{Call, Respond};
pub(crate) use client::Client;
pub(crate) use convert::Put;
pub(crate) use drive::{begin as begin_work, relieve};
pub(crate) use exchange::{Exchange, Responding, WAITING_PIECES, begin};
pub(crate) use proto::pluginapi as pb;
pub(crate) use serve::Host;
pub(crate) use special::{Bundle, Part};
pub(crate) use unary::framed;

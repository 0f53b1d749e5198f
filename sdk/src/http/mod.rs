//! HTTP as the Rust ecosystem has it, over the server's connection.
//!
//! The types of the [`http`](https://docs.rs/http) crate with streaming bodies; any tower service can answer.
//!
//! # How an answer leaves
//! A body is sent in pieces of up to 256 KiB while it is made; a client that reads slowly slows the body. Where a body
//! pauses, what it has given is flushed to the client, so that server-sent events arrive one by one. Servers before 11.2
//! cannot be told to: they send on about every 4 KiB and at the end.
//!
//! A body that fails or panics before its first byte makes an answer of status 500. Later the connection is broken off,
//! so that the client can tell; over HTTP/2, and to other plugins, the answer just ends, and only a `Content-Length`
//! shows that something is missing.

mod body;
mod exchange;
mod headers;
mod identity;
mod outgoing;
mod pump;
mod request;
mod respond;
mod upgrade;
mod upgraded;
mod upload;
mod writer;

pub use ::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, Uri, header};

pub use body::{Body, BodyError};
pub(crate) use exchange::serve;
#[cfg(feature = "grpc")]
pub(crate) use headers::canonical;
#[cfg(any(test, feature = "testing"))]
pub(crate) use headers::server_headers;
pub(crate) use headers::{GoHeader, to_headers};
pub use identity::Identity;
pub(crate) use outgoing::Outgoing;
pub use request::RequestInfo;
#[cfg(feature = "grpc")]
pub(crate) use request::build_request;
#[cfg(any(test, feature = "testing"))]
pub(crate) use request::{pulled, server_request};
pub(crate) use request::{pushed, to_wire};
pub(crate) use respond::not_found;
pub use respond::{respond, text};
pub use upgrade::{Upgrade, UpgradeError, upgrade};
pub(crate) use upgraded::Takeovers;
pub use upgraded::Upgraded;
pub(crate) use upload::{Upload, UploadAnswer, close};

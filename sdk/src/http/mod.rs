//! HTTP as the Rust ecosystem has it, over the server's connection.
//!
//! The types of the [`http`](https://docs.rs/http) crate with streaming bodies; any tower service can answer.

mod body;
mod exchange;
mod headers;
mod identity;
mod outgoing;
mod request;
mod respond;
mod upload;
mod writer;

pub use ::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, Uri, header};

pub use body::{Body, BodyError};
pub(crate) use exchange::serve;
pub(crate) use headers::{GoHeader, to_headers};
pub use identity::Identity;
pub(crate) use outgoing::Outgoing;
pub use request::RequestInfo;
pub(crate) use request::{pushed, to_wire};
pub(crate) use respond::not_found;
pub use respond::{respond, text};
pub(crate) use upload::{Upload, UploadAnswer, close};

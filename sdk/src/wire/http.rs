//! Heads of HTTP requests and responses, as they travel.

use std::collections::BTreeMap;

use crate::Gob;
use crate::gob::BinaryText;

/// Go's `plugin.HTTPRequestSubset`, and of 9.3's `http.Request` the same nine fields.
///
/// Those of 9.3 that are not here are never set; its `Body` is always nil.
#[derive(Debug, Clone, PartialEq, Default, Gob)]
#[gob(name = "HTTPRequestSubset")]
pub struct HttpRequest {
    /// As `GET`; empty means that, too.
    pub method: String,
    /// Path and query, without `/plugins/<id>`.
    #[gob(name = "URL")]
    pub url: BinaryText,
    /// As `HTTP/1.1`.
    pub proto: String,
    /// 1 of `HTTP/1.1`.
    pub proto_major: i64,
    /// The other 1 of `HTTP/1.1`.
    pub proto_minor: i64,
    /// Names in Go's spelling, each with its values in order.
    pub header: BTreeMap<String, Vec<String>>,
    /// The `Host` header, which Go keeps apart.
    pub host: String,
    /// Address and port of the client or of the proxy before the server.
    pub remote_addr: String,
    /// The request target as it came, with `/plugins/<id>`.
    #[gob(name = "RequestURI")]
    pub request_uri: String,
}

/// The part of Go's `http.Response` that means something here; the request behind it and the state of TLS are not read.
/// The body travels beside it.
#[derive(Debug, Clone, PartialEq, Default, Gob)]
#[gob(name = "Response", inline)]
pub struct HttpResponse {
    /// As `200 OK`; empty where the server made the response up.
    pub status: String,
    /// As `200`.
    pub status_code: i64,
    /// As `HTTP/1.1`.
    pub proto: String,
    /// 1 of `HTTP/1.1`.
    pub proto_major: i64,
    /// The other 1 of `HTTP/1.1`.
    pub proto_minor: i64,
    /// Names in Go's spelling, each with its values in order.
    pub header: BTreeMap<String, Vec<String>>,
    /// What the body's length was said to be; -1 for unknown.
    pub content_length: i64,
    /// As `chunked`; the body beside it is plain in any case.
    pub transfer_encoding: Vec<String>,
    /// The connection was to be closed after it.
    pub close: bool,
    /// The body came compressed.
    pub uncompressed: bool,
    /// Headers that came after the body.
    pub trailer: BTreeMap<String, Vec<String>>,
}

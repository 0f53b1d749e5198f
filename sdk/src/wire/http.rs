//! The head of an HTTP request, as the server hands it to a plugin.

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

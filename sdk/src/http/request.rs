//! From the host's request to the ecosystem's.

use std::pin::Pin;
use std::task::{Context as TaskContext, Poll};

use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response, StatusCode, Uri, Version, header};
use http_body::{Frame, SizeHint};
use tokio::io::AsyncWrite;

use crate::gob::BinaryText;
use crate::model::Context;
use crate::wire::HttpRequest;
use crate::yamux::Stream;

use super::headers::{GoHeader, canonical, request_headers};
use super::{Body, BodyError, Identity, Outgoing};

/// What the server tells about a request besides its parts; an extension of each request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RequestInfo {
    /// Address and port of the client or of the proxy before the server.
    pub remote_addr: String,
    /// The request target as it came to the server, with `/plugins/<id>`.
    pub request_uri: String,
}

/// Why a request cannot be shown to the plugin.
#[derive(Debug)]
pub(super) struct BadRequest(pub(super) String);

/// Builds the request; `body` is the stream that its body comes on, if there is one.
pub(super) fn build(
    from: HttpRequest,
    context: Context,
    body: Option<Stream>,
) -> Result<Request<Body>, BadRequest> {
    let mut request = build_head(from, context)?;
    let length = content_length(request.headers());
    if let Some(stream) = body.filter(|_| length != Some(0)) {
        *request.body_mut() = pulled(stream, length);
    }
    Ok(request)
}

/// Builds a request whose body comes another way; the text says what is wrong with its head.
#[cfg(feature = "grpc")]
pub(crate) fn build_request(
    from: HttpRequest,
    context: Context,
    body: Body,
) -> Result<Request<Body>, String> {
    let mut request = build_head(from, context).map_err(|BadRequest(text)| text)?;
    *request.body_mut() = body;
    Ok(request)
}

fn build_head(from: HttpRequest, context: Context) -> Result<Request<Body>, BadRequest> {
    let method = if from.method.is_empty() { "GET" } else { &from.method };
    let method =
        Method::from_bytes(method.as_bytes()).map_err(|_| BadRequest(format!("method {method:?}")))?;
    let mut request = Request::new(Body::empty());
    *request.uri_mut() = uri(&from.url.0)?;
    *request.method_mut() = method;
    *request.version_mut() = match (from.proto_major, from.proto_minor) {
        (1, 0) => Version::HTTP_10,
        (2, _) => Version::HTTP_2,
        _ => Version::HTTP_11,
    };
    *request.headers_mut() = request_headers(from.header, &from.host);
    let identity = Identity::of(&request);
    let extensions = request.extensions_mut();
    extensions.insert(identity);
    extensions.insert(RequestInfo { remote_addr: from.remote_addr, request_uri: from.request_uri });
    extensions.insert(context);
    Ok(request)
}

/// The request as another plugin sees it, without its body.
#[cfg(any(test, feature = "testing"))]
pub(crate) fn server_request(from: HttpRequest) -> Result<Request<Body>, String> {
    build(from, Context::default(), None).map_err(|bad| bad.0)
}

/// A body that the host hands over as it is asked for it.
pub(crate) fn pulled(stream: Stream, length: Option<u64>) -> Body {
    Body::new(Incoming { stream, asked: Some(0), length, _request: None })
}

/// Path and query only: scheme and host of a proxy's absolute form are of no use to a plugin.
fn uri(text: &str) -> Result<Uri, BadRequest> {
    let bad = || BadRequest(format!("URL {text:?}"));
    if text.starts_with('/') {
        let target = text.split('#').next().unwrap_or(text);
        return Uri::builder().path_and_query(target).build().map_err(|_| bad());
    }
    if text.is_empty() || text.starts_with('?') {
        return Uri::builder().path_and_query(["/", text].concat()).build().map_err(|_| bad());
    }
    let uri: Uri = text.parse().map_err(|_| bad())?;
    match uri.path_and_query() {
        Some(target) => Ok(Uri::from(target.clone())),
        None => Ok(Uri::from_static("/")),
    }
}

/// The head of a request as it travels.
pub(crate) fn to_wire(head: &http::request::Parts) -> HttpRequest {
    let mut header = GoHeader::new();
    for name in head.headers.keys().filter(|name| **name != header::HOST) {
        let values = head.headers.get_all(name).iter();
        let values = values.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
        header.insert(canonical(name.as_str()), values.collect());
    }
    let host = head.headers.get(header::HOST).and_then(|host| host.to_str().ok());
    HttpRequest {
        method: head.method.to_string(),
        url: BinaryText(head.uri.path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string)),
        proto: "HTTP/1.1".to_owned(),
        proto_major: 1,
        proto_minor: 1,
        header,
        host: host.or(head.uri.host()).unwrap_or_default().to_owned(),
        ..HttpRequest::default()
    }
}

/// The body of a response that the server pushes: it reads nothing from the stream, so nothing is written to it.
pub(crate) fn pushed<B>(
    stream: Stream,
    response: &Response<B>,
    is_head: bool,
    request: Option<Outgoing>,
) -> Body {
    let bodiless = is_head || matches!(response.status(), StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED);
    let length = if bodiless { None } else { content_length(response.headers()) };
    Body::new(Incoming { stream, asked: None, length, _request: request })
}

fn content_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.trim().parse().ok()
}

/// A body from the server. That of a request is asked for when it is first read, so that a handler that never looks
/// costs nothing.
struct Incoming {
    stream: Stream,
    /// How much of the ask has been written; `None` once all of it has, or where none is read.
    asked: Option<usize>,
    length: Option<u64>,
    /// The body that goes the other way, which ends with this one.
    _request: Option<Outgoing>,
}

/// "Send up to `i64::MAX` bytes": a zig-zag varint. The window of the stream does the rest.
const SEND_ALL: [u8; 10] = [0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01];

impl http_body::Body for Incoming {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut TaskContext<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        while let Some(written) = self.asked {
            let rest = SEND_ALL.get(written..).unwrap_or_default();
            match Pin::new(&mut self.stream).poll_write(cx, rest) {
                Poll::Ready(Ok(count)) => {
                    let written = written + count;
                    self.asked = (written < SEND_ALL.len()).then_some(written);
                }
                Poll::Ready(Err(error)) => return Poll::Ready(Some(Err(BodyError::new(error)))),
                Poll::Pending => return Poll::Pending,
            }
        }
        match self.stream.poll_chunk(cx) {
            Poll::Ready(Ok(Some(bytes))) => {
                self.length = self.length.map(|left| left.saturating_sub(bytes.len() as u64));
                Poll::Ready(Some(Ok(Frame::data(bytes))))
            }
            // A client that hangs up early looks like the end of its body to the host.
            Poll::Ready(Ok(None)) if self.length.is_some_and(|left| left > 0) => {
                self.length = None;
                Poll::Ready(Some(Err(BodyError::new("ended before its Content-Length"))))
            }
            Poll::Ready(Ok(None)) => Poll::Ready(None),
            Poll::Ready(Err(error)) => Poll::Ready(Some(Err(BodyError::new(error)))),
            Poll::Pending => Poll::Pending,
        }
    }

    fn size_hint(&self) -> SizeHint {
        self.length.map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_of_the_host_become_paths() {
        for (text, path, query) in [
            ("/hello?x=1&y=%20", "/hello", Some("x=1&y=%20")),
            ("", "/", None),
            ("?a=b", "/", Some("a=b")),
            ("//twice/over", "//twice/over", None),
            ("http://host:8065/path?q", "/path", Some("q")),
            ("/with#fragment", "/with", None),
        ] {
            let uri = uri(text).unwrap();
            assert_eq!((uri.path(), uri.query()), (path, query), "{text}");
        }
        assert!(uri("/sp ace").is_err());
    }
}

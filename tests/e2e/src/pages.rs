//! What the probe answers to HTTP requests.

use std::pin::Pin;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body::Frame;
use mmplugin::http::{Body, Identity, Request, RequestInfo, Response, StatusCode, Uri, text};
use mmplugin::model;
use serde_json::json;

use crate::{Probe, api, db, noise, streams, upgrades};

pub(crate) async fn answer(probe: &Probe, request: Request<Body>) -> Response<Body> {
    let path = request.uri().path().to_owned();
    match path.as_str() {
        "/" => Response::new("Hello, world!".into()),
        "/state" => Response::new(probe.state().to_string().into()),
        "/request" => describe(&request),
        "/echo" => Response::new(request.into_body()),
        "/count" => count(request).await,
        "/bytes" => Response::new(pattern(query(request.uri(), "n", 0)).into()),
        "/stream" => stream(&request),
        "/endless" => Response::new(Body::new(Endless(probe.pieces.clone()))),
        "/ends" => until_refused(probe, &request),
        "/status" => status(&request),
        "/headers" => headers(),
        "/panic" => panic!("before the first byte"),
        "/panic-late" => Response::new(Body::new(Stumbles::new("panic"))),
        "/error-late" => Response::new(Body::new(Stumbles::new("error"))),
        "/for-ever" => std::future::pending().await,
        "/noise" => {
            noise::all();
            Response::new("done".into())
        }
        "/child" => child(),
        "/websocket" => upgrades::websocket(probe, request),
        "/switch" => upgrades::switch(probe, request),
        "/hijack" => upgrades::hijack(request).await,
        "/events" => upgrades::events(&request),
        _ => match path.strip_prefix("/api/") {
            Some(case) => Response::new(api::call(&probe.api, case).await.to_string().into()),
            None => match path.strip_prefix("/db/") {
                Some(case) => Response::new(db::call(&probe.db, case).await.to_string().into()),
                None => other(probe, request.uri()).await,
            },
        },
    }
}

/// What streams do.
async fn other(probe: &Probe, uri: &Uri) -> Response<Body> {
    match uri.path().strip_prefix("/streams/") {
        Some(case) => streams::page(&probe.api, case, uri).await,
        None => text(StatusCode::NOT_FOUND, "no such page"),
    }
}

/// A number in the query.
pub(crate) fn query(uri: &Uri, name: &str, otherwise: usize) -> usize {
    word(uri, name).parse().unwrap_or(otherwise)
}

/// A word in the query, as it stands there.
pub(crate) fn word<'a>(uri: &'a Uri, name: &str) -> &'a str {
    let pairs = uri.query().unwrap_or_default().split('&');
    let found = pairs.filter_map(|pair| pair.split_once('=')).find(|(key, _)| *key == name);
    found.map_or("", |(_, value)| value)
}

/// The bytes that the Go host makes, too.
fn pattern(length: usize) -> Vec<u8> {
    (0..length).map(|i| (i % 251) as u8).collect()
}

fn describe(request: &Request<Body>) -> Response<Body> {
    let headers: Vec<_> =
        request.headers().iter().map(|(name, value)| format!("{name}: {value:?}")).collect();
    let info = request.extensions().get::<RequestInfo>();
    let context = request.extensions().get::<model::Context>();
    let identity = match Identity::of(request) {
        Identity::User(id) => format!("user {id}"),
        Identity::Plugin(id) => format!("plugin {id}"),
        _ => "nobody".to_owned(),
    };
    let answer = json!({
        "method": request.method().as_str(), "uri": request.uri().to_string(), "headers": headers,
        "identity": identity, "request_uri": info.map(|info| &info.request_uri),
        "request_id": context.map(|context| &context.request_id),
    });
    Response::new(answer.to_string().into())
}

async fn count(request: Request<Body>) -> Response<Body> {
    match request.into_body().bytes(64 << 20).await {
        Ok(bytes) => Response::new(bytes.len().to_string().into()),
        Err(error) => text(StatusCode::BAD_REQUEST, error.to_string()),
    }
}

/// `n` pieces of `size` bytes, `ms` apart.
fn stream(request: &Request<Body>) -> Response<Body> {
    let [n, size, ms] = ["n", "size", "ms"].map(|name| query(request.uri(), name, 1));
    let (sender, body) = Body::channel(4);
    tokio::spawn(async move {
        let all = pattern(n * size);
        for piece in all.chunks(size.max(1)) {
            tokio::time::sleep(Duration::from_millis(ms as u64)).await;
            if sender.send(Bytes::copy_from_slice(piece)).await.is_err() {
                return;
            }
        }
    });
    Response::new(body)
}

/// Sends until nobody takes it; then `/state` shows it.
fn until_refused(probe: &Probe, request: &Request<Body>) -> Response<Body> {
    let size = query(request.uri(), "size", 1024);
    let (sender, body) = Body::channel(1);
    let (api, piece) = (probe.api.clone(), Bytes::from(pattern(size)));
    tokio::spawn(async move {
        while sender.send(piece.clone()).await.is_ok() {}
        let _ = api.log_info("the client has gone", &[]).await;
    });
    Response::new(body)
}

fn status(request: &Request<Body>) -> Response<Body> {
    let mut response = Response::new(Body::from(match query(request.uri(), "body", 1) {
        0 => "",
        _ => "the body",
    }));
    let code = u16::try_from(query(request.uri(), "code", 200)).unwrap_or(0);
    *response.status_mut() = StatusCode::from_u16(code).unwrap_or(StatusCode::IM_A_TEAPOT);
    response
}

fn headers() -> Response<Body> {
    let built = Response::builder()
        .header("x-probe", "one")
        .header("x-probe", "two")
        .header("content-type", "application/x-probe")
        .header("x-latin", "\u{e9}");
    built.body("with headers".into()).unwrap_or_default()
}

/// Lets a child of this process print what it finds open.
fn child() -> Response<Body> {
    match Command::new("ls").args(["-l", "/proc/self/fd"]).status() {
        Ok(status) => Response::new(status.to_string().into()),
        Err(error) => text(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()),
    }
}

/// Always has another piece at once, and counts them.
struct Endless(Arc<AtomicU64>);

impl http_body::Body for Endless {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(&[b'e'; 4096])))))
    }
}

/// Gives one large piece, then fails.
struct Stumbles {
    how: &'static str,
    given: bool,
}

impl Stumbles {
    fn new(how: &'static str) -> Self {
        Self { how, given: false }
    }
}

impl http_body::Body for Stumbles {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        if !self.given {
            self.given = true;
            return Poll::Ready(Some(Ok(Frame::data(pattern(300 << 10).into()))));
        }
        if self.how == "panic" {
            panic!("after the first byte");
        }
        Poll::Ready(Some(Err(std::io::Error::other("the source dried up"))))
    }
}

//! The paths that measure HTTP itself: small answers, headers, bodies in both directions.

use std::collections::BTreeMap;

use bytes::Bytes;
use http_body_util::BodyExt;
use mmplugin::http::{HeaderValue, StatusCode, header};
use mmplugin::prelude::*;
use serde::Serialize;

/// The bytes of `/bytes` repeat after this many.
const PERIOD: usize = 251;

/// Longest piece of `/bytes`, so that a query cannot ask for all memory.
const MAX_CHUNK: usize = 16 << 20;

pub(crate) async fn answer(path: &str, request: Request<Body>) -> Response<Body> {
    let uri = request.uri().clone();
    let query = Query::of(uri.query());
    match path {
        "/hello" => content("text/plain", "Hello, world!"),
        "/echoheaders" => echo_headers(&request),
        "/status" => status(query.number("code", 200)),
        "/bytes" => bytes(query.number("n", 0), query.number("chunk", 32 << 10)),
        "/sink" => sink(request, query.number("check", 0) == 1).await,
        _ => status(404),
    }
}

/// The parameters of a query; ours are plain words and numbers, so nothing is unescaped but `+` and `%20`.
pub(crate) struct Query<'a>(Vec<(&'a str, &'a str)>);

impl<'a> Query<'a> {
    pub(crate) fn of(query: Option<&'a str>) -> Self {
        Self(query.unwrap_or_default().split('&').filter_map(|pair| pair.split_once('=')).collect())
    }

    pub(crate) fn text(&self, name: &str) -> String {
        let value = self.0.iter().find(|(key, _)| *key == name).map_or("", |(_, value)| *value);
        value.replace('+', " ").replace("%20", " ")
    }

    pub(crate) fn number(&self, name: &str, default: usize) -> usize {
        self.text(name).parse().unwrap_or(default)
    }
}

pub(crate) fn content(kind: &'static str, body: impl Into<Body>) -> Response<Body> {
    let mut response = Response::new(body.into());
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

pub(crate) fn json(value: &impl Serialize) -> Response<Body> {
    match serde_json::to_vec(value) {
        Ok(text) => content("application/json", text),
        Err(_) => status(500),
    }
}

fn status(code: usize) -> Response<Body> {
    let code = u16::try_from(code).ok().and_then(|code| StatusCode::from_u16(code).ok());
    let mut response = Response::new(Body::empty());
    *response.status_mut() = code.unwrap_or(StatusCode::BAD_REQUEST);
    response
}

/// What `/echoheaders` answers.
#[derive(Serialize)]
struct Echo<'a> {
    method: &'a str,
    path: &'a str,
    query: &'a str,
    host: &'a str,
    header: BTreeMap<String, Vec<String>>,
    user_id: &'a str,
}

fn echo_headers(request: &Request<Body>) -> Response<Body> {
    let text =
        |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut header: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, value) in request.headers() {
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        header.entry(go_case(name.as_str())).or_default().push(value);
    }
    json(&Echo {
        method: request.method().as_str(),
        path: request.uri().path(),
        query: request.uri().query().unwrap_or_default(),
        host: request.uri().host().unwrap_or_else(|| text("host")),
        header,
        user_id: text("mattermost-user-id"),
    })
}

/// `mattermost-user-id` as Go writes header names: `Mattermost-User-Id`.
fn go_case(name: &str) -> String {
    let mut upper = true;
    let mut out = String::with_capacity(name.len());
    for c in name.chars() {
        out.push(if upper { c.to_ascii_uppercase() } else { c });
        upper = c == '-';
    }
    out
}

/// `n` bytes in pieces of `chunk`; byte `i` is `i` modulo 251.
fn bytes(n: usize, chunk: usize) -> Response<Body> {
    let chunk = chunk.clamp(1, MAX_CHUNK);
    // One buffer holds every piece: a piece starts at its offset modulo the period.
    let pattern: Bytes = (0..chunk + PERIOD).map(|i| (i % PERIOD) as u8).collect::<Vec<u8>>().into();
    let (sender, body) = Body::channel(4);
    tokio::spawn(async move {
        for start in (0..n).step_by(chunk) {
            let from = start % PERIOD;
            let piece = pattern.slice(from..from + chunk.min(n - start));
            if sender.send(piece).await.is_err() {
                break;
            }
        }
    });
    content("application/octet-stream", body)
}

/// What `/sink` answers.
#[derive(Serialize)]
struct Sunk {
    bytes: u64,
    ok: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    crc32: Option<u32>,
}

async fn sink(request: Request<Body>, check: bool) -> Response<Body> {
    let mut body = request.into_body();
    let mut hasher = check.then(crc32fast::Hasher::new);
    let mut sunk = Sunk { bytes: 0, ok: true, crc32: None };
    while let Some(frame) = body.frame().await {
        let Ok(frame) = frame else {
            sunk.ok = false;
            break;
        };
        if let Some(data) = frame.data_ref() {
            sunk.bytes += data.len() as u64;
            hasher.iter_mut().for_each(|hasher| hasher.update(data));
        }
    }
    sunk.crc32 = hasher.map(crc32fast::Hasher::finalize);
    json(&sunk)
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn get(uri: &str) -> (u16, Bytes) {
        let request = Request::builder().uri(uri).body(Body::empty()).unwrap();
        let path = request.uri().path().to_owned();
        let response = answer(&path, request).await;
        (response.status().as_u16(), response.into_body().bytes(1 << 20).await.unwrap())
    }

    #[tokio::test]
    async fn bytes_follow_the_pattern_whatever_the_pieces() {
        let expected: Vec<u8> = (0..1000).map(|i| (i % 251) as u8).collect();
        for chunk in [1, 7, 251, 300, 5000] {
            assert_eq!(get(&format!("/bytes?n=1000&chunk={chunk}")).await.1, expected, "{chunk}");
        }
        assert_eq!(get("/bytes").await, (200, Bytes::new()));
    }

    #[tokio::test]
    async fn unknown_paths_and_codes_are_answered() {
        assert_eq!(get("/nowhere").await.0, 404);
        assert_eq!(get("/status?code=418").await.0, 418);
        assert_eq!(get("/status?code=9999").await.0, 400);
    }

    #[tokio::test]
    async fn a_body_is_counted_and_summed() {
        let request = Request::new(Body::from("123456789"));
        let answer = sink(request, true).await.into_body().bytes(1000).await.unwrap();
        assert_eq!(answer, r#"{"bytes":9,"ok":true,"crc32":3421780262}"#);
    }

    #[test]
    fn header_names_are_written_as_go_does() {
        assert_eq!(go_case("mattermost-user-id"), "Mattermost-User-Id");
    }
}

//! The server's side of `ServeHTTP`.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ::http::{HeaderName, HeaderValue, Request, Response, StatusCode};
use bytes::Bytes;
use http_body_util::BodyExt;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::gob::BinaryText;
use crate::http::Body;
use crate::model::Context;
use crate::netrpc::{Call, Client, Empty, Refusal, Service, Work};
use crate::wire::{HttpRequest, ServeHttpArgs, ServeMetricsArgs};
use crate::yamux::Stream;

use super::HostError;
use super::connection::Connection;

/// Which of the two hooks for requests.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Kind {
    /// `ServeHTTP`
    Plugin,
    /// `ServeMetrics`
    Metrics,
}

/// Sends one request to the plugin and collects its answer.
pub(super) async fn exchange(
    connection: &Connection,
    hooks: &Client,
    kind: Kind,
    request: Request<Body>,
) -> Result<Response<Bytes>, HostError> {
    let (head, body) = request.into_parts();
    let recorder = Arc::new(Recorder::default());
    let body_id = connection.broker().next_id();
    let broker = connection.broker().clone();
    tokio::spawn(async move {
        if let Ok(stream) = broker.accept(body_id).await {
            let _ = serve_body(stream, body).await;
        }
    });
    let args = ServeHttpArgs {
        response_writer_stream: connection.offer(recorder.clone()),
        request: Some(subset(&head)),
        context: Some(head.extensions.get::<Context>().cloned().unwrap_or_default()),
        request_body_stream: body_id,
    };
    match kind {
        Kind::Plugin => hooks.call::<_, Empty>("Plugin.ServeHTTP", &args).await?,
        Kind::Metrics => hooks.call::<_, Empty>("Plugin.ServeMetrics", &metrics(args)).await?,
    };
    recorder.response().map_err(HostError::Connection)
}

/// The same under another name.
fn metrics(args: ServeHttpArgs) -> ServeMetricsArgs {
    ServeMetricsArgs {
        response_writer_stream: args.response_writer_stream,
        request: args.request,
        context: args.context,
        request_body_stream: args.request_body_stream,
    }
}

pub(super) fn subset(head: &::http::request::Parts) -> HttpRequest {
    let mut header = BTreeMap::<String, Vec<String>>::new();
    for (name, value) in &head.headers {
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        header.entry(name.to_string()).or_default().push(value);
    }
    HttpRequest {
        method: head.method.to_string(),
        url: BinaryText(head.uri.to_string()),
        proto: "HTTP/1.1".to_owned(),
        proto_major: 1,
        proto_minor: 1,
        header,
        host: "localhost:8065".to_owned(),
        remote_addr: "127.0.0.1:40000".to_owned(),
        request_uri: format!("/plugins/test{}", head.uri),
    }
}

/// Answers the plugin's asks for bytes: each ask is a zig-zag varint.
pub(super) async fn serve_body(mut stream: Stream, mut body: Body) -> std::io::Result<()> {
    let mut rest = Bytes::new();
    loop {
        let mut wanted = read_varint(&mut stream).await?;
        while wanted > 0 {
            if rest.is_empty() {
                let frame = match Pin::new(&mut body).frame().await {
                    Some(frame) => frame.map_err(std::io::Error::other)?,
                    None => return stream.shutdown().await,
                };
                rest = frame.into_data().unwrap_or_default();
            }
            let count = rest.len().min(usize::try_from(wanted).unwrap_or(usize::MAX));
            stream.write_all(&rest.split_to(count)).await?;
            wanted -= i64::try_from(count).unwrap_or(i64::MAX);
        }
    }
}

async fn read_varint(stream: &mut Stream) -> std::io::Result<i64> {
    let mut value = 0u64;
    for shift in (0..64).step_by(7) {
        let byte = stream.read_u8().await?;
        value |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            break;
        }
    }
    Ok((value >> 1).cast_signed() ^ -(value & 1).cast_signed())
}

/// The response writer of a server, keeping what is written.
#[derive(Default)]
pub(super) struct Recorder(Mutex<Recorded>);

#[derive(Default)]
struct Recorded {
    status: Option<i64>,
    headers: BTreeMap<String, Vec<String>>,
    body: Vec<u8>,
}

impl Recorder {
    fn lock(&self) -> MutexGuard<'_, Recorded> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn response(&self) -> Result<Response<Bytes>, String> {
        let recorded = std::mem::take(&mut *self.lock());
        let mut response = Response::new(Bytes::from(recorded.body));
        let status = u16::try_from(recorded.status.unwrap_or(200)).unwrap_or_default();
        *response.status_mut() = StatusCode::from_u16(status).map_err(|error| error.to_string())?;
        for (name, values) in recorded.headers {
            let name = HeaderName::try_from(name).map_err(|error| error.to_string())?;
            for value in values {
                let value = HeaderValue::try_from(value).map_err(|error| error.to_string())?;
                response.headers_mut().append(&name, value);
            }
        }
        Ok(response)
    }
}

impl Service for Recorder {
    fn call(&self, call: &mut Call<'_>) -> Result<Work, Refusal> {
        match call.method() {
            "Plugin.Header" => {
                call.args::<Empty>()?;
                let headers = self.lock().headers.clone();
                return Ok(call.reply(&headers));
            }
            "Plugin.SyncHeader" => {
                let headers = call.args()?;
                self.lock().headers = headers;
            }
            "Plugin.WriteHeader" => {
                let status: i64 = call.args()?;
                if !(100..=999).contains(&status) {
                    return Err(Refusal::Text(format!("invalid WriteHeader code {status}")));
                }
                self.lock().status.get_or_insert(status);
            }
            "Plugin.Write" => {
                let bytes: Vec<u8> = call.args()?;
                let mut recorded = self.lock();
                recorded.status.get_or_insert(200);
                recorded.body.extend(bytes);
            }
            "Plugin.Flush" => {
                call.args::<Empty>()?;
            }
            _ => return Err(Refusal::MissingMethod),
        }
        Ok(call.reply(&Empty {}))
    }
}

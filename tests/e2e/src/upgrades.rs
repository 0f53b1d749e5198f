//! Pages that take the client's connection over, and one that sends events.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use mmplugin::http::{self, Body, Request, Response, StatusCode, Upgraded, header, text};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::Role;

use crate::pages::query;
use crate::{Probe, Seen};

/// Notes how a connection ended; `/state` shows it.
fn ended(seen: &Arc<Mutex<Seen>>, how: String) {
    seen.lock().unwrap_or_else(PoisonError::into_inner).ended.push(how);
}

/// A WebSocket that sends every message back.
pub(crate) fn websocket(probe: &Probe, mut request: Request<Body>) -> Response<Body> {
    let key = request.headers().get(header::SEC_WEBSOCKET_KEY);
    let accept = key.map(|key| derive_accept_key(key.as_bytes())).unwrap_or_default();
    let upgrade = http::upgrade(&mut request);
    let seen = probe.seen.clone();
    tokio::spawn(async move {
        let connection = match upgrade.await {
            Ok(connection) => connection,
            Err(error) => return ended(&seen, error.to_string()),
        };
        let mut socket = WebSocketStream::from_raw_socket(connection, Role::Server, None).await;
        while let Some(message) = socket.next().await {
            let done = match message {
                Ok(message) if message.is_text() || message.is_binary() => socket.send(message).await,
                Ok(_) => Ok(()),
                Err(error) => Err(error),
            };
            if let Err(error) = done {
                return ended(&seen, format!("websocket: {error}"));
            }
        }
        ended(&seen, "websocket: closed".to_owned());
    });
    switching("websocket", &accept)
}

fn switching(protocol: &str, accept: &str) -> Response<Body> {
    let answer = Response::builder().status(StatusCode::SWITCHING_PROTOCOLS);
    let answer = answer.header("connection", "Upgrade").header("upgrade", protocol);
    answer.header("sec-websocket-accept", accept).body(Body::empty()).unwrap_or_default()
}

/// Sends raw bytes back after `ms`, in pieces of any size.
pub(crate) fn switch(probe: &Probe, mut request: Request<Body>) -> Response<Body> {
    let upgrade = http::upgrade(&mut request);
    let pause = Duration::from_millis(query(request.uri(), "ms", 0) as u64);
    let seen = probe.seen.clone();
    tokio::spawn(async move {
        match upgrade.await {
            Ok(connection) => {
                tokio::time::sleep(pause).await;
                let how =
                    echo(connection).await.map_or_else(|error| error.to_string(), |count| count.to_string());
                ended(&seen, format!("switch: {how}"));
            }
            Err(error) => ended(&seen, error.to_string()),
        }
    });
    switching("echo", "")
}

async fn echo(mut connection: Upgraded) -> std::io::Result<usize> {
    let (mut bytes, mut all) = (vec![0; 100_000], 0);
    loop {
        let count = connection.read(&mut bytes).await?;
        if count == 0 {
            connection.shutdown().await?;
            return Ok(all);
        }
        connection.write_all(bytes.get(..count).unwrap_or_default()).await?;
        all += count;
    }
}

/// Takes the connection before there is an answer, and writes one.
pub(crate) async fn hijack(mut request: Request<Body>) -> Response<Body> {
    match http::upgrade(&mut request).hijack().await {
        Ok(mut connection) => {
            let _ =
                connection.write_all(b"HTTP/1.1 418 I'm a teapot\r\nContent-Length: 5\r\n\r\nshort").await;
            let _ = connection.shutdown().await;
            text(StatusCode::OK, "nobody reads this")
        }
        Err(error) => text(StatusCode::CONFLICT, error.to_string()),
    }
}

/// Server-sent events, `ms` apart: `n` of them, then silence.
pub(crate) fn events(request: &Request<Body>) -> Response<Body> {
    let [n, ms] = ["n", "ms"].map(|name| query(request.uri(), name, 1));
    let (sender, body) = Body::channel(1);
    tokio::spawn(async move {
        for i in 0..n {
            if sender.send(format!("data: {i}\n\n").into()).await.is_err() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(ms as u64)).await;
        }
        sender.closed().await;
    });
    let answer = Response::builder().header("content-type", "text/event-stream");
    answer.body(body).unwrap_or_default()
}

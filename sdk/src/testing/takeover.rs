//! A client whose connection the plugin takes over.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use ::http::{HeaderName, HeaderValue, Request, Response, StatusCode};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, ReadHalf, WriteHalf, duplex, split};
use tokio::sync::{Mutex, Notify};

use crate::gob::Gob;
use crate::hooks::Hooks;
use crate::http::Body;
use crate::model::Context;
use crate::netrpc::{Call, Empty, Refusal, Responder, Service, Work};
use crate::wire::ServeHttpArgs;

use super::http::{Recorder, subset};
use super::{Host, HostError};

/// What the connection holds in each direction.
const ROOM: usize = 64 << 10;

impl<P: Hooks> Host<P> {
    /// Sends a request that asks for another protocol; gives the head of the answer and the client's end of the connection.
    ///
    /// The request has no body. Dropping the connection is a client that goes away.
    ///
    /// ```
    /// use mmplugin::http::{self, Body, Request, Response};
    /// use mmplugin::prelude::*;
    /// use mmplugin::testing::{Host, HostError};
    /// use tokio::io::{AsyncReadExt, AsyncWriteExt};
    ///
    /// struct Greeter;
    ///
    /// #[mmplugin::plugin(id = "com.example.greeter")]
    /// impl Hooks for Greeter {
    ///     async fn activate(_ctx: Activation) -> Result<Self, Error> {
    ///         Ok(Greeter)
    ///     }
    ///
    ///     async fn serve_http(&self, _ctx: Context, mut request: Request<Body>) -> Response<Body> {
    ///         let upgrade = http::upgrade(&mut request);
    ///         tokio::spawn(async move {
    ///             if let Ok(mut connection) = upgrade.await {
    ///                 let _ = connection.write_all(b"hello").await;
    ///             }
    ///         });
    ///         http::text(StatusCode::SWITCHING_PROTOCOLS, "")
    ///     }
    /// }
    ///
    /// # mmplugin::testing::block_on(async {
    /// let host = Host::<Greeter>::start().await?;
    /// let (head, mut connection) = host.upgrade(Request::get("/").body(Body::empty()).unwrap()).await?;
    /// assert_eq!(head.status(), 101);
    /// let mut text = String::new();
    /// connection.read_to_string(&mut text).await.unwrap();
    /// assert_eq!(text, "hello");
    /// # Ok::<(), HostError>(())
    /// # }).unwrap();
    /// ```
    ///
    /// # Errors
    /// [`HostError::Hook`] with the status when the plugin answered without taking the connection.
    pub async fn upgrade(&self, request: Request<Body>) -> Result<(Response<()>, DuplexStream), HostError> {
        let (head, _) = request.into_parts();
        let (mut client, theirs) = duplex(ROOM);
        let (read, write) = split(theirs);
        let writer = Arc::new(Writer {
            recorder: Recorder::default(),
            taken: AtomicBool::new(false),
            connection: Arc::new(Connection {
                read: Mutex::new(read),
                write: Mutex::new(write),
                closed: Notify::new(),
            }),
        });
        let args = ServeHttpArgs {
            response_writer_stream: self.connection.offer(writer.clone()),
            request: Some(subset(&head)),
            context: Some(head.extensions.get::<Context>().cloned().unwrap_or_default()),
            request_body_stream: 0,
        };
        self.hooks.call::<_, Empty>("Plugin.ServeHTTP", &args).await?;
        if !writer.taken.load(Ordering::Acquire) {
            let answer = writer.recorder.response().map_err(HostError::Connection)?;
            return Err(HostError::Hook(format!("no upgrade: the plugin answered {}", answer.status())));
        }
        let mut text = Vec::new();
        while !text.ends_with(b"\r\n\r\n") {
            let byte = client.read_u8().await.map_err(|error| HostError::Connection(error.to_string()))?;
            text.push(byte);
        }
        Ok((parse(&String::from_utf8_lossy(&text)), client))
    }
}

/// The head of a response in the form of HTTP/1.1.
fn parse(text: &str) -> Response<()> {
    let mut response = Response::new(());
    let mut lines = text.split("\r\n");
    let status = lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok());
    *response.status_mut() = status.unwrap_or(StatusCode::IM_A_TEAPOT);
    for (name, value) in lines.filter_map(|line| line.split_once(": ")) {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            response.headers_mut().append(name, value);
        }
    }
    response
}

/// A response writer that gives its connection away.
struct Writer {
    recorder: Recorder,
    taken: AtomicBool,
    connection: Arc<Connection>,
}

struct Connection {
    read: Mutex<ReadHalf<DuplexStream>>,
    write: Mutex<WriteHalf<DuplexStream>>,
    closed: Notify,
}

impl Connection {
    async fn read(&self, responder: Responder, most: usize) {
        let mut bytes = vec![0; most];
        let mut half = self.read.lock().await;
        let read = tokio::select! {
            read = half.read(&mut bytes) => read.unwrap_or(0),
            () = self.closed.notified() => 0,
        };
        bytes.truncate(read);
        match read {
            0 => responder.error("EOF"),
            _ => answer(responder, &bytes),
        }
    }

    async fn write(&self, responder: Responder, bytes: Vec<u8>) {
        match self.write.lock().await.write_all(&bytes).await {
            Ok(()) => answer(responder, &i64::try_from(bytes.len()).unwrap_or_default()),
            Err(error) => responder.error(error.to_string()),
        }
    }

    async fn close(&self, responder: Responder) {
        self.closed.notify_one();
        // A client that has gone needs no end.
        let _ = self.write.lock().await.shutdown().await;
        answer(responder, &Empty {});
    }
}

fn answer<R: Gob>(responder: Responder, reply: &R) {
    // The plugin's side has gone: nobody is left to tell.
    let _ = responder.reply(reply);
}

impl Service for Writer {
    fn call(&self, call: &mut Call<'_>) -> Result<Work, Refusal> {
        let connection = self.connection.clone();
        match call.method() {
            "Plugin.HijackResponse" => {
                call.args::<Empty>()?;
                if self.taken.swap(true, Ordering::AcqRel) {
                    return Err(Refusal::Text("response was already hijacked".to_owned()));
                }
                Ok(call.reply(&Empty {}))
            }
            method if method.starts_with("Plugin.HjConn") && !self.taken.load(Ordering::Acquire) => {
                Err(Refusal::Text("response is not hijacked".to_owned()))
            }
            "Plugin.HjConnRWRead" => {
                let most = call.args::<Vec<u8>>()?.len();
                let responder = call.responder();
                Ok(Work::new(async move { connection.read(responder, most).await }))
            }
            "Plugin.HjConnRead" => {
                let most = usize::try_from(call.args::<i64>()?).unwrap_or_default().min(ROOM);
                let responder = call.responder();
                Ok(Work::new(async move { connection.read(responder, most).await }))
            }
            "Plugin.HjConnWrite" => {
                let bytes = call.args()?;
                let responder = call.responder();
                Ok(Work::new(async move { connection.write(responder, bytes).await }))
            }
            "Plugin.HjConnClose" => {
                call.args::<Empty>()?;
                let responder = call.responder();
                Ok(Work::new(async move { connection.close(responder).await }))
            }
            _ => self.recorder.call(call),
        }
    }
}

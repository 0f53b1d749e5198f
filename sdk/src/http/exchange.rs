//! One HTTP request from the host: its streams, the handler, the answer.

use std::future::Future;
use std::pin::pin;

use http::{HeaderMap, Method, Request, Response, StatusCode};
use http_body::Body as _;
use tokio::io::AsyncWriteExt;

use crate::goplugin::Broker;
use crate::netrpc::CallError;
use crate::runtime::guard::Caught;
use crate::wire::ServeHttpArgs;

use super::headers::merge_headers;
use super::pump::Pump;
use super::request;
use super::respond::text;
use super::upgrade::{UpgradeError, Wish, switching};
use super::upgraded::{Takeovers, Upgraded};
use super::writer::ResponseWriter;
use super::{Body, BodyError};

/// Why an exchange ended without a whole answer.
pub(crate) enum Broken {
    /// No streams: the host has gone or given up.
    Streams(String),
    /// The host refused a write: the client has gone, or the answer breaks the rules of HTTP.
    Refused(CallError),
    /// The body of the answer failed.
    Body(BodyError),
    /// The body of the answer panicked.
    Panicked(Caught),
}

impl Broken {
    pub(crate) fn log(&self, hook: &str) {
        match self {
            Self::Streams(error) => tracing::error!("an HTTP request has no streams: {error}"),
            // Clients hang up all the time.
            Self::Refused(error) => tracing::debug!("an HTTP answer was cut short: {error}"),
            Self::Body(error) => tracing::error!("the body of an HTTP answer failed: {error}"),
            Self::Panicked(panic) => panic.log(hook),
        }
    }
}

/// Dials both streams, lets `handler` answer, writes its answer.
pub(crate) async fn serve<F>(
    broker: &Broker,
    takeovers: &Takeovers,
    args: ServeHttpArgs,
    handler: impl FnOnce(Request<Body>) -> F,
) -> Result<Written, Broken>
where
    F: Future<Output = Result<Response<Body>, Caught>>,
{
    let body = async {
        match args.request_body_stream {
            0 => Ok(None),
            id => broker.dial(id).await.map(Some),
        }
    };
    let writer = ResponseWriter::dial(broker, args.response_writer_stream);
    let (writer, body) = broker.corked(async { tokio::join!(writer, body) }).await;
    let writer = writer.map_err(Broken::Streams)?;
    let body = body.map_err(|error| Broken::Streams(error.to_string()))?;
    let http_request = args.request.unwrap_or_default();
    let is_head = http_request.method == Method::HEAD.as_str();
    let answer = match request::build(http_request, args.context.unwrap_or_default(), body) {
        Ok(request) => handle(writer, takeovers, request, handler).await,
        Err(bad) => {
            let response = text(StatusCode::BAD_REQUEST, format!("400 bad request: {}\n", bad.0));
            Some((writer, response))
        }
    };
    // None: the connection is the plugin's now.
    let Some((mut writer, response)) = answer else { return Ok(Written { writer: None, result: Ok(()) }) };
    let result = write(&mut writer, response, is_head).await;
    Ok(Written { writer: Some(writer), result })
}

/// An answer that has been written, or cut short, on a stream that is still open.
pub(crate) struct Written {
    writer: Option<ResponseWriter>,
    pub(crate) result: Result<(), Broken>,
}

impl Written {
    /// Ends the stream, as the host expects before the call of the hook is answered.
    pub(crate) async fn finish(self) {
        if let Some(mut writer) = self.writer {
            writer.finish().await;
        }
    }
}

/// Lets the author answer. `None` when they have taken the client's connection, before their answer or with it.
async fn handle<F>(
    mut writer: ResponseWriter,
    takeovers: &Takeovers,
    mut request: Request<Body>,
    handler: impl FnOnce(Request<Body>) -> F,
) -> Option<(ResponseWriter, Response<Body>)>
where
    F: Future<Output = Result<Response<Body>, Caught>>,
{
    let mut wish = Wish::attach(&mut request);
    let mut handling = pin!(handler(request));
    let answered = tokio::select! {
        biased;
        answered = &mut handling => Some(answered),
        () = wish.asked() => None,
    };
    let (answered, wish) = match answered {
        Some(answered) => (answered, Some(wish)),
        None => {
            let taken = take(writer, takeovers).await;
            match taken {
                Ok(upgraded) => {
                    wish.give(Ok(upgraded));
                    // What is answered now has nowhere to go.
                    let _ = handling.await;
                    return None;
                }
                Err((back, error)) => {
                    writer = back;
                    wish.give(Err(error));
                    (handling.await, None)
                }
            }
        }
    };
    let mut response =
        answered.unwrap_or_else(|_| text(StatusCode::INTERNAL_SERVER_ERROR, "500 internal server error\n"));
    if let (StatusCode::SWITCHING_PROTOCOLS, Some(wish)) = (response.status(), wish)
        && wish.is_wanted()
    {
        match take(writer, takeovers).await {
            Ok(mut upgraded) => {
                let head = switching(response.headers());
                match upgraded.write_all(&head).await {
                    Ok(()) => wish.give(Ok(upgraded)),
                    Err(error) => wish.give(Err(UpgradeError::Refused(error.to_string()))),
                }
                return None;
            }
            Err((back, error)) => {
                writer = back;
                response = text(StatusCode::NOT_IMPLEMENTED, "501 this connection cannot be upgraded\n");
                wish.give(Err(error));
            }
        }
    }
    Some((writer, response))
}

/// Takes the client's connection from the server; gives the writer back when that refuses.
async fn take(
    mut writer: ResponseWriter,
    takeovers: &Takeovers,
) -> Result<Upgraded, (ResponseWriter, UpgradeError)> {
    match writer.hijack().await {
        Ok(()) => Ok(Upgraded::new(writer.into_client(), takeovers)),
        Err(CallError::Remote { text, .. }) => Err((writer, UpgradeError::Refused(text))),
        Err(error) => Err((writer, UpgradeError::Refused(error.to_string()))),
    }
}

async fn write(writer: &mut ResponseWriter, response: Response<Body>, is_head: bool) -> Result<(), Broken> {
    let (mut head, body) = response.into_parts();
    if head.status.is_informational() {
        tracing::error!(status = head.status.as_u16(), "a final answer cannot have an informational status");
        head.status = StatusCode::INTERNAL_SERVER_ERROR;
    }
    let has_body =
        !is_head && head.status != StatusCode::NO_CONTENT && head.status != StatusCode::NOT_MODIFIED;
    if let (true, Some(length)) = (has_body, body.size_hint().exact()) {
        head.headers.entry(http::header::CONTENT_LENGTH).or_insert_with(|| length.into());
    }
    let mut pump = Pump::new(has_body.then_some(body));
    if let Err(broken) = pump.start().await {
        // Nothing has been sent: the client gets an answer that says so.
        let failed = text(StatusCode::INTERNAL_SERVER_ERROR, "500 internal server error\n");
        send_head(writer, StatusCode::INTERNAL_SERVER_ERROR, failed.headers(), true).await?;
        Pump::new(Some(failed.into_body())).run(writer).await?;
        return Err(broken);
    }
    // With a body that has begun, the first write implies 200.
    let implied = head.status == StatusCode::OK && pump.has_some();
    send_head(writer, head.status, &head.headers, !implied).await?;
    let pumped = pump.run(writer).await;
    if let Err(Broken::Body(_) | Broken::Panicked(_)) = &pumped {
        // The client of HTTP/1 can tell by a connection that ends too early. Where it cannot be taken over, nothing can.
        if writer.hijack().await.is_ok() {
            let _ = writer.close().await;
        }
    }
    pumped
}

async fn send_head(
    writer: &mut ResponseWriter,
    status: StatusCode,
    new: &HeaderMap,
    say_status: bool,
) -> Result<(), Broken> {
    if !new.is_empty() {
        let mut headers = writer.headers().await.map_err(Broken::Refused)?;
        merge_headers(&mut headers, new);
        writer.sync_headers(&headers).await.map_err(Broken::Refused)?;
    }
    match say_status {
        true => writer.status(status.as_u16()).await.map_err(Broken::Refused),
        false => Ok(()),
    }
}

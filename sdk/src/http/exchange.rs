//! One HTTP request from the host: its streams, the handler, the answer.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use http_body::Body as _;

use crate::goplugin::Broker;
use crate::netrpc::CallError;
use crate::runtime::guard::Caught;
use crate::wire::ServeHttpArgs;

use super::headers::merge_headers;
use super::request;
use super::respond::text;
use super::writer::ResponseWriter;
use super::{Body, BodyError};

/// Most bytes in one `Write`: the host answers each with a round trip, and a yamux window has 256 KiB.
const MAX_WRITE: usize = 256 << 10;

/// Why an exchange ended without a whole answer; for the log only.
pub(crate) enum Broken {
    /// No streams: the host has gone or given up.
    Streams(String),
    /// The host refused a write: the client has gone, or the answer breaks the rules of HTTP.
    Refused(CallError),
    /// The body of the answer failed.
    Body(BodyError),
}

impl Broken {
    pub(crate) fn log(&self) {
        match self {
            Self::Streams(error) => tracing::error!("an HTTP request has no streams: {error}"),
            // Clients hang up all the time.
            Self::Refused(error) => tracing::debug!("an HTTP answer was cut short: {error}"),
            Self::Body(error) => tracing::error!("the body of an HTTP answer failed: {error}"),
        }
    }
}

/// Dials both streams, lets `handler` answer, writes its answer.
pub(crate) async fn serve<F>(
    broker: &Broker,
    args: ServeHttpArgs,
    handler: impl FnOnce(Request<Body>) -> F,
) -> Result<(), Broken>
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
    let mut writer = writer.map_err(Broken::Streams)?;
    let body = body.map_err(|error| Broken::Streams(error.to_string()))?;
    let http_request = args.request.unwrap_or_default();
    let is_head = http_request.method == Method::HEAD.as_str();
    let response = match request::build(http_request, args.context.unwrap_or_default(), body) {
        Ok(request) => match handler(request).await {
            Ok(response) => response,
            Err(_) => text(StatusCode::INTERNAL_SERVER_ERROR, "500 internal server error\n"),
        },
        Err(bad) => text(StatusCode::BAD_REQUEST, format!("400 bad request: {}\n", bad.0)),
    };
    let written = write(&mut writer, response, is_head).await;
    writer.finish().await;
    written
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
    if !head.headers.is_empty() {
        let mut headers = writer.headers().await.map_err(Broken::Refused)?;
        merge_headers(&mut headers, &head.headers);
        writer.sync_headers(&headers).await.map_err(Broken::Refused)?;
    }
    if head.status != StatusCode::OK || !has_body || body.is_end_stream() {
        // With a body, the first write implies 200.
        writer.status(head.status.as_u16()).await.map_err(Broken::Refused)?;
    }
    if has_body { pump(writer, body).await } else { Ok(()) }
}

/// Writes a body in large pieces: while the host takes one, the next is gathered.
async fn pump(writer: &mut ResponseWriter, body: Body) -> Result<(), Broken> {
    let mut gather = Gather::new(body);
    loop {
        poll_fn(|cx| gather.poll_some(cx)).await;
        let piece = gather.take();
        if piece.is_empty() {
            return gather.end.unwrap_or(Ok(()));
        }
        {
            let mut writing = pin!(writer.write(&piece));
            let written = poll_fn(|cx| {
                gather.fill(cx);
                writing.as_mut().poll(cx)
            });
            written.await.map_err(Broken::Refused)?;
        }
        if gather.is_waiting() {
            // The author has no more for now: what they gave should reach the client.
            writer.flush().await.map_err(Broken::Refused)?;
        }
    }
}

/// Collects the frames of a body into pieces of at most [`MAX_WRITE`].
struct Gather {
    body: Pin<Box<Body>>,
    /// What did not fit into the last piece.
    rest: Bytes,
    piece: Vec<u8>,
    end: Option<Result<(), Broken>>,
}

impl Gather {
    fn new(body: Body) -> Self {
        Self { body: Box::pin(body), rest: Bytes::new(), piece: Vec::new(), end: None }
    }

    /// Takes what is ready; stops when a piece is full, the body waits, or it has ended.
    fn fill(&mut self, cx: &mut Context<'_>) {
        while self.piece.len() < MAX_WRITE {
            if !self.rest.is_empty() {
                let fits = self.rest.len().min(MAX_WRITE - self.piece.len());
                self.piece.extend_from_slice(&self.rest.split_to(fits));
                continue;
            }
            if self.end.is_some() {
                return;
            }
            match self.body.as_mut().poll_frame(cx) {
                // Trailers have no way through the host's writer.
                Poll::Ready(Some(Ok(frame))) => self.rest = frame.into_data().unwrap_or_default(),
                Poll::Ready(Some(Err(error))) => self.end = Some(Err(Broken::Body(error))),
                Poll::Ready(None) => self.end = Some(Ok(())),
                Poll::Pending => return,
            }
        }
    }

    /// Waits until there is something to write or the body has ended.
    fn poll_some(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        self.fill(cx);
        if self.piece.is_empty() && self.end.is_none() { Poll::Pending } else { Poll::Ready(()) }
    }

    fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.piece)
    }

    fn is_waiting(&self) -> bool {
        self.piece.is_empty() && self.end.is_none()
    }
}

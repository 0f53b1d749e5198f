//! `ServeHTTP` over gRPC: one stream in each direction, in pieces.

use std::pin::{Pin, pin};
use std::task::{Context as TaskContext, Poll, ready};

use bytes::Bytes;
use http::{HeaderMap, Request, Response, StatusCode};
use http_body::{Body as _, Frame};
use tokio::sync::mpsc::Sender;
use tonic::{Status, Streaming};

use super::convert::Take;
use super::proto::pluginapi as pb;
use crate::gob::BinaryText;
use crate::http::{Body, build_request};
use crate::model::Context;
use crate::wire::HttpRequest;

/// Largest piece of a body in one message: what upstream's side sends, too.
const PIECE: usize = 64 << 10;

/// Pieces of the response that wait for the host.
pub(crate) const WAITING_PIECES: usize = 4;

/// A request whose head has come, and where its response goes.
pub(crate) struct Exchange {
    pub(crate) context: Context,
    pub(crate) request: Request<Body>,
    pub(crate) response: Responding,
}

/// The response of one exchange, still to be given.
pub(crate) struct Responding(pub(crate) Sender<Result<pb::ServeHttpResponse, Status>>);

/// Reads the head of a request.
pub(crate) async fn begin(
    mut stream: Streaming<pb::ServeHttpRequest>,
    response: Responding,
) -> Result<Exchange, Status> {
    let first = stream.message().await?;
    let pb::ServeHttpRequest { init, body_chunk, body_complete } = first.unwrap_or_default();
    let init = init.ok_or_else(|| Status::invalid_argument("the first message has no head"))?;
    let context = init.plugin_context.map(Context::take).unwrap_or_default();
    let head = HttpRequest {
        method: init.method,
        url: BinaryText(init.url),
        proto: init.proto,
        proto_major: init.proto_major.into(),
        proto_minor: init.proto_minor.into(),
        header: init.headers.into_iter().map(|header| (header.key, header.values)).collect(),
        host: init.host,
        remote_addr: init.remote_addr,
        request_uri: init.request_uri,
    };
    let body = match body_complete {
        true => Body::from(body_chunk),
        false => Body::new(Incoming { first: Some(body_chunk), stream, ended: false }),
    };
    let request = build_request(head, context.clone(), body).map_err(Status::invalid_argument)?;
    Ok(Exchange { context, request, response })
}

/// The body of a request: pieces as they come, no further than the window of the stream.
struct Incoming {
    first: Option<Bytes>,
    stream: Streaming<pb::ServeHttpRequest>,
    ended: bool,
}

impl http_body::Body for Incoming {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut TaskContext<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        if let Some(first) = self.first.take().filter(|first| !first.is_empty()) {
            return Poll::Ready(Some(Ok(Frame::data(first))));
        }
        loop {
            if self.ended {
                return Poll::Ready(None);
            }
            let next =
                ready!(tonic::codegen::tokio_stream::Stream::poll_next(Pin::new(&mut self.stream), cx));
            match next {
                Some(Ok(message)) => {
                    self.ended = message.body_complete;
                    if !message.body_chunk.is_empty() {
                        return Poll::Ready(Some(Ok(Frame::data(message.body_chunk))));
                    }
                }
                Some(Err(status)) => {
                    self.ended = true;
                    return Poll::Ready(Some(Err(status)));
                }
                // The end mark is what tells a whole body from one whose sender is gone.
                None => {
                    self.ended = true;
                    return Poll::Ready(Some(Err(Status::cancelled("the body of the request broke off"))));
                }
            }
        }
    }
}

impl Responding {
    /// Sends a response to its end, or until the host wants no more of it.
    ///
    /// # Errors
    /// What broke the body off; the host's stream ends with it, so that nobody takes the part for the whole.
    pub(crate) async fn send(self, response: Response<Body>) -> Result<(), String> {
        let (head, body) = response.into_parts();
        let mut init = Some(init(head.status, &head.headers));
        let mut body = pin!(body);
        loop {
            let frame = match std::future::poll_fn(|cx| Poll::Ready(body.as_mut().poll_frame(cx))).await {
                Poll::Ready(frame) => frame,
                Poll::Pending => {
                    // What is there goes out while more is awaited; the head alone, too.
                    let waiting =
                        pb::ServeHttpResponse { init: init.take(), flush: true, ..Default::default() };
                    if !self.give(waiting).await {
                        return Ok(());
                    }
                    tokio::select! {
                        frame = std::future::poll_fn(|cx| body.as_mut().poll_frame(cx)) => frame,
                        () = self.0.closed() => return Ok(()),
                    }
                }
            };
            let mut data = match frame {
                None => break,
                Some(Ok(frame)) => frame.into_data().unwrap_or_default(),
                Some(Err(error)) => {
                    let _ = self.0.send(Err(Status::aborted(error.to_string()))).await;
                    return Err(error.to_string());
                }
            };
            while !data.is_empty() {
                let body_chunk = data.split_to(data.len().min(PIECE));
                let piece = pb::ServeHttpResponse { init: init.take(), body_chunk, ..Default::default() };
                if !self.give(piece).await {
                    return Ok(());
                }
            }
        }
        self.give(pb::ServeHttpResponse { init: init.take(), body_complete: true, ..Default::default() })
            .await;
        Ok(())
    }

    /// Ends the exchange with an error of the plugin.
    pub(crate) async fn fail(self) {
        let mut response = Response::new(Body::from("Internal Server Error\n"));
        *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        let _ = self.send(response).await;
    }

    /// False: the host wants no more.
    async fn give(&self, piece: pb::ServeHttpResponse) -> bool {
        self.0.send(Ok(piece)).await.is_ok()
    }
}

fn init(status: StatusCode, headers: &HeaderMap) -> pb::ServeHttpResponseInit {
    let headers = headers.keys().map(|name| pb::HttpHeader {
        key: crate::http::canonical(name.as_str()),
        values: headers
            .get_all(name)
            .iter()
            .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
            .collect(),
    });
    pb::ServeHttpResponseInit { status_code: status.as_u16().into(), headers: headers.collect() }
}

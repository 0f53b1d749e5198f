//! Bodies on a stream of HTTP/2, as they come and as they go.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use h2::{Reason, RecvStream, SendStream};
use http_body::{Body, Frame};
use tonic::{Code, Status};

/// What the other side sends; `G` is kept as long as anybody wants more of it.
pub(super) struct Incoming<G> {
    stream: RecvStream,
    _guard: G,
}

impl<G> Incoming<G> {
    pub(super) fn new(stream: RecvStream, guard: G) -> Self {
        Self { stream, _guard: guard }
    }
}

impl<G: Unpin> Body for Incoming<G> {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        match ready!(self.stream.poll_data(cx)) {
            Some(Ok(data)) => {
                // Fails when the stream has ended, which the next frame tells.
                let _ = self.stream.flow_control().release_capacity(data.len());
                Poll::Ready(Some(Ok(Frame::data(data))))
            }
            // As much as was wanted: a server that has answered early says so.
            Some(Err(error)) if error.reason() == Some(Reason::NO_ERROR) => Poll::Ready(None),
            Some(Err(error)) => Poll::Ready(Some(Err(fault(&error)))),
            None => {
                let trailers = ready!(self.stream.poll_trailers(cx));
                let trailers = trailers.map_err(|error| fault(&error)).transpose();
                Poll::Ready(trailers.map(|trailers| trailers.map(Frame::trailers)))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.stream.is_end_stream()
    }
}

/// Sends a body to its end, no further ahead than the other side allows.
///
/// # Errors
/// The stream has ended before the body has, from either side.
pub(super) async fn send<B>(body: B, mut stream: SendStream<Bytes>) -> Result<(), h2::Error>
where
    B: Body<Data = Bytes>,
{
    let mut body = pin!(body);
    loop {
        let next = poll_fn(|cx| match poll_ended(&mut stream, cx) {
            Poll::Ready(error) => Poll::Ready(Err(error)),
            Poll::Pending => body.as_mut().poll_frame(cx).map(Ok),
        });
        let frame = match next.await? {
            Some(Ok(frame)) => frame,
            Some(Err(_)) => {
                stream.send_reset(Reason::INTERNAL_ERROR);
                return Ok(());
            }
            None => return stream.send_data(Bytes::new(), true),
        };
        match frame.into_data() {
            Ok(data) => {
                let last = body.is_end_stream();
                if !data.is_empty() {
                    room(&mut stream).await?;
                }
                stream.send_data(data, last)?;
                if last {
                    return Ok(());
                }
            }
            Err(frame) => {
                let Ok(trailers) = frame.into_trailers() else { continue };
                stream.reserve_capacity(0);
                return stream.send_trailers(trailers);
            }
        }
    }
}

/// Waits until at least a byte may be sent. No more is asked for: what a stream holds of the connection's window without
/// sending it, others wait for.
async fn room(stream: &mut SendStream<Bytes>) -> Result<(), h2::Error> {
    stream.reserve_capacity(1);
    while stream.capacity() == 0 {
        let capacity = poll_fn(|cx| match poll_ended(stream, cx) {
            Poll::Ready(error) => Poll::Ready(Some(Err(error))),
            Poll::Pending => stream.poll_capacity(cx),
        });
        // The stream takes nothing any more.
        capacity.await.unwrap_or(Err(Reason::STREAM_CLOSED.into()))?;
    }
    Ok(())
}

/// Whether the other side wants no more.
fn poll_ended(stream: &mut SendStream<Bytes>, cx: &mut Context<'_>) -> Poll<h2::Error> {
    stream.poll_reset(cx).map(|reset| reset.map_or_else(|error| error, Into::into))
}

/// What a caller is told of a stream or a connection that has ended.
pub(super) fn fault(error: &h2::Error) -> Status {
    let code = match error.reason() {
        Some(Reason::CANCEL) => Code::Cancelled,
        Some(Reason::REFUSED_STREAM) => Code::Unavailable,
        Some(Reason::ENHANCE_YOUR_CALM) => Code::ResourceExhausted,
        Some(_) => Code::Internal,
        None => Code::Unavailable,
    };
    Status::new(code, error.to_string())
}

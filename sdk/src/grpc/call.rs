//! One call of a host, and the one answer to it.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::Poll;

use bytes::Bytes;
use h2::RecvStream;
use h2::server::SendResponse;
use http::{HeaderMap, HeaderValue, Request, Response, header};
use tonic::Status;
use tonic::body::Body;

use super::body::{self, Incoming};
use super::unary;

/// What serves a call, to its end.
pub(crate) type Serving = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A call whose head has come.
pub(crate) struct Call {
    request: Request<RecvStream>,
    respond: Respond,
}

impl Call {
    pub(super) fn new(request: Request<RecvStream>, respond: SendResponse<Bytes>) -> Self {
        Self { request, respond: Respond(respond) }
    }

    /// Where it goes: `/package.Service/Method`.
    pub(crate) fn path(&self) -> &str {
        self.request.uri().path()
    }

    /// Waits for the one message of the call; the status says why there is none.
    pub(crate) async fn message(self) -> (Result<Bytes, Status>, Respond) {
        let Self { request, respond } = self;
        (unary::message(Incoming::new(request.into_body(), ())).await, respond)
    }

    /// Lets a service made by `tonic` answer, as long as the host wants it to.
    pub(crate) async fn answered_by<F>(self, service: impl FnOnce(Request<Body>) -> F)
    where
        F: Future<Output = Response<Body>>,
    {
        let Self { request, respond: Respond(mut respond) } = self;
        let mut answer = pin!(service(request.map(|stream| Body::new(Incoming::new(stream, ())))));
        let answer = poll_fn(|cx| match answer.as_mut().poll(cx) {
            Poll::Ready(response) => Poll::Ready(Some(response)),
            Poll::Pending => respond.poll_reset(cx).map(|_| None),
        });
        let Some(response) = answer.await else { return };
        let (head, body) = response.into_parts();
        let bare = http_body::Body::is_end_stream(&body);
        let sent = match respond.send_response(Response::from_parts(head, ()), bare) {
            Ok(_) if bare => Ok(()),
            Ok(stream) => body::send(body, stream).await,
            Err(error) => Err(error),
        };
        if let Err(error) = sent {
            tracing::debug!("an answer was not wanted to its end: {error}");
        }
    }

    /// Fails it unread.
    pub(crate) fn fail(self, status: &Status) {
        self.respond.fail(status);
    }
}

/// Answers one call, once. Dropped without an answer, it lets the host know that there will be none.
///
/// When the host does not wait any more nothing happens: it has been told that the call is over.
pub(crate) struct Respond(SendResponse<Bytes>);

impl Respond {
    /// Answers with a message, as [`unary::framed`] makes it.
    pub(crate) fn message(self, framed: Vec<u8>) {
        match unary::measured(framed) {
            Ok(framed) => drop(self.send(framed)),
            Err(status) => self.fail(&status),
        }
    }

    fn send(mut self, framed: Bytes) -> Result<(), h2::Error> {
        let mut head = Response::new(());
        head.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/grpc"));
        let mut stream = self.0.send_response(head, false)?;
        // What does not fit into the window is kept beside the stream, as it would be here.
        stream.send_data(framed, false)?;
        let mut trailers = HeaderMap::with_capacity(1);
        trailers.insert(Status::GRPC_STATUS, HeaderValue::from_static("0"));
        stream.send_trailers(trailers)
    }

    /// Fails the call.
    pub(crate) fn fail(mut self, status: &Status) {
        let (head, _) = status.clone().into_http::<Body>().into_parts();
        drop(self.0.send_response(Response::from_parts(head, ()), true));
    }
}

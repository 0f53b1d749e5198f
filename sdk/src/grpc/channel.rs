//! The calling side: one connection, many calls.

use std::future::{Future, poll_fn};
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use h2::SendStream;
use h2::client::{ResponseFuture, SendRequest};
use http::{Request, Response, Uri};
use http_body::Body as _;
use tokio::sync::oneshot;
use tonic::Status;
use tonic::body::Body;
use tower_service::Service;

use super::alive;
use super::body::{self, Incoming, fault};
use super::connection::Connection;
use super::cork::{Cork, Corked};
use super::drive;
use super::http2::{self, Client};

/// One connection to a gRPC server, for the clients that `tonic` makes: `MyServiceClient::new(channel)`.
///
/// Cheap to clone; calls overlap. When the connection has ended all calls fail: it is not made anew.
#[derive(Clone, Debug)]
pub struct Channel {
    sender: SendRequest<Bytes>,
    state: Arc<State>,
}

#[derive(Debug, Default)]
struct State {
    ended: AtomicBool,
    /// One more reference for each call.
    calls: Arc<()>,
}

impl Channel {
    /// Starts to speak HTTP/2 over a connection; a task of the runtime drives it.
    pub(super) async fn over(io: Connection) -> io::Result<Self> {
        let (io, cork) = Corked::new(io);
        let (sender, client) = http2::connect(io).await.map_err(io::Error::other)?;
        let state = Arc::new(State::default());
        tokio::spawn(run(client, cork, state.clone()));
        Ok(Self { sender, state })
    }

    /// Whether calls can no longer be made.
    pub fn is_closed(&self) -> bool {
        self.state.ended.load(Ordering::Acquire)
    }
}

/// Reads and writes until the connection has ended.
async fn run(mut client: Client, cork: Cork, state: Arc<State>) {
    let pings = client.ping_pong();
    let silent = async {
        match pings {
            Some(pings) => alive::silent(pings, cork.clone(), || Arc::strong_count(&state.calls) > 1).await,
            None => std::future::pending().await,
        }
    };
    let driving = poll_fn(|cx| {
        let ended = Pin::new(&mut client).poll(cx);
        cork.poll_out(cx);
        ended
    });
    tokio::select! {
        biased;
        ended = driving => match ended {
            Ok(()) => {}
            Err(error) => tracing::debug!("a connection to a gRPC server ended: {error}"),
        },
        () = silent => tracing::warn!("a gRPC server does not answer: its connection is given up"),
    }
    state.ended.store(true, Ordering::Release);
}

impl Service<Request<Body>> for Channel {
    type Response = Response<Body>;
    type Error = Status;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Status>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Status>> {
        self.sender.poll_ready(cx).map_err(|error| self.state.fault(&error))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let (mut head, body) = request.into_parts();
        // HTTP/2 asks for a host, whom nobody looks at.
        let path = head.uri.path_and_query().cloned();
        let uri = Uri::builder().scheme("http").authority("localhost");
        if let Ok(uri) =
            uri.path_and_query(path.map_or_else(|| "/".to_owned(), |path| path.to_string())).build()
        {
            head.uri = uri;
        }
        let bare = body.is_end_stream();
        let sent = self.sender.send_request(Request::from_parts(head, ()), bare);
        let state = self.state.clone();
        Box::pin(async move {
            let (response, stream) = sent.map_err(|error| state.fault(&error))?;
            state.answer(response, (!bare).then_some((body, stream))).await
        })
    }
}

/// Kept by whoever waits for an answer or reads it; the rest of the request goes no further when it is dropped.
struct Asking {
    _call: Arc<()>,
    _request: oneshot::Sender<()>,
}

impl State {
    async fn answer(
        &self,
        response: ResponseFuture,
        request: Option<(Body, SendStream<Bytes>)>,
    ) -> Result<Response<Body>, Status> {
        let (sender, dropped) = oneshot::channel();
        let asking = Asking { _call: self.calls.clone(), _request: sender };
        if let Some((body, stream)) = request {
            push(body, stream, dropped);
        }
        let response = response.await.map_err(|error| self.fault(&error))?;
        Ok(response.map(|stream| Body::new(Incoming::new(stream, asking))))
    }

    fn fault(&self, error: &h2::Error) -> Status {
        if error.is_io() || error.is_go_away() {
            // Whoever hears of this is to find it closed, even before the task that drives it says so.
            self.ended.store(true, Ordering::Release);
        }
        fault(error)
    }
}

/// Sends the body of a request: at once, as far as that goes, else beside the answer.
fn push(body: Body, stream: SendStream<Bytes>, dropped: oneshot::Receiver<()>) {
    drive::begin(Box::pin(async move {
        tokio::select! {
            // What went wrong with it is told to who waits for the answer.
            _ = body::send(body, stream) => {}
            _ = dropped => {}
        }
    }));
}

//! HTTP/2 with our limits.

use std::convert::Infallible;
use std::sync::Arc;

use http::{Request, Response};
use hyper::body::Incoming;
use hyper::client::conn::http2::{Connection as ClientConnection, SendRequest};
use hyper::server::conn::http2::Connection as ServerConnection;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tonic::body::Body;

use super::connection::Connection;
use super::cork::Corked;
use super::drive::Calls;
use super::limits::{CONNECTION_WINDOW, MAX_CALLS, MAX_FRAME, PING_AFTER, PING_WAIT, STREAM_WINDOW};
use super::routes::{Answer, Routes};

/// Drives the calling side of a connection.
type Driver = ClientConnection<TokioIo<Connection>, Body, TokioExecutor>;

pub(super) async fn connect(io: Connection) -> Result<(SendRequest<Body>, Driver), hyper::Error> {
    hyper::client::conn::http2::Builder::new(TokioExecutor::new())
        .timer(TokioTimer::new())
        .initial_stream_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW)
        .max_frame_size(MAX_FRAME)
        .keep_alive_interval(PING_AFTER)
        .keep_alive_timeout(PING_WAIT)
        .handshake(TokioIo::new(io))
        .await
}

/// The services as hyper wants them.
pub(super) struct Caller(Arc<Routes>);

impl hyper::service::Service<Request<Incoming>> for Caller {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Answer;

    fn call(&self, request: Request<Incoming>) -> Answer {
        self.0.call(request.map(Body::new))
    }
}

/// The answering side of a connection: a future that ends with it and leaves the calls to `calls`.
pub(super) type Server = ServerConnection<TokioIo<Corked>, Caller, Calls>;

pub(super) fn serve(io: Corked, routes: Arc<Routes>, calls: Calls) -> Server {
    hyper::server::conn::http2::Builder::new(calls)
        .timer(TokioTimer::new())
        .auto_date_header(false)
        .initial_stream_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW)
        .max_frame_size(MAX_FRAME)
        .max_concurrent_streams(MAX_CALLS)
        .keep_alive_interval(PING_AFTER)
        .keep_alive_timeout(PING_WAIT)
        .serve_connection(TokioIo::new(io), Caller(routes))
}

//! The calling side: one connection, many calls.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use http::{Request, Response, Uri};
use hyper::client::conn::http2::SendRequest;
use tonic::body::Body;
use tower_service::Service;

use super::connection::Connection;
use super::http2;

/// One connection to a gRPC server, for the clients that `tonic` makes: `MyServiceClient::new(channel)`.
///
/// Cheap to clone; calls overlap. When the connection has ended all calls fail: it is not made anew.
#[derive(Clone, Debug)]
pub struct Channel(SendRequest<Body>);

impl Channel {
    /// Starts to speak HTTP/2 over a connection; a task of the runtime drives it.
    pub(super) async fn over(io: Connection) -> io::Result<Self> {
        let (sender, driver) = http2::connect(io).await.map_err(io::Error::other)?;
        tokio::spawn(async move {
            if let Err(error) = driver.await {
                tracing::debug!("a connection to a gRPC server ended: {error}");
            }
        });
        Ok(Self(sender))
    }

    /// Whether calls can no longer be made.
    pub fn is_closed(&self) -> bool {
        self.0.is_closed()
    }
}

impl Service<Request<Body>> for Channel {
    type Response = Response<Body>;
    type Error = hyper::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, hyper::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), hyper::Error>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<Body>) -> Self::Future {
        // HTTP/2 asks for a host, whom nobody looks at.
        let path = request.uri().path_and_query().cloned();
        let uri = Uri::builder().scheme("http").authority("localhost");
        if let Ok(uri) =
            uri.path_and_query(path.map_or_else(|| "/".to_owned(), |path| path.to_string())).build()
        {
            *request.uri_mut() = uri;
        }
        let answer = self.0.send_request(request);
        Box::pin(async move { Ok(answer.await?.map(Body::new)) })
    }
}

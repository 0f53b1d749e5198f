//! Ways to answer.

use std::fmt::Display;

use bytes::Bytes;
use http::{HeaderValue, Request, Response, StatusCode, header};
use tower_service::Service;

use super::Body;

/// A plain text answer.
pub fn text(status: StatusCode, text: impl Into<String>) -> Response<Body> {
    let mut response = Response::new(Body::from(text.into()));
    *response.status_mut() = status;
    let plain = HeaderValue::from_static("text/plain; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, plain);
    response
}

pub(crate) fn not_found() -> Response<Body> {
    text(StatusCode::NOT_FOUND, "404 page not found\n")
}

/// Lets a tower service, such as an axum `Router`, answer the request.
///
/// A service that fails answers status 500; its error goes to the log.
///
/// ```
/// # use mmplugin::http::{Body, Request};
/// use axum::{Router, extract::Path, routing::get};
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let router = Router::new().route("/hello/{name}", get(async |Path(name): Path<String>| format!("Hello, {name}!")));
/// # let request = Request::get("/hello/anna").body(Body::empty()).unwrap();
/// let response = mmplugin::http::respond(router, request).await;
/// assert_eq!(response.into_body().bytes(1024).await.unwrap(), "Hello, anna!");
/// # });
/// ```
pub async fn respond<S, B>(mut service: S, request: Request<Body>) -> Response<Body>
where
    S: Service<Request<Body>, Response = Response<B>>,
    S::Error: Display,
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let answer = match std::future::poll_fn(|cx| service.poll_ready(cx)).await {
        Ok(()) => service.call(request).await,
        Err(error) => Err(error),
    };
    match answer {
        Ok(response) => response.map(Body::new),
        Err(error) => {
            tracing::error!(%error, "the HTTP service failed");
            text(StatusCode::INTERNAL_SERVER_ERROR, "500 internal server error\n")
        }
    }
}

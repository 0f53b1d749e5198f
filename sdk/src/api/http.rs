//! HTTP from plugin to plugin, through the server.

use std::pin::pin;

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use http_body::Body as _;

use super::reply::present;
use super::upload::whole;
use super::{Api, ApiError};
use crate::goplugin::Broker;
use crate::http::{Body, GoHeader, Outgoing, pushed, to_headers, to_wire};
use crate::wire::{HttpRequest, PluginHttpArgs, PluginHttpStreamArgs};

const STREAM: &str = "PluginHTTPStream";
const BUFFERED: &str = "PluginHTTP";

/// # HTTP to other plugins
impl Api {
    /// Sends an HTTP request to another plugin of this server.
    ///
    /// The path is `/<id of the other plugin>/…`; that plugin sees the rest of it, and this plugin's id as
    /// [`Identity::Plugin`](crate::http::Identity). Any status is an answer; the server itself answers 404 for a
    /// plugin that is not active and 400 for a path without one.
    ///
    /// Both bodies stream: the request's is read as the other plugin reads it, the response's as fast as it is taken.
    /// Dropping the response ends both. Servers before 11.2 cannot stream: there both bodies are held in memory as a
    /// whole, and the response comes when the other plugin has finished it.
    ///
    /// ```
    /// # async fn example(api: mmplugin::Api) -> Result<(), Box<dyn std::error::Error>> {
    /// use mmplugin::http::Request;
    ///
    /// let request = Request::post("/com.example.other/words?lang=en").body("hello")?;
    /// let response = api.plugin_http(request).await?;
    /// println!("{}", response.status());
    /// let words = response.into_body().bytes(1 << 20).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`ApiError::Body`] when the request's body failed before the answer came, [`ApiError::Rpc`] when the server has
    /// no answer at all; otherwise the call itself failed.
    ///
    /// Since server 5.18. Go: `API.PluginHTTP`.
    pub async fn plugin_http(&self, request: Request<impl Into<Body>>) -> Result<Response<Body>, ApiError> {
        let (head, body) = request.map(Into::into).into_parts();
        let request = to_wire(&head);
        let body = match self.http_streams() {
            Some(broker) => match self.http_stream(broker, request.clone(), body).await? {
                Ok(response) => return Ok(response),
                Err(body) => body,
            },
            None => body,
        };
        self.http_buffered(request, body).await
    }

    /// `Err` gives the body back, untouched: the server cannot stream.
    async fn http_stream(
        &self,
        broker: &Broker,
        request: HttpRequest,
        body: Body,
    ) -> Result<Result<Response<Body>, Body>, ApiError> {
        let is_head = request.method == Method::HEAD.as_str();
        let outgoing = (!body.is_end_stream()).then(|| Outgoing::offer(broker, body));
        let id = broker.next_id();
        let args = PluginHttpStreamArgs {
            response_body_stream: id,
            request: Some(request),
            request_body_stream: outgoing.as_ref().map_or(0, Outgoing::id),
        };
        let (mut call, mut accept) = (pin!(self.request(args)), pin!(broker.accept(id)));
        let mut stream = None;
        let reply = loop {
            tokio::select! {
                reply = &mut call => break reply,
                accepted = &mut accept, if stream.is_none() => {
                    // The server comes for it before it does anything else.
                    stream = Some(accepted.map_err(|error| nothing(error.to_string()))?);
                }
            }
        };
        if let Err(ApiError::Unsupported { .. }) = reply {
            self.never_stream_http();
            return Ok(Err(outgoing.and_then(Outgoing::take_back).unwrap_or_default()));
        }
        if let Some(outgoing) = &outgoing {
            whole(STREAM, outgoing)?;
        }
        let reply = reply?;
        let stream = match stream {
            Some(stream) => stream,
            None => accept.await.map_err(|error| nothing(error.to_string()))?,
        };
        let mut response = head(STREAM, reply.status_code, reply.header)?;
        let body = pushed(stream, &response, is_head, outgoing);
        *response.body_mut() = body;
        Ok(Ok(response))
    }

    async fn http_buffered(&self, request: HttpRequest, body: Body) -> Result<Response<Body>, ApiError> {
        let body = body.bytes(usize::MAX).await;
        let body =
            body.map_err(|source| ApiError::Body { method: BUFFERED, source: std::sync::Arc::new(source) })?;
        let args = PluginHttpArgs { request: Some(request), request_body: body.into() };
        let reply = self.call(args).await?;
        let answer = present(BUFFERED, reply.response)?;
        let mut response = head(BUFFERED, answer.status_code, answer.header)?;
        *response.body_mut() = Bytes::from(reply.response_body).into();
        Ok(response)
    }
}

fn nothing(text: String) -> ApiError {
    ApiError::Rpc { method: STREAM, text }
}

fn head(method: &'static str, status: i64, header: GoHeader) -> Result<Response<Body>, ApiError> {
    let status = u16::try_from(status).ok().and_then(|status| StatusCode::from_u16(status).ok());
    let mut response = Response::new(Body::empty());
    *response.status_mut() = present(method, status)?;
    *response.headers_mut() = to_headers(header);
    Ok(response)
}

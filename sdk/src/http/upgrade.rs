//! Taking over the connection of an HTTP client: for WebSockets and other protocols.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use http::{HeaderMap, Request, StatusCode};
use thiserror::Error;
use tokio::sync::oneshot;

use super::headers::canonical;
use super::upgraded::Upgraded;

/// Asks for the client's connection: the future gives it once the handler has answered status 101.
///
/// The server writes that answer, with the headers of the response and nothing else, and is done with the connection:
/// from there on it is the plugin's, in both directions, until the [`Upgraded`] is dropped, the client goes, or the
/// plugin is deactivated. Await the future in a task of its own: it cannot be ready before the handler has answered.
/// The handler's call ends with the answer; the connection lives on beside it.
///
/// Any protocol will do. For a WebSocket, answer its key and leave the rest to a crate:
///
/// ```
/// use futures_util::{SinkExt, StreamExt};
/// use mmplugin::http::{self, Body, Request, Response, StatusCode, header};
/// use tokio_tungstenite::WebSocketStream;
/// use tokio_tungstenite::tungstenite::{handshake::derive_accept_key, protocol::Role};
///
/// fn echo(mut request: Request<Body>) -> Response<Body> {
///     let Some(key) = request.headers().get(header::SEC_WEBSOCKET_KEY) else {
///         return http::text(StatusCode::BAD_REQUEST, "a WebSocket is spoken here");
///     };
///     let accept = derive_accept_key(key.as_bytes());
///     let upgrade = http::upgrade(&mut request);
///     tokio::spawn(async move {
///         let Ok(connection) = upgrade.await else { return };
///         let mut socket = WebSocketStream::from_raw_socket(connection, Role::Server, None).await;
///         while let Some(Ok(message)) = socket.next().await {
///             if (message.is_text() || message.is_binary()) && socket.send(message).await.is_err() {
///                 break;
///             }
///         }
///     });
///     let mut response = http::text(StatusCode::SWITCHING_PROTOCOLS, "");
///     let headers = [
///         (header::CONNECTION, "Upgrade"),
///         (header::UPGRADE, "websocket"),
///         (header::SEC_WEBSOCKET_ACCEPT, &accept),
///     ];
///     *response.headers_mut() = headers.into_iter().filter_map(|(name, value)| Some((name, value.parse().ok()?))).collect();
///     response
/// }
/// ```
///
/// Once a request: later calls give futures that fail. `WebSocketUpgrade` of axum does not work with it: it asks for a type
/// that only hyper can make.
///
/// Since server 5.2. Go: `http.Hijacker` of the writer that `ServeHTTP` gets.
pub fn upgrade<B>(request: &mut Request<B>) -> Upgrade {
    let taken = request.extensions().get::<OnUpgrade>().and_then(|on| on.lock().take());
    taken.unwrap_or(Upgrade { given: None, ask: None })
}

/// The connection to come; see [`upgrade`].
#[must_use = "the connection comes to who awaits this"]
pub struct Upgrade {
    /// `None`: there is nothing to wait for.
    given: Option<oneshot::Receiver<Result<Upgraded, UpgradeError>>>,
    ask: Option<oneshot::Sender<()>>,
}

/// Why there is no connection to take over.
#[derive(Debug, Clone, Error)]
#[non_exhaustive]
pub enum UpgradeError {
    /// The handler answered something else than 101, or ended without an answer.
    #[error("no upgrade: the handler has not answered 101")]
    NotAnswered,
    /// The request has been asked for its connection before, or did not come from a server.
    #[error("no upgrade: this request has no connection to give")]
    Unavailable,
    /// The server cannot give the connection away: it speaks HTTP/2, or a wrapper around it hides it. The client has
    /// been answered status 501.
    #[error("no upgrade: the server refuses: {0}")]
    Refused(String),
}

impl Upgrade {
    /// Takes the connection at once, in the state it is in: nothing has been answered, and nothing will be but what is
    /// written to it. What the handler returns then is dropped.
    ///
    /// A refusal leaves the handler to answer as usual.
    ///
    /// # Errors
    /// [`UpgradeError`] when there is no connection to take.
    pub async fn hijack(mut self) -> Result<Upgraded, UpgradeError> {
        if let Some(ask) = self.ask.take() {
            // Nobody there: the future says so.
            let _ = ask.send(());
        }
        self.await
    }
}

impl Future for Upgrade {
    type Output = Result<Upgraded, UpgradeError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match &mut self.given {
            Some(given) => {
                Pin::new(given).poll(cx).map(|given| given.unwrap_or(Err(UpgradeError::NotAnswered)))
            }
            None => Poll::Ready(Err(UpgradeError::Unavailable)),
        }
    }
}

impl fmt::Debug for Upgrade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upgrade").finish_non_exhaustive()
    }
}

/// The extension of a request that [`upgrade`] finds.
#[derive(Clone)]
struct OnUpgrade(Arc<Mutex<Option<Upgrade>>>);

impl OnUpgrade {
    fn lock(&self) -> MutexGuard<'_, Option<Upgrade>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The other end of an [`Upgrade`].
pub(super) struct Wish {
    slot: OnUpgrade,
    asked: oneshot::Receiver<()>,
    give: oneshot::Sender<Result<Upgraded, UpgradeError>>,
}

impl Wish {
    pub(super) fn attach<B>(request: &mut Request<B>) -> Self {
        let (give, given) = oneshot::channel();
        let (ask, asked) = oneshot::channel();
        let slot = OnUpgrade(Arc::new(Mutex::new(Some(Upgrade { given: Some(given), ask: Some(ask) }))));
        request.extensions_mut().insert(slot.clone());
        Self { slot, asked, give }
    }

    /// Ready when the connection is wanted before the answer, else never.
    pub(super) async fn asked(&mut self) {
        if (&mut self.asked).await.is_err() {
            std::future::pending().await
        }
    }

    /// Whether somebody waits for the connection.
    pub(super) fn is_wanted(&self) -> bool {
        self.slot.lock().is_none() && !self.give.is_closed()
    }

    pub(super) fn give(self, result: Result<Upgraded, UpgradeError>) {
        // Who does not wait any more drops the connection, which closes it.
        let _ = self.give.send(result);
    }
}

/// The answer to a request for another protocol, as it goes over the connection.
pub(super) fn switching(headers: &HeaderMap) -> Vec<u8> {
    let mut bytes = format!("HTTP/1.1 {}\r\n", StatusCode::SWITCHING_PROTOCOLS).into_bytes();
    for (name, value) in headers {
        bytes.extend_from_slice(canonical(name.as_str()).as_bytes());
        bytes.extend_from_slice(b": ");
        bytes.extend_from_slice(value.as_bytes());
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(b"\r\n");
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_request_gives_its_connection_once_and_only_from_a_server() {
        let mut request = Request::new(());
        assert!(matches!(upgrade(&mut request).await, Err(UpgradeError::Unavailable)));
        let wish = Wish::attach(&mut request);
        assert!(!wish.is_wanted());
        let first = upgrade(&mut request);
        assert!(wish.is_wanted());
        assert!(matches!(upgrade(&mut request).await, Err(UpgradeError::Unavailable)));
        drop(wish);
        assert!(matches!(first.await, Err(UpgradeError::NotAnswered)));
    }

    #[test]
    fn the_answer_is_in_the_form_of_http() {
        let mut headers = HeaderMap::new();
        headers.insert("upgrade", "websocket".parse().unwrap());
        let text = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n";
        assert_eq!(switching(&headers), text.as_bytes());
    }
}

//! A client's connection that the plugin has taken over: bytes over calls of the host's response writer.

use std::fmt;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::netrpc::{CallError, Client, Empty};

use super::pump::MAX_WRITE;

/// Most bytes of one read.
const MAX_READ: i64 = 64 << 10;

/// Bytes asked of what the server has read ahead: the ask itself is as long as that.
const READ_AHEAD: usize = 4096;

/// How long a write that is under way may keep the connection from being closed, and the plugin from going.
const CLOSE_WAIT: Duration = Duration::from_secs(2);

type Calling<R> = Pin<Box<dyn Future<Output = Result<R, CallError>> + Send>>;

/// The connection of an HTTP client, taken over from the server; see [`upgrade`](super::upgrade()).
///
/// Each read and write is a round trip to the server, up to 64 and 256 KiB at a time; write whole messages, or through a
/// [`BufWriter`](tokio::io::BufWriter). A write is accepted when it has been sent to the server, one at a time; its failure
/// shows at the next write or flush. The server knows no way to end one direction only: `shutdown` writes what is
/// accepted and closes both. Dropping does so, too, in the background. There is no time limit but the client's own; where
/// one is wanted use [`tokio::time::timeout`].
pub struct Upgraded {
    client: Client,
    /// Read and not taken.
    rest: Bytes,
    reading: Option<Calling<Bytes>>,
    /// The server may have read ahead before it gave the connection away.
    read_ahead: bool,
    ended: bool,
    writing: Option<Calling<i64>>,
    /// Length of the write under way.
    length: usize,
    /// Tells the closing task to close, with the write to wait for.
    close: Option<oneshot::Sender<Option<Calling<i64>>>>,
    /// Until its end has been seen.
    closing: Option<JoinHandle<()>>,
}

impl Upgraded {
    pub(super) fn new(client: Client, takeovers: &Takeovers) -> Self {
        let (close, told) = oneshot::channel();
        let closing = tokio::spawn(close_when_told(client.clone(), told, takeovers.0.subscribe()));
        Self {
            client,
            rest: Bytes::new(),
            reading: None,
            read_ahead: true,
            ended: false,
            writing: None,
            length: 0,
            close: Some(close),
            closing: Some(closing),
        }
    }

    fn call<A, R>(&self, method: &'static str, args: A) -> Calling<R>
    where
        A: crate::gob::Gob + Send + Sync,
        R: crate::gob::Gob + Send,
    {
        let client = self.client.clone();
        Box::pin(async move { client.call(method, &args).await })
    }

    /// Waits for the write under way.
    fn poll_written(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let Some(writing) = &mut self.writing else { return Poll::Ready(Ok(())) };
        let written = ready!(writing.as_mut().poll(cx));
        self.writing = None;
        Poll::Ready(match written {
            Ok(count) if usize::try_from(count) == Ok(self.length) => Ok(()),
            Ok(_) => Err(io::ErrorKind::WriteZero.into()),
            Err(error) => Err(failed(error)),
        })
    }
}

impl AsyncRead for Upgraded {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        target: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        while this.rest.is_empty() && !this.ended && target.remaining() > 0 {
            let mut reading = this.reading.take().unwrap_or_else(|| match this.read_ahead {
                true => this.call("Plugin.HjConnRWRead", vec![0u8; READ_AHEAD]),
                false => this.call("Plugin.HjConnRead", MAX_READ),
            });
            let Poll::Ready(read) = reading.as_mut().poll(cx) else {
                this.reading = Some(reading);
                return Poll::Pending;
            };
            match read {
                // As much as was asked for: there may be more that was read ahead.
                Ok(bytes) => {
                    this.read_ahead &= bytes.len() == READ_AHEAD;
                    this.rest = bytes;
                }
                Err(error) if is_end(&error) => this.ended = true,
                Err(error) => return Poll::Ready(Err(failed(error))),
            }
        }
        let count = this.rest.len().min(target.remaining());
        target.put_slice(&this.rest.split_to(count));
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Upgraded {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = &mut *self;
        ready!(this.poll_written(cx))?;
        if this.close.is_none() {
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        }
        let piece = bytes.get(..MAX_WRITE).unwrap_or(bytes);
        if piece.is_empty() {
            return Poll::Ready(Ok(0));
        }
        this.length = piece.len();
        this.writing = Some(this.call("Plugin.HjConnWrite", piece.to_vec()));
        // The first poll sends it.
        if let Poll::Ready(Err(error)) = this.poll_written(cx) {
            return Poll::Ready(Err(error));
        }
        Poll::Ready(Ok(piece.len()))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_written(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_written(cx))?;
        if let Some(close) = self.close.take() {
            let _ = close.send(None);
        }
        if let Some(closing) = &mut self.closing {
            // It cannot fail in a way that anybody could mend.
            let _ = ready!(Pin::new(closing).poll(cx));
            self.closing = None;
        }
        Poll::Ready(Ok(()))
    }
}

impl Drop for Upgraded {
    fn drop(&mut self) {
        if let Some(close) = self.close.take() {
            let _ = close.send(self.writing.take());
        }
    }
}

impl fmt::Debug for Upgraded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upgraded").finish_non_exhaustive()
    }
}

/// Closes the connection when it is dropped or the plugin goes: the server does not by itself.
async fn close_when_told(
    client: Client,
    told: oneshot::Receiver<Option<Calling<i64>>>,
    mut gone: watch::Receiver<bool>,
) {
    let writing = tokio::select! {
        writing = told => writing.ok().flatten(),
        _ = gone.wait_for(|gone| *gone) => None,
    };
    if let Some(writing) = writing {
        // The host would serve both calls at once.
        let _ = timeout(CLOSE_WAIT, writing).await;
    }
    let _ = timeout(CLOSE_WAIT, client.call::<_, Empty>("Plugin.HjConnClose", &Empty {})).await;
    client.finish();
}

/// Go's text for the end of a stream, and for a connection that this side has closed.
fn is_end(error: &CallError) -> bool {
    matches!(error, CallError::Remote { text, .. } if text == "EOF" || text.contains("use of closed network connection"))
}

fn failed(error: CallError) -> io::Error {
    let kind = match &error {
        CallError::Remote { text, .. } if text.contains("connection reset") => io::ErrorKind::ConnectionReset,
        CallError::Remote { text, .. } if text.contains("broken pipe") => io::ErrorKind::BrokenPipe,
        CallError::Remote { text, .. } if text.contains("use of closed") => io::ErrorKind::BrokenPipe,
        CallError::Closed { .. } => io::ErrorKind::ConnectionAborted,
        _ => io::ErrorKind::Other,
    };
    io::Error::new(kind, error)
}

/// The connections that the plugin has taken over; cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Takeovers(Arc<watch::Sender<bool>>);

impl Default for Takeovers {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(false)))
    }
}

impl Takeovers {
    /// Closes them all, and at once any that are taken later.
    pub(crate) async fn end(&self) {
        self.0.send_replace(true);
        let _ = timeout(CLOSE_WAIT, self.0.closed()).await;
    }
}

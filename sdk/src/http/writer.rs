//! The host's response writer: a net/rpc service on a stream of its own.

use bytes::Bytes;

use crate::gob::Gob;
use crate::goplugin::Broker;
use crate::netrpc::{CallError, Client, Empty, FirstCall, Sequential};
use crate::yamux::Stream;

use super::headers::GoHeader;

/// Writes one response. Its calls come one after the other, never two at a time: Go serves calls of a connection
/// concurrently and would put the pieces of a body in any order.
pub(super) struct ResponseWriter {
    host: Sequential<Stream>,
    /// The answer to the first call has not been read.
    asked: bool,
    /// That answer, once it has.
    server: GoHeader,
    can_flush: bool,
}

impl ResponseWriter {
    /// Opens the stream of the writer, and asks for the headers in the same breath.
    pub(super) async fn dial(broker: &Broker, id: u32) -> Result<Self, String> {
        let first = FirstCall::new("Plugin.Header", &Empty {}).map_err(|error| error.to_string())?;
        let stream = broker.dial_with(id, &first.bytes).await.map_err(|error| error.to_string())?;
        Ok(Self {
            host: Sequential::after(first, stream),
            asked: true,
            server: GoHeader::new(),
            can_flush: true,
        })
    }

    /// The headers that the server has set already.
    pub(super) async fn headers(&mut self) -> Result<GoHeader, CallError> {
        self.settle().await?;
        Ok(self.server.clone())
    }

    /// Reads the answer to the first call.
    async fn settle(&mut self) -> Result<(), CallError> {
        if std::mem::take(&mut self.asked) {
            self.server = self.host.reply("Plugin.Header").await?;
        }
        Ok(())
    }

    /// Replaces all headers.
    pub(super) async fn sync_headers(&mut self, headers: &GoHeader) -> Result<(), CallError> {
        self.tell("Plugin.SyncHeader", headers).await
    }

    pub(super) async fn status(&mut self, status: u16) -> Result<(), CallError> {
        self.tell("Plugin.WriteHeader", &i64::from(status)).await
    }

    /// Writes the pieces as one.
    pub(super) async fn write(&mut self, pieces: &[Bytes]) -> Result<(), CallError> {
        self.settle().await?;
        self.host.tell_bytes("Plugin.Write", pieces).await
    }

    /// Sends on what the server has buffered; a server that cannot (before 11.2) keeps its own pace.
    pub(super) async fn flush(&mut self) -> Result<(), CallError> {
        if !self.can_flush {
            return Ok(());
        }
        match self.tell("Plugin.Flush", &Empty {}).await {
            Err(CallError::MissingMethod { .. }) => {
                self.can_flush = false;
                Ok(())
            }
            result => result,
        }
    }

    /// Takes the client's connection from the server: all that follows is bytes on it.
    pub(super) async fn hijack(&mut self) -> Result<(), CallError> {
        self.tell("Plugin.HijackResponse", &Empty {}).await
    }

    /// Closes a connection that has been taken.
    pub(super) async fn close(&mut self) -> Result<(), CallError> {
        self.tell("Plugin.HjConnClose", &Empty {}).await
    }

    /// Calls that may overlap, for a connection that has been taken.
    pub(super) fn into_client(self) -> Client {
        let (stream, resume) = self.host.into_parts();
        let (read, write) = stream.into_split();
        Client::resume(read, write, resume)
    }

    /// Ends the stream, as the host expects before the call of the hook is answered.
    pub(super) async fn finish(&mut self) {
        // Left unread it would make a reset of the end, and a warning in the server's log.
        let _ = self.settle().await;
        self.host.finish().await;
    }

    async fn tell<A: Gob>(&mut self, method: &str, args: &A) -> Result<(), CallError> {
        self.settle().await?;
        self.host.tell(method, args).await
    }
}

//! The host's response writer: a net/rpc service on a stream of its own.

use crate::gob::Gob;
use crate::goplugin::Broker;
use crate::netrpc::{CallError, Empty, FirstCall, Sequential};
use crate::yamux::Stream;

use super::headers::GoHeader;

/// Writes one response. Its calls come one after the other, never two at a time: Go serves calls of a connection
/// concurrently and would put the pieces of a body in any order.
pub(super) struct ResponseWriter {
    host: Sequential<Stream>,
    /// The answer to the first call has not been read.
    asked: bool,
    can_flush: bool,
}

impl ResponseWriter {
    /// Opens the stream of the writer, and asks for the headers in the same breath.
    pub(super) async fn dial(broker: &Broker, id: u32) -> Result<Self, String> {
        let first = FirstCall::new("Plugin.Header", &Empty {}).map_err(|error| error.to_string())?;
        let stream = broker.dial_with(id, &first.bytes).await.map_err(|error| error.to_string())?;
        Ok(Self { host: Sequential::after(first, stream), asked: true, can_flush: true })
    }

    /// The headers that the server has set already; to be asked once.
    pub(super) async fn headers(&mut self) -> Result<GoHeader, CallError> {
        self.asked = false;
        self.host.reply("Plugin.Header").await
    }

    /// Replaces all headers.
    pub(super) async fn sync_headers(&mut self, headers: &GoHeader) -> Result<(), CallError> {
        self.tell("Plugin.SyncHeader", headers).await
    }

    pub(super) async fn status(&mut self, status: u16) -> Result<(), CallError> {
        self.tell("Plugin.WriteHeader", &i64::from(status)).await
    }

    pub(super) async fn write(&mut self, bytes: &Vec<u8>) -> Result<(), CallError> {
        self.tell("Plugin.Write", bytes).await
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

    /// Ends the stream, as the host expects before the call of the hook is answered.
    pub(super) async fn finish(&mut self) {
        if std::mem::take(&mut self.asked) {
            // Left unread it would make a reset of the end, and a warning in the server's log.
            let _ = self.host.reply::<GoHeader>("Plugin.Header").await;
        }
        self.host.finish().await;
    }

    async fn tell<A: Gob>(&mut self, method: &str, args: &A) -> Result<(), CallError> {
        if std::mem::take(&mut self.asked) {
            self.host.reply::<GoHeader>("Plugin.Header").await?;
        }
        self.host.tell(method, args).await
    }
}

//! The host's response writer: a net/rpc service on a stream of its own.

use std::collections::BTreeMap;

use http::HeaderMap;

use crate::netrpc::{CallError, Client, Empty};
use crate::yamux::Stream;

/// Headers as Go has them.
pub(super) type GoHeader = BTreeMap<String, Vec<String>>;

/// Writes one response. Its calls come one after the other, never two at a time: Go serves calls of a connection
/// concurrently and would put the pieces of a body in any order.
pub(super) struct ResponseWriter {
    client: Client,
    can_flush: bool,
}

impl ResponseWriter {
    pub(super) fn new(stream: Stream) -> Self {
        Self { client: Client::new(stream), can_flush: true }
    }

    /// The headers that the server has set already.
    pub(super) async fn headers(&self) -> Result<GoHeader, CallError> {
        self.client.call("Plugin.Header", &Empty {}).await
    }

    /// Replaces all headers.
    pub(super) async fn sync_headers(&self, headers: &GoHeader) -> Result<(), CallError> {
        self.client.call::<_, Empty>("Plugin.SyncHeader", headers).await.map(drop)
    }

    pub(super) async fn status(&self, status: u16) -> Result<(), CallError> {
        self.client.call::<_, Empty>("Plugin.WriteHeader", &i64::from(status)).await.map(drop)
    }

    pub(super) async fn write(&self, bytes: &Vec<u8>) -> Result<(), CallError> {
        self.client.call::<_, Empty>("Plugin.Write", bytes).await.map(drop)
    }

    /// Sends on what the server has buffered; a server that cannot (before 11.2) keeps its own pace.
    pub(super) async fn flush(&mut self) -> Result<(), CallError> {
        if !self.can_flush {
            return Ok(());
        }
        match self.client.call::<_, Empty>("Plugin.Flush", &Empty {}).await {
            Err(CallError::MissingMethod { .. }) => {
                self.can_flush = false;
                Ok(())
            }
            result => result.map(drop),
        }
    }

    /// Ends the stream, as the host expects before the call of the hook is answered.
    pub(super) fn finish(&self) {
        self.client.finish();
    }
}

/// Lays the response's headers over those of the server.
///
/// Go's server looks its own headers up by their canonical names (`Content-Type`), which this crate's lower-case names
/// would miss.
pub(super) fn merge_headers(server: &mut GoHeader, response: &HeaderMap) {
    for name in response.keys() {
        let values = response.get_all(name).iter();
        let values = values.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
        server.insert(canonical(name.as_str()), values.collect());
    }
}

/// `content-type` → `Content-Type`.
fn canonical(name: &str) -> String {
    let mut upper = true;
    let letters = name.chars().map(|letter| {
        let letter = if upper { letter.to_ascii_uppercase() } else { letter };
        upper = letter == '-';
        letter
    });
    letters.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_what_go_looks_up() {
        for (name, go) in [("content-type", "Content-Type"), ("etag", "Etag"), ("x-a--b-", "X-A--B-")] {
            assert_eq!(canonical(name), go);
        }
    }
}

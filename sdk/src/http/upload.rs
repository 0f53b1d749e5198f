//! An uploaded file: the stream it comes on, and the one that its replacement goes out on.

use std::pin::Pin;

use http_body_util::BodyExt;
use tokio::io::AsyncWriteExt;

use crate::goplugin::Broker;
use crate::model::FileInfo;
use crate::runtime::guard;
use crate::yamux::Stream;

use super::Body;
use super::request::pulled;

/// Both streams of one upload. Dropping them ends them, so that the host never waits for ever.
pub(crate) struct Upload {
    content: Stream,
    replacement: Replacement,
}

/// The stream of the replacement: its end tells the host to go on.
pub(crate) struct Replacement(Stream);

/// What the host is answered.
pub(crate) struct UploadAnswer {
    pub(crate) info: Option<Box<FileInfo>>,
    /// Why the file is refused; empty when it is not.
    pub(crate) reason: String,
}

impl Upload {
    /// Opens both streams.
    pub(crate) async fn dial(broker: &Broker, content: u32, replacement: u32) -> Result<Self, String> {
        // When one fails, dropping the other ends it.
        match tokio::join!(broker.dial(content), broker.dial(replacement)) {
            (Ok(content), Ok(replacement)) => Ok(Self { content, replacement: Replacement(replacement) }),
            (Err(error), _) | (_, Err(error)) => Err(error.to_string()),
        }
    }

    pub(crate) fn split(self) -> (Body, Replacement) {
        (pulled(self.content, None), self.replacement)
    }
}

impl Replacement {
    /// Writes the new content, if there is one, and ends the stream.
    ///
    /// What fails on the way refuses the file: the host takes the bytes it has got for the whole.
    pub(crate) async fn answer(
        mut self,
        hook: &str,
        new: Option<Body>,
        answer: UploadAnswer,
    ) -> UploadAnswer {
        let Some(body) = new else {
            self.close().await;
            return answer;
        };
        let fault = match guard::catch(write(&mut self.0, body)).await {
            Ok(Ok(0)) => {
                tracing::warn!(
                    hook,
                    "an empty replacement keeps the file: the server cannot tell it from none"
                );
                None
            }
            Ok(Ok(_)) => None,
            Ok(Err(error)) => {
                tracing::error!(hook, "the replacement of a file failed: {error}");
                Some(error)
            }
            Err(panic) => {
                panic.log(hook);
                Some(panic.text(hook))
            }
        };
        self.close().await;
        match fault {
            None => answer,
            Some(error) => {
                UploadAnswer { info: None, reason: format!("the file cannot be replaced: {error}") }
            }
        }
    }

    pub(crate) async fn close(mut self) {
        let _ = self.0.shutdown().await;
    }
}

/// Says how many bytes it were.
async fn write(stream: &mut Stream, body: Body) -> Result<u64, String> {
    let mut body = Box::pin(body);
    let mut count = 0;
    while let Some(frame) = Pin::new(&mut body).frame().await {
        let Ok(data) = frame.map_err(|error| error.to_string())?.into_data() else { continue };
        count += data.len() as u64;
        stream.write_all(&data).await.map_err(|error| error.to_string())?;
    }
    Ok(count)
}

/// Shows the host that the stream it waits for has come, and ends it.
pub(crate) async fn close(broker: &Broker, id: u32) {
    if id == 0 {
        return;
    }
    if let Ok(mut stream) = broker.dial(id).await {
        let _ = stream.shutdown().await;
    }
}

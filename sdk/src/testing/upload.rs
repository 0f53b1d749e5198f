//! The server's side of `FileWillBeUploaded`.

use bytes::Bytes;
use tokio::io::AsyncReadExt;
use tokio::task::JoinHandle;

use crate::goplugin::Broker;
use crate::hooks::Hooks;
use crate::http::Body;
use crate::model::FileInfo;
use crate::wire::{FileWillBeUploadedArgs, FileWillBeUploadedReturns};

use super::http::serve_body;
use super::{Host, HostError};

/// What became of a file that was uploaded in a test.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Uploaded {
    /// It is stored so.
    Stored {
        /// What is known of it; the server has set the size of a replacement.
        info: Box<FileInfo>,
        /// The bytes stored: the replacement, if one came.
        content: Bytes,
    },
    /// The plugin refused it, with its reason.
    Rejected(String),
}

pub(super) async fn exchange<P: Hooks>(
    host: &Host<P>,
    info: FileInfo,
    content: Bytes,
) -> Result<Uploaded, HostError> {
    let broker = host.connection.broker();
    let (uploaded_file_stream, replacement_file_stream) = (broker.next_id(), broker.next_id());
    offer(broker.clone(), uploaded_file_stream, content.clone());
    let replacement = collect(broker.clone(), replacement_file_stream);
    let (a, b) = (Some(host.context()), Some(info.clone()));
    let args = FileWillBeUploadedArgs { a, b, uploaded_file_stream, replacement_file_stream };
    let before = FileWillBeUploadedReturns { a: Some(info.clone()), b: String::new() };
    let answered = host.call_onto("FileWillBeUploaded", &args, before).await;
    // As a server does, also when the call failed.
    let replacement = replacement.await.map_err(|error| HostError::Connection(error.to_string()))?;
    let returns = answered?;
    if !returns.b.is_empty() {
        return Ok(Uploaded::Rejected(returns.b));
    }
    let mut info = returns.a.unwrap_or(info);
    if replacement.is_empty() {
        return Ok(Uploaded::Stored { info: Box::new(info), content });
    }
    info.size = i64::try_from(replacement.len()).unwrap_or(i64::MAX);
    Ok(Uploaded::Stored { info: Box::new(info), content: replacement.into() })
}

fn offer(broker: Broker, id: u32, content: Bytes) {
    tokio::spawn(async move {
        if let Ok(stream) = broker.accept(id).await {
            let _ = serve_body(stream, Body::from(content)).await;
        }
    });
}

/// Everything that comes on a stream until it ends.
fn collect(broker: Broker, id: u32) -> JoinHandle<Vec<u8>> {
    tokio::spawn(async move {
        let mut bytes = Vec::new();
        if let Ok(mut stream) = broker.accept(id).await {
            let _ = stream.read_to_end(&mut bytes).await;
        }
        bytes
    })
}

//! What the probe does with files: the name says it.

use std::pin::Pin;
use std::task::{Context as TaskContext, Poll};

use bytes::Bytes;
use http_body::{Body as _, Frame};
use mmplugin::http::BodyError;
use mmplugin::model::FileInfo;
use mmplugin::prelude::*;

/// Most bytes of a file that are read into memory.
const LIMIT: usize = 64 << 20;

pub(crate) async fn decide(ctx: Context, mut info: FileInfo, content: Body) -> UploadDecision {
    match info.name.as_str() {
        "reject" => UploadDecision::reject("not this one"),
        "rename" => {
            info.name = format!("renamed by {}", ctx.request_id);
            info.mime_type.clear();
            UploadDecision::replace_info(info)
        }
        "count" => match content.bytes(LIMIT).await {
            Ok(bytes) => UploadDecision::replace_content(bytes.len().to_string()),
            Err(error) => UploadDecision::reject(error.to_string()),
        },
        "through" => UploadDecision::replace_content(content),
        "flip" => UploadDecision::replace_content(Body::new(Flips { content, after: End::Well })),
        "body-error" => UploadDecision::replace_content(Body::new(Flips { content, after: End::Error })),
        "body-panic" => UploadDecision::replace_content(Body::new(Flips { content, after: End::Panic })),
        "empty" => UploadDecision::replace_content(""),
        "some" => {
            read_one(content).await;
            UploadDecision::Allow
        }
        "some-panic" => {
            read_one(content).await;
            panic!("in the middle of a file");
        }
        "panic" => panic!("before the file"),
        "keep" => {
            // Longer than the hook: the stream stays open, the answer goes all the same.
            std::mem::forget(content);
            UploadDecision::Allow
        }
        _ => UploadDecision::Allow,
    }
}

/// Takes the first piece and leaves the rest.
async fn read_one(mut content: Body) {
    let _ = std::future::poll_fn(|cx| Pin::new(&mut content).poll_frame(cx)).await;
}

enum End {
    Well,
    Error,
    Panic,
}

/// A file with every byte inverted, which may end badly after its first piece.
struct Flips {
    content: Body,
    after: End,
}

impl http_body::Body for Flips {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut TaskContext<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let frame = Pin::new(&mut self.content).poll_frame(cx);
        let Poll::Ready(Some(Ok(frame))) = frame else { return frame };
        let bytes = frame.into_data().unwrap_or_default();
        match self.after {
            End::Well => {}
            End::Error if bytes.first() != Some(&0) => {
                return Poll::Ready(Some(Err(BodyError::new("it went wrong"))));
            }
            End::Panic if bytes.first() != Some(&0) => panic!("in the middle of a replacement"),
            End::Error | End::Panic => {}
        }
        let flipped: Vec<u8> = bytes.iter().map(|byte| !byte).collect();
        Poll::Ready(Some(Ok(Frame::data(flipped.into()))))
    }
}

//! Calls of one message each way, with as little around them as they need: most hooks are such calls.

use std::convert::Infallible;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::{BufMut, Bytes, BytesMut};
use http::{HeaderMap, HeaderValue, Request, Response, header};
use http_body::{Body as _, Frame};
use tonic::Status;
use tonic::body::Body;

use super::limits::MAX_MESSAGE;

/// Before each message: whether it is compressed, and its length.
const HEAD: usize = 5;

/// Reads the one message of a call.
///
/// # Errors
/// What the caller is to be told.
pub(crate) async fn message(request: Request<Body>) -> Result<Bytes, Status> {
    let mut body = request.into_body();
    // All of it has come with the first piece, as a rule.
    let (mut whole, mut pieces) = (Bytes::new(), BytesMut::new());
    while let Some(frame) = poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {
        let Ok(data) = frame?.into_data() else { continue };
        if whole.is_empty() && pieces.is_empty() {
            check(&data)?;
            whole = data;
        } else {
            pieces.put(std::mem::take(&mut whole));
            pieces.put(data);
            check(&pieces)?;
        }
    }
    if whole.is_empty() {
        whole = pieces.freeze();
    }
    if check(&whole)?.is_none_or(|length| whole.len() != HEAD + length) {
        return Err(Status::internal("the message broke off"));
    }
    Ok(whole.split_off(HEAD))
}

/// The length of the message that begins so, once it is known.
fn check(read: &[u8]) -> Result<Option<usize>, Status> {
    let Some((&[compressed, a, b, c, d], rest)) = read.split_first_chunk::<HEAD>() else { return Ok(None) };
    if compressed != 0 {
        return Err(Status::unimplemented("compressed messages are not read"));
    }
    let length = u32::from_be_bytes([a, b, c, d]) as usize;
    if length > MAX_MESSAGE {
        let text = format!("a message of {length} bytes is too large: the limit is {MAX_MESSAGE} bytes");
        return Err(Status::out_of_range(text));
    }
    if rest.len() > length {
        return Err(Status::internal("more than one message"));
    }
    Ok(Some(length))
}

/// A response of one message.
pub(crate) fn response(message: &[u8]) -> Response<Body> {
    let Ok(length) = u32::try_from(message.len()) else {
        return Status::resource_exhausted("an answer of more than 4 GiB").into_http();
    };
    let mut data = BytesMut::with_capacity(HEAD + message.len());
    data.put_u8(0);
    data.put_u32(length);
    data.put(message);
    let mut response = Response::new(Body::new(Answer::Message(data.freeze())));
    let kind = HeaderValue::from_static("application/grpc");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}

/// The message, and after it that all is well.
enum Answer {
    Message(Bytes),
    Status,
    Done,
}

impl http_body::Body for Answer {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let (frame, next) = match std::mem::replace(&mut *self, Self::Done) {
            Self::Message(data) => (Frame::data(data), Self::Status),
            Self::Status => {
                let mut trailers = HeaderMap::with_capacity(1);
                trailers.insert(Status::GRPC_STATUS, HeaderValue::from_static("0"));
                (Frame::trailers(trailers), Self::Done)
            }
            Self::Done => return Poll::Ready(None),
        };
        *self = next;
        Poll::Ready(Some(Ok(frame)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn framed(message: &[u8]) -> Vec<u8> {
        let length = u32::try_from(message.len()).unwrap_or_default().to_be_bytes();
        [&[0], &length[..], message].concat()
    }

    /// A body in pieces of so many bytes.
    struct Pieces(Vec<u8>, usize);

    impl http_body::Body for Pieces {
        type Data = Bytes;
        type Error = Infallible;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
            if self.0.is_empty() {
                return Poll::Ready(None);
            }
            let count = self.1.min(self.0.len());
            let piece: Vec<u8> = self.0.drain(..count).collect();
            Poll::Ready(Some(Ok(Frame::data(piece.into()))))
        }
    }

    async fn read(bytes: &[u8], piece: usize) -> Result<Bytes, tonic::Code> {
        let request = Request::new(Body::new(Pieces(bytes.to_vec(), piece)));
        message(request).await.map_err(|status| status.code())
    }

    #[tokio::test]
    async fn a_message_is_read_however_it_is_cut() {
        for text in [&b""[..], b"x", b"some words"] {
            for piece in [1, 2, 5, 6, 100] {
                assert_eq!(read(&framed(text), piece).await.as_deref(), Ok(text), "{piece}");
            }
        }
    }

    #[tokio::test]
    async fn what_is_not_one_message_is_an_error() {
        use tonic::Code::{Internal, OutOfRange, Unimplemented};
        let (mut compressed, mut large) = (framed(b"x"), framed(b"x"));
        compressed[0] = 1;
        large[1..HEAD].copy_from_slice(&(MAX_MESSAGE as u32 + 1).to_be_bytes());
        let two = [framed(b"x"), framed(b"y")].concat();
        for piece in [1, 100] {
            for (bytes, code) in [
                (&b""[..], Internal),
                (&framed(b"x")[..3], Internal),
                (&framed(b"words")[..8], Internal),
                (&two, Internal),
                (&compressed, Unimplemented),
                (&large, OutOfRange),
            ] {
                assert_eq!(read(bytes, piece).await, Err(code), "{bytes:?} {piece}");
            }
        }
    }

    #[tokio::test]
    async fn an_answer_is_a_message_and_a_status() {
        let mut body = response(b"words").into_body();
        let mut frames = Vec::new();
        while let Some(frame) = poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {
            frames.push(frame.unwrap());
        }
        assert_eq!(frames[0].data_ref().unwrap(), &framed(b"words"));
        assert_eq!(frames[1].trailers_ref().unwrap()["grpc-status"], "0");
        assert_eq!(frames.len(), 2);
    }
}

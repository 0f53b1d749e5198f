//! Messages of calls that have one each way: most hooks are such calls.

use std::future::poll_fn;
use std::pin::Pin;

use bytes::{BufMut, Bytes, BytesMut};
use http_body::Body;
use prost::Message;
use tonic::Status;

use super::limits::MAX_MESSAGE;

/// Before each message: whether it is compressed, and its length.
const HEAD: usize = 5;

/// Reads the one message of a call.
///
/// # Errors
/// What the caller is to be told.
pub(super) async fn message<B>(mut body: B) -> Result<Bytes, Status>
where
    B: Body<Data = Bytes, Error = Status> + Unpin,
{
    // All of it has come with the first piece, as a rule.
    let (mut whole, mut pieces) = (Bytes::new(), BytesMut::new());
    while !body.is_end_stream() {
        let Some(frame) = poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await else { break };
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

/// A message with room in front of it for its head.
pub(crate) fn framed(message: &impl Message) -> Vec<u8> {
    let mut framed = Vec::with_capacity(HEAD + message.encoded_len());
    framed.extend_from_slice(&[0; HEAD]);
    // There is always room in a `Vec`.
    let _ = message.encode(&mut framed);
    framed
}

/// Writes the head of a message.
pub(super) fn measured(mut framed: Vec<u8>) -> Result<Bytes, Status> {
    let length = u32::try_from(framed.len().saturating_sub(HEAD));
    let length = length.map_err(|_| Status::resource_exhausted("an answer of more than 4 GiB"))?;
    if let Some((_, place)) = framed.first_chunk_mut::<HEAD>().and_then(|head| head.split_first_mut()) {
        place.copy_from_slice(&length.to_be_bytes());
    }
    Ok(framed.into())
}

#[cfg(test)]
mod tests {
    use std::task::{Context, Poll};

    use http_body::Frame;

    use super::*;

    fn framed(message: &[u8]) -> Vec<u8> {
        let length = u32::try_from(message.len()).unwrap_or_default().to_be_bytes();
        [&[0], &length[..], message].concat()
    }

    /// A body in pieces of so many bytes.
    struct Pieces(Vec<u8>, usize);

    impl http_body::Body for Pieces {
        type Data = Bytes;
        type Error = Status;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
            if self.0.is_empty() {
                return Poll::Ready(None);
            }
            let count = self.1.min(self.0.len());
            let piece: Vec<u8> = self.0.drain(..count).collect();
            Poll::Ready(Some(Ok(Frame::data(piece.into()))))
        }
    }

    async fn read(bytes: &[u8], piece: usize) -> Result<Bytes, tonic::Code> {
        message(Pieces(bytes.to_vec(), piece)).await.map_err(|status| status.code())
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

    #[test]
    fn a_message_has_a_head() {
        for text in ["", "words"] {
            let message = text.to_owned();
            assert_eq!(measured(super::framed(&message)).unwrap(), framed(&message.encode_to_vec()));
        }
    }
}

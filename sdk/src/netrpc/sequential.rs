//! A client that makes one call at a time, without tasks of its own.

use std::io::{self, IoSlice};
use std::sync::Arc;

use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};

use crate::gob::{DecodeError, Decoder, EncodeError, Encoder, Gob};

use super::error::{CallError, ServeError};
use super::header::{RequestHead, ResponseHead};
use super::reader::Reader;

/// Calls methods one after the other. A call that is dropped before its end makes the connection useless.
pub(crate) struct Sequential<T> {
    reader: Reader<T>,
    encoder: Encoder,
    out: Vec<u8>,
    next_seq: u64,
}

/// What a connection remembers of its past, for who goes on with it.
pub(crate) struct Resume {
    pub(super) encoder: Encoder,
    pub(super) decoder: Decoder,
    pub(super) next_seq: u64,
}

/// The first call of a connection that is yet to be made: its bytes can go out with the opening of the stream.
pub(crate) struct FirstCall {
    encoder: Encoder,
    pub(crate) bytes: Vec<u8>,
}

impl FirstCall {
    pub(crate) fn new<A: Gob>(method: &str, args: &A) -> Result<Self, CallError> {
        let (mut encoder, mut bytes) = (Encoder::new(), Vec::new());
        let head = RequestHead { service_method: method.to_owned(), seq: 0 };
        let encoded = encoder.encode_pair(&head, args, &mut bytes);
        encoded.map_err(|source| unsent(method, source))?;
        Ok(Self { encoder, bytes })
    }
}

impl<T: AsyncRead + AsyncWrite + Unpin> Sequential<T> {
    /// Goes on with a stream on which `first` has been sent; its reply is the next to be [read](Self::reply).
    pub(crate) fn after(first: FirstCall, stream: T) -> Self {
        let FirstCall { encoder, mut bytes } = first;
        bytes.clear();
        Self { reader: Reader::new(stream), encoder, out: bytes, next_seq: 1 }
    }

    /// Makes a call whose reply is of no interest.
    pub(crate) async fn tell<A: Gob>(&mut self, method: &str, args: &A) -> Result<(), CallError> {
        self.send(method, args).await?;
        self.read(method, Decoder::skip).await
    }

    /// As [`tell`](Self::tell) with a `[]byte`, whose pieces are sent as they lie.
    pub(crate) async fn tell_bytes(&mut self, method: &str, pieces: &[Bytes]) -> Result<(), CallError> {
        let len = pieces.iter().map(Bytes::len).sum();
        let head = self.next_head(method);
        let encoded = self.encoder.encode_before_bytes(&head, len, &mut self.out);
        encoded.map_err(|source| unsent(method, source))?;
        let parts = [self.out.as_slice()].into_iter().chain(pieces.iter().map(|piece| &piece[..]));
        let written = write_parts(&mut self.reader.source, parts.collect()).await;
        written.map_err(|error| lost(method, error.into()))?;
        self.read(method, Decoder::skip).await
    }

    /// Reads the reply of the call sent last.
    pub(crate) async fn reply<R: Gob>(&mut self, method: &str) -> Result<R, CallError> {
        self.read(method, Decoder::next::<R>).await
    }

    async fn send<A: Gob>(&mut self, method: &str, args: &A) -> Result<(), CallError> {
        let head = self.next_head(method);
        let encoded = self.encoder.encode_pair(&head, args, &mut self.out);
        encoded.map_err(|source| unsent(method, source))?;
        let written = self.reader.source.write_all(&self.out).await;
        written.map_err(|error| lost(method, error.into()))
    }

    /// Makes room for the next call.
    fn next_head(&mut self, method: &str) -> RequestHead {
        let head = RequestHead { service_method: method.to_owned(), seq: self.next_seq };
        self.next_seq += 1;
        self.out.clear();
        head
    }

    async fn read<R>(
        &mut self,
        method: &str,
        mut body: impl FnMut(&mut Decoder) -> Result<Option<R>, DecodeError>,
    ) -> Result<R, CallError> {
        let head = self.reader.until(Decoder::next::<ResponseHead>).await;
        let head = head.map_err(|error| lost(method, error))?.ok_or_else(|| ended(method))?;
        if !head.error.is_empty() {
            let skipped = self.reader.until(Decoder::skip).await;
            skipped.map_err(|error| lost(method, error))?;
            return Err(CallError::remote(method, head.error));
        }
        let value = self.reader.until(|decoder| match body(decoder) {
            Ok(value) => Ok(value.map(Ok)),
            Err(error) if error.is_fatal() => Err(error),
            Err(error) => Ok(Some(Err(error))),
        });
        let value = value.await.map_err(|error| lost(method, error))?.ok_or_else(|| ended(method))?;
        value.map_err(|source| CallError::Decode { method: method.to_owned(), source: Arc::new(source) })
    }

    /// Gives the stream away, between two calls.
    pub(crate) fn into_parts(self) -> (T, Resume) {
        let Self { reader, encoder, next_seq, .. } = self;
        (reader.source, Resume { encoder, decoder: reader.decoder, next_seq })
    }

    /// Ends our direction.
    pub(crate) async fn finish(&mut self) {
        // A host that is gone needs no farewell.
        let _ = self.reader.source.shutdown().await;
    }
}

/// Writes all parts; whatever else the thread has to do gets its turn between any two writes.
async fn write_parts<T: AsyncWrite + Unpin>(target: &mut T, parts: Vec<&[u8]>) -> io::Result<()> {
    let mut slices: Vec<IoSlice<'_>> = parts.into_iter().map(IoSlice::new).collect();
    let mut rest = slices.as_mut_slice();
    loop {
        match target.write_vectored(rest).await? {
            0 => return Err(io::ErrorKind::WriteZero.into()),
            written => IoSlice::advance_slices(&mut rest, written),
        }
        if rest.is_empty() {
            return Ok(());
        }
        tokio::task::yield_now().await;
    }
}

fn unsent(method: &str, source: EncodeError) -> CallError {
    CallError::Encode { method: method.to_owned(), source: Arc::new(source) }
}

fn lost(method: &str, error: ServeError) -> CallError {
    CallError::Closed { method: method.to_owned(), reason: Arc::from(error.to_string()) }
}

fn ended(method: &str) -> CallError {
    CallError::Closed { method: method.to_owned(), reason: Arc::from("the other side closed it") }
}

//! The one body type of requests and responses.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use http_body::{Frame, SizeHint};
use http_body_util::BodyExt;
use thiserror::Error;
use tokio::io::{AsyncRead, ReadBuf};

/// A body: nothing, bytes, or a stream of them.
///
/// ```
/// use mmplugin::http::Body;
///
/// let hello = Body::from("Hello, world!");
/// let nothing = Body::empty();
/// # use http_body::Body as _;
/// assert_eq!(hello.size_hint().exact(), Some(13));
/// assert!(nothing.is_end_stream());
/// ```
pub struct Body {
    inner: Inner,
}

enum Inner {
    Full(Bytes),
    Stream(Pin<Box<dyn http_body::Body<Data = Bytes, Error = BodyError> + Send>>),
}

/// Why a body ended early.
#[derive(Debug, Error)]
#[error("body: {0}")]
pub struct BodyError(Box<dyn std::error::Error + Send + Sync>);

impl BodyError {
    /// Wraps what failed.
    pub fn new(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self(error.into())
    }
}

impl Body {
    /// No bytes.
    pub fn empty() -> Self {
        Self { inner: Inner::Full(Bytes::new()) }
    }

    /// Any other body, such as the one of an axum response.
    pub fn new<B>(body: B) -> Self
    where
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        Self { inner: Inner::Stream(Box::pin(body.map_err(BodyError::new))) }
    }

    /// A body whose pieces come from a channel: what another task sends is written as it comes.
    ///
    /// `capacity` pieces wait at most; then [`Sender::send`](tokio::sync::mpsc::Sender::send) waits until the client
    /// has taken some, and it fails once the client has gone.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// use mmplugin::http::Body;
    ///
    /// let (sender, body) = Body::channel(4);
    /// tokio::spawn(async move {
    ///     for number in 0..3 {
    ///         if sender.send(format!("line {number}\n").into()).await.is_err() {
    ///             break;
    ///         }
    ///     }
    /// });
    /// assert_eq!(body.bytes(1024).await.unwrap(), "line 0\nline 1\nline 2\n");
    /// # });
    /// ```
    pub fn channel(capacity: usize) -> (tokio::sync::mpsc::Sender<Bytes>, Self) {
        let (sender, receiver) = tokio::sync::mpsc::channel(capacity.max(1));
        (sender, Self::new(Channel(receiver)))
    }

    /// A body from anything that can be read, such as a file: read in pieces of up to 64 KiB, each when it is wanted.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// use mmplugin::http::Body;
    ///
    /// let body = Body::from_reader(&b"any reader"[..]);
    /// assert_eq!(body.bytes(1024).await.unwrap(), "any reader");
    /// # });
    /// ```
    pub fn from_reader(reader: impl AsyncRead + Send + 'static) -> Self {
        Self::new(Reader { reader: Box::pin(reader), room: BytesMut::new() })
    }

    /// Reads the whole body, at most `limit` bytes.
    ///
    /// # Errors
    /// [`BodyError`] when the body ends early or is longer than `limit`.
    pub async fn bytes(self, limit: usize) -> Result<Bytes, BodyError> {
        let body = match self.inner {
            Inner::Full(bytes) if bytes.len() <= limit => return Ok(bytes),
            inner => Self { inner },
        };
        let read = http_body_util::Limited::new(body, limit).collect().await;
        Ok(read.map_err(BodyError)?.to_bytes())
    }
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        match &mut self.inner {
            Inner::Full(bytes) if bytes.is_empty() => Poll::Ready(None),
            Inner::Full(bytes) => Poll::Ready(Some(Ok(Frame::data(std::mem::take(bytes))))),
            Inner::Stream(stream) => stream.as_mut().poll_frame(cx),
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.inner {
            Inner::Full(bytes) => bytes.is_empty(),
            Inner::Stream(stream) => stream.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.inner {
            Inner::Full(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Inner::Stream(stream) => stream.size_hint(),
        }
    }
}

struct Channel(tokio::sync::mpsc::Receiver<Bytes>);

impl http_body::Body for Channel {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        self.0.poll_recv(cx).map(|piece| piece.map(|bytes| Ok(Frame::data(bytes))))
    }
}

/// Most bytes in one piece of a reader.
const READ_SIZE: usize = 64 << 10;

struct Reader {
    reader: Pin<Box<dyn AsyncRead + Send>>,
    /// Zeros to be read over.
    room: BytesMut,
}

impl http_body::Body for Reader {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
        let this = &mut *self;
        if this.room.is_empty() {
            this.room = BytesMut::zeroed(READ_SIZE);
        }
        let mut target = ReadBuf::new(&mut this.room);
        ready!(this.reader.as_mut().poll_read(cx, &mut target))?;
        let count = target.filled().len();
        let piece = this.room.split_to(count).freeze();
        Poll::Ready((count > 0).then(|| Ok(Frame::data(piece))))
    }
}

impl Default for Body {
    fn default() -> Self {
        Self::empty()
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.inner {
            Inner::Full(bytes) => write!(f, "Body({} bytes)", bytes.len()),
            Inner::Stream(_) => f.write_str("Body(stream)"),
        }
    }
}

macro_rules! full_body {
    ($($from:ty),*) => {$(
        impl From<$from> for Body {
            fn from(bytes: $from) -> Self {
                Self { inner: Inner::Full(bytes.into()) }
            }
        }
    )*};
}

full_body!(Bytes, Vec<u8>, String, &'static str, &'static [u8]);

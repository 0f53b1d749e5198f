//! One stream as tokio sees it.

use std::future::poll_fn;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use bytes::{Buf, Bytes};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::driver::now;
use super::shared::{Parts, Shared};
use super::window::{MAX_FRAME, Read};

/// A byte stream to the peer, in both directions.
///
/// Shutting down ends our half, reading goes on. Dropping ends both: the peer sees the end of the stream, or a reset if bytes were
/// left unread or keep coming. A write tries the socket at once; when that is full up to
/// 64 KiB are queued, then it waits.
#[derive(Debug)]
pub struct Stream {
    read: ReadHalf,
    write: WriteHalf,
}

/// The reading half of a [`Stream`].
#[derive(Debug)]
pub struct ReadHalf {
    owner: Arc<Owner>,
    /// The rest of a large piece.
    current: Bytes,
}

/// The writing half of a [`Stream`]. Dropping it alone ends our half of the stream.
#[derive(Debug)]
pub struct WriteHalf {
    owner: Arc<Owner>,
}

/// Gives the stream back when both halves are gone.
struct Owner {
    shared: Arc<Shared>,
    id: u32,
    unread: AtomicBool,
}

impl Stream {
    pub(super) fn new(shared: Arc<Shared>, id: u32) -> Self {
        let owner = Arc::new(Owner { shared, id, unread: AtomicBool::new(false) });
        Self {
            read: ReadHalf { owner: Arc::clone(&owner), current: Bytes::new() },
            write: WriteHalf { owner },
        }
    }

    /// The id on the wire; odd for streams of the client side.
    pub fn id(&self) -> u32 {
        self.write.id()
    }

    /// Ends both directions at once; the peer reads an error, what is queued is dropped.
    pub fn reset(&mut self) {
        self.write.reset();
    }

    /// The next bytes as they arrived, without a copy when there are many; `None` at the end. For bulk this is cheaper than
    /// [`AsyncRead`].
    ///
    /// # Errors
    /// When the stream was reset or the session has ended.
    pub async fn chunk(&mut self) -> io::Result<Option<Bytes>> {
        self.read.chunk().await
    }

    /// As [`chunk`](Self::chunk), for hand-written futures.
    ///
    /// # Errors
    /// When the stream was reset or the session has ended.
    pub fn poll_chunk(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<Option<Bytes>>> {
        self.read.poll_chunk(cx)
    }

    /// Two halves for two tasks; they share nothing that would make one wait for the other.
    pub fn into_split(self) -> (ReadHalf, WriteHalf) {
        (self.read, self.write)
    }
}

impl ReadHalf {
    /// The id on the wire.
    pub fn id(&self) -> u32 {
        self.owner.id
    }

    /// As [`Stream::chunk`].
    ///
    /// # Errors
    /// When the stream was reset or the session has ended.
    pub async fn chunk(&mut self) -> io::Result<Option<Bytes>> {
        poll_fn(|cx| self.poll_chunk(cx)).await
    }

    /// As [`chunk`](Self::chunk), for hand-written futures.
    ///
    /// # Errors
    /// When the stream was reset or the session has ended.
    pub fn poll_chunk(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<Option<Bytes>>> {
        if !self.current.is_empty() {
            return Poll::Ready(Ok(Some(std::mem::take(&mut self.current))));
        }
        let Owner { shared, id, .. } = &*self.owner;
        let mut state = shared.lock();
        let read = state.machine.chunk(*id)?;
        Poll::Ready(Ok(match read {
            Read::Chunk(chunk) => {
                shared.after_read(state);
                Some(chunk)
            }
            Read::Empty => {
                state.wait_read(*id, cx.waker());
                return Poll::Pending;
            }
            Read::End | Read::Copied(_) => None,
        }))
    }
}

impl AsyncRead for ReadHalf {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        target: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if target.remaining() == 0 {
            return Poll::Ready(Ok(()));
        }
        if this.current.is_empty() {
            let Owner { shared, id, .. } = &*this.owner;
            let mut state = shared.lock();
            match state.machine.read(*id, target)? {
                Read::Copied(_) => {
                    shared.after_read(state);
                    return Poll::Ready(Ok(()));
                }
                Read::Chunk(chunk) => {
                    shared.after_read(state);
                    this.current = chunk;
                }
                Read::End => return Poll::Ready(Ok(())),
                Read::Empty => {
                    state.wait_read(*id, cx.waker());
                    return Poll::Pending;
                }
            }
        }
        let count = this.current.len().min(target.remaining());
        target.put_slice(this.current.get(..count).unwrap_or_default());
        this.current.advance(count);
        if this.current.is_empty() {
            // Lets go of the read buffer.
            this.current = Bytes::new();
        }
        Poll::Ready(Ok(()))
    }
}

impl Drop for ReadHalf {
    fn drop(&mut self) {
        self.owner.unread.store(!self.current.is_empty(), Ordering::Release);
    }
}

impl WriteHalf {
    /// The id on the wire.
    pub fn id(&self) -> u32 {
        self.owner.id
    }

    /// As [`Stream::reset`].
    pub fn reset(&mut self) {
        let Owner { shared, id, .. } = &*self.owner;
        let mut state = shared.lock();
        state.machine.reset(*id);
        shared.flush(state, false);
    }

    fn poll_parts(&self, cx: &Context<'_>, parts: &[&[u8]]) -> Poll<io::Result<usize>> {
        self.owner.shared.write(cx, self.owner.id, parts).map_err(io::Error::from)
    }
}

impl AsyncWrite for WriteHalf {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let piece = bytes.get(..MAX_FRAME).unwrap_or(bytes);
        self.poll_parts(cx, &[piece])
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let parts = Parts::new(slices.iter().map(|slice| &**slice), MAX_FRAME);
        self.poll_parts(cx, parts.get())
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let Owner { shared, id, .. } = &*self.owner;
        let mut state = shared.lock();
        if state.machine.is_flushed(*id) {
            return Poll::Ready(Ok(()));
        }
        if let Some(reason) = state.machine.ended() {
            return Poll::Ready(Err(reason.clone().into()));
        }
        state.wait_write(*id, cx.waker());
        Poll::Pending
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let Owner { shared, id, .. } = &*self.owner;
        let mut state = shared.lock();
        state.machine.finish(*id);
        shared.flush(state, false);
        self.poll_flush(cx)
    }
}

impl Drop for WriteHalf {
    fn drop(&mut self) {
        // The last half gives the whole stream back, see `Owner`.
        if Arc::strong_count(&self.owner) > 1 {
            let Owner { shared, id, .. } = &*self.owner;
            let mut state = shared.lock();
            state.machine.finish(*id);
            shared.flush(state, false);
        }
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        let unread = *self.unread.get_mut();
        let mut state = self.shared.lock();
        state.machine.release(self.id, unread, now());
        self.shared.flush(state, false);
    }
}

impl std::fmt::Debug for Owner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "stream {}", self.id)
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        target: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.read).poll_read(cx, target)
    }
}

impl AsyncWrite for Stream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.write).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.write).poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.write).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.write).poll_shutdown(cx)
    }
}

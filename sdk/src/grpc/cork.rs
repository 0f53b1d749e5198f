//! Holds back what is written until somebody says that this is all for now.
//!
//! HTTP/2 flushes after each thing that it has to say: that it has heard a ping, a head, a piece of a body. Each would
//! be a system call of ours, and one of the host's, whose thread wakes for it.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};

use bytes::{Buf, BytesMut};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Instant;

use super::connection::Connection;

/// What is held at most: more goes out at once, with what was held in front of it.
const MAX_HELD: usize = 32 << 10;

/// Pieces of one write that go out together.
const MAX_SLICES: usize = 16;

/// A connection whose writes wait for [`Cork::poll_out`].
pub(super) struct Corked(Cork);

/// The other handle of a [`Corked`].
#[derive(Clone)]
pub(super) struct Cork(Arc<Mutex<Inner>>);

struct Inner {
    io: Connection,
    held: BytesMut,
    /// The connection is broken, which the next write is told.
    broken: bool,
    /// Something was written that the connection may still keep for itself, as TLS does when the socket is full.
    unflushed: bool,
    /// When something was read last.
    heard: Instant,
}

impl Corked {
    pub(super) fn new(io: Connection) -> (Self, Cork) {
        let cork = Cork(Arc::new(Mutex::new(Inner {
            io,
            held: BytesMut::new(),
            broken: false,
            unflushed: false,
            heard: Instant::now(),
        })));
        (Self(cork.clone()), cork)
    }
}

impl Cork {
    /// Writes what is held. Whoever polls the connection polls this after it, with the same waker.
    pub(super) fn poll_out(&self, cx: &mut Context<'_>) {
        let mut inner = self.lock();
        if (inner.unflushed || !inner.held.is_empty()) && matches!(inner.poll_out(cx), Poll::Ready(Err(_))) {
            inner.held.clear();
            inner.unflushed = false;
            inner.broken = true;
        }
    }

    /// When the other side was heard last.
    pub(super) fn heard(&self) -> Instant {
        self.lock().heard
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn poll_out(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.held.is_empty() {
            let written = ready!(Pin::new(&mut self.io).poll_write(cx, &self.held))?;
            self.wrote(written)?;
        }
        ready!(Pin::new(&mut self.io).poll_flush(cx))?;
        self.unflushed = false;
        Poll::Ready(Ok(()))
    }

    /// Takes away what has been written of what is held; the rest is of what came with it.
    fn wrote(&mut self, count: usize) -> io::Result<usize> {
        if count == 0 {
            return Err(io::ErrorKind::WriteZero.into());
        }
        self.unflushed = true;
        let held = count.min(self.held.len());
        self.held.advance(held);
        Ok(count - held)
    }

    fn poll_write(&mut self, cx: &mut Context<'_>, pieces: &[IoSlice<'_>]) -> Poll<io::Result<usize>> {
        if self.broken {
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        }
        let length = pieces.iter().map(|piece| piece.len()).sum();
        if self.held.len() + length <= MAX_HELD {
            pieces.iter().for_each(|piece| self.held.extend_from_slice(piece));
            return Poll::Ready(Ok(length));
        }
        loop {
            let mut all = [IoSlice::new(&[]); MAX_SLICES];
            let ours = [&*self.held].into_iter().filter(|held| !held.is_empty()).map(IoSlice::new);
            let mut count = 0;
            for (place, piece) in all.iter_mut().zip(ours.chain(pieces.iter().copied())) {
                *place = piece;
                count += 1;
            }
            let all = all.get(..count).unwrap_or_default();
            let written = ready!(Pin::new(&mut self.io).poll_write_vectored(cx, all))?;
            let of_it = self.wrote(written)?;
            if of_it > 0 {
                return Poll::Ready(Ok(of_it));
            }
        }
    }
}

impl AsyncRead for Corked {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let mut inner = self.0.lock();
        ready!(Pin::new(&mut inner.io).poll_read(cx, buf))?;
        inner.heard = Instant::now();
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Corked {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.0.lock().poll_write(cx, &[IoSlice::new(bytes)])
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.0.lock().poll_write(cx, pieces)
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    /// Later: see [`Cork::poll_out`].
    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut inner = self.0.lock();
        ready!(inner.poll_out(cx))?;
        Pin::new(&mut inner.io).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    async fn out(cork: &Cork) {
        poll_fn(|cx| {
            cork.poll_out(cx);
            if cork.lock().held.is_empty() { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
    }

    #[tokio::test]
    async fn small_writes_leave_together_and_in_order() {
        let (ours, mut theirs) = tokio::io::duplex(1 << 20);
        let (mut io, cork) = Corked::new(Connection::new(ours));
        io.write_all(b"one ").await.unwrap();
        io.flush().await.unwrap();
        io.write_all(b"two").await.unwrap();
        let mut read = [0; 64];
        let early = tokio::time::timeout(std::time::Duration::from_millis(20), theirs.read(&mut read)).await;
        assert!(early.is_err());
        out(&cork).await;
        let count = theirs.read(&mut read).await.unwrap();
        assert_eq!(&read[..count], b"one two");
        io.shutdown().await.unwrap();
        assert_eq!(theirs.read(&mut read).await.unwrap(), 0);
    }

    #[tokio::test]
    async fn more_than_is_held_waits_for_who_reads() {
        // Less than any of the writes: each of them is cut.
        let (ours, mut theirs) = tokio::io::duplex(1000);
        let (mut io, _cork) = Corked::new(Connection::new(ours));
        let sent: Vec<u8> = (0..200_000_u32).map(|at| (at % 251) as u8).collect();
        let expected = sent.clone();
        let writing = tokio::spawn(async move {
            for piece in sent.chunks(20_001) {
                let (head, rest) = piece.split_at(9);
                assert_eq!(io.write_vectored(&[IoSlice::new(head)]).await.unwrap(), head.len());
                io.write_all(rest).await.unwrap();
                assert!(io.0.lock().held.len() <= MAX_HELD);
            }
            io.shutdown().await.unwrap();
        });
        let mut read = Vec::new();
        theirs.read_to_end(&mut read).await.unwrap();
        assert!(read == expected);
        writing.await.unwrap();
    }

    #[tokio::test]
    async fn what_the_connection_keeps_is_flushed() {
        let (ours, mut theirs) = tokio::io::duplex(1 << 20);
        let keeping = tokio::io::BufWriter::with_capacity(1 << 20, ours);
        let (mut io, cork) = Corked::new(Connection::new(keeping));
        let sent = vec![7; MAX_HELD + 1];
        io.write_all(&sent).await.unwrap();
        assert!(cork.lock().held.is_empty());
        out(&cork).await;
        let mut read = vec![0; sent.len()];
        let all = tokio::time::timeout(std::time::Duration::from_secs(5), theirs.read_exact(&mut read)).await;
        all.expect("all of it arrives").unwrap();
        assert!(read == sent && !cork.lock().unflushed);
    }

    #[tokio::test]
    async fn a_broken_connection_is_an_error_of_the_next_write() {
        let (ours, theirs) = tokio::io::duplex(1000);
        let (mut io, cork) = Corked::new(Connection::new(ours));
        io.write_all(b"for nobody").await.unwrap();
        drop(theirs);
        out(&cork).await;
        assert_eq!(io.write_all(b"more").await.unwrap_err().kind(), io::ErrorKind::BrokenPipe);
    }
}

//! Writes the body of an answer in large pieces.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http_body::Body as _;
use tokio::time::timeout;

use crate::runtime::guard;

use super::Body;
use super::exchange::Broken;
use super::writer::ResponseWriter;

/// Most bytes in one `Write`: the host answers each with a round trip, and a yamux window has 256 KiB.
pub(super) const MAX_WRITE: usize = 256 << 10;

/// How long a body may pause before what it has given is flushed. A flush is a round trip: a body that is read from a
/// disk pauses between all its pieces, only not that long.
const PAUSE: Duration = Duration::from_millis(1);

/// From this size on the bytes of a body are sent as they lie; smaller ones are put together first.
const SHARE: usize = 4 << 10;

/// A body on its way: while the host takes one piece, the next is gathered.
pub(super) struct Pump {
    body: Option<Pin<Box<Body>>>,
    /// What did not fit into the last piece.
    rest: Bytes,
    piece: Piece,
    broken: Option<Broken>,
}

impl Pump {
    pub(super) fn new(body: Option<Body>) -> Self {
        Self { body: body.map(Box::pin), rest: Bytes::new(), piece: Piece::default(), broken: None }
    }

    /// Gives the body time for its first piece; an error when it fails before it has given any.
    pub(super) async fn start(&mut self) -> Result<(), Broken> {
        let _ = self.more().await;
        match self.broken.take_if(|_| self.piece.is_empty()) {
            Some(broken) => Err(broken),
            None => Ok(()),
        }
    }

    /// Whether there is something to write.
    pub(super) fn has_some(&self) -> bool {
        !self.piece.is_empty()
    }

    /// Writes all of it.
    pub(super) async fn run(mut self, writer: &mut ResponseWriter) -> Result<(), Broken> {
        loop {
            if !self.more().await {
                // What has been given, if only the head, should reach the client meanwhile.
                self.beside(writer.flush()).await.map_err(Broken::Refused)?;
                poll_fn(|cx| self.poll_some(cx)).await;
            }
            let piece = std::mem::take(&mut self.piece);
            if piece.is_empty() {
                return self.broken.map_or(Ok(()), Err);
            }
            let parts = piece.into_parts();
            self.beside(writer.write(&parts)).await.map_err(Broken::Refused)?;
        }
    }

    /// Waits a little for something to write or for the end; false when neither has come.
    async fn more(&mut self) -> bool {
        let now = poll_fn(|cx| Poll::Ready(self.poll_some(cx).is_ready())).await;
        now || timeout(PAUSE, poll_fn(|cx| self.poll_some(cx))).await.is_ok()
    }

    /// Gathers on while the host is busy.
    async fn beside<F: Future>(&mut self, call: F) -> F::Output {
        let mut call = pin!(call);
        poll_fn(|cx| {
            self.fill(cx);
            call.as_mut().poll(cx)
        })
        .await
    }

    /// Ready when there is something to write or the body has ended.
    fn poll_some(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        self.fill(cx);
        if self.piece.is_empty() && self.body.is_some() { Poll::Pending } else { Poll::Ready(()) }
    }

    /// Takes what is ready; stops when a piece is full, the body waits, or it has ended.
    fn fill(&mut self, cx: &mut Context<'_>) {
        while self.piece.len() < MAX_WRITE {
            if !self.rest.is_empty() {
                let fits = self.rest.len().min(MAX_WRITE - self.piece.len());
                self.piece.push(self.rest.split_to(fits));
                continue;
            }
            let Some(body) = &mut self.body else { return };
            // The exchange outlives a panic: the client must be told.
            match guard::catch_now(|| body.as_mut().poll_frame(cx)) {
                Ok(Poll::Pending) => return,
                // Trailers have no way through the host's writer.
                Ok(Poll::Ready(Some(Ok(frame)))) => {
                    self.rest = frame.into_data().unwrap_or_default();
                    continue;
                }
                Ok(Poll::Ready(None)) => {}
                Ok(Poll::Ready(Some(Err(error)))) => self.broken = Some(Broken::Body(error)),
                Err(panic) => self.broken = Some(Broken::Panicked(panic)),
            }
            self.body = None;
        }
    }
}

/// What one `Write` carries.
#[derive(Default)]
struct Piece {
    parts: Vec<Bytes>,
    /// Small ones, after all of `parts`.
    small: BytesMut,
    len: usize,
}

impl Piece {
    fn len(&self) -> usize {
        self.len
    }

    fn is_empty(&self) -> bool {
        self.len == 0
    }

    fn push(&mut self, bytes: Bytes) {
        self.len += bytes.len();
        if bytes.len() < SHARE {
            self.small.extend_from_slice(&bytes);
            return;
        }
        self.end_small();
        self.parts.push(bytes);
    }

    fn end_small(&mut self) {
        if !self.small.is_empty() {
            self.parts.push(self.small.split().freeze());
        }
    }

    fn into_parts(mut self) -> Vec<Bytes> {
        self.end_small();
        self.parts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_pieces_are_put_together_and_large_ones_stay_where_they_are() {
        let large = Bytes::from(vec![7; SHARE]);
        let mut piece = Piece::default();
        for bytes in ["a".into(), "b".into(), large.clone(), "c".into()] {
            piece.push(bytes);
        }
        assert_eq!(piece.len(), SHARE + 3);
        let parts = piece.into_parts();
        assert_eq!(parts, [Bytes::from("ab"), large.clone(), Bytes::from("c")]);
        assert_eq!(parts[1].as_ptr(), large.as_ptr());
    }
}

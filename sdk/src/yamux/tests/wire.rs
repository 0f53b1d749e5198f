//! How often the socket is written, and with what.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use tokio::io::AsyncWrite;

use super::*;

/// A writing half that takes everything and keeps each call apart.
#[derive(Clone, Default)]
struct Recorder(Arc<Mutex<Vec<Vec<u8>>>>);

impl Recorder {
    fn take(&self) -> Vec<Vec<u8>> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

impl AsyncWrite for Recorder {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.0.lock().unwrap().push(bytes.to_vec());
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let all: Vec<u8> = slices.iter().flat_map(|slice| slice.to_vec()).collect();
        self.poll_write(cx, &all)
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

/// A session whose reading half is the returned pipe. The driver is not spawned: whoever writes, writes himself.
fn recorded() -> (Session, Incoming, Driver, Recorder, tokio::io::DuplexStream) {
    let recorder = Recorder::default();
    let (read, peer) = tokio::io::duplex(1 << 20);
    let (session, incoming, driver) = connect_split(read, recorder.clone(), Mode::Server, Config::default());
    (session, incoming, driver, recorder, peer)
}

#[tokio::test]
async fn a_brokered_streams_id_leaves_with_its_syn() {
    let (session, _incoming, _driver, recorder, _peer) = recorded();
    let _stream = session.open_with(&7u32.to_le_bytes()).await.unwrap();
    assert_eq!(recorder.take(), [[0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 4, 7, 0, 0, 0]]);
}

#[tokio::test]
async fn a_message_leaves_with_one_write_from_the_task_that_made_it() {
    let (session, _incoming, _driver, recorder, _peer) = recorded();
    let mut stream = session.open().await.unwrap();
    recorder.take();
    for size in [1, 300, 5000, window::MAX_FRAME] {
        let data = pattern(size);
        stream.write_all(&data).await.unwrap();
        let header = frame::Header::data(2, 0, size as u32).bytes();
        assert!(recorder.take() == [[&header[..], &data].concat()], "{size}");
    }
    assert_eq!(stream.write(&pattern(1 << 20)).await.unwrap(), 256 * 1024 - 5301 - window::MAX_FRAME);
    recorder.take();
    let mut stream = session.open().await.unwrap();
    recorder.take();
    let parts = [b"head".as_slice(), b"", b"body"].map(IoSlice::new);
    assert_eq!(stream.write_vectored(&parts).await.unwrap(), 8);
    assert_eq!(recorder.take()[0][12..], *b"headbody");
    stream.shutdown().await.unwrap();
    assert_eq!(recorder.take(), [frame::Header::window_update(4, frame::FIN, 0).bytes()]);
}

#[tokio::test]
async fn answers_to_many_frames_leave_together() {
    let (_session, mut incoming, driver, recorder, mut peer) = recorded();
    let mut frames = Vec::new();
    for i in 0..50 {
        frames.extend(frame::Header::window_update(1 + 2 * i, frame::SYN, 0).bytes());
    }
    peer.write_all(&frames).await.unwrap();
    tokio::spawn(driver);
    let _stream = incoming.accept().await.unwrap();
    tokio::task::yield_now().await;
    let writes = recorder.take();
    assert_eq!(writes.iter().map(Vec::len).collect::<Vec<_>>(), [50 * 12]);
}

#[tokio::test]
async fn what_one_corked_step_writes_to_several_streams_leaves_in_one_piece() {
    let (session, _incoming, _driver, recorder, _peer) = recorded();
    let step = async {
        let (first, second) = tokio::join!(session.open_with(b"one"), session.open_with(b"two"));
        let (mut first, mut second) = (first.unwrap(), second.unwrap());
        first.write_all(b"more").await.unwrap();
        second.shutdown().await.unwrap();
        assert_eq!(recorder.take(), Vec::<Vec<u8>>::new());
        (first, second)
    };
    let streams = session.corked(step).await;
    let [sent] = recorder.take().try_into().unwrap();
    for part in ["one", "two", "more"] {
        assert!(sent.windows(part.len()).any(|window| window == part.as_bytes()), "{part}: {sent:?}");
    }
    drop(streams);
    assert!(!recorder.take().is_empty(), "no cork is left behind");
}

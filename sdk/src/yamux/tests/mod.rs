//! Sessions of ours that talk to each other over real sockets and over a slow in-memory pipe.

mod ends;
mod pressure;
mod wire;

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::UnixStream;

use super::*;

struct Side {
    session: Session,
    incoming: Incoming,
    driver: tokio::task::JoinHandle<Error>,
}

fn side(socket: UnixStream, mode: Mode) -> Side {
    let (read, write) = socket.into_split();
    let (session, incoming, driver) = connect_split(read, write, mode, Config::default());
    Side { session, incoming, driver: tokio::spawn(driver) }
}

fn pair() -> (Side, Side) {
    let (a, b) = UnixStream::pair().unwrap();
    (side(a, Mode::Client), side(b, Mode::Server))
}

fn pattern(len: usize) -> Vec<u8> {
    (0..len).map(|i| (i % 251) as u8).collect()
}

async fn echo(mut incoming: Incoming) {
    while let Some(stream) = incoming.accept().await {
        tokio::spawn(async move {
            let (mut read, mut write) = stream.into_split();
            while let Ok(Some(chunk)) = read.chunk().await {
                if write.write_all(&chunk).await.is_err() {
                    return;
                }
            }
            let _ = write.shutdown().await;
        });
    }
}

async fn within<T>(run: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(10), run).await.unwrap()
}

async fn round_trip(session: &Session, data: &[u8]) -> Vec<u8> {
    let stream = session.open().await.unwrap();
    let (mut read, mut write) = stream.into_split();
    let mut back = Vec::new();
    let (sent, received) = tokio::join!(
        async {
            write.write_all(data).await?;
            write.shutdown().await
        },
        read.read_to_end(&mut back)
    );
    sent.unwrap();
    received.unwrap();
    back
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn four_mebibytes_come_back_after_a_half_close() {
    let (a, b) = pair();
    tokio::spawn(echo(b.incoming));
    let data = pattern(4 << 20);
    assert!(round_trip(&a.session, &data).await == data);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_streams_at_once_keep_their_bytes_apart() {
    let (a, b) = pair();
    tokio::spawn(echo(b.incoming));
    let tasks: Vec<_> = (0..100)
        .map(|i| {
            let session = a.session.clone();
            tokio::spawn(async move {
                let data = pattern(100_000 + i);
                assert!(round_trip(&session, &data).await == data);
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
}

#[tokio::test]
async fn a_pipe_of_a_few_bytes_is_enough() {
    let (a, b) = tokio::io::duplex(7);
    let (session, _incoming, driver) = connect(a, Mode::Client, Config::default());
    tokio::spawn(driver);
    let (_session, incoming, driver) = connect(b, Mode::Server, Config::default());
    tokio::spawn(driver);
    tokio::spawn(echo(incoming));
    let data = pattern(50_000);
    assert!(round_trip(&session, &data).await == data);
}

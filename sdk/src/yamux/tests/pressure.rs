//! Full sockets and slow readers: nothing stalls, nothing grows.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use super::*;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_sides_may_send_at_full_speed_before_anybody_reads() {
    let (a, mut b) = pair();
    let data = Arc::new(pattern(3 << 20));
    let mut tasks = Vec::new();
    for _ in 0..4 {
        let ours = a.session.open().await.unwrap();
        let theirs = b.incoming.accept().await.unwrap();
        for stream in [ours, theirs] {
            let data = Arc::clone(&data);
            tasks.push(tokio::spawn(async move {
                let (mut read, mut write) = stream.into_split();
                let writer = tokio::spawn({
                    let data = Arc::clone(&data);
                    async move {
                        write.write_all(&data).await.unwrap();
                        write.shutdown().await.unwrap();
                    }
                });
                tokio::time::sleep(Duration::from_millis(50)).await;
                let mut got = Vec::new();
                read.read_to_end(&mut got).await.unwrap();
                writer.await.unwrap();
                assert!(got == *data);
            }));
        }
    }
    for task in tasks {
        within(task).await.unwrap();
    }
}

#[tokio::test]
async fn a_writer_waits_when_nobody_reads() {
    let (a, b) = pair();
    let mut stream = a.session.open().await.unwrap();
    let written = AtomicUsize::new(0);
    let writing = async {
        loop {
            let count = stream.write(&[7; 10_000]).await.unwrap();
            written.fetch_add(count, Ordering::Relaxed);
        }
    };
    assert!(tokio::time::timeout(Duration::from_millis(100), writing).await.is_err());
    assert_eq!(written.into_inner(), window::WINDOW as usize);
    drop(b);
}

#[tokio::test]
async fn a_write_that_is_given_up_holds_up_nobody() {
    let (socket, mut peer) = tokio::io::duplex(1000);
    let (session, _incoming, driver) = connect(socket, Mode::Server, Config::default());
    tokio::spawn(driver);
    let mut bulk = session.open().await.unwrap();
    let mut small = session.open().await.unwrap();
    let big = pattern(1 << 20);
    assert!(tokio::time::timeout(Duration::from_millis(30), bulk.write_all(&big)).await.is_err());
    small.write_all(b"through").await.unwrap();
    let mut seen = Vec::new();
    while !seen.windows(7).any(|part| part == b"through") {
        within(peer.read_buf(&mut seen)).await.unwrap();
    }
    // One turn of the large stream was in the pipe, another is not put before the small message.
    assert!(seen.len() < 3 * window::TURN, "{}", seen.len());
}

/// Polls the driver again and again although nobody woke it.
struct Restless(Driver);

impl Future for Restless {
    type Output = Error;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Error> {
        cx.waker().wake_by_ref();
        Pin::new(&mut self.0).poll(cx)
    }
}

#[tokio::test]
async fn polls_without_a_reason_do_no_harm() {
    let (a, b) = UnixStream::pair().unwrap();
    let (session, _incoming, driver) = connect(a, Mode::Client, Config::default());
    tokio::spawn(Restless(driver));
    let (_session, incoming, driver) = connect(b, Mode::Server, Config::default());
    tokio::spawn(Restless(driver));
    tokio::spawn(echo(incoming));
    let data = pattern(1 << 20);
    assert!(within(round_trip(&session, &data)).await == data);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_writers_on_a_narrow_pipe_all_finish() {
    let (a, b) = tokio::io::duplex(3000);
    let (session, _incoming, driver) = connect(a, Mode::Client, Config::default());
    tokio::spawn(driver);
    let (_session, incoming, driver) = connect(b, Mode::Server, Config::default());
    tokio::spawn(driver);
    tokio::spawn(echo(incoming));
    let tasks: Vec<_> = (0..50)
        .map(|i| {
            let session = session.clone();
            tokio::spawn(async move {
                for round in 0..5 {
                    let data = pattern(1 + i * 997 * round);
                    assert!(round_trip(&session, &data).await == data);
                }
            })
        })
        .collect();
    for task in tasks {
        within(task).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_short_streams_leave_nothing_behind() {
    let (a, b) = pair();
    tokio::spawn(echo(b.incoming));
    for _ in 0..100 {
        let rounds = (0..100).map(|_| {
            let session = a.session.clone();
            tokio::spawn(async move { round_trip(&session, b"short").await })
        });
        for round in rounds.collect::<Vec<_>>() {
            assert_eq!(within(round).await.unwrap(), b"short");
        }
    }
    let empty = async {
        while a.session.stream_count() + b.session.stream_count() > 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    within(empty).await;
}

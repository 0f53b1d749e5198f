//! How sessions and streams end, and that every wait ends with them.

use std::io::ErrorKind;

use super::*;

/// A reader, a writer whose window is used up, an acceptor and a waiter for the end; all say whether they were told.
async fn waits(side: Side) -> (bool, bool, bool, Error) {
    let Side { session, mut incoming, .. } = side;
    let (mut read, mut write) = session.open().await.unwrap().into_split();
    let mut byte = [0];
    tokio::join!(
        async { read.read(&mut byte).await.is_err() },
        async { write.write_all(&pattern(1 << 20)).await.is_err() },
        async { incoming.accept().await.is_none() },
        session.closed(),
    )
}

#[tokio::test]
async fn all_waits_end_when_the_peer_closes() {
    let (a, b) = pair();
    let session = a.session.clone();
    let waits = tokio::spawn(waits(a));
    tokio::time::sleep(Duration::from_millis(20)).await;
    b.session.close();
    let (read, write, accept, reason) = within(waits).await.unwrap();
    assert!(read && write && accept);
    assert!(matches!(reason, Error::Lost), "{reason}");
    assert!(matches!(b.driver.await.unwrap(), Error::Closed));
    assert!(matches!(session.open().await, Err(Error::Lost)));
}

#[tokio::test]
async fn all_waits_end_when_the_driver_is_dropped() {
    let (a, _b) = pair();
    let driver = a.driver.abort_handle();
    let waits = tokio::spawn(waits(a));
    tokio::time::sleep(Duration::from_millis(20)).await;
    driver.abort();
    let (read, write, accept, reason) = within(waits).await.unwrap();
    assert!(read && write && accept && matches!(reason, Error::Closed));
}

#[tokio::test]
async fn waiting_opens_end_when_the_peer_goes_away_or_closes() {
    let (socket, mut peer) = tokio::io::duplex(1 << 20);
    let (session, _incoming, driver) = connect(socket, Mode::Server, Config::default());
    tokio::spawn(driver);
    let _open = futures(256, &session).await;
    let waiting = tokio::spawn({
        let session = session.clone();
        async move { session.open().await.map(drop) }
    });
    tokio::time::sleep(Duration::from_millis(20)).await;
    assert!(!waiting.is_finished());
    peer.write_all(&frame::Header::go_away(0).bytes()).await.unwrap();
    assert!(matches!(within(waiting).await.unwrap(), Err(Error::GoingAway)));
}

async fn futures(count: usize, session: &Session) -> Vec<Stream> {
    let mut streams = Vec::new();
    for _ in 0..count {
        streams.push(session.open().await.unwrap());
    }
    streams
}

#[tokio::test]
async fn what_was_written_before_close_arrives() {
    let (a, mut b) = pair();
    let mut stream = a.session.open().await.unwrap();
    let data = pattern(200_000);
    stream.write_all(&data).await.unwrap();
    a.session.close();
    assert!(a.session.open().await.is_err() && stream.write(b"x").await.is_err());
    let mut other = b.incoming.accept().await.unwrap();
    let mut got = Vec::new();
    let end = within(other.read_to_end(&mut got)).await;
    assert!(got == data && end.is_err());
    assert!(matches!(within(a.driver).await.unwrap(), Error::Closed));
}

#[tokio::test]
async fn close_does_not_wait_for_a_peer_that_reads_nothing() {
    let (socket, _peer) = tokio::io::duplex(100);
    let (session, _incoming, driver) = connect(socket, Mode::Server, Config::default());
    let driver = tokio::spawn(driver);
    let mut stream = session.open().await.unwrap();
    stream.write_all(&pattern(10_000)).await.unwrap();
    session.close();
    assert!(matches!(within(driver).await.unwrap(), Error::Closed));
}

#[tokio::test]
async fn replies_that_came_before_the_connection_broke_are_read() {
    let (socket, mut peer) = UnixStream::pair().unwrap();
    let a = side(socket, Mode::Server);
    let mut stream = a.session.open().await.unwrap();
    let reply = [&frame::Header::data(2, 0, 5).bytes()[..], b"reply"].concat();
    peer.write_all(&reply).await.unwrap();
    drop(peer);
    // The driver has not run since: this write finds the socket closed before the reply was read.
    let _ = stream.write(b"request").await;
    let mut got = [0; 5];
    within(stream.read_exact(&mut got)).await.unwrap();
    assert_eq!(&got, b"reply");
    assert!(matches!(within(a.driver).await.unwrap(), Error::Lost));
}

#[tokio::test]
async fn a_connection_cut_inside_a_frame_is_not_a_clean_end() {
    let (socket, mut peer) = tokio::io::duplex(100);
    let (_session, _incoming, driver) = connect(socket, Mode::Server, Config::default());
    let driver = tokio::spawn(driver);
    peer.write_all(&[0, 1, 0]).await.unwrap();
    drop(peer);
    let reason = within(driver).await.unwrap();
    assert_eq!(reason.to_string(), "the connection failed: unexpected end of file");
}

#[tokio::test]
async fn a_peer_that_speaks_something_else_gets_a_go_away() {
    let (socket, mut peer) = tokio::io::duplex(100);
    let (_session, _incoming, driver) = connect(socket, Mode::Server, Config::default());
    let driver = tokio::spawn(driver);
    peer.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
    let mut answer = Vec::new();
    within(peer.read_to_end(&mut answer)).await.unwrap();
    assert_eq!(answer, [0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
    let reason = driver.await.unwrap();
    assert_eq!(reason.to_string(), "the peer broke the protocol: frame version 71 instead of 0");
}

#[tokio::test(start_paused = true)]
async fn a_silent_peer_ends_the_session_after_forty_seconds() {
    let (socket, mut peer) = tokio::io::duplex(100);
    let (session, _incoming, driver) = connect(socket, Mode::Server, Config::default());
    let start = tokio::time::Instant::now();
    let reason = driver.await;
    assert_eq!(reason.to_string(), "the peer did not answer a ping within 10s");
    assert_eq!(start.elapsed().as_secs(), 40);
    assert!(matches!(session.closed().await, Error::Silent(_)));
    let mut ping = [0; 12];
    peer.read_exact(&mut ping).await.unwrap();
    assert_eq!(ping, [0, 2, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1]);
}

#[tokio::test(start_paused = true)]
async fn two_sides_that_answer_each_other_stay_connected() {
    let (a, b) = tokio::io::duplex(100);
    let (session, _incoming, driver) = connect(a, Mode::Client, Config::default());
    tokio::spawn(driver);
    let (_session, _incoming, driver) = connect(b, Mode::Server, Config::default());
    tokio::spawn(driver);
    tokio::time::sleep(Duration::from_secs(3600)).await;
    assert!(session.ended().is_none());
}

#[tokio::test]
async fn a_dropped_stream_ends_for_the_peer_and_a_reset_one_fails() {
    let (a, mut b) = pair();
    drop(a.session.open().await.unwrap());
    let mut stream = b.incoming.accept().await.unwrap();
    assert_eq!(within(stream.read(&mut [0])).await.unwrap(), 0);
    a.session.open().await.unwrap().reset();
    let mut stream = b.incoming.accept().await.unwrap();
    let error = within(stream.read(&mut [0])).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
}

#[tokio::test]
async fn a_dropped_writing_half_ends_our_half_only() {
    let (a, mut b) = pair();
    let (mut read, write) = a.session.open().await.unwrap().into_split();
    drop(write);
    let mut stream = b.incoming.accept().await.unwrap();
    assert_eq!(within(stream.read(&mut [0])).await.unwrap(), 0);
    stream.write_all(b"answer").await.unwrap();
    drop(stream);
    let mut got = Vec::new();
    within(read.read_to_end(&mut got)).await.unwrap();
    assert_eq!(got, b"answer");
}

#[tokio::test]
async fn without_incoming_the_peers_streams_are_refused() {
    let (a, b) = pair();
    drop(b.incoming);
    let mut stream = a.session.open().await.unwrap();
    assert!(within(stream.read(&mut [0])).await.is_err());
    b.session.open().await.unwrap();
}

#[tokio::test]
async fn writing_after_shutdown_is_a_broken_pipe() {
    let (a, _b) = pair();
    let mut stream = a.session.open().await.unwrap();
    stream.shutdown().await.unwrap();
    stream.shutdown().await.unwrap();
    assert_eq!(stream.write(b"x").await.unwrap_err().kind(), ErrorKind::BrokenPipe);
}

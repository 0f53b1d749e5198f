//! Both sides of a connection against each other, call by call.

use std::convert::Infallible;
use std::future::{pending, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body::{Body as _, Frame};
use http_body_util::Full;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use tokio::time::{Instant, sleep, timeout};
use tonic::body::Body;
use tonic::{Code, Status};
use tower_service::Service;

use super::call::{Call, Serving};
use super::connection::Connection;
use super::limits::{PING_AFTER, PING_WAIT, STREAM_WINDOW};
use super::routes::Routes;
use super::{Channel, Services, drive, framed};

/// The calling side of a connection whose other end has one service.
async fn served(service: impl Fn(Call) -> Serving + Send + Sync + 'static) -> Channel {
    let (ours, theirs) = tokio::io::duplex(1 << 16);
    let routes = Arc::new(Routes::new(Services::new().serving("test.Service", service)));
    tokio::spawn(drive::serve(Connection::new(theirs), routes, pending()));
    Channel::over(Connection::new(ours)).await.unwrap()
}

async fn ask(channel: &Channel, path: &str, body: Body) -> Result<Response<Body>, Status> {
    let request = Request::post(format!("http://localhost{path}")).body(body).unwrap();
    channel.clone().call(request).await
}

fn message(text: &str) -> Body {
    let text = text.to_owned();
    let mut framed = framed(&text);
    framed[4] = u8::try_from(framed.len() - 5).unwrap();
    Body::new(Full::from(framed))
}

/// All data of a body, and the status behind it.
async fn whole(mut body: Body) -> Result<(Vec<u8>, Option<String>), Status> {
    let (mut data, mut status) = (Vec::new(), None);
    while let Some(frame) = poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {
        match frame?.into_data() {
            Ok(piece) => data.extend_from_slice(&piece),
            Err(frame) => {
                let trailers = frame.into_trailers().unwrap();
                status = trailers.get("grpc-status").map(|status| status.to_str().unwrap().to_owned());
            }
        }
    }
    Ok((data, status))
}

/// A body without an end that counts its bytes, and is counted itself.
struct Endless(Arc<AtomicUsize>, #[expect(dead_code, reason = "counts")] Arc<()>);

impl http_body::Body for Endless {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let piece = Bytes::from_static(&[7; 1 << 14]);
        self.0.fetch_add(piece.len(), Ordering::Relaxed);
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }
}

async fn only(alive: &Arc<()>) {
    let gone = async {
        while Arc::strong_count(alive) > 1 {
            sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(Duration::from_secs(10), gone).await.unwrap();
}

#[tokio::test]
async fn a_message_is_answered_by_a_message_and_a_status() {
    let channel = served(|call| {
        assert_eq!(call.path(), "/test.Service/Method");
        Box::pin(async {
            let (message, respond) = call.message().await;
            assert_eq!(message.unwrap(), "\n\x05words");
            respond.message(framed(&"an answer".to_owned()));
        })
    })
    .await;
    let answer = ask(&channel, "/test.Service/Method", message("words")).await.unwrap();
    assert_eq!(answer.headers()["content-type"], "application/grpc");
    let (data, status) = whole(answer.into_body()).await.unwrap();
    assert_eq!(data, b"\0\0\0\0\x0b\n\x09an answer");
    assert_eq!(status.as_deref(), Some("0"));
}

#[tokio::test]
async fn what_cannot_be_answered_has_a_status() {
    let channel = served(|call| {
        Box::pin(async {
            let (message, respond) = call.message().await;
            respond.fail(&message.err().unwrap_or_else(|| Status::not_found("no such thing")));
        })
    })
    .await;
    for (path, body, code, text) in [
        ("/test.Service/Method", message("words"), Code::NotFound, "no such thing"),
        ("/test.Service/Method", Body::new(Full::from("\0\0\0\0\x07half")), Code::Internal, "broke off"),
        ("/test.Service/Method", Body::empty(), Code::Internal, "broke off"),
        ("/test.Other/Method", message("words"), Code::Unimplemented, "unknown service test.Other"),
        ("/", message("words"), Code::Unimplemented, "unknown service"),
    ] {
        let answer = ask(&channel, path, body).await.unwrap();
        let status = Status::from_header_map(answer.headers()).unwrap();
        assert_eq!(status.code(), code, "{path}");
        assert!(status.message().contains(text), "{path}: {status}");
        assert!(whole(answer.into_body()).await.unwrap().0.is_empty());
    }
}

#[tokio::test]
async fn an_answer_larger_than_all_windows_arrives() {
    let channel = served(|call| {
        Box::pin(async {
            let (_, respond) = call.message().await;
            respond.message(framed(&"x".repeat(40 << 20)));
        })
    })
    .await;
    let answer = ask(&channel, "/test.Service/Method", message("")).await.unwrap();
    sleep(Duration::from_millis(50)).await;
    let (data, status) = whole(answer.into_body()).await.unwrap();
    assert_eq!(data.iter().filter(|byte| **byte == b'x').count(), 40 << 20);
    assert_eq!(status.as_deref(), Some("0"));
}

#[tokio::test]
async fn a_call_that_is_dropped_unanswered_fails() {
    let channel = served(|call| {
        Box::pin(async move {
            let _unanswered = call.message().await;
        })
    })
    .await;
    let status = ask(&channel, "/test.Service/Method", message("words")).await.err().unwrap();
    assert_eq!(status.code(), Code::Cancelled, "{status}");
    assert!(!channel.is_closed());
}

#[tokio::test]
async fn a_call_that_is_given_up_ends_its_service() {
    let alive = Arc::new(());
    let kept = alive.clone();
    let channel = served(move |call| {
        let kept = kept.clone();
        Box::pin(call.answered_by(|request| async move {
            let _kept = (request, kept);
            pending().await
        }))
    })
    .await;
    let begun = ask(&channel, "/test.Service/Method", message("words"));
    assert!(timeout(Duration::from_millis(100), begun).await.is_err());
    // One is the service's own.
    let all = async {
        while Arc::strong_count(&alive) > 2 {
            sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(Duration::from_secs(10), all).await.unwrap();
}

#[tokio::test]
async fn a_request_goes_no_further_than_it_is_read_and_ends_with_its_call() {
    let channel = served(|call| {
        Box::pin(call.answered_by(|request| async move {
            let mut answer = Response::new(Body::new(Full::from("early")));
            if request.uri().path().ends_with("Wait") {
                sleep(Duration::from_secs(60)).await;
            }
            // As long as the answer is there the request is, too.
            answer.extensions_mut().insert(Arc::new(std::sync::Mutex::new(request)));
            answer
        }))
    })
    .await;
    let (sent, alive) = (Arc::new(AtomicUsize::new(0)), Arc::new(()));
    let endless = || Body::new(Endless(sent.clone(), alive.clone()));
    let begun = ask(&channel, "/test.Service/Wait", endless());
    assert!(timeout(Duration::from_millis(200), begun).await.is_err());
    let count = sent.load(Ordering::Relaxed);
    assert!((STREAM_WINDOW as usize..=STREAM_WINDOW as usize + (1 << 16)).contains(&count), "{count}");
    only(&alive).await;
    // An answer that is there before the request has ended is read, and the request goes with it.
    let answer = ask(&channel, "/test.Service/Early", endless()).await.unwrap();
    assert_eq!(whole(answer.into_body()).await.unwrap().0, b"early");
    only(&alive).await;
}

/// The other end of a channel: a server that has greeted.
async fn greeted() -> (Channel, DuplexStream) {
    let (ours, mut theirs) = tokio::io::duplex(1 << 16);
    let channel = Channel::over(Connection::new(ours)).await.unwrap();
    theirs.write_all(b"\0\0\0\x04\0\0\0\0\0").await.unwrap();
    (channel, theirs)
}

/// Whether a ping, which is no answer to one, is among what comes within a time.
async fn pinged(theirs: &mut DuplexStream, within: Duration) -> bool {
    let mut said = Vec::new();
    let hear = async {
        loop {
            let mut piece = [0; 1024];
            let count = theirs.read(&mut piece).await.unwrap();
            said.extend_from_slice(&piece[..count]);
        }
    };
    assert!(timeout(within, hear).await.is_err());
    said.windows(9).any(|bytes| bytes == [0, 0, 8, 6, 0, 0, 0, 0, 0])
}

#[tokio::test(start_paused = true)]
async fn a_server_of_whom_nothing_is_asked_is_not_pinged() {
    let (channel, mut theirs) = greeted().await;
    assert!(!pinged(&mut theirs, Duration::from_secs(600)).await);
    assert!(!channel.is_closed());
}

#[tokio::test(start_paused = true)]
async fn a_server_that_answers_neither_call_nor_ping_is_given_up() {
    let (channel, mut theirs) = greeted().await;
    let begin = Instant::now();
    let asking = channel.clone();
    let asked = tokio::spawn(async move { ask(&asking, "/test.Service/Method", message("words")).await });
    assert!(pinged(&mut theirs, PING_AFTER + Duration::from_secs(1)).await);
    let failed = asked.await.unwrap().err().unwrap();
    let took = begin.elapsed();
    assert!(
        took >= PING_AFTER + PING_WAIT && took < PING_AFTER + PING_WAIT + Duration::from_secs(2),
        "{took:?}"
    );
    assert!(channel.is_closed(), "{failed}");
    assert!(ask(&channel, "/test.Service/Method", message("words")).await.is_err());
}

#[tokio::test]
async fn a_server_that_hangs_up_fails_the_calls_and_closes_the_channel() {
    let (channel, theirs) = greeted().await;
    let asking = channel.clone();
    let asked = tokio::spawn(async move {
        let failed = ask(&asking, "/test.Service/Method", message("words")).await.err().unwrap();
        (failed, asking.is_closed())
    });
    sleep(Duration::from_millis(50)).await;
    drop(theirs);
    let (failed, closed) = asked.await.unwrap();
    assert_eq!((failed.code(), closed), (Code::Unavailable, true), "{failed}");
}

//! Connections that the plugin takes over, and answers that must arrive while they are made.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{WebSocketStream, client_async};

use crate::driver::{Host, SOON, Server, each, soon};

/// Runs a test's client against a server of its own.
fn run<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    runtime.block_on(async { tokio::time::timeout(2 * SOON, future).await.expect("the test hangs") })
}

fn address(host: &mut Host) -> String {
    host.ask(json!({ "op": "serve" }))["address"].as_str().unwrap().to_owned()
}

async fn websocket(address: &str) -> WebSocketStream<TcpStream> {
    let stream = TcpStream::connect(address).await.unwrap();
    let url = format!("ws://{address}/plugins/com.example.probe/websocket");
    client_async(url, stream).await.unwrap().0
}

/// Sends a request for another protocol, with `extra` in the same breath, and reads the head of the answer.
async fn switch(address: &str, path: &str, extra: &[u8]) -> (String, BufReader<TcpStream>) {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let head = format!(
        "GET /plugins/com.example.probe{path} HTTP/1.1\r\nHost: {address}\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n"
    );
    stream.write_all(&[head.as_bytes(), extra].concat()).await.unwrap();
    let mut stream = BufReader::new(stream);
    let mut answer = String::new();
    while !answer.ends_with("\r\n\r\n") && stream.read_line(&mut answer).await.unwrap() > 0 {}
    (answer, stream)
}

#[track_caller]
fn ends(host: &mut Host, how: &str) {
    let mut state = Value::Null;
    let came = soon(|| {
        state = host.json("/state");
        state["ended"].as_array().unwrap().iter().any(|end| end.as_str().unwrap().contains(how))
    });
    assert!(came, "no {how:?} in {state}");
}

#[test]
fn a_websocket_echoes_large_messages_both_ways() {
    each(|server| {
        let mut host = server.activate(json!({}));
        let address = address(&mut host);
        run(async {
            let mut socket = websocket(&address).await;
            socket.send(Message::text("hello")).await.unwrap();
            assert_eq!(socket.next().await.unwrap().unwrap(), Message::text("hello"));
            let (mut sink, mut stream) = socket.split();
            let large: Vec<u8> = (0..1 << 20).map(|i| (i % 251) as u8).collect();
            let sent = large.clone();
            let sending = tokio::spawn(async move {
                for _ in 0..8 {
                    sink.send(Message::binary(sent.clone())).await.unwrap();
                }
                sink
            });
            for _ in 0..8 {
                assert_eq!(stream.next().await.unwrap().unwrap().into_data(), large);
            }
            let mut socket = sending.await.unwrap().reunite(stream).unwrap();
            socket.close(None).await.unwrap();
            while let Some(Ok(_)) = socket.next().await {}
        });
        ends(&mut host, "websocket: closed");
        // The hook's call ended with the answer, and the server goes on.
        assert_eq!(host.get("/")["body"], "Hello, world!");
        host.stop();
    });
}

#[test]
fn many_websockets_are_open_beside_each_other() {
    each(|server| {
        let mut host = server.activate(json!({}));
        let address = address(&mut host);
        run(async {
            let mut sockets = Vec::new();
            for _ in 0..50 {
                sockets.push(websocket(&address).await);
            }
            for (i, socket) in sockets.iter_mut().enumerate() {
                socket.send(Message::text(i.to_string())).await.unwrap();
            }
            for (i, socket) in sockets.iter_mut().enumerate() {
                assert_eq!(socket.next().await.unwrap().unwrap(), Message::text(i.to_string()));
            }
        });
        host.stop();
    });
}

#[test]
fn bytes_that_came_with_the_request_are_not_lost() {
    each(|server| {
        let mut host = server.activate(json!({}));
        let address = address(&mut host);
        // Less than the server reads ahead, as much, and more.
        for length in [5, 3000, 4096, 20_000, 1 << 20] {
            let early: Vec<u8> = (0..length).map(|i| (i % 251) as u8).collect();
            run(async {
                let (head, stream) = switch(&address, "/switch?ms=50", &early).await;
                assert!(head.starts_with("HTTP/1.1 101 Switching Protocols\r\n"), "{head}");
                assert!(head.contains("\r\nUpgrade: echo\r\n"), "{head}");
                let (mut read, mut write) = tokio::io::split(stream);
                let late = tokio::spawn(async move {
                    write.write_all(b"and later").await.unwrap();
                    write.shutdown().await.unwrap();
                });
                let mut all = Vec::new();
                read.read_to_end(&mut all).await.unwrap();
                late.await.unwrap();
                assert_eq!(all.len(), length + 9);
                assert!(all.starts_with(&early) && all.ends_with(b"and later"));
            });
            ends(&mut host, &format!("switch: {}", length + 9));
        }
        host.stop();
    });
}

#[test]
fn a_client_that_goes_away_ends_the_connection() {
    each(|server| {
        let mut host = server.activate(json!({}));
        let address = address(&mut host);
        run(async {
            let mut socket = websocket(&address).await;
            socket.send(Message::text("hello")).await.unwrap();
            socket.next().await.unwrap().unwrap();
        });
        ends(&mut host, "websocket: ");
        host.stop();
    });
}

#[test]
fn connections_end_with_the_plugin() {
    each(|server| {
        let mut host = server.activate(json!({}));
        let address = address(&mut host);
        run(async {
            let mut socket = websocket(&address).await;
            socket.send(Message::text("hello")).await.unwrap();
            socket.next().await.unwrap().unwrap();
            host.stop();
            // The server itself would have left it open.
            while let Some(Ok(_)) = socket.next().await {}
        });
    });
}

#[test]
fn a_connection_can_be_taken_before_the_answer() {
    each(|server| {
        let mut host = server.activate(json!({}));
        let address = address(&mut host);
        run(async {
            let (head, mut stream) = switch(&address, "/hijack", b"").await;
            assert!(head.starts_with("HTTP/1.1 418 I'm a teapot\r\n"), "{head}");
            let mut body = String::new();
            stream.read_to_string(&mut body).await.unwrap();
            assert_eq!(body, "short");
        });
        host.stop();
    });
}

#[test]
fn a_server_that_cannot_give_the_connection_away_answers_501() {
    each(|server| {
        let mut host = server.activate(json!({}));
        // Without a network behind it there is nothing to give.
        let answer = host.get("/switch");
        assert_eq!(answer["status"], 501, "{answer}");
        ends(&mut host, "no upgrade: the server refuses");
        let answer = host.get("/hijack");
        assert_eq!(answer["status"], 409, "{answer}");
        assert!(answer["body"].as_str().unwrap().contains("the server refuses"), "{answer}");
        host.stop();
    });
}

#[test]
fn events_arrive_one_by_one() {
    each(|server| {
        let mut host = server.activate(json!({}));
        let address = address(&mut host);
        if server == Server::Old {
            // It keeps its own pace: 4 KiB or the end.
            assert_eq!(host.get("/stream?n=3&size=10&ms=20")["body_len"], 30);
            return;
        }
        run(async {
            for n in [0, 5] {
                // Nothing more comes, and the end never.
                let (head, mut stream) = switch(&address, &format!("/events?n={n}&ms=30"), b"").await;
                assert!(head.contains("text/event-stream"), "{head}");
                let mut text = String::new();
                while !text.contains(&format!("data: {}", n - 1)) && n > 0 {
                    assert!(stream.read_line(&mut text).await.unwrap() > 0, "{text}");
                }
            }
        });
        host.stop();
    });
}

#[test]
fn an_answer_that_breaks_off_is_not_taken_for_a_whole_one() {
    each(|server| {
        let mut host = server.activate(json!({}));
        let address = address(&mut host);
        for path in ["/error-late", "/panic-late"] {
            let text = run(async {
                let (head, mut stream) = switch(&address, path, b"").await;
                assert!(head.contains("Transfer-Encoding: chunked"), "{head}");
                let mut rest = Vec::new();
                let read = tokio::time::timeout(Duration::from_secs(20), stream.read_to_end(&mut rest)).await;
                read.expect("the connection stays open").unwrap();
                rest
            });
            assert!(text.len() > 300 << 10, "{} bytes", text.len());
            assert!(!text.ends_with(b"0\r\n\r\n"), "{path} looks whole");
        }
        assert_eq!(host.log("ServeHTTP panicked: after the first byte")["level"], "error");
        host.stop();
    });
}

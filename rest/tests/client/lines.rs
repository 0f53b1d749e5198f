//! Connections that stay open: used again, and not trusted once the server has left them.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use mmplugin_rest::Client;

/// A server that answers `requests` requests a connection and then leaves it without a word, as servers do with idle ones.
struct Leaving {
    url: String,
    connections: Arc<AtomicUsize>,
}

impl Leaving {
    fn start(requests: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let connections = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&connections);
        thread::spawn(move || {
            for socket in listener.incoming().map_while(Result::ok) {
                count.fetch_add(1, Ordering::SeqCst);
                thread::spawn(move || drop((0..requests).try_for_each(|_| answer(&socket))));
            }
        });
        Self { url, connections }
    }
}

/// Reads one request with its body and says OK.
fn answer(mut socket: &TcpStream) -> std::io::Result<()> {
    let mut request = Vec::new();
    let mut byte = [0];
    while !request.ends_with(b"\r\n\r\n") {
        socket.read_exact(&mut byte)?;
        request.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&request).to_ascii_lowercase();
    assert!(!head.contains("transfer-encoding"), "lengths are known: {head}");
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
    socket.read_exact(&mut vec![0; length.unwrap_or(0)])?;
    socket.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n{\"status\":\"OK\"}")
}

#[test]
fn requests_that_follow_each_other_share_a_connection() {
    let server = Leaving::start(usize::MAX);
    let client = Client::new(&server.url).expect("a client");
    let clone = client.clone();
    for _ in 0..3 {
        client.get_ping().expect("there");
        clone.enable_plugin("a.b").expect("done");
    }
    assert_eq!(server.connections.load(Ordering::SeqCst), 1);
}

#[test]
fn an_order_does_not_go_into_a_connection_that_the_server_has_left() {
    let server = Leaving::start(1);
    let client = Client::new(&server.url).expect("a client");
    for n in 1..=3 {
        client.enable_plugin("a.b").expect("done, although orders are not repeated");
        assert_eq!(server.connections.load(Ordering::SeqCst), n);
        // Time for the end of the connection to arrive.
        thread::sleep(Duration::from_millis(100));
    }
}

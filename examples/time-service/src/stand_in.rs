//! A web server on this machine in place of any other, and requests to the one under test.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// Plays the time service, or the server's side of a webhook, and keeps what it was asked.
#[derive(Debug)]
pub struct StandIn {
    url: String,
    requests: Arc<Mutex<Vec<Received>>>,
}

/// A request as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// As `POST`.
    pub method: String,
    /// With the query.
    pub path: String,
    /// The value of `Content-Type`, or nothing.
    pub content_type: String,
    /// The body as text.
    pub body: String,
}

impl StandIn {
    /// Gives everybody the same answer.
    pub fn answering(status: u16, body: &'static str) -> Self {
        Self::new(move |_| (status, body.to_owned()))
    }

    /// Answers each request with a status and a body.
    ///
    /// # Panics
    /// When this machine gives no port: a test cannot go on without.
    pub fn new(answer: impl Fn(&Received) -> (u16, String) + Send + 'static) -> Self {
        Self::reached_as("127.0.0.1", "127.0.0.1", answer)
    }

    /// Listens at an address of this machine, for somebody who knows the machine as `host`.
    ///
    /// # Panics
    /// As [`StandIn::new`].
    pub fn reached_as(
        host: &str,
        address: &str,
        answer: impl Fn(&Received) -> (u16, String) + Send + 'static,
    ) -> Self {
        let listener = TcpListener::bind((address, 0)).expect("a free port");
        let url = format!("http://{host}:{}", listener.local_addr().expect("an address").port());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let kept = requests.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let Ok(request) = read(&stream) else { continue };
                let (status, body) = answer(&request);
                kept.lock().unwrap_or_else(PoisonError::into_inner).push(request);
                let _ = respond(&stream, status, &body);
            }
        });
        Self { url, requests }
    }

    /// Its address, without a slash at the end.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// What it was asked so far.
    pub fn requests(&self) -> Vec<Received> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn read(stream: &TcpStream) -> io::Result<Received> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let mut words = line.split_whitespace();
    let (method, path) = (words.next().unwrap_or_default().into(), words.next().unwrap_or_default().into());
    let (mut length, mut content_type) = (0, String::new());
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim().split_once(':') else { break };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.trim().parse().unwrap_or(0),
            "content-type" => content_type = value.trim().to_owned(),
            _ => {}
        }
    }
    let mut body = Vec::new();
    reader.take(length).read_to_end(&mut body)?;
    Ok(Received { method, path, content_type, body: String::from_utf8_lossy(&body).into_owned() })
}

fn respond(mut stream: &TcpStream, status: u16, body: &str) -> io::Result<()> {
    let length = body.len();
    write!(
        stream,
        "HTTP/1.1 {status} Stand-in\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )
}

/// Sends a request over a real socket; gives status and body, whatever the status.
///
/// # Panics
/// When there is no answer: a test cannot go on without.
pub async fn send(
    method: &str,
    url: &str,
    headers: &[(&str, &str)],
    body: impl Into<String>,
) -> (u16, String) {
    let mut request = ureq::http::Request::builder().method(method).uri(url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(body.into()).expect("a request");
    let blocking = move || {
        let agent: ureq::Agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .allow_non_standard_methods(true)
            .build()
            .into();
        let mut answer = agent.run(request).expect("an answer");
        let body = answer.body_mut().read_to_vec().expect("a body");
        (answer.status().as_u16(), String::from_utf8_lossy(&body).into_owned())
    };
    tokio::task::spawn_blocking(blocking).await.expect("an answer")
}

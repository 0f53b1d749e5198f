//! A time service on this machine; it lives as long as the process.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

/// What it says of Asia/Tokyo.
pub const TOKYO: &str = "2026-01-01T09:00:00.123456+09:00";

const ZONES: &str = r#"["America/New_York","Asia/Seoul","Asia/Tokyo","Europe/Berlin","Europe/Bern"]"#;

/// Starts a service that knows five zones; returns its base.
pub fn stand_in() -> String {
    serve(|path| match path {
        "/api/timezone" => ("200 OK", ZONES.to_owned()),
        "/api/timezone/Asia/Tokyo" => ("200 OK", datetime(TOKYO)),
        "/api/timezone/Europe/Berlin" => ("200 OK", datetime("2026-01-01T01:00:00+01:00")),
        _ => ("404 Not Found", r#"{"error":"unknown location"}"#.to_owned()),
    })
}

/// Starts a service that gives every caller the same answer; returns its base.
pub fn answering(status: &'static str, body: &'static str) -> String {
    serve(move |_| (status, body.to_owned()))
}

fn datetime(value: &str) -> String {
    format!(r#"{{"datetime":"{value}","day_of_week":4}}"#)
}

fn serve(answer: impl Fn(&str) -> (&'static str, String) + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port of this machine");
    let base = format!("http://{}/api/timezone", listener.local_addr().expect("its address"));
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            // A client that is gone is no concern of the next one.
            let _ = exchange(stream, &answer);
        }
    });
    base
}

fn exchange(mut stream: TcpStream, answer: impl Fn(&str) -> (&'static str, String)) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    let request = lines.next().transpose()?.unwrap_or_default();
    lines.map_while(Result::ok).take_while(|line| !line.is_empty()).for_each(drop);
    let (status, body) = answer(request.split(' ').nth(1).unwrap_or_default());
    let length = body.len();
    write!(stream, "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}")
}

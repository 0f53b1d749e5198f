//! Asks the time service what time it is.

use std::time::Duration;

use serde::Deserialize;

/// The hook holds up whoever posts, so the whole exchange ends within this time.
const TIME_OUT: Duration = Duration::from_secs(2);

/// Longest answer read; the service's own has a few hundred bytes.
const MAX_ANSWER: u64 = 64 << 10;

/// What we need of the service's answer.
#[derive(Deserialize)]
struct Answer {
    datetime: String,
}

/// A client of the time service; clones share its connections.
#[derive(Clone)]
pub(crate) struct TimeService {
    agent: ureq::Agent,
}

impl TimeService {
    pub(crate) fn new() -> Self {
        Self { agent: ureq::Agent::config_builder().timeout_global(Some(TIME_OUT)).build().into() }
    }

    /// The field `datetime` of what `url` answers, for example `2026-01-01T09:00:00.123456+09:00`.
    ///
    /// # Errors
    /// When the service cannot be reached, is too slow, or answers something else.
    pub(crate) async fn datetime(&self, url: &str) -> Result<String, ureq::Error> {
        let (agent, url) = (self.agent.clone(), url.to_owned());
        let blocking = move || {
            let mut response = agent.get(&url).call()?;
            let answer: Answer = response.body_mut().with_config().limit(MAX_ANSWER).read_json()?;
            Ok(answer.datetime)
        };
        tokio::task::spawn_blocking(blocking).await.map_err(|error| ureq::Error::Io(error.into()))?
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::io::{BufRead, BufReader, Read, Write};
    use std::net::TcpListener;
    use std::thread;
    use std::time::Instant;

    use super::*;

    /// A time service on this machine that gives every caller the same answer; returns its address.
    pub(crate) fn service(status: &'static str, body: &'static str) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/api/timezone/Asia/Tokyo", listener.local_addr().unwrap());
        thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let lines = BufReader::new(stream.try_clone().unwrap()).lines();
                lines.map_while(Result::ok).take_while(|line| !line.is_empty()).for_each(drop);
                let length = body.len();
                let _ = write!(
                    stream,
                    "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
                );
            }
        });
        url
    }

    #[tokio::test]
    async fn reads_the_datetime_and_ignores_the_rest() {
        let url = service("200 OK", r#"{"datetime":"2026-01-01T09:00:00+09:00","day_of_week":4}"#);
        assert_eq!(TimeService::new().datetime(&url).await.unwrap(), "2026-01-01T09:00:00+09:00");
    }

    #[tokio::test]
    async fn other_answers_are_errors() {
        for (status, body) in [
            ("503 Service Unavailable", ""),
            ("200 OK", "<html>"),
            ("200 OK", r#"{"error":"unknown location"}"#),
        ] {
            let url = service(status, body);
            assert!(TimeService::new().datetime(&url).await.is_err(), "{status} {body}");
        }
    }

    #[tokio::test]
    async fn a_service_that_never_answers_costs_two_seconds() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let start = Instant::now();
        assert!(TimeService::new().datetime(&url).await.is_err());
        assert!(start.elapsed() < Duration::from_millis(2500), "{:?}", start.elapsed());
    }

    #[tokio::test]
    async fn https_needs_nothing_of_the_machine() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("https://{}/", listener.local_addr().unwrap());
        let server = thread::spawn(move || {
            let mut first = [0; 3];
            listener.accept().unwrap().0.read_exact(&mut first).unwrap();
            first
        });
        let error = TimeService::new().datetime(&url).await.unwrap_err();
        assert_eq!(server.join().unwrap(), [0x16, 3, 1], "a TLS handshake begins; {error}");
    }
}

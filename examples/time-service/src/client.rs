//! Asks the time service what time it is.

use std::time::Duration;

use serde::Deserialize;

use crate::{UnknownZone, Zone};

/// The service's zones; the name of one is appended.
pub const DEFAULT_URL: &str = "https://worldtimeapi.org/api/timezone";

/// Somebody waits for the answer, so the whole exchange ends within this time.
const TIME_OUT: Duration = Duration::from_secs(2);

/// Longest answer read; the service's own has a few hundred bytes.
const MAX_ANSWER: u64 = 64 << 10;

/// What we need of the service's answer.
#[derive(Deserialize)]
struct Answer {
    datetime: String,
}

/// A client of the time service; clones share its connections.
#[derive(Debug, Clone)]
pub struct TimeService {
    agent: ureq::Agent,
}

/// Why there is no time to tell; the text is for the person who asked.
#[derive(Debug, thiserror::Error)]
pub enum TimeError {
    /// They asked for a zone that is none.
    #[error(transparent)]
    Zone(#[from] UnknownZone),
    /// It cannot be reached, is too slow, or answers something else.
    #[error("The time service does not answer: {0}")]
    Service(#[from] ureq::Error),
}

impl Default for TimeService {
    fn default() -> Self {
        Self::new()
    }
}

impl TimeService {
    /// A client with a time-out of two seconds.
    pub fn new() -> Self {
        Self { agent: ureq::Agent::config_builder().timeout_global(Some(TIME_OUT)).build().into() }
    }

    /// The field `datetime` of what `url` answers, for example `2026-01-01T09:00:00.123456+09:00`.
    ///
    /// # Errors
    /// When the service cannot be reached, is too slow, or answers something else.
    pub async fn datetime(&self, url: &str) -> Result<String, ureq::Error> {
        let (agent, url) = (self.agent.clone(), url.to_owned());
        let blocking = move || {
            let mut response = agent.get(&url).call()?;
            let answer: Answer = response.body_mut().with_config().limit(MAX_ANSWER).read_json()?;
            Ok(answer.datetime)
        };
        tokio::task::spawn_blocking(blocking).await.map_err(|error| ureq::Error::Io(error.into()))?
    }

    /// A sentence with the time in the zone that somebody typed, for which the service at `url` is asked.
    ///
    /// # Errors
    /// [`TimeError`], a sentence, too.
    pub async fn tell(&self, url: &str, zone: &str) -> Result<String, TimeError> {
        let zone: Zone = zone.parse()?;
        let time = self.datetime(&format!("{}/{zone}", url.trim_end_matches('/'))).await?;
        Ok(format!("It is {time} in {zone}."))
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;
    use std::net::TcpListener;
    use std::thread;
    use std::time::Instant;

    use super::*;
    use crate::stand_in::StandIn;

    #[tokio::test]
    async fn reads_the_datetime_and_ignores_the_rest() {
        let service = StandIn::answering(200, r#"{"datetime":"2026-01-01T09:00:00+09:00","day_of_week":4}"#);
        assert_eq!(TimeService::new().datetime(service.url()).await.unwrap(), "2026-01-01T09:00:00+09:00");
    }

    #[tokio::test]
    async fn asks_for_the_zone_that_was_typed() {
        let service = StandIn::answering(200, r#"{"datetime":"now"}"#);
        for (typed, told, path) in [
            ("", "It is now in Asia/Tokyo.", "/Asia/Tokyo"),
            ("europe/berlin", "It is now in Europe/Berlin.", "/Europe/Berlin"),
        ] {
            assert_eq!(TimeService::new().tell(service.url(), typed).await.unwrap(), told);
            assert_eq!(service.requests().last().unwrap().path, path);
        }
        let wrong = TimeService::new().tell(service.url(), "../admin").await.unwrap_err();
        assert!(matches!(wrong, TimeError::Zone(_)), "{wrong}");
        assert_eq!(service.requests().len(), 2, "a wrong name is not sent anywhere");
    }

    #[tokio::test]
    async fn other_answers_are_errors() {
        for (status, body) in [(503, ""), (200, "<html>"), (200, r#"{"error":"unknown location"}"#)] {
            let service = StandIn::answering(status, body);
            assert!(TimeService::new().datetime(service.url()).await.is_err(), "{status} {body}");
        }
        let told = TimeService::new().tell(StandIn::answering(503, "").url(), "").await.unwrap_err();
        assert_eq!(told.to_string(), "The time service does not answer: http status: 503");
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

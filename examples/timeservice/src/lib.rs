//! The current time of a time zone, from a service that speaks as worldtimeapi.org does: what several examples share.
//!
//! `GET BASE` lists the zones as a JSON array, `GET BASE/Asia/Tokyo` answers an object with a field `datetime`.

use std::fmt;
use std::time::Duration;

use serde::Deserialize;
use serde::de::DeserializeOwned;

#[cfg(any(test, feature = "testing"))]
pub mod testing;

/// Where the service lies in real life; a setting in every example.
pub const BASE: &str = "https://worldtimeapi.org/api/timezone";

/// Somebody waits for the answer, so the whole exchange ends within this time.
const TIME_OUT: Duration = Duration::from_secs(2);

/// Longest answer read; the list of all zones has 10 kB.
const MAX_ANSWER: u64 = 64 << 10;

/// Longest name of a zone asked for; the longest there is has 32 letters.
const MAX_ZONE: usize = 64;

/// A client of the time service; clones share its connections.
#[derive(Debug, Clone)]
pub struct TimeService {
    agent: ureq::Agent,
}

/// The time in one zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ZoneTime {
    /// Its name, for example `Asia/Tokyo`.
    pub zone: String,
    /// As the service writes it, for example `2026-01-01T09:00:00.123456+09:00`.
    pub datetime: String,
}

/// Why there is no time to tell; its text is for whoever asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TimeError {
    /// The service does not know the zone, or it cannot be one's name.
    #[error("There is no time zone `{0}`. Names look like `Asia/Tokyo` or `Europe/Berlin`.")]
    UnknownZone(String),
    /// The service was not reached, was too slow, or answered something else.
    #[error("The time service does not answer. Try again later.")]
    Service(String),
}

impl TimeService {
    /// A client with time-outs.
    pub fn new() -> Self {
        Self { agent: ureq::Agent::config_builder().timeout_global(Some(TIME_OUT)).build().into() }
    }

    /// What time it is in a zone.
    ///
    /// # Errors
    /// [`TimeError::UnknownZone`] for what is no zone, [`TimeError::Service`] when the service fails.
    pub async fn time(&self, base: &str, zone: &str) -> Result<ZoneTime, TimeError> {
        #[derive(Deserialize)]
        struct Answer {
            datetime: String,
        }
        if !can_be_a_zone(zone) {
            return Err(TimeError::UnknownZone(zone.chars().take(MAX_ZONE).collect()));
        }
        match self.get::<Answer>(format!("{}/{zone}", base.trim_end_matches('/'))).await {
            Ok(Answer { datetime }) => Ok(ZoneTime { zone: zone.to_owned(), datetime }),
            Err(ureq::Error::StatusCode(404)) => Err(TimeError::UnknownZone(zone.to_owned())),
            Err(error) => Err(TimeError::Service(error.to_string())),
        }
    }

    /// The names of all zones.
    ///
    /// # Errors
    /// [`TimeError::Service`] when the service fails.
    pub async fn zones(&self, base: &str) -> Result<Vec<String>, TimeError> {
        let url = base.trim_end_matches('/').to_owned();
        self.get(url).await.map_err(|error| TimeError::Service(error.to_string()))
    }

    async fn get<T: DeserializeOwned + Send + 'static>(&self, url: String) -> Result<T, ureq::Error> {
        let agent = self.agent.clone();
        let blocking = move || {
            let mut response = agent.get(&url).call()?;
            response.body_mut().with_config().limit(MAX_ANSWER).read_json()
        };
        tokio::task::spawn_blocking(blocking).await.map_err(|error| ureq::Error::Io(error.into()))?
    }
}

impl Default for TimeService {
    fn default() -> Self {
        Self::new()
    }
}

/// `It is 09:00 on 2026-01-01 in Asia/Tokyo.`
impl fmt::Display for ZoneTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.datetime.get(..10), self.datetime.get(11..16)) {
            (Some(day), Some(time)) => write!(f, "It is {time} on {day} in {}.", self.zone),
            _ => write!(f, "It is {} in {}.", self.datetime, self.zone),
        }
    }
}

/// A name becomes a part of an address, so nothing else gets through: no `..`, no `?`, no blanks.
fn can_be_a_zone(name: &str) -> bool {
    let part = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_+-".contains(&byte))
    };
    name.len() <= MAX_ZONE && name.split('/').all(part)
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;
    use std::time::Instant;

    use super::*;
    use crate::testing::{TOKYO, answering, stand_in};

    #[tokio::test]
    async fn tells_the_time_of_a_zone() {
        let time = TimeService::new().time(&stand_in(), "Asia/Tokyo").await.unwrap();
        assert_eq!(time.datetime, TOKYO);
        assert_eq!(time.to_string(), "It is 09:00 on 2026-01-01 in Asia/Tokyo.");
        let odd = ZoneTime { zone: "UTC".into(), datetime: "noon".into() };
        assert_eq!(odd.to_string(), "It is noon in UTC.");
    }

    #[tokio::test]
    async fn what_is_no_zone_is_said_and_not_asked() {
        let (service, base) = (TimeService::new(), stand_in());
        for zone in [
            "Asia/Nowhere",
            "",
            "/",
            "Asia/",
            "../admin",
            "Asia/Tokyo?x=1",
            "Asia Tokyo",
            "Ä",
            &"a".repeat(65),
        ] {
            let error = service.time(&base, zone).await.unwrap_err();
            assert!(
                matches!(&error, TimeError::UnknownZone(said) if zone.starts_with(said)),
                "{zone}: {error:?}"
            );
        }
        for zone in ["UTC", "Etc/GMT+9", "America/Argentina/Buenos_Aires", "America/Port-au-Prince"] {
            assert!(can_be_a_zone(zone), "{zone}");
        }
    }

    #[tokio::test]
    async fn lists_the_zones() {
        let zones = TimeService::new().zones(&format!("{}/", stand_in())).await.unwrap();
        assert!(zones.contains(&"Asia/Tokyo".to_owned()), "{zones:?}");
    }

    #[tokio::test]
    async fn a_service_that_fails_is_an_error_of_the_service() {
        for (status, body) in [("503 Service Unavailable", ""), ("200 OK", "<html>"), ("200 OK", "{}")] {
            let error = TimeService::new().time(&answering(status, body), "UTC").await.unwrap_err();
            assert!(matches!(error, TimeError::Service(_)), "{status} {body}: {error:?}");
        }
    }

    #[tokio::test]
    async fn a_service_that_never_answers_costs_two_seconds() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let start = Instant::now();
        assert!(matches!(TimeService::new().time(&base, "UTC").await, Err(TimeError::Service(_))));
        assert!(start.elapsed() < Duration::from_millis(2900), "{:?}", start.elapsed());
    }
}

//! A clock that a test can set.

use std::time::{Duration, SystemTime};

use tokio::sync::watch;
use tokio::time::{Instant, sleep};

/// The clock of a [`Server`](super::Server), shared by all clones: when posts were made, when keys expire, when delayed
/// answers come.
///
/// It starts with the time of the day and runs; a test can move it or stop it. It knows nothing of the clock that the
/// plugin reads for itself.
///
/// ```
/// use std::time::Duration;
///
/// let clock = mmplugin::testing::Server::new().clock();
/// clock.stop();
/// let before = clock.millis();
/// clock.advance(Duration::from_secs(60));
/// assert_eq!(clock.millis() - before, 60_000);
/// ```
#[derive(Debug, Clone)]
pub struct Clock {
    reading: watch::Sender<Reading>,
}

/// What the clock showed last, and since when it has run.
#[derive(Debug, Clone, Copy)]
struct Reading {
    shown: Duration,
    running_since: Option<Instant>,
}

impl Reading {
    fn now(&self) -> Duration {
        self.shown + self.running_since.map_or(Duration::ZERO, |since| since.elapsed())
    }

    fn show(&mut self, shown: Duration) {
        self.shown = shown;
        self.running_since = self.running_since.map(|_| Instant::now());
    }
}

impl Default for Clock {
    fn default() -> Self {
        let shown = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default();
        Self { reading: watch::Sender::new(Reading { shown, running_since: Some(Instant::now()) }) }
    }
}

impl Clock {
    /// The time.
    pub fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + self.reading.borrow().now()
    }

    /// The time as Mattermost writes it: milliseconds since 1970.
    pub fn millis(&self) -> i64 {
        i64::try_from(self.reading.borrow().now().as_millis()).unwrap_or(i64::MAX)
    }

    /// Moves it on; what falls due by that happens.
    pub fn advance(&self, by: Duration) {
        self.reading.send_modify(|reading| reading.shown += by);
    }

    /// Sets it, in milliseconds since 1970; times before that are 1970.
    pub fn set_millis(&self, millis: i64) {
        let shown = Duration::from_millis(u64::try_from(millis).unwrap_or_default());
        self.reading.send_modify(|reading| reading.show(shown));
    }

    /// Stops it: from now on only [`advance`](Self::advance) and [`set_millis`](Self::set_millis) move it.
    pub fn stop(&self) {
        self.reading.send_modify(|reading| {
            reading.shown = reading.now();
            reading.running_since = None;
        });
    }

    /// Lets it run on after a stop.
    pub fn start(&self) {
        self.reading.send_modify(|reading| {
            reading.shown = reading.now();
            reading.running_since = Some(Instant::now());
        });
    }

    /// Ends when the clock has moved on by `delay`, by itself or by a test.
    pub(super) async fn sleep(&self, delay: Duration) {
        let mut reading = self.reading.subscribe();
        let end = reading.borrow().now() + delay;
        loop {
            let shown = *reading.borrow_and_update();
            let Some(left) = end.checked_sub(shown.now()).filter(|left| !left.is_zero()) else { return };
            match shown.running_since {
                // The sender lives as long as this clock: a change is all that can happen.
                None => drop(reading.changed().await),
                Some(_) => tokio::select! {
                    _ = reading.changed() => {}
                    () = sleep(left) => {}
                },
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn it_runs_stops_and_is_set() {
        let clock = Clock::default();
        let begun = clock.millis();
        sleep(Duration::from_secs(3)).await;
        assert_eq!(clock.millis() - begun, 3000);
        clock.stop();
        sleep(Duration::from_secs(3)).await;
        assert_eq!(clock.millis() - begun, 3000);
        clock.set_millis(1_000_000);
        clock.advance(Duration::from_millis(5));
        assert_eq!(clock.millis(), 1_000_005);
        assert_eq!(clock.now(), SystemTime::UNIX_EPOCH + Duration::from_millis(1_000_005));
        clock.start();
        sleep(Duration::from_millis(10)).await;
        assert_eq!(clock.millis(), 1_000_015);
        clock.set_millis(-1);
        assert_eq!(clock.millis(), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn sleepers_wake_when_it_has_moved_on_however_that_came() {
        let clock = Clock::default();
        let begun = Instant::now();
        clock.sleep(Duration::from_secs(3600)).await;
        assert_eq!(begun.elapsed().as_secs(), 3600);
        clock.stop();
        let sleeper = clock.clone();
        let asleep = tokio::spawn(async move { sleeper.sleep(Duration::from_secs(60)).await });
        sleep(Duration::from_secs(120)).await;
        assert!(!asleep.is_finished());
        clock.advance(Duration::from_secs(59));
        sleep(Duration::from_secs(1)).await;
        assert!(!asleep.is_finished());
        clock.advance(Duration::from_secs(1));
        asleep.await.unwrap();
    }
}

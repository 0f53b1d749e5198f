//! Assertions that say what differs.
//!
//! Each fails at the line of the test that called it.

use std::fmt::Debug;
use std::future::Future;
use std::panic::Location;
use std::time::Duration;

use serde::Serialize;

use crate::model::{Post, UserId};

use super::diff::{Extent, differences, json, listed, without};
use super::{LogLine, Method, Published, Server};

/// So long a plugin may take for what it does by itself.
const PATIENCE: Duration = Duration::from_secs(5);

/// Compares two values and fails with the fields that differ.
///
/// ```
/// use mmplugin::model::Post;
/// use mmplugin::testing::assert_same;
///
/// let post = Post { message: "hi".into(), ..Post::default() };
/// assert_same(&post.clone(), &post);
/// ```
///
/// # Panics
/// When they differ: `message: expected "hi", got "ho"`, a line each.
#[track_caller]
pub fn assert_same<T: Serialize + PartialEq + Debug>(actual: &T, expected: &T) {
    if actual == expected {
        return;
    }
    let mut lines = differences(&json(expected), &json(actual), Extent::Whole);
    if lines.is_empty() {
        // Something that JSON does not have.
        lines = vec![format!("expected {expected:?}"), format!("     got {actual:?}")];
    }
    panic!("the values differ:{}", listed(lines));
}

/// Compares the fields of `expected` that are not their type's default, and fails with those that differ.
///
/// In maps, too, what is not expected may be there.
///
/// ```
/// use mmplugin::model::Post;
/// use mmplugin::testing::assert_has;
///
/// let post = Post { message: "hi".into(), create_at: 1_700_000_000_000, ..Post::default() };
/// assert_has(&post, &Post { message: "hi".into(), ..Post::default() });
/// ```
///
/// # Panics
/// When one of them differs.
#[track_caller]
pub fn assert_has<T: Serialize + Default>(actual: &T, expected: &T) {
    let lines = differences(&set_fields(expected), &json(actual), Extent::Part);
    assert!(lines.is_empty(), "the value is not as expected:{}", listed(lines));
}

fn set_fields<T: Serialize + Default>(value: &T) -> serde_json::Value {
    without(json(value), &json(&T::default()))
}

/// # Assertions
impl Server {
    /// Expects a post of the plugin in which all fields are as here that are not empty here; gives it.
    ///
    /// ```no_run
    /// # let server = mmplugin::testing::Server::new();
    /// use mmplugin::model::Post;
    ///
    /// let post = server.assert_posted(&Post { message: "Hello!".into(), ..Post::default() });
    /// assert!(!post.id.is_empty());
    /// ```
    ///
    /// # Panics
    /// When there is none: with what differs in the one that comes closest.
    #[track_caller]
    pub fn assert_posted(&self, expected: &Post) -> Post {
        let posts = self.posts();
        let found = closest("post of the plugin", &set_fields(expected), &posts, Extent::Part);
        self.or_fail(found.map(|index| posts[index].clone()))
    }

    /// Expects an ephemeral post of the plugin for this user, as [`assert_posted`](Self::assert_posted).
    ///
    /// # Panics
    /// When there is none: with what differs in the one that comes closest.
    #[track_caller]
    pub fn assert_ephemeral(&self, user_id: &UserId, expected: &Post) -> Post {
        let posts: Vec<Post> = self
            .ephemeral_posts()
            .into_iter()
            .filter(|(user, _)| user == user_id)
            .map(|(_, post)| post)
            .collect();
        let what = format!("ephemeral post for {user_id}");
        let found = closest(&what, &set_fields(expected), &posts, Extent::Part);
        self.or_fail(found.map(|index| posts[index].clone()))
    }

    /// Expects a WebSocket event of this name whose payload has at least these fields; gives it.
    ///
    /// ```no_run
    /// # let server = mmplugin::testing::Server::new();
    /// server.assert_published("refreshed", &serde_json::json!({ "count": 3 }));
    /// ```
    ///
    /// # Panics
    /// When there is none: with what differs in the one that comes closest.
    #[track_caller]
    pub fn assert_published(&self, event: &str, payload: &impl Serialize) -> Published {
        let events: Vec<Published> = self.published().into_iter().filter(|one| one.event == event).collect();
        let payloads: Vec<_> = events.iter().map(|one| &one.payload).collect();
        let found = closest(&format!("event {event:?}"), &json(payload), &payloads, Extent::Part);
        self.or_fail(found.map(|index| events[index].clone()))
    }

    /// Expects a call of an API method with exactly these arguments.
    ///
    /// ```no_run
    /// # let server = mmplugin::testing::Server::new();
    /// use mmplugin::testing::calls::KvDelete;
    ///
    /// server.assert_called(&KvDelete { key: "draft".into() });
    /// ```
    ///
    /// # Panics
    /// When there was none: with what differs in the one that comes closest.
    #[track_caller]
    pub fn assert_called<M: Method>(&self, expected: &M) {
        let calls = self.calls_of::<M>();
        let found = match calls.contains(expected) {
            true => Ok(()),
            false => {
                closest(&format!("call of {}", M::NAME), &json(expected), &calls, Extent::Whole).map(drop)
            }
        };
        self.or_fail(found);
    }

    /// Expects that an API method was never called.
    ///
    /// # Panics
    /// When it was, with the calls.
    #[track_caller]
    pub fn assert_not_called<M: Method>(&self) {
        let calls: Vec<String> = self.calls_of::<M>().iter().map(|call| json(call).to_string()).collect();
        assert!(calls.is_empty(), "{} was called:{}", M::NAME, listed(calls));
    }

    /// Expects that everything came as scripted: no call that nothing answered, none less than
    /// [`times`](super::Script::times) said, no panic in a script, no [fault](super::Database::faults) at the database.
    ///
    /// # Panics
    /// Otherwise, with all that was found.
    #[track_caller]
    pub fn verify(&self) {
        let unexpected = self.unexpected().into_iter().map(|call| format!("nothing answered {call}"));
        let faults = self.database().faults().into_iter().map(|fault| format!("the database: {fault}"));
        let found: Vec<String> = unexpected.chain(self.scripts().complaints()).chain(faults).collect();
        assert!(found.is_empty(), "it did not come as scripted:{}", listed(found));
    }

    /// Waits until something is so: for what a plugin does by itself, after its hooks have answered.
    ///
    /// ```no_run
    /// # async fn example(server: mmplugin::testing::Server) {
    /// let line = server.until(|server| server.logs().into_iter().find(|line| line.level == "warn")).await;
    /// assert_eq!(line.message, "the service is down");
    /// # }
    /// ```
    ///
    /// # Panics
    /// When it is not so within five seconds of real time.
    #[track_caller]
    pub fn until<T>(&self, look: impl Fn(&Self) -> Option<T>) -> impl Future<Output = T> {
        let (server, caller) = (self.clone(), Location::caller());
        async move {
            let mut news = server.news();
            let begun = std::time::Instant::now();
            loop {
                news.borrow_and_update();
                if let Some(found) = look(&server) {
                    return found;
                }
                if begun.elapsed() >= PATIENCE {
                    let calls = listed(server.calls().iter().map(ToString::to_string));
                    let logs = listed(server.logs().iter().map(ToString::to_string));
                    panic!("{caller}: what is waited for did not come; calls:{calls}\nlog:{logs}");
                }
                // What the plugin changes comes with a call; the rest is looked at now and then.
                let _ = tokio::time::timeout(Duration::from_millis(20), news.changed()).await;
            }
        }
    }

    /// Expects a line in the log with this level and this text in its message; gives it. Waits for it, as
    /// [`until`](Self::until).
    ///
    /// # Panics
    /// When it does not come.
    #[track_caller]
    pub fn assert_logged(&self, level: &str, text: &str) -> impl Future<Output = LogLine> {
        let (level, text) = (level.to_owned(), text.to_owned());
        self.until(move |server| {
            server.logs().into_iter().find(|line| line.level == level && line.message.contains(&text))
        })
    }

    #[track_caller]
    fn or_fail<T>(&self, found: Result<T, String>) -> T {
        match found {
            Ok(found) => found,
            Err(text) => {
                panic!("{text}\nall calls:{}", listed(self.calls().iter().map(ToString::to_string)))
            }
        }
    }
}

/// The first that fits, or what differs in the one that differs least.
fn closest<T: Serialize>(
    what: &str,
    expected: &serde_json::Value,
    found: &[T],
    extent: Extent,
) -> Result<usize, String> {
    let lines = found.iter().map(|one| differences(expected, &json(one), extent));
    match lines.enumerate().min_by_key(|(_, lines)| lines.len()) {
        None => Err(format!("there is no {what}; expected {expected}")),
        Some((index, lines)) if lines.is_empty() => Ok(index),
        Some((_, lines)) => {
            Err(format!("no {what} is as expected; the closest of {} differs:{}", found.len(), listed(lines)))
        }
    }
}

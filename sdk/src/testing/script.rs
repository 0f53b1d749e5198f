//! What a test wants API methods to answer.

use std::collections::HashMap;
use std::fmt;
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::api::ApiError;
use crate::gob::Dynamic;
use crate::model::AppError;

use super::method::{Reply, read};
use super::{Method, Server};

/// An answer that a test has scripted, to be narrowed down: [`once`](Self::once), [`times`](Self::times),
/// [`when`](Self::when), [`after`](Self::after).
///
/// Scripts win over what the server would answer by itself. Of several for one method those with a number of times are
/// used up first, in the order in which they were made; then the latest of the others answers.
///
/// ```
/// use mmplugin::testing::calls::{GetUser, SendMail};
/// use mmplugin::testing::{Server, app_error};
/// use mmplugin::model::User;
///
/// let server = Server::new();
/// // The first mail fails, further ones go out.
/// server.fail::<SendMail>("no connection").once();
/// // A server that takes its time for one user.
/// server
///     .on(|call: GetUser| Ok(User { username: format!("name-of-{}", call.user_id), ..User::default() }))
///     .when(|call| call.user_id == "slow")
///     .after(std::time::Duration::from_secs(20));
/// // Nobody else is known.
/// server.answer::<GetUser>(Err(app_error(404, "no such user"))).when(|call| call.user_id != "slow");
/// ```
pub struct Script<M> {
    rule: Arc<Rule>,
    server: Server,
    method: PhantomData<fn() -> M>,
}

impl<M: Method> Script<M> {
    /// Answers one call only.
    pub fn once(self) -> Self {
        self.times(1)
    }

    /// Answers so many calls only; [`Server::verify`] expects all of them.
    pub fn times(self, count: usize) -> Self {
        self.rule.lock().limit = Some(count);
        self
    }

    /// Answers only calls that a predicate likes. Given again, both must.
    pub fn when(self, likes: impl Fn(&M) -> bool + Send + 'static) -> Self {
        let likes = move |args: &Dynamic| read::<M>(args).is_ok_and(|call| likes(&call));
        self.rule.lock().likes.push(Box::new(likes));
        self
    }

    /// Answers so much later, by the server's [clock](Server::clock).
    pub fn after(self, delay: Duration) -> Self {
        self.rule.lock().delay = delay;
        self
    }

    /// How many calls it has answered so far.
    pub fn answered(&self) -> usize {
        self.rule.lock().answered
    }

    /// Takes it away: the method is answered as before.
    pub fn remove(self) {
        self.server.scripts().remove(M::NAME, &self.rule);
    }
}

impl<M: Method> fmt::Debug for Script<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Script({}, answered {})", M::NAME, self.answered())
    }
}

/// # Scripts
impl Server {
    /// Lets a function answer an API method from now on.
    ///
    /// A panic in it becomes an error of the call, and [`Server::verify`] tells it.
    ///
    /// ```
    /// use mmplugin::testing::{Server, calls::GetFileLink};
    ///
    /// let server = Server::new();
    /// server.on(|call: GetFileLink| Ok(format!("https://example.com/files/{}", call.file_id)));
    /// ```
    pub fn on<M: Method>(
        &self,
        mut answer: impl FnMut(M) -> Result<M::Output, ApiError> + Send + 'static,
    ) -> Script<M> {
        let answer = move |args: &Dynamic| {
            let call = read::<M>(args).map_err(|error| format!("{}: arguments: {error}", M::NAME))?;
            Reply::of::<M>(answer(call))
        };
        let rule = Arc::new(Rule { state: Mutex::default(), answer: Mutex::new(Box::new(answer)) });
        self.scripts().add(M::NAME, rule.clone());
        Script { rule, server: self.clone(), method: PhantomData }
    }

    /// Answers an API method so from now on.
    ///
    /// ```
    /// use mmplugin::testing::{Server, app_error, calls};
    ///
    /// let server = Server::new();
    /// server.answer::<calls::IsEnterpriseReady>(Ok(true));
    /// server.answer::<calls::GetLicense>(Err(app_error(501, "not in this edition")));
    /// ```
    pub fn answer<M: Method>(&self, answer: Result<M::Output, ApiError>) -> Script<M>
    where
        M::Output: Sync,
    {
        self.on(move |_: M| answer.clone())
    }

    /// Lets an API method fail from now on, with status 500 and this text.
    ///
    /// Where Go's method has no error among its results, the call itself fails.
    pub fn fail<M: Method>(&self, text: &str) -> Script<M> {
        let error = app_error(500, text);
        self.on(move |_: M| Err(error.clone()))
    }
}

/// An error as the server gives it, for scripts; one of status 404 is [`is_not_found`](ApiError::is_not_found).
pub fn app_error(status: i64, text: &str) -> ApiError {
    AppError::new("testing", "testing.scripted", text, status).into()
}

type Likes = Box<dyn Fn(&Dynamic) -> bool + Send>;
type Answer = Box<dyn FnMut(&Dynamic) -> Result<Reply, String> + Send>;

/// A script without its type.
pub(super) struct Rule {
    state: Mutex<State>,
    /// Author code runs under this lock, and no other.
    answer: Mutex<Answer>,
}

#[derive(Default)]
struct State {
    likes: Vec<Likes>,
    limit: Option<usize>,
    answered: usize,
    delay: Duration,
}

impl Rule {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a call, if the rule is one with a limit or without, as asked for.
    fn takes(&self, args: &Dynamic, limited: bool) -> bool {
        let mut state = self.lock();
        let fits = state.limit.is_some() == limited
            && state.limit.is_none_or(|limit| state.answered < limit)
            && state.likes.iter().all(|likes| likes(args));
        state.answered += usize::from(fits);
        fits
    }
}

/// All scripts of a server, by method.
#[derive(Default)]
pub(super) struct Scripts {
    rules: Mutex<HashMap<&'static str, Vec<Arc<Rule>>>>,
    panics: Mutex<Vec<String>>,
}

impl Scripts {
    fn rules(&self) -> MutexGuard<'_, HashMap<&'static str, Vec<Arc<Rule>>>> {
        self.rules.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn add(&self, method: &'static str, rule: Arc<Rule>) {
        self.rules().entry(method).or_default().push(rule);
    }

    fn remove(&self, method: &str, rule: &Arc<Rule>) {
        if let Some(rules) = self.rules().get_mut(method) {
            rules.retain(|other| !Arc::ptr_eq(other, rule));
        }
    }

    pub(super) fn has(&self, method: &str) -> bool {
        self.rules().get(method).is_some_and(|rules| !rules.is_empty())
    }

    /// The scripted answer to a call and how long it takes; `None` when no script wants it.
    pub(super) fn answer(&self, method: &str, args: &Dynamic) -> Option<(Result<Reply, String>, Duration)> {
        let rules = self.rules().get(method)?.clone();
        let answered = catch_unwind(AssertUnwindSafe(|| {
            let first = rules.iter().find(|rule| rule.takes(args, true));
            let rule = first.or_else(|| rules.iter().rev().find(|rule| rule.takes(args, false)))?;
            let answer = &mut *rule.answer.lock().unwrap_or_else(PoisonError::into_inner);
            Some((answer(args), rule.lock().delay))
        }));
        answered.unwrap_or_else(|panic| {
            let text = format!("the script for {method} panicked: {}", words(&*panic));
            self.panics.lock().unwrap_or_else(PoisonError::into_inner).push(text.clone());
            Some((Err(format!("testing: {text}")), Duration::ZERO))
        })
    }

    /// What was scripted a number of times and came less often, and what went wrong.
    pub(super) fn complaints(&self) -> Vec<String> {
        let mut found = Vec::new();
        for (method, rules) in self.rules().iter() {
            for state in rules.iter().map(|rule| rule.lock()) {
                if let Some(limit) = state.limit.filter(|limit| state.answered < *limit) {
                    found.push(format!("{method}: scripted for {limit} calls, {} came", state.answered));
                }
            }
        }
        found.sort();
        found.extend(self.panics.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned());
        found
    }
}

/// The message of a panic.
fn words(panic: &(dyn std::any::Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no text")
}

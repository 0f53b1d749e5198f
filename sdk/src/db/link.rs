//! The stream to the server's driver, shared by all connections.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use crate::netrpc::Client;
use crate::wire::HostError;

use super::DbError;
use super::call::DriverCall;

/// How long deactivation waits for connections to be closed: a statement that runs longer keeps its connection, and a
/// server that shuts down gives all of OnDeactivate ten seconds.
const CLOSING: Duration = Duration::from_secs(3);

/// The way to the driver and how many connections use it.
pub(super) struct Link {
    /// The client, or why there is none.
    client: Result<Client, Arc<str>>,
    state: watch::Sender<State>,
}

#[derive(Debug, Clone, Copy, Default)]
struct State {
    ended: bool,
    open: usize,
}

/// Counts one connection as open until it is dropped.
pub(super) struct Open(Arc<Link>);

impl Link {
    pub(super) fn new(client: Result<Client, String>) -> Arc<Self> {
        Arc::new(Self { client: client.map_err(Arc::from), state: watch::Sender::default() })
    }

    /// One call. Its future must not be dropped before it is ready: the reply may name something that has to be closed.
    pub(super) async fn call<A: DriverCall>(&self, args: A) -> Result<A::Reply, DbError> {
        let client = self.client.as_ref().map_err(|reason| DbError::unavailable(reason.clone()))?;
        let reply = client.call(&["Plugin.", A::METHOD].concat(), &args).await;
        reply.map_err(|error| DbError::of_call(A::METHOD, error))
    }

    /// False once nothing sent can arrive.
    pub(super) fn works(&self) -> bool {
        self.client.as_ref().is_ok_and(|client| !client.is_closed())
    }

    /// Counts a connection, unless there are to be no more.
    pub(super) fn admit(self: &Arc<Self>) -> Result<Open, DbError> {
        if let Err(reason) = &self.client {
            return Err(DbError::unavailable(reason.clone()));
        }
        let admitted = self.state.send_if_modified(|state| {
            state.open += usize::from(!state.ended);
            !state.ended
        });
        match admitted {
            true => Ok(Open(self.clone())),
            false => Err(DbError::unavailable("the plugin is being deactivated")),
        }
    }

    /// Waits until connections are to close.
    pub(super) async fn ended(&self) {
        // The sender lives as long as `self`, so there is no other end of waiting.
        let _ = self.state.subscribe().wait_for(|state| state.ended).await;
    }

    /// Lets no more connections open and those that are open close themselves; gives them a moment for it.
    pub(super) async fn end(&self) {
        self.close();
        let mut state = self.state.subscribe();
        let all_closed = state.wait_for(|state| state.open == 0);
        if tokio::time::timeout(CLOSING, all_closed).await.is_err() {
            let open = self.state.borrow().open;
            tracing::warn!(open, "database connections are still busy: they are left to the server");
        }
    }

    /// The same without waiting.
    pub(super) fn close(&self) {
        self.state.send_modify(|state| state.ended = true);
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.state.send_modify(|state| state.open = state.open.saturating_sub(1));
    }
}

/// A place of Go's type `error`.
pub(super) fn done(method: &'static str, error: Option<HostError>) -> Result<(), DbError> {
    error.map_or(Ok(()), |error| Err(DbError::of_host(method, error)))
}

/// Whether it is one of the driver's own errors.
pub(super) fn is_code(error: &Option<HostError>, wanted: i64) -> bool {
    matches!(error, Some(HostError::Text { code, .. }) if *code == wanted)
}

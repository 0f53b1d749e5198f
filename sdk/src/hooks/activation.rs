//! What a plugin gets when it is activated.

use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::task::JoinSet;

use crate::Api;
use crate::db::Db;
use crate::log::Scope;
use crate::runtime::guard;
use crate::settings::Current;

/// What [`Hooks::activate`](crate::Hooks::activate) gets.
#[derive(Debug)]
#[non_exhaustive]
pub struct Activation<C = ()> {
    /// The way to the server.
    pub api: Api,
    /// The server's database. Without a way to it every use of it is an error.
    pub db: Db,
    /// The plugin's settings as they are now; the defaults when they cannot be read (the log says why).
    pub config: C,
    /// The settings as they are at any time, for parts of the plugin that read them when they need them.
    pub settings: Current<C>,
    /// Where background work goes.
    pub tasks: Tasks,
}

impl<C> Activation<C> {
    pub(crate) fn new(api: Api, db: Db, config: C, settings: Current<C>, tasks: Tasks) -> Self {
        Self { api, db, config, settings, tasks }
    }

    /// Starts background work that ends with the plugin; see [`Tasks::spawn`].
    pub fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        self.tasks.spawn(work);
    }
}

/// Background work of a plugin; cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Tasks {
    shared: Arc<Mutex<Shared>>,
}

#[derive(Debug, Default)]
struct Shared {
    set: JoinSet<()>,
    scope: Scope,
    ended: bool,
}

impl Tasks {
    /// Their events go where those of the plugin go.
    pub(crate) fn within(scope: Scope) -> Self {
        Self { shared: Arc::new(Mutex::new(Shared { scope, ..Shared::default() })) }
    }

    /// Runs `work` until it ends or the plugin is deactivated, then it is dropped at its next `await`.
    ///
    /// A panic in it is logged and ends only this work. After deactivation nothing is started.
    pub fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        let mut shared = self.lock();
        if shared.ended {
            return;
        }
        while shared.set.try_join_next().is_some() {}
        let scope = shared.scope.clone();
        shared.set.spawn(scope.wrap(async move {
            if let Err(panic) = guard::catch(work).await {
                panic.log("background task");
            }
        }));
    }

    /// Cancels everything and refuses more.
    pub(crate) fn end(&self) {
        let mut shared = self.lock();
        shared.ended = true;
        shared.set.abort_all();
    }

    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

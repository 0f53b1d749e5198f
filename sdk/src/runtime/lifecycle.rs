//! From start to activation to the end: which calls a plugin may get when.

use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::Api;
use crate::db::Db;
use crate::goplugin::Broker;
use crate::hooks::Tasks;
use crate::log::Scope;
use crate::netrpc::Client;
use crate::yamux::Stream;

use super::erased::{Definition, Instance, Start};
use super::{guard, logs};

/// Where a plugin is in its life.
enum Phase {
    Fresh,
    /// `changed`: the server's configuration has changed since it was read for the activation.
    Activating {
        changed: bool,
    },
    Active(Arc<Running>),
    Ended,
}

/// An activated plugin with what belongs to it.
struct Running {
    instance: Instance,
    api: Api,
    tasks: Tasks,
    db: Db,
}

pub(super) struct Lifecycle {
    definition: &'static Definition,
    phase: Mutex<Phase>,
}

impl Lifecycle {
    pub(super) fn new(definition: &'static Definition) -> Self {
        Self { definition, phase: Mutex::new(Phase::Fresh) }
    }

    /// The plugin, while it is active.
    pub(super) fn active(&self) -> Option<Instance> {
        match &*self.lock() {
            Phase::Active(running) => Some(running.instance.clone()),
            _ => None,
        }
    }

    /// Brings the plugin to life; the error is what the server shows.
    pub(super) async fn activate(
        self: Arc<Self>,
        connect: impl Future<Output = Result<Connected, String>>,
    ) -> Result<(), String> {
        {
            let mut phase = self.lock();
            if !matches!(*phase, Phase::Fresh) {
                return Err("OnActivate: called twice".to_owned());
            }
            *phase = Phase::Activating { changed: false };
        }
        let result = self.bring_up(connect).await;
        match result {
            Ok(running) => {
                let running = Arc::new(running);
                let before = std::mem::replace(&mut *self.lock(), Phase::Active(running.clone()));
                match before {
                    Phase::Activating { changed: true } => {
                        let definition = self.definition;
                        tokio::spawn(Scope::current().wrap(async move {
                            if let Err(error) = running.reconfigure(definition).await {
                                tracing::error!(hook = "OnConfigurationChange", "{error}");
                            }
                        }));
                    }
                    // The connection ended meanwhile.
                    Phase::Ended => self.end(),
                    _ => {}
                }
                Ok(())
            }
            Err(text) => {
                *self.lock() = Phase::Ended;
                Err(text)
            }
        }
    }

    async fn bring_up(
        &self,
        connect: impl Future<Output = Result<Connected, String>>,
    ) -> Result<Running, String> {
        let Connected { api, driver } = connect.await?;
        let scope = Scope::current();
        if scope.is_process() {
            logs::connect(api.clone());
        }
        if let Err(error) = &driver {
            tracing::warn!(%error, "cannot reach the server's database driver");
        }
        let db = Db::new(driver, api.clone());
        let stored = api.stored_settings().await.map_err(|error| error.to_string())?;
        let tasks = Tasks::within(scope);
        let start = Start { api: api.clone(), db: db.clone(), tasks: tasks.clone(), stored };
        // The settings' defaults are author code, too.
        let activated = guard::catch(async { (self.definition.activate)(start).await }).await;
        let instance = match activated {
            Ok(Ok(instance)) => Ok(instance),
            Ok(Err(error)) => Err(error.to_string()),
            Err(panic) => {
                panic.log("OnActivate");
                Err(panic.text("OnActivate"))
            }
        };
        match instance {
            Ok(instance) => Ok(Running { instance, api, tasks, db }),
            Err(text) => {
                tasks.end();
                db.end().await;
                Err(text)
            }
        }
    }

    /// The server's configuration changed.
    pub(super) async fn configuration_changed(self: Arc<Self>) -> Result<(), String> {
        let running = match &mut *self.lock() {
            Phase::Active(running) => running.clone(),
            Phase::Activating { changed } => {
                *changed = true;
                return Ok(());
            }
            _ => return Err("OnConfigurationChange: not active".to_owned()),
        };
        running.reconfigure(self.definition).await
    }

    /// The server deactivates the plugin.
    pub(super) async fn deactivate(self: Arc<Self>) -> Result<(), String> {
        let running = match std::mem::replace(&mut *self.lock(), Phase::Ended) {
            Phase::Active(running) => running,
            _ => return Err("OnDeactivate: not active".to_owned()),
        };
        let result = guard::catch((self.definition.deactivate)(running.instance.clone())).await;
        running.tasks.end();
        running.db.end().await;
        crate::log::flush().await;
        match result {
            Ok(result) => result.map_err(|error| error.to_string()),
            Err(panic) => {
                panic.log("OnDeactivate");
                Err(panic.text("OnDeactivate"))
            }
        }
    }

    /// The connection is over: nothing can be called any more.
    pub(super) fn end(&self) {
        if let Phase::Active(running) = std::mem::replace(&mut *self.lock(), Phase::Ended) {
            running.tasks.end();
            running.db.close();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Phase> {
        self.phase.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Running {
    /// Reads the settings anew and tells the plugin; settings that cannot be read leave the old ones in place.
    async fn reconfigure(&self, definition: &Definition) -> Result<(), String> {
        let kept = |error: &dyn std::fmt::Display| format!("the old settings stay: {error}");
        let stored = self.api.stored_settings().await.map_err(|error| kept(&error))?;
        let told = async {
            match (definition.configure)(self.instance.clone(), &stored) {
                Ok(told) => told.await.map_err(|error| error.to_string()),
                Err(error) => Err(kept(&error)),
            }
        };
        match guard::catch(told).await {
            Ok(result) => result.inspect_err(|error| {
                // The server logs it as well, but not whose it is.
                tracing::error!(hook = "OnConfigurationChange", "{error}");
            }),
            Err(panic) => {
                panic.log("OnConfigurationChange");
                Err(panic.text("OnConfigurationChange"))
            }
        }
    }
}

/// The server's side of an activation.
pub(super) struct Connected {
    pub(super) api: Api,
    /// The database driver, or why there is none.
    pub(super) driver: Result<Client, String>,
}

/// Connects over net/rpc: both ids wait 5 s for us, so they come before anything else.
pub(super) async fn connect(broker: Broker, api: u32, driver: u32) -> Result<Connected, String> {
    let (api, driver) = tokio::join!(broker.dial(api), broker.dial(driver));
    let api = client(api.map_err(|error| format!("cannot reach the API: {error}"))?);
    let driver = driver.map(client).map_err(|error| error.to_string());
    Ok(Connected { api: Api::over_netrpc(api, broker), driver })
}

fn client(stream: Stream) -> Client {
    let (read, write) = stream.into_split();
    Client::over(read, write)
}

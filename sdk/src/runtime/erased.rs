//! A plugin without its type: what is generic over it is here and in one line a hook; all else is compiled once.
//!
//! A plugin's crate is compiled after every edit, and everything generic with it. So the runtime knows a plugin by a
//! few function pointers, and an author's future is boxed where it is made, before anything is wrapped around it.

use std::any::Any;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Map, Value};

use crate::db::Db;
use crate::hooks::{Activation, Hook, Hooks, Tasks};
use crate::netrpc::{Refusal, Work};
use crate::settings::{Current, Settings, SettingsError};
use crate::{Api, Error};

use super::carry::Call;
use super::service::HookHost;

/// A future of author code, in its box from the start.
pub(super) type Boxed<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// An activated plugin whose type only its own functions know; cheap to clone.
#[derive(Clone)]
pub(super) struct Instance(Arc<dyn Any + Send + Sync>);

/// What an [`Instance`] holds.
pub(super) struct Active<P: Hooks> {
    /// The plugin.
    pub(super) plugin: P,
    settings: Current<P::Settings>,
    /// What the newest snapshot was read from, or could not be.
    stored: Mutex<Map<String, Value>>,
}

impl Instance {
    /// The plugin as its own functions know it.
    pub(super) fn of<P: Hooks>(self) -> Arc<Active<P>> {
        match self.0.downcast() {
            Ok(active) => active,
            Err(_) => unreachable!("a plugin's functions get what its activation made"),
        }
    }
}

/// A hook that a plugin implements, and what serves its calls.
#[derive(Clone, Copy)]
pub struct Handler {
    pub(super) hook: &'static Hook,
    pub(super) serve: fn(&HookHost, &mut Call<'_, '_>) -> Result<Work, Refusal>,
}

impl Handler {
    /// A row of a plugin's table.
    pub const fn new(
        hook: &'static Hook,
        serve: fn(&HookHost, &mut Call<'_, '_>) -> Result<Work, Refusal>,
    ) -> Self {
        Self { hook, serve }
    }

    /// Serves one call.
    pub(super) fn serve(&self, host: &HookHost, call: &mut Call<'_, '_>) -> Result<Work, Refusal> {
        (self.serve)(host, call)
    }
}

/// What an activation needs.
pub(crate) struct Start {
    pub(super) api: Api,
    pub(super) db: Db,
    pub(super) tasks: Tasks,
    pub(super) stored: Map<String, Value>,
}

/// All that the runtime knows of a plugin.
pub(crate) struct Definition {
    pub(super) implemented: &'static [&'static Hook],
    pub(super) handlers: &'static [Handler],
    pub(super) activate: fn(Start) -> Boxed<Result<Instance, Error>>,
    pub(super) configure: fn(Instance, &Map<String, Value>) -> Result<Outcome, SettingsError>,
    pub(super) deactivate: fn(Instance) -> Outcome,
}

/// A future of a hook that can only succeed or fail.
type Outcome = Boxed<Result<(), Error>>;

impl Definition {
    pub(crate) const fn of<P: Hooks>() -> &'static Self {
        const {
            &Self {
                implemented: P::IMPLEMENTED,
                handlers: P::HANDLERS,
                activate: activate::<P>,
                configure: configure::<P>,
                deactivate: deactivate::<P>,
            }
        }
    }
}

fn activate<P: Hooks>(start: Start) -> Boxed<Result<Instance, Error>> {
    let Start { api, db, tasks, stored } = start;
    let settings = Current::new(first_settings::<P::Settings>(&stored, true));
    let config = first_settings(&stored, false);
    let ctx = Activation::new(api, db, config, settings.clone(), tasks);
    Box::pin(async move {
        let plugin = P::activate(ctx).await?;
        Ok(Instance(Arc::new(Active { plugin, settings, stored: Mutex::new(stored) })))
    })
}

/// Settings that cannot be read leave the old ones in place, and so do those that have not changed: the server tells of
/// every change in its configuration.
fn configure<P: Hooks>(instance: Instance, stored: &Map<String, Value>) -> Result<Outcome, SettingsError> {
    let settings = P::Settings::from_json(stored)?;
    let active = instance.of::<P>();
    let mut last = active.stored.lock().unwrap_or_else(PoisonError::into_inner);
    if *last != *stored {
        last.clone_from(stored);
        active.settings.set(settings);
    }
    drop(last);
    let settings = active.settings.get();
    Ok(Box::pin(async move { active.plugin.on_configuration_change(settings).await }))
}

fn deactivate<P: Hooks>(instance: Instance) -> Outcome {
    let active = instance.of::<P>();
    Box::pin(async move { active.plugin.on_deactivate().await })
}

/// The settings at activation: a plugin with bad ones starts with its defaults, as Go plugins do.
fn first_settings<S: Settings>(stored: &Map<String, Value>, log: bool) -> S {
    S::from_json(stored).unwrap_or_else(|error| {
        if log {
            log_bad_settings(&error);
        }
        S::default()
    })
}

fn log_bad_settings(error: &SettingsError) {
    tracing::error!("the settings cannot be read, the defaults are used: {error}");
}

//! The calls of the host, each to its hook.

use std::sync::Arc;

use crate::goplugin::Broker;
use crate::hooks::{Hook, constants};
use crate::http::Takeovers;
use crate::log::Scope;
use crate::netrpc::{self, Empty, Refusal, Service, Work};
use crate::wire::{self, HostError};

use super::carry::{Arguments, Call, Carrier, Responder};
use super::erased::{Boxed, Definition, Handler, Instance};
use super::guard;
use super::lifecycle::{Lifecycle, connect};
use super::reply::{Ended, Reply};

/// Serves the hooks of a plugin to its host.
pub struct HookHost {
    definition: &'static Definition,
    /// Only over net/rpc are there streams beside the calls.
    broker: Option<Broker>,
    lifecycle: Arc<Lifecycle>,
    takeovers: Takeovers,
    /// Where events of the plugin go.
    scope: Scope,
}

impl HookHost {
    pub(super) fn new(definition: &'static Definition, broker: Option<Broker>, scope: Scope) -> Self {
        let lifecycle = Arc::new(Lifecycle::new(definition));
        Self { definition, broker, lifecycle, takeovers: Takeovers::default(), scope }
    }

    /// The connection is over.
    pub(super) fn end(&self) {
        self.lifecycle.end();
    }

    pub(super) fn broker(&self) -> Result<&Broker, Refusal> {
        self.broker.as_ref().ok_or_else(|| Refusal::Text("there are no streams beside the calls".to_owned()))
    }

    /// What serves a hook, if the plugin has it.
    pub(super) fn handler(&self, name: &str) -> Option<&'static Handler> {
        self.definition.handlers.iter().find(|handler| handler.hook.go == name)
    }

    /// Names of the hooks that the plugin has.
    pub(super) fn names(&self) -> Vec<String> {
        self.definition.implemented.iter().map(|hook| hook.go.to_owned()).collect()
    }

    #[cfg(feature = "grpc")]
    pub(super) fn lifecycle(&self) -> &Arc<Lifecycle> {
        &self.lifecycle
    }

    /// The clients' connections that the plugin has taken over.
    pub(super) fn takeovers(&self) -> &Takeovers {
        &self.takeovers
    }

    /// The plugin while it is active; else what a call gets to hear.
    pub(super) fn active(&self, hook: &Hook) -> Result<Instance, String> {
        self.lifecycle.active().ok_or_else(|| format!("{}: not active", hook.go))
    }

    /// One hook of an active plugin: reads its arguments, makes its future, answers when that has ended.
    ///
    /// `start` boxes the future where it is made: it moves no more, however large it is.
    pub(super) fn serve<A: Arguments, D: Send + 'static>(
        &self,
        call: &mut Call<'_, '_>,
        hook: &'static Hook,
        start: impl FnOnce(Instance, A) -> Boxed<D>,
        answer: fn(Reply, Ended<D>),
    ) -> Result<Work, Refusal> {
        let args = match call.args::<A>() {
            Err(Refusal::Arguments(error)) if !error.is_fatal() => Err(unreadable(hook, &error)),
            args => Ok(args?),
        };
        let reply = Reply::new(hook, call.responder());
        let started = args.and_then(|args| Ok(start(self.active(hook)?, args)));
        match started {
            Ok(future) => Ok(Work::new(finish(future, reply, answer))),
            Err(text) => {
                answer(reply, Err(text));
                Ok(Work::DONE)
            }
        }
    }

    fn implemented(&self, call: &mut netrpc::Call<'_>) -> Result<Work, Refusal> {
        call.args::<Empty>()?;
        if let Err(error) = call.responder().reply(&self.names()) {
            tracing::error!("the names of the hooks cannot be sent: {error}");
        }
        Ok(Work::DONE)
    }

    fn on_activate(&self, call: &mut netrpc::Call<'_>) -> Result<Work, Refusal> {
        let args: wire::OnActivateArgs = call.args()?;
        let reply = Reply::new(&constants::activate, Responder::NetRpc(call.responder()));
        let (broker, lifecycle) = (self.broker()?.clone(), self.lifecycle.clone());
        Ok(Work::new(async move {
            let result = lifecycle.activate(connect(broker, args.api_mux_id, args.driver_mux_id)).await;
            reply.send(&wire::OnActivateReturns { a: host_error(result) });
        }))
    }

    fn on_deactivate(&self, call: &mut netrpc::Call<'_>) -> Result<Work, Refusal> {
        call.args::<wire::OnDeactivateArgs>()?;
        let reply = Reply::new(&constants::on_deactivate, Responder::NetRpc(call.responder()));
        let (lifecycle, takeovers) = (self.lifecycle.clone(), self.takeovers.clone());
        Ok(Work::new(async move {
            let result = lifecycle.deactivate().await;
            takeovers.end().await;
            reply.send(&wire::OnDeactivateReturns { a: host_error(result) });
        }))
    }

    fn on_configuration_change(&self, call: &mut netrpc::Call<'_>) -> Result<Work, Refusal> {
        call.args::<wire::OnConfigurationChangeArgs>()?;
        let reply = Reply::new(&constants::on_configuration_change, Responder::NetRpc(call.responder()));
        let lifecycle = self.lifecycle.clone();
        Ok(Work::new(async move {
            let result = lifecycle.configuration_changed().await;
            reply.send(&wire::OnConfigurationChangeReturns { a: host_error(result) });
        }))
    }

    /// Takes a call; the work is yet to be put in its scope.
    fn take(&self, call: &mut netrpc::Call<'_>) -> Result<Work, Refusal> {
        let Some(name) = call.method().strip_prefix("Plugin.") else { return Err(Refusal::MissingMethod) };
        match name {
            "Implemented" => self.implemented(call),
            "OnActivate" => self.on_activate(call),
            "OnDeactivate" => self.on_deactivate(call),
            "OnConfigurationChange" => self.on_configuration_change(call),
            name => match self.handler(name) {
                Some(handler) => handler.serve(self, &mut Call(Carrier::NetRpc(call))),
                None => Err(Refusal::Text(format!("Hook {name} called but not implemented."))),
            },
        }
    }
}

impl Service for HookHost {
    fn call(&self, call: &mut netrpc::Call<'_>) -> Result<Work, Refusal> {
        let work = self.scope.run(|| self.take(call))?;
        if self.scope.is_process() {
            return Ok(work);
        }
        Ok(work.into_future().map_or(Work::DONE, |work| Work::new(self.scope.clone().wrap(work))))
    }
}

/// Runs an author's future to its end and answers.
pub(super) async fn finish<D>(future: Boxed<D>, reply: Reply, answer: fn(Reply, Ended<D>)) {
    let hook = reply.hook;
    answer(reply, guarded(hook, future).await);
}

/// An author's future whose panic is logged and becomes a text.
pub(super) async fn guarded<D>(hook: &Hook, future: Boxed<D>) -> Ended<D> {
    guard::catch(future).await.map_err(|panic| {
        panic.log(hook.go);
        panic.text(hook.go)
    })
}

/// Logs a fault of the arguments; the text is what the host gets to hear.
pub(super) fn unreadable(hook: &Hook, error: &dyn std::fmt::Display) -> String {
    tracing::error!(hook = hook.go, "the arguments of a hook cannot be read: {error}");
    format!("{}: {error}", hook.go)
}

fn host_error(result: Result<(), String>) -> Option<HostError> {
    result.err().map(HostError::text)
}

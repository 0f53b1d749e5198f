//! The calls of the host, each to its hook.

use std::future::Future;
use std::sync::Arc;

use crate::gob::Gob;
use crate::goplugin::Broker;
use crate::hooks::{Hooks, PostReturns, PropKeys};
use crate::http;
use crate::model::AppError;
use crate::netrpc::{Call, Empty, Refusal, Responder, Service, Work};
use crate::wire::{self, HostError};

use super::guard;
use super::lifecycle::{Lifecycle, Running};

/// Serves the hooks of a plugin to its host.
pub(crate) struct HookService<P: Hooks> {
    broker: Broker,
    lifecycle: Arc<Lifecycle<P>>,
}

/// What a fault of a hook becomes: a result with an error in it, or, for hooks without one, an error of the call.
type OnFault<R> = Option<fn(String) -> R>;

impl<P: Hooks> HookService<P> {
    pub(crate) fn new(broker: Broker) -> Self {
        Self { broker, lifecycle: Arc::new(Lifecycle::new()) }
    }

    /// The connection is over.
    pub(crate) fn end(&self) {
        self.lifecycle.end();
    }

    /// One hook of an active plugin: reads its arguments, runs it in a task of its own, answers.
    fn hook<A, R, F>(
        &self,
        call: &mut Call<'_>,
        name: &'static str,
        on_fault: OnFault<R>,
        run: impl FnOnce(Arc<Running<P>>, A) -> F + Send + 'static,
    ) -> Result<Work, Refusal>
    where
        A: Gob + Send + 'static,
        R: Gob + Send,
        F: Future<Output = R> + Send,
    {
        let args = match call.args::<A>() {
            Err(Refusal::Arguments(error)) if !error.is_fatal() => {
                let text = format!("{name}: {error}");
                tracing::error!(hook = name, "the arguments of a hook cannot be read: {error}");
                fault(call.responder(), name, text, on_fault);
                return Ok(Work::DONE);
            }
            args => args?,
        };
        let responder = call.responder();
        let Some(running) = self.lifecycle.active() else {
            fault(responder, name, format!("{name}: not active"), on_fault);
            return Ok(Work::DONE);
        };
        Ok(Work::new(async move {
            match guard::catch(async move { run(running, args).await }).await {
                Ok(returns) => reply(responder, name, &returns),
                Err(panic) => {
                    panic.log(name);
                    fault(responder, name, panic.text(name), on_fault);
                }
            }
        }))
    }

    fn on_activate(&self, call: &mut Call<'_>) -> Result<Work, Refusal> {
        let args: wire::OnActivateArgs = call.args()?;
        let (responder, broker, lifecycle) = (call.responder(), self.broker.clone(), self.lifecycle.clone());
        Ok(Work::new(async move {
            let result = lifecycle.activate(broker, args.api_mux_id, args.driver_mux_id).await;
            reply(responder, "OnActivate", &wire::OnActivateReturns { a: host_error(result) });
        }))
    }

    fn on_deactivate(&self, call: &mut Call<'_>) -> Result<Work, Refusal> {
        call.args::<wire::OnDeactivateArgs>()?;
        let (responder, lifecycle) = (call.responder(), self.lifecycle.clone());
        Ok(Work::new(async move {
            let result = lifecycle.deactivate().await;
            reply(responder, "OnDeactivate", &wire::OnDeactivateReturns { a: host_error(result) });
        }))
    }

    fn on_configuration_change(&self, call: &mut Call<'_>) -> Result<Work, Refusal> {
        call.args::<wire::OnConfigurationChangeArgs>()?;
        let (responder, lifecycle) = (call.responder(), self.lifecycle.clone());
        Ok(Work::new(async move {
            let result = lifecycle.configuration_changed().await;
            let returns = wire::OnConfigurationChangeReturns { a: host_error(result) };
            reply(responder, "OnConfigurationChange", &returns);
        }))
    }

    /// `ServeHTTP`: the streams are dialled even when nobody can answer, since the host waits for them.
    fn serve_http(&self, call: &mut Call<'_>) -> Result<Work, Refusal> {
        const NAME: &str = "ServeHTTP";
        let args: wire::ServeHttpArgs = call.args()?;
        let (responder, broker, running) = (call.responder(), self.broker.clone(), self.lifecycle.active());
        Ok(Work::new(async move {
            let Some(running) = running else {
                return responder.error(format!("{NAME}: not active"));
            };
            let context = args.context.clone().unwrap_or_default();
            let answer = |request| async move {
                let answered = guard::catch(running.plugin.serve_http(context, request)).await;
                answered.inspect_err(|panic| panic.log(NAME))
            };
            match guard::catch(http::serve(&broker, args, answer)).await {
                Ok(Ok(())) => reply(responder, NAME, &Empty {}),
                Ok(Err(broken)) => {
                    broken.log();
                    reply(responder, NAME, &Empty {});
                }
                Err(panic) => {
                    // While the body of the answer was made: part of it may be with the client.
                    panic.log(NAME);
                    responder.error(panic.text(NAME));
                }
            }
        }))
    }
}

impl<P: Hooks> Service for HookService<P> {
    fn call(&self, call: &mut Call<'_>) -> Result<Work, Refusal> {
        let Some(hook) = call.method().strip_prefix("Plugin.") else { return Err(Refusal::MissingMethod) };
        match hook {
            "Implemented" => {
                call.args::<Empty>()?;
                let names: Vec<String> = P::IMPLEMENTED.iter().map(|hook| hook.go.to_owned()).collect();
                reply(call.responder(), "Implemented", &names);
                Ok(Work::DONE)
            }
            "OnActivate" => self.on_activate(call),
            "OnDeactivate" => self.on_deactivate(call),
            "OnConfigurationChange" => self.on_configuration_change(call),
            "MessageWillBePosted" => {
                const NAME: &str = "MessageWillBePosted";
                self.hook(call, NAME, None, |running, args: wire::MessageWillBePostedArgs| async move {
                    let post = args.b.unwrap_or_default();
                    let keys = PropKeys::of(&post.props);
                    let ctx = args.a.unwrap_or_default();
                    let decision = running.plugin.message_will_be_posted(ctx, post).await;
                    keys.warn_removed(NAME, &decision);
                    PostReturns::from(decision)
                })
            }
            "MessageHasBeenPosted" => self.hook(
                call,
                "MessageHasBeenPosted",
                None,
                |running, args: wire::MessageHasBeenPostedArgs| async move {
                    let (ctx, post) = (args.a.unwrap_or_default(), args.b.unwrap_or_default());
                    running.plugin.message_has_been_posted(ctx, post).await;
                    Empty {}
                },
            ),
            "ExecuteCommand" => self.hook(
                call,
                "ExecuteCommand",
                Some(command_fault),
                |running, args: wire::ExecuteCommandArgs| async move {
                    let (ctx, command) = (args.a.unwrap_or_default(), args.b.unwrap_or_default());
                    match running.plugin.execute_command(ctx, command).await {
                        Ok(response) => wire::ExecuteCommandReturns { a: Some(response), b: None },
                        Err(error) => wire::ExecuteCommandReturns { a: None, b: Some(error) },
                    }
                },
            ),
            "ServeHTTP" => self.serve_http(call),
            _ => Err(Refusal::Text(format!("Hook {hook} called but not implemented."))),
        }
    }
}

fn command_fault(text: String) -> wire::ExecuteCommandReturns {
    let error = AppError::new("ExecuteCommand", "mmplugin.hook.fault", text, 500);
    wire::ExecuteCommandReturns { a: None, b: Some(error) }
}

fn host_error(result: Result<(), String>) -> Option<HostError> {
    result.err().map(HostError::text)
}

fn fault<R: Gob>(responder: Responder, name: &'static str, text: String, on_fault: OnFault<R>) {
    match on_fault {
        Some(make) => reply(responder, name, &make(text)),
        None => responder.error(text),
    }
}

fn reply<R: Gob>(responder: Responder, name: &'static str, returns: &R) {
    if let Err(error) = responder.reply(returns) {
        tracing::error!(hook = name, "the answer of a hook cannot be sent: {error}");
    }
}

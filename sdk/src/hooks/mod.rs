//! What the server asks of a plugin: the [`Hooks`] trait and the types of its answers.

mod activation;
mod decision;
mod hook;
mod plugin;

use std::future::Future;
use std::sync::Arc;

use http::{Request, Response};

use crate::Error;
use crate::http::Body;
use crate::model::{AppError, CommandArgs, CommandResponse, Context, Post};

pub use activation::{Activation, Tasks};
pub use decision::PostDecision;
pub(crate) use decision::{PostReturns, PropKeys};
pub use hook::{ALL, Hook, constants};
pub use plugin::Plugin;

/// What the server asks of a plugin.
///
/// Write `async fn` for the hooks you need, under [`#[mmplugin::plugin]`](macro@crate::plugin); the server calls only
/// those. The plugin value exists from a successful [`activate`](Hooks::activate) to deactivation, so it can hold the
/// [`Api`](crate::Api) and everything made from the configuration without an `Option`.
///
/// Hooks run concurrently, each in a task of its own, and the server sets them no time limit: it waits. A panic in a
/// hook is logged with its backtrace and the plugin lives on; each hook says what the server makes of such a fault.
/// Code that blocks a thread belongs into [`tokio::task::spawn_blocking`].
pub trait Hooks: Plugin {
    /// Makes the plugin: called once the server has started it and the API can be used.
    ///
    /// The configuration in `ctx` has been loaded. Changes that arrive meanwhile are delivered once, afterwards.
    ///
    /// A fault or an error stops the plugin: the server shows it as failed with the error's text.
    ///
    /// Since server 5.2. Go: `Hooks.OnActivate`.
    ///
    /// # Errors
    /// Whatever keeps the plugin from working.
    fn activate(ctx: Activation<Self::Settings>) -> impl Future<Output = Result<Self, Error>> + Send;

    /// The server is about to stop the plugin; afterwards no hook is called.
    ///
    /// Tasks of [`Tasks::spawn`] are cancelled after it. At the end of the whole server there are 10 s for it.
    ///
    /// A fault is logged by the server; the plugin stops anyway.
    ///
    /// Since server 5.2. Go: `Hooks.OnDeactivate`.
    ///
    /// # Errors
    /// Logged by the server.
    fn on_deactivate(&self) -> impl Future<Output = Result<(), Error>> + Send {
        async { Ok(()) }
    }

    /// The server's configuration changed; `settings` are the plugin's own, read anew.
    ///
    /// The server calls it for every change of its configuration, also when the plugin's settings are the same, and
    /// the saving of that configuration waits for it: be quick. Settings that cannot be read never get here: the old
    /// ones stay and the server logs why.
    ///
    /// A fault is logged by the server.
    ///
    /// Since server 5.2. Go: `Hooks.OnConfigurationChange`.
    ///
    /// # Errors
    /// Logged by the server.
    fn on_configuration_change(
        &self,
        settings: Arc<Self::Settings>,
    ) -> impl Future<Output = Result<(), Error>> + Send {
        let _ = settings;
        async { Ok(()) }
    }

    /// A post is about to be stored: let it through, change it, refuse it.
    ///
    /// The person who posts waits for it. The post has no metadata. Several plugins see a post one after the other, in
    /// no fixed order.
    ///
    /// A fault lets the post through unchanged.
    ///
    /// Since server 5.2. Go: `Hooks.MessageWillBePosted`.
    fn message_will_be_posted(&self, ctx: Context, post: Post) -> impl Future<Output = PostDecision> + Send {
        let _ = (ctx, post);
        async { PostDecision::Allow }
    }

    /// A post has been stored. It may be the plugin's own: beware of answering yourself.
    ///
    /// A fault changes nothing for the server.
    ///
    /// Since server 5.2. Go: `Hooks.MessageHasBeenPosted`.
    fn message_has_been_posted(&self, ctx: Context, post: Post) -> impl Future<Output = ()> + Send {
        let _ = (ctx, post);
        async {}
    }

    /// Someone used a slash command that the plugin registered (see [`Api::register_command`](crate::Api::register_command)).
    ///
    /// A fault is shown to the person as an error of the command.
    ///
    /// Since server 5.2. Go: `Hooks.ExecuteCommand`.
    ///
    /// # Errors
    /// Shown to the person who used the command.
    fn execute_command(
        &self,
        ctx: Context,
        args: CommandArgs,
    ) -> impl Future<Output = Result<CommandResponse, AppError>> + Send {
        let _ = ctx;
        async move {
            let text = format!("{}: this plugin has no such command", args.command);
            Err(AppError::new("ExecuteCommand", "mmplugin.command.missing", text, 404))
        }
    }

    /// An HTTP request to `/plugins/<id>/…`, with that prefix taken off its path.
    ///
    /// Who asks tells [`http::Identity`](crate::http::Identity); the server lets requests without a session through.
    /// Any tower service, such as an axum `Router`, can answer: see [`http::respond`](crate::http::respond). Both
    /// bodies stream. When the client has gone, writing the answer fails and its body is dropped.
    ///
    /// A fault answers status 500.
    ///
    /// Since server 5.2. Go: `Hooks.ServeHTTP`.
    fn serve_http(
        &self,
        ctx: Context,
        request: Request<Body>,
    ) -> impl Future<Output = Response<Body>> + Send {
        let _ = (ctx, request);
        async { crate::http::not_found() }
    }
}

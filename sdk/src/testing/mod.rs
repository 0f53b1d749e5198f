//! A server for tests: runs a plugin in the test's own process, over the real wire.
//!
//! The plugin's side is the one that runs in production, on a socket pair instead of a socket: what a test sees has
//! gone through gob, net/rpc and yamux. The server's side keeps its data in memory; see [`Server`].
//!
//! ```
//! use mmplugin::prelude::*;
//! use mmplugin::testing::Host;
//!
//! struct Hello;
//!
//! #[mmplugin::plugin(id = "com.example.hello")]
//! impl Hooks for Hello {
//!     async fn activate(_ctx: Activation) -> Result<Self, Error> {
//!         Ok(Hello)
//!     }
//!
//!     async fn message_will_be_posted(&self, _ctx: Context, post: Post) -> PostDecision {
//!         if post.message.contains("secret") { PostDecision::reject("keep it to yourself") } else { PostDecision::Allow }
//!     }
//! }
//!
//! # mmplugin::testing::block_on(async {
//! let host = Host::<Hello>::start().await?;
//! let post = Post { message: "the secret is out".into(), ..Post::default() };
//! assert_eq!(host.message_will_be_posted(post).await?, PostDecision::reject("keep it to yourself"));
//! # Ok::<(), mmplugin::testing::HostError>(())
//! # }).unwrap();
//! ```

#[cfg(all(test, unix))]
mod allocations;
mod connection;
mod db;
mod http;
mod server;

use std::marker::PhantomData;

use ::http::{Request, Response};
use bytes::Bytes;
use serde_json::Value;
use thiserror::Error;

use crate::gob::Gob;
use crate::hooks::{Hooks, PostDecision};
use crate::http::Body;
use crate::model::{AppError, CommandArgs, CommandResponse, Context, Post};
use crate::netrpc::{CallError, Client, Empty};
use crate::wire;

use connection::Connection;
pub use db::{Answer, Database, Executed};
pub use server::{LogLine, Published, Server};

/// A server for tests with one active plugin of type `P`.
///
/// Dropping it ends the connection, as a server that is killed would; [`Host::deactivate`] ends it properly.
pub struct Host<P: Hooks> {
    hooks: Client,
    connection: Connection,
    server: Server,
    plugin: PhantomData<fn() -> P>,
}

/// Why a test host has no answer.
#[derive(Debug, Clone, Error)]
#[non_exhaustive]
pub enum HostError {
    /// The plugin refused to be activated, with its error's text.
    #[error("OnActivate: {0}")]
    Activate(String),
    /// A hook answered an error.
    #[error("{0}")]
    Hook(String),
    /// The call failed: a panic of the plugin, a fault on the wire.
    #[error("{0}")]
    Call(#[from] CallError),
    /// The connection could not be made.
    #[error("connection: {0}")]
    Connection(String),
}

impl<P: Hooks> Host<P> {
    /// Activates the plugin on a server without any data.
    ///
    /// # Errors
    /// [`HostError::Activate`] when the plugin refuses.
    pub async fn start() -> Result<Self, HostError> {
        Self::start_on(Server::new()).await
    }

    /// Activates the plugin on a prepared server.
    ///
    /// # Errors
    /// [`HostError::Activate`] when the plugin refuses.
    pub async fn start_on(server: Server) -> Result<Self, HostError> {
        let connection = Connection::open::<P>().await.map_err(HostError::Connection)?;
        Self::over(connection, server).await
    }

    async fn over(connection: Connection, server: Server) -> Result<Self, HostError> {
        let hooks = connection.dispense().await.map_err(HostError::Connection)?;
        let implemented: Vec<String> = hooks.call("Plugin.Implemented", &Empty {}).await?;
        debug_assert!(implemented.iter().any(|name| name == "OnActivate"));
        let args = connection.offer_api(server.clone());
        let returns: wire::OnActivateReturns = hooks.call("Plugin.OnActivate", &args).await?;
        match returns.a {
            Some(error) => Err(HostError::Activate(error.to_string())),
            None => Ok(Self { hooks, connection, server, plugin: PhantomData }),
        }
    }

    /// The server's data: what the plugin stored, posted and logged, and what it gets to see.
    pub fn server(&self) -> &Server {
        &self.server
    }

    /// `MessageWillBePosted`. A replacement is laid over `post` as the server does it.
    ///
    /// # Errors
    /// [`HostError::Call`] when the plugin panicked; the server would store the post unchanged.
    pub async fn message_will_be_posted(&self, post: Post) -> Result<PostDecision, HostError> {
        let args = wire::MessageWillBePostedArgs { a: Some(Context::default()), b: Some(post) };
        let returns: wire::MessageWillBePostedReturns = self.call("MessageWillBePosted", &args).await?;
        Ok(PostDecision::from_wire(returns.a, returns.b))
    }

    /// `MessageHasBeenPosted`.
    ///
    /// # Errors
    /// [`HostError::Call`] when the plugin panicked.
    pub async fn message_has_been_posted(&self, post: Post) -> Result<(), HostError> {
        let args = wire::MessageHasBeenPostedArgs { a: Some(Context::default()), b: Some(post) };
        self.call::<_, Empty>("MessageHasBeenPosted", &args).await.map(drop)
    }

    /// `ExecuteCommand`: the inner result is the plugin's own.
    ///
    /// # Errors
    /// [`HostError::Call`] when the call failed.
    pub async fn execute_command(
        &self,
        args: CommandArgs,
    ) -> Result<Result<CommandResponse, AppError>, HostError> {
        let args = wire::ExecuteCommandArgs { a: Some(Context::default()), b: Some(args) };
        let returns: wire::ExecuteCommandReturns = self.call("ExecuteCommand", &args).await?;
        Ok(match returns.b {
            Some(error) => Err(error),
            None => Ok(returns.a.unwrap_or_default()),
        })
    }

    /// `ServeHTTP`: reads the whole answer.
    ///
    /// # Errors
    /// [`HostError::Call`] when the plugin panicked while it wrote; a panic before that is an answer of status 500.
    pub async fn request(&self, request: Request<Body>) -> Result<Response<Bytes>, HostError> {
        http::exchange(&self.connection, &self.hooks, request).await
    }

    /// A `GET` without a session.
    ///
    /// # Errors
    /// As [`Host::request`].
    pub async fn get(&self, path: &str) -> Result<Response<Bytes>, HostError> {
        let request = Request::get(path).body(Body::empty());
        self.request(request.map_err(|error| HostError::Connection(error.to_string()))?).await
    }

    /// Saves other settings for the plugin and tells it, as the System Console does.
    ///
    /// # Errors
    /// [`HostError::Hook`] when the settings cannot be read or the plugin refuses them.
    pub async fn configure(&self, settings: Value) -> Result<(), HostError> {
        self.server.set_config(settings);
        let returns: wire::OnConfigurationChangeReturns =
            self.call("OnConfigurationChange", &wire::OnConfigurationChangeArgs {}).await?;
        returns.a.map_or(Ok(()), |error| Err(HostError::Hook(error.to_string())))
    }

    /// Deactivates the plugin and ends the connection.
    ///
    /// # Errors
    /// [`HostError::Hook`] with the error of the plugin; it is gone all the same.
    pub async fn deactivate(self) -> Result<(), HostError> {
        let returns: wire::OnDeactivateReturns =
            self.call("OnDeactivate", &wire::OnDeactivateArgs {}).await?;
        self.connection.quit().await.map_err(HostError::Connection)?;
        returns.a.map_or(Ok(()), |error| Err(HostError::Hook(error.to_string())))
    }

    async fn call<A: Gob, R: Gob + Send>(&self, hook: &str, args: &A) -> Result<R, HostError> {
        Ok(self.hooks.call(&["Plugin.", hook].concat(), args).await?)
    }
}

/// Runs a test's future to its end on a runtime like the one that plugins get.
///
/// # Panics
/// When the runtime's threads cannot be started.
pub fn block_on<F: std::future::Future>(future: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.expect("the threads of a test can be started").block_on(future)
}

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
mod alone;
mod assert;
mod clock;
mod connection;
mod db;
mod diff;
mod generated;
mod http;
mod method;
mod record;
mod script;
mod server;
mod state;
mod streamed;
mod streams;
mod takeover;
#[cfg(test)]
mod tests;
mod upload;

use std::marker::PhantomData;
use std::sync::{Mutex, PoisonError};

use ::http::{Request, Response};
use bytes::Bytes;
use serde_json::Value;
use thiserror::Error;

use crate::gob::Gob;
use crate::hooks::{Decision, Hooks};
use crate::http::Body;
use crate::model::{Context, FileInfo, Post};
use crate::netrpc::{CallError, Client, Empty};
use crate::wire;

pub use assert::{assert_has, assert_same};
pub use clock::Clock;
use connection::Connection;
pub use db::{Answer, Database, Executed};
pub use method::Method;
pub use record::RecordedCall;
pub use script::{Script, app_error};
pub use server::{LogLine, Published, Server};
pub use upload::Uploaded;

/// The calls of all API methods: what scripts and records are typed by.
pub mod calls {
    pub use super::generated::calls::*;
    pub use super::streamed::{InstallPlugin, PluginHttp, UploadData};
}

/// A server for tests with one active plugin of type `P`.
///
/// Dropping it ends the connection, as a server that is killed would; [`Host::deactivate`] ends it properly.
pub struct Host<P: Hooks> {
    hooks: Client,
    connection: Connection,
    server: Server,
    context: Mutex<Context>,
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

impl HostError {
    /// The error that a hook answered, if it did.
    fn check(error: Option<wire::HostError>) -> Result<(), Self> {
        error.map_or(Ok(()), |error| Err(Self::Hook(error.to_string())))
    }
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

    /// Connects without activating, for tests of what a plugin does too early.
    #[doc(hidden)]
    pub async fn connect(server: Server) -> Result<Self, HostError> {
        let connection = Connection::open::<P>().await.map_err(HostError::Connection)?;
        Self::new(connection, server).await
    }

    /// Activates the plugin at the other end of a connection.
    async fn over(connection: Connection, server: Server) -> Result<Self, HostError> {
        let host = Self::new(connection, server).await?;
        host.activate().await?;
        Ok(host)
    }

    async fn new(connection: Connection, server: Server) -> Result<Self, HostError> {
        let hooks = connection.dispense().await.map_err(HostError::Connection)?;
        Ok(Self { hooks, connection, server, context: Mutex::default(), plugin: PhantomData })
    }

    async fn activate(&self) -> Result<(), HostError> {
        let implemented: Vec<String> = self.call("Implemented", &Empty {}).await?;
        debug_assert!(implemented.iter().any(|name| name == "OnActivate"));
        let args = self.connection.offer_api(self.server.clone(), P::ID);
        let returns: wire::OnActivateReturns = self.call("OnActivate", &args).await?;
        returns.a.map_or(Ok(()), |error| Err(HostError::Activate(error.to_string())))
    }

    /// The server's data: what the plugin stored, posted and logged, and what it gets to see.
    pub fn server(&self) -> &Server {
        &self.server
    }

    /// From now on hooks are called in this context: of a session, say.
    pub fn set_context(&self, context: Context) {
        *self.context.lock().unwrap_or_else(PoisonError::into_inner) = context;
    }

    pub(crate) fn context(&self) -> Context {
        self.context.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// `MessageWillBeUpdated`: no replacement when the plugin sent the new post back as it was.
    ///
    /// # Errors
    /// [`HostError::Call`] when the plugin panicked or has no such hook; a server would take the new post.
    pub async fn message_will_be_updated(
        &self,
        new_post: Post,
        old_post: Post,
    ) -> Result<Decision<Post>, HostError> {
        let (b, c) = (Some(new_post.clone()), Some(old_post));
        let args = wire::MessageWillBeUpdatedArgs { a: Some(self.context()), b, c };
        let returns: wire::MessageWillBeUpdatedReturns = self.call("MessageWillBeUpdated", &args).await?;
        Ok(match returns.a {
            None => Decision::Reject(returns.b),
            Some(post) if post == new_post => Decision::Allow,
            Some(post) => Decision::replace(post),
        })
    }

    /// `FileWillBeUploaded`: what is stored in the end.
    ///
    /// # Errors
    /// [`HostError::Call`] when the plugin panicked or has no such hook; a server would store the file as it came.
    pub async fn file_will_be_uploaded(
        &self,
        info: FileInfo,
        content: impl Into<Bytes>,
    ) -> Result<Uploaded, HostError> {
        upload::exchange(self, info, content.into()).await
    }

    /// `ServeHTTP`: reads the whole answer.
    ///
    /// # Errors
    /// [`HostError::Call`] when the plugin panicked while it wrote; a panic before that is an answer of status 500.
    pub async fn request(&self, request: Request<Body>) -> Result<Response<Bytes>, HostError> {
        http::exchange(&self.connection, &self.hooks, http::Kind::Plugin, request).await
    }

    /// `ServeMetrics`: as [`Host::request`], by the server's listener for metrics.
    ///
    /// # Errors
    /// As [`Host::request`].
    pub async fn metrics(&self, request: Request<Body>) -> Result<Response<Bytes>, HostError> {
        http::exchange(&self.connection, &self.hooks, http::Kind::Metrics, request).await
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
        HostError::check(returns.a)
    }

    /// Deactivates the plugin and ends the connection.
    ///
    /// # Errors
    /// [`HostError::Hook`] with the error of the plugin; it is gone all the same.
    pub async fn deactivate(self) -> Result<(), HostError> {
        let returns: wire::OnDeactivateReturns =
            self.call("OnDeactivate", &wire::OnDeactivateArgs {}).await?;
        self.connection.quit().await.map_err(HostError::Connection)?;
        HostError::check(returns.a)
    }

    /// Calls a hook by its Go name with arguments as they travel, right or wrong.
    #[doc(hidden)]
    pub async fn call<A: Gob, R: Gob + Send>(&self, hook: &str, args: &A) -> Result<R, HostError> {
        Ok(self.hooks.call(&["Plugin.", hook].concat(), args).await?)
    }

    /// As [`Host::call`] for hooks whose answer is laid over what was sent.
    async fn call_onto<A: Gob, R: Gob + Send>(&self, hook: &str, args: &A, onto: R) -> Result<R, HostError> {
        Ok(self.hooks.call_onto(&["Plugin.", hook].concat(), args, onto).await?)
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

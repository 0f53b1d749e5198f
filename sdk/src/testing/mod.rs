//! A server for tests: runs a plugin in the test's own process, over the real wire.
//!
//! The plugin's side is the one that runs in production, on a socket pair instead of a socket: what a test sees has
//! gone through gob, net/rpc and yamux. The server's side is a [`Server`] with its data in memory. A test takes
//! milliseconds, needs nothing of the machine, and runs beside any other, since nothing is shared between servers.
//!
//! Switch the feature on where the tests are:
//!
//! ```toml
//! [dev-dependencies]
//! mmplugin = { version = "0.1", features = ["testing"] }
//! ```
//!
//! # A first test
//!
//! ```
//! use mmplugin::prelude::*;
//! use mmplugin::testing::{Host, HostError, Server};
//!
//! /// Answers in the channel when somebody says hello.
//! struct Hello {
//!     api: Api,
//! }
//!
//! #[mmplugin::plugin(id = "com.example.hello")]
//! impl Hooks for Hello {
//!     async fn activate(ctx: Activation) -> Result<Self, Error> {
//!         Ok(Hello { api: ctx.api })
//!     }
//!
//!     async fn message_has_been_posted(&self, _ctx: Context, post: Post) {
//!         if post.message != "hello" {
//!             return;
//!         }
//!         let name = self.api.get_user(&post.user_id).await.map_or("stranger".into(), |user| user.username);
//!         let answer = Post { channel_id: post.channel_id, message: format!("Hi {name}!"), ..Post::default() };
//!         let _ = self.api.create_post(&answer).await;
//!     }
//! }
//!
//! # mmplugin::testing::block_on(async {
//! let server = Server::new();
//! let anna = server.add_user(User { username: "anna".into(), ..User::default() });
//!
//! let host = Host::<Hello>::start_on(server).await?;
//! let post = Post { user_id: anna.id, message: "hello".into(), ..Post::default() };
//! host.message_has_been_posted(post).await?;
//!
//! host.server().assert_posted(&Post { message: "Hi anna!".into(), ..Post::default() });
//! # Ok::<(), HostError>(())
//! # }).unwrap();
//! ```
//!
//! [`Host`] has a method for every hook, [`Host::request`] for HTTP, [`Host::upgrade`] for connections that are taken
//! over, [`Host::configure`] for new settings. A part of a plugin that needs no more than an [`Api`](crate::Api) is tested
//! with that of [`Server::api`], without a plugin around it. In a test without a runtime of its own, [`block_on`] runs it.
//!
//! # What the server knows
//!
//! Some of the API is answered from the server's data, with the errors and the status of a real one: users, their status,
//! preferences, sessions and rights, bots, teams, channels, members, posts, ephemeral posts, reactions, files, the
//! key-value store, the settings, registered commands, facts such as version and bundle path. Put in what a test needs
//! (`server.add_user(…)`), and look at what the plugin made of it (`server.posts()`, `server.kv("key")`). Calls that only
//! send something off (mail, push notifications, dialogs, events) succeed and are recorded. The database is scripted by
//! [`Server::database`], other plugins by [`Server::add_plugin`].
//!
//! It is no copy of the server: rights are not checked, what happens does not call hooks, and channels need not exist
//! for posts to be made in them. [`Server::set_version`] makes it an old server, which lacks what came later.
//!
//! # Scripts
//!
//! Whatever the server would do, a test can say what any of the API's methods answers. The types in [`calls`] name the
//! methods, and their fields are the arguments:
//!
//! ```
//! use mmplugin::model::User;
//! use mmplugin::testing::{Server, app_error, calls};
//!
//! let server = Server::new();
//! // By a function that sees the call …
//! server.on(|call: calls::GetUser| match call.user_id.as_str() {
//!     "anna" => Ok(User { username: "anna".into(), ..User::default() }),
//!     _ => Err(app_error(404, "no such user")),
//! });
//! // … as a value, here for one mail only …
//! server.answer::<calls::SendMail>(Ok(())).when(|mail| mail.to.ends_with("@example.com")).once();
//! // … or as a failure, after a minute by the server's clock.
//! server.fail::<calls::GetConfig>("timeout").after(std::time::Duration::from_secs(60));
//! ```
//!
//! Scripts win over the server; see [`Script`] for their order. A call that neither knows fails with a text that names it.
//! [`Server::verify`] at the end of a test finds these, and scripts that were not used up.
//!
//! # Records and assertions
//!
//! ```no_run
//! use mmplugin::model::Post;
//! use mmplugin::testing::{Server, calls};
//! # let server = Server::new();
//!
//! assert_eq!(server.calls(), ["GetUser", "CreatePost"]);
//! assert_eq!(server.calls_of::<calls::GetUser>()[0].user_id, "anna");
//! server.assert_called(&calls::KvDelete { key: "draft".into() });
//! server.assert_not_called::<calls::SendMail>();
//!
//! // Compares the fields that are set here; gives the whole post.
//! let post = server.assert_posted(&Post { message: "Hi anna!".into(), ..Post::default() });
//! let event = server.assert_published("refreshed", &serde_json::json!({ "count": 3 }));
//! server.verify();
//! ```
//!
//! One that fails says what differs, and fails at its line in the test:
//!
//! ```text
//! no post of the plugin is as expected; the closest of 2 differs:
//!   message: expected "Hi anna!", got "Hi stranger!"
//! all calls:
//!   GetUser(user_id: "user00000000000000000000001")
//!   CreatePost(post: {"ChannelId":"town","Message":"Hi stranger!"})
//! ```
//!
//! What the plugin says with `tracing` is in [`Server::logs`], plugin by plugin, whatever runs beside it;
//! [`Server::assert_logged`] looks there. [`assert_same`] and [`assert_has`] do the same for any two values. What a plugin does by itself, in a task, say, comes
//! later than the answer of its hook: [`Server::until`] waits for it.
//!
//! # Time
//!
//! Posts, sessions, keys that expire and delayed answers go by one [`Clock`]:
//!
//! ```
//! use std::time::Duration;
//! use mmplugin::testing::Server;
//!
//! # mmplugin::testing::block_on(async {
//! let server = Server::new();
//! let api = server.api();
//! api.kv_set_with_expiry("code", b"1234", 300).await?;
//! server.clock().advance(Duration::from_secs(299));
//! assert!(api.kv_get("code").await?.is_some());
//! server.clock().advance(Duration::from_secs(1));
//! assert!(api.kv_get("code").await?.is_none());
//! # Ok::<(), mmplugin::ApiError>(())
//! # }).unwrap();
//! ```
//!
//! # The key-value store
//!
//! It keeps the server's rules: setting nothing, or no bytes, deletes; keys have 1 to 150 characters; an expired key is
//! neither read nor listed, but for one millisecond it still stands in the way of a new one; a list's pages are sorted and
//! hold ten keys unless told otherwise. [`Api::ensure_bot_user`](crate::Api::ensure_bot_user) leaves the bot's id under
//! `mmi_botid`, among the plugin's own keys: `kv_list` lists it and `kv_delete_all` forgets it, here as there.

#[cfg(all(test, unix))]
mod allocations;
mod alone;
mod assert;
mod clock;
mod connection;
mod db;
mod diff;
mod generated;
#[doc(hidden)]
pub mod hostile;
mod http;
mod logs;
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
        let connection = Connection::open::<P>(&server).await.map_err(HostError::Connection)?;
        Self::over(connection, server).await
    }

    /// Connects without activating, for tests of what a plugin does too early.
    #[doc(hidden)]
    pub async fn connect(server: Server) -> Result<Self, HostError> {
        let connection = Connection::open::<P>(&server).await.map_err(HostError::Connection)?;
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

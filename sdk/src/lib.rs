//! Write Mattermost server plugins in Rust.
//!
//! A plugin is a type with hooks. The server starts its executable, activates it, and calls the hooks it implements;
//! the plugin calls the server's API whenever it likes.
//!
//! ```no_run
//! use mmplugin::prelude::*;
//!
//! struct Hello {
//!     api: Api,
//! }
//!
//! #[mmplugin::plugin(id = "com.example.hello", min_server_version = "9.3.0")]
//! impl Hooks for Hello {
//!     async fn activate(ctx: Activation) -> Result<Self, Error> {
//!         Ok(Hello { api: ctx.api })
//!     }
//!
//!     async fn message_will_be_posted(&self, _ctx: Context, mut post: Post) -> PostDecision {
//!         if !post.message.contains("hello") {
//!             return PostDecision::Allow;
//!         }
//!         if let Ok(user) = self.api.get_user(&post.user_id).await {
//!             post.message.push_str(&format!("\n(said {})", user.username));
//!         }
//!         PostDecision::replace(post)
//!     }
//!
//!     async fn serve_http(&self, _ctx: Context, _request: Request<Body>) -> Response<Body> {
//!         Response::new("Hello, world!".into())
//!     }
//! }
//!
//! fn main() -> std::process::ExitCode {
//!     mmplugin::run::<Hello>()
//! }
//! ```
//!
//! # Where things are
//! - [`Hooks`], [`plugin`](macro@plugin), [`run`]: the plugin itself; [`Activation`]: what it gets to start with.
//! - [`Api`]: what it can ask of the server; [`model`]: the types in between.
//! - [`db`]: SQL on the server's database.
//! - [`http`]: requests to `/plugins/<id>/…`; [`Settings`](macro@Settings): the plugin's page in the System Console;
//!   [`log`]: `tracing` to the server's log; [`testing`]: a server for tests (feature `testing`).
//! - `integrations`: webhooks, commands with a URL, dialogs, Apps: bodies and checks (feature `integrations`).
//! - [`gob`], [`yamux`], [`netrpc`], [`goplugin`]: the wire, layer by layer. No plugin needs them.

// Macros and generated code name this crate by its public path, inside it as outside.
extern crate self as mmplugin;

pub mod api;
pub mod db;
mod error;
pub mod gob;
pub mod goplugin;
#[cfg(feature = "grpc")]
pub mod grpc;
pub mod hooks;
pub mod http;
#[cfg(feature = "integrations")]
pub mod integrations;
mod link;
pub mod log;
pub mod model;
pub mod netrpc;
pub mod prelude;
mod runtime;
pub mod settings;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod wire;
pub mod yamux;

#[doc(hidden)]
pub mod __private;

pub use api::{Api, ApiError};
pub use error::Error;
pub use hooks::{Activation, Decision, Hooks, PostDecision, UploadDecision, Verdict};
pub use mmplugin_macros::Gob;
#[doc = include_str!("../docs/settings.md")]
pub use mmplugin_macros::Settings;
#[doc = include_str!("../docs/plugin.md")]
pub use mmplugin_macros::plugin;
pub use runtime::run;
pub use settings::Settings;

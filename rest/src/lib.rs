//! A client of Mattermost's REST API, version 4: typed, and blocking.
//!
//! ```no_run
//! use mmplugin_rest::model::{Post, UserSearch};
//! use mmplugin_rest::{Client, Error, Secret};
//!
//! fn main() -> Result<(), Error> {
//!     let mut client = Client::new("https://chat.example.com")?;
//!     client.set_token(Secret::new(&std::env::var("MM_TOKEN").unwrap_or_default()));
//!
//!     let channel = client.get_channel_by_name_for_team_name("team", "town-square")?;
//!     let post = Post { channel_id: channel.id, message: "Hello".into(), ..Post::default() };
//!     let post = client.create_post(&post)?;
//!     client.reply(&post, "and more in the thread")?;
//!
//!     match client.get_user_by_username("nobody") {
//!         Ok(user) => println!("{} is here", user.username),
//!         Err(error) if error.is_not_found() => println!("no such user"),
//!         Err(error) => return Err(error), // GET /users/username/nobody: 401: Invalid or expired session … (api.context…)
//!     }
//!     for user in client.get_users(&Default::default()) {
//!         println!("{}", user?.username); // pages are asked for on the way
//!     }
//!     Ok(())
//! }
//! ```
//!
//! - **Types** are those of [`mmplugin::model`], ids included: they are JSON as Mattermost writes it. What the SDK has no type
//!   for is here ([`OutgoingWebhook`], [`Plugins`]). Addresses without a method: [`Client::get`], [`Client::post`],
//!   [`Client::put`], [`Client::delete`].
//! - **Methods** are named as in Go's `model.Client4`, with the address at the end of their docs.
//! - **Who asks**: [`Client::set_token`], or a session by [`Client::login`] until [`Client::logout`]; over the server's own
//!   socket ([`Client::local`]) nobody has to say who they are.
//! - **Secrets** ([`Secret`]) do not show in `Debug` or in errors. They go over https or to this machine only, unless
//!   [`Builder::allow_http`] says otherwise, and never along with a redirect: redirects are errors.
//!
//! # Time and repetition
//! Connecting has ten seconds, an answer thirty ([`Builder::timeout`]); what starts plugins or moves files has three
//! minutes. A rate limit (status 429) is waited for as the server says, up to twenty seconds at a time
//! ([`Builder::longest_pause`]) and three times. Questions, which change nothing, are asked up to four times when the
//! connection to a server that has answered before breaks, or when a proxy says that nobody is behind it (502 to 504);
//! nothing else is repeated, since it may have been done. What takes too long is not repeated either.
//!
//! # In async programs
//! The client blocks its thread, so it belongs on one that may wait. Clones are cheap:
//!
//! ```no_run
//! # use mmplugin_rest::{Client, Error, model::User};
//! async fn me(client: &Client) -> Result<User, Error> {
//!     let client = client.clone();
//!     let me = tokio::task::spawn_blocking(move || client.get_me()).await;
//!     me.expect("the request does not panic")
//! }
//! ```
//!
//! [`Pages`] own their client: such a task can walk through them and send the items through a channel.
//! A plugin has no need of this client: its server is at the other end of `mmplugin::Api`.

mod cancel;
mod channels;
mod client;
mod error;
mod files;
mod http;
mod integrations;
mod pages;
mod path;
mod place;
mod plugins;
mod posts;
mod secret;
#[cfg(unix)]
mod socket;
mod system;
mod teams;
mod upload;
mod users;

pub use cancel::Cancel;
pub use client::{Builder, Client};
pub use error::{ApiError, Error};
pub use integrations::{IncomingWebhook, IncomingWebhookId, OutgoingWebhook, OutgoingWebhookId, TriggerWhen};
pub use pages::Pages;
pub use place::{BadAddress, Place};
pub use plugins::Plugins;
pub use posts::{PostPatch, in_order};
pub use secret::Secret;
pub use system::Ping;
pub use upload::Sent;
pub use users::NewAccessToken;

/// The SDK's types, for programs that have no other use for it.
pub use mmplugin::model;

/// The README's example, compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

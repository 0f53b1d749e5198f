//! The Apps framework: calls over HTTP between the server's Apps plugin and an app.
//!
//! An app is a web server. It shows a [`Manifest`] at an address of its choice, answers `POST /bindings` with the places
//! where it wants to be seen ([`CallResponse::bindings`]), and gets a [`CallRequest`] at the path of a [`Call`] whenever
//! somebody uses one of them. Every call carries a JSON Web Token signed with the app's secret, which
//! [`AppSecret::call`] checks.
//!
//! The framework ended with Mattermost 10: servers from there on have no Apps plugin. For those, write a plugin with a
//! command or a dialog.
//!
//! ```
//! use http::HeaderMap;
//! use mmplugin::integrations::apps::{AppSecret, CallError, CallResponse};
//!
//! /// The handler of any web framework: headers and body in, JSON out.
//! fn send(secret: &AppSecret, headers: &HeaderMap, body: &[u8]) -> Result<CallResponse, CallError> {
//!     let call = secret.call(headers, body)?;
//!     let zone = call.value("zone").unwrap_or("Asia/Tokyo");
//!     Ok(CallResponse::text(format!("You chose {zone}.")))
//! }
//! # let secret = AppSecret::new("s3cret");
//! # let claims = mmplugin::integrations::apps::Claims::in_minutes(15, "u1".into());
//! # let bearer = format!("Bearer {}", secret.sign(&claims)).parse().unwrap();
//! # let headers = HeaderMap::from_iter([(mmplugin::integrations::apps::AUTHORIZATION, bearer)]);
//! # let body = br#"{"path":"/send","context":{"acting_user":{"id":"u1"}},"values":{"zone":{"label":"x","value":"UTC"}}}"#;
//! # assert_eq!(send(&secret, &headers, body).unwrap(), CallResponse::text("You chose UTC."));
//! # assert!(send(&secret, &HeaderMap::new(), body).is_err());
//! ```

mod binding;
mod call;
mod context;
mod form;
mod jwt;
mod manifest;
mod secret;
mod short;

pub use binding::Binding;
pub use call::{Call, CallRequest, CallResponse, CallResponseType, Expand, ExpandLevel};
pub use context::{App, Context, OAuth2Context, Subject};
pub use form::{Field, FieldType, Form, SelectOption, TextFieldSubtype};
pub use jwt::{Claims, JwtError};
pub use manifest::{HttpDeploy, Manifest, Permission, RemoteWebhookAuthType};
pub use secret::{AUTHORIZATION, AppSecret, CallError};

/// Location of buttons in the header of channels. They need an icon.
pub const CHANNEL_HEADER: &str = "/channel_header";
/// Location of slash commands.
pub const COMMAND: &str = "/command";
/// Location of entries in the menu of posts.
pub const POST_MENU: &str = "/post_menu";
/// Location of what is embedded in posts.
pub const IN_POST: &str = "/in_post";

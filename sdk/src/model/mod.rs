//! The server's own types: posts, users, channels, its configuration.
//!
//! Generated from the schema, with every field of every supported server: what a server does not have is left at its
//! default, and what it does not know it skips. Names follow Go's mechanically (`SiteURL` → `site_url`), so that Go's
//! docs stay searchable; a trailing `_` keeps away from Rust's words (`type_`). All types travel as gob and are JSON
//! with Mattermost's names.
//!
//! - Ids are types ([`UserId`], [`ChannelId`] …). The empty id is a value, Go's "none", not a `None`.
//! - String types with known values are enums that keep values they do not know ([`ChannelType`]).
//! - Go's pointers are `Option`. Go leaves zeros away, so a pointer to zero arrives as `None`: see [`Config`].
//! - Go's strings need not be UTF-8; what is not becomes `U+FFFD`.

mod any_json;
mod app_error;
mod generated;
mod ids;
pub(crate) mod json;
pub(crate) mod open;
mod permission;
pub(crate) mod props;
pub(crate) mod record;
mod special_json;

pub use crate::gob::StringMap;
pub use generated::*;
pub use ids::*;
pub use json::RawJson;
pub use props::StringInterface;

/// The name that the wire and older servers have for [`MessageAttachment`].
pub type SlackAttachment = MessageAttachment;

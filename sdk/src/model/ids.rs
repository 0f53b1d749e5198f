//! Ids that cannot be mixed up: a user's is no channel's.

use std::borrow::Borrow;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Gob;
use crate::gob::ShortText;

macro_rules! ids {
    ($($(#[$docs:meta])* $name:ident)*) => {$(
        $(#[$docs])*
        ///
        /// Travels as a string, on the wire and in JSON. The empty id is a value, Go's "none": see `is_empty`.
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Gob, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(ShortText);

        impl $name {
            /// Wraps a string as it is; nothing is checked.
            pub fn new(id: impl AsRef<str>) -> Self {
                Self(id.as_ref().into())
            }

            /// The id as text.
            pub fn as_str(&self) -> &str {
                self.0.as_str()
            }

            /// True for the id that names nothing.
            pub fn is_empty(&self) -> bool {
                self.0.is_empty()
            }

            /// The text as a string of its own.
            pub fn into_string(self) -> String {
                self.0.into_string()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&self.0, f)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }

        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                self.as_str()
            }
        }

        impl From<&str> for $name {
            fn from(id: &str) -> Self {
                Self(id.into())
            }
        }

        impl From<String> for $name {
            fn from(id: String) -> Self {
                Self(id.into())
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.into_string()
            }
        }

        impl PartialEq<str> for $name {
            fn eq(&self, other: &str) -> bool {
                self.as_str() == other
            }
        }

        impl PartialEq<&str> for $name {
            fn eq(&self, other: &&str) -> bool {
                self.as_str() == *other
            }
        }
    )*};
}

ids! {
    /// Names a user.
    UserId
    /// Names a team.
    TeamId
    /// Names a channel.
    ChannelId
    /// Names a post.
    PostId
    /// Names an uploaded file.
    FileId
    /// Names a custom emoji.
    EmojiId
    /// Names a slash command.
    CommandId
    /// Names a session.
    SessionId
    /// Names a user group.
    GroupId
    /// Names a personal access token; it is not the token itself.
    TokenId
    /// Names an upload in pieces.
    UploadId
    /// Names an OAuth application.
    OAuthAppId
    /// Names a group of custom properties.
    PropertyGroupId
    /// Names a field of custom properties.
    PropertyFieldId
    /// Names what one thing has for one field of custom properties.
    PropertyValueId
    /// Names a category in a user's sidebar; those of built-in ones hold the user's and the team's id.
    SidebarCategoryId
    /// Names a server, or a plugin, that shares channels with this one.
    RemoteId
    /// Names one WebSocket connection: one screen of a user.
    ConnectionId
    /// Allows for a few seconds to open a dialog on a user's screen; it is signed by the server.
    TriggerId
    /// Names a scheme of permissions.
    SchemeId
    /// Names a policy of data retention.
    PolicyId
    /// Names a node of the server's cluster.
    NodeId
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_strings_in_json_and_on_screen() {
        let id = UserId::from("u1");
        assert_eq!(serde_json::to_string(&id).unwrap(), r#""u1""#);
        assert_eq!(serde_json::from_str::<UserId>(r#""u1""#).unwrap(), id);
        assert_eq!(format!("{id} {id:?} [{id:>4}]"), r#"u1 "u1" [  u1]"#);
        assert_eq!(id, "u1");
        assert_eq!(String::from(id), "u1");
    }

    #[test]
    fn the_empty_id_is_a_value() {
        assert!(PostId::default().is_empty());
        assert!(!PostId::new("p").is_empty());
    }
}

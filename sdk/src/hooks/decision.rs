//! What a plugin decides, as types; how each decision travels.

use std::collections::BTreeMap;

use crate::gob::{Explicit, Gob, Value};
use crate::model::Post;

/// The text that tells the host to drop a post without a word to its author.
///
/// Go: `plugin.DismissPostError`.
const DISMISS_POST: &str = "plugin.message_will_be_posted.dismiss_post";

/// What becomes of a post that is about to be stored.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub enum PostDecision {
    /// Store it as it came.
    #[default]
    Allow,
    /// Store this one instead.
    ///
    /// The host lays it over the original: every field travels, zeros and empty lists too, but keys that are missing
    /// in `props` stay as they were, since the wire has no way to remove a key of a map (set it to [`Value::Nil`]).
    Replace(Box<Post>),
    /// Refuse it; the author sees the reason.
    Reject(String),
    /// Drop it; the author sees nothing.
    Dismiss,
}

impl PostDecision {
    /// Stores `post` instead of what came.
    pub fn replace(post: Post) -> Self {
        Self::Replace(Box::new(post))
    }

    /// Refuses the post with a reason that its author sees.
    pub fn reject(reason: impl Into<String>) -> Self {
        Self::Reject(reason.into())
    }
}

/// `Z_MessageWillBePostedReturns`, with every field of the post written.
#[derive(Debug, Default, PartialEq, Gob)]
#[gob(name = "Z_MessageWillBePostedReturns")]
pub(crate) struct PostReturns {
    #[gob(name = "A")]
    a: Option<Explicit<Post>>,
    #[gob(name = "B")]
    b: String,
}

impl From<PostDecision> for PostReturns {
    fn from(decision: PostDecision) -> Self {
        match decision {
            PostDecision::Allow => Self::default(),
            PostDecision::Replace(post) => Self { a: Some(Explicit(*post)), b: String::new() },
            // An empty reason would let the post through.
            PostDecision::Reject(reason) if reason.is_empty() => Self { a: None, b: "rejected".to_owned() },
            PostDecision::Reject(reason) => Self { a: None, b: reason },
            PostDecision::Dismiss => Self { a: None, b: DISMISS_POST.to_owned() },
        }
    }
}

/// The keys of a post's props before the author saw it, to tell which of them were taken away.
pub(crate) struct PropKeys(Vec<String>);

impl PropKeys {
    pub(crate) fn of(props: &BTreeMap<String, Value>) -> Self {
        Self(props.keys().cloned().collect())
    }

    /// Logs the keys that the author removed: the host keeps them.
    pub(crate) fn warn_removed(&self, hook: &str, decision: &PostDecision) {
        let PostDecision::Replace(post) = decision else { return };
        let removed: Vec<_> = self.0.iter().filter(|key| !post.props.contains_key(*key)).collect();
        if !removed.is_empty() {
            tracing::warn!(
                hook,
                ?removed,
                "the host keeps props that the plugin removed; set them to null instead"
            );
        }
    }
}

#[cfg(any(test, feature = "testing"))]
impl PostDecision {
    /// Reads a decision as the host does.
    pub(crate) fn from_wire(post: Option<Post>, text: String) -> Self {
        match post {
            _ if text == DISMISS_POST => Self::Dismiss,
            _ if !text.is_empty() => Self::Reject(text),
            Some(post) => Self::replace(post),
            None => Self::Allow,
        }
    }
}

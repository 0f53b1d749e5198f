//! What a plugin decides, as types; how each decision travels.

use crate::gob::Explicit;
use crate::model::Post;

/// The text that tells the host to drop a post without a word to its author.
///
/// Go: `plugin.DismissPostError`.
const DISMISS_POST: &str = "plugin.message_will_be_posted.dismiss_post";

/// The reason of a refusal without one: an empty text would let things through.
const NO_REASON: &str = "rejected";

/// What becomes of a thing that is about to happen, and may be changed.
///
/// ```
/// use mmplugin::{Decision, model::ChannelMember};
///
/// fn decide(mut member: ChannelMember) -> Decision<ChannelMember> {
///     if member.scheme_guest {
///         return Decision::reject("no guests here");
///     }
///     member.notify_props.insert("push", "none");
///     Decision::replace(member)
/// }
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub enum Decision<T> {
    /// Let it happen as it is.
    #[default]
    Allow,
    /// Let this happen instead.
    Replace(Box<T>),
    /// Refuse it. The hook says who gets to see the reason.
    Reject(String),
}

impl<T> Decision<T> {
    /// Lets `value` happen instead.
    pub fn replace(value: T) -> Self {
        Self::Replace(Box::new(value))
    }

    /// Refuses it with a reason.
    pub fn reject(reason: impl Into<String>) -> Self {
        Self::Reject(reason.into())
    }

    pub(crate) fn into_wire(self) -> (Option<Explicit<Box<T>>>, String) {
        match self {
            Self::Allow => (None, String::new()),
            Self::Replace(value) => (Some(Explicit(value)), String::new()),
            Self::Reject(reason) => (None, some_reason(reason)),
        }
    }

    /// Reads a decision as the host does.
    #[cfg(any(test, feature = "testing"))]
    pub(crate) fn from_wire(value: Option<T>, reason: String) -> Self {
        match value {
            _ if !reason.is_empty() => Self::Reject(reason),
            Some(value) => Self::replace(value),
            None => Self::Allow,
        }
    }
}

#[cfg(any(test, feature = "testing"))]
impl<T: PartialEq> Decision<T> {
    /// Reads a decision that the host has laid over the original.
    pub(crate) fn from_merged(original: Option<&T>, value: Option<T>, reason: String) -> Self {
        Self::from_wire(value.filter(|value| Some(value) != original), reason)
    }
}

/// What becomes of a thing that is about to happen, and cannot be changed.
///
/// ```
/// use mmplugin::{Verdict, model::User};
///
/// fn decide(user: &User) -> Verdict {
///     if user.is_bot { Verdict::reject("bots have tokens") } else { Verdict::Allow }
/// }
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Verdict {
    /// Let it happen.
    #[default]
    Allow,
    /// Refuse it; the reason is shown.
    Reject(String),
}

impl Verdict {
    /// Refuses it with a reason.
    pub fn reject(reason: impl Into<String>) -> Self {
        Self::Reject(reason.into())
    }

    pub(crate) fn into_reason(self) -> String {
        match self {
            Self::Allow => String::new(),
            Self::Reject(reason) => some_reason(reason),
        }
    }

    /// Reads a verdict as the host does.
    #[cfg(any(test, feature = "testing"))]
    pub(crate) fn from_reason(reason: String) -> Self {
        if reason.is_empty() { Self::Allow } else { Self::Reject(reason) }
    }
}

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
    /// in `props` stay as they were, since the wire has no way to remove a key of a map (set it to
    /// [`Value::Nil`](crate::gob::Value::Nil)).
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

    pub(crate) fn into_wire(self) -> (Option<Explicit<Box<Post>>>, String) {
        match self {
            Self::Allow => (None, String::new()),
            Self::Replace(post) => (Some(Explicit(post)), String::new()),
            Self::Reject(reason) => (None, some_reason(reason)),
            Self::Dismiss => (None, DISMISS_POST.to_owned()),
        }
    }

    /// Reads a decision that the host has laid over the original.
    #[cfg(any(test, feature = "testing"))]
    pub(crate) fn from_merged(original: Option<&Post>, post: Option<Post>, reason: String) -> Self {
        match Decision::from_merged(original, post, reason) {
            Decision::Allow => Self::Allow,
            Decision::Replace(post) => Self::Replace(post),
            Decision::Reject(reason) if reason == DISMISS_POST => Self::Dismiss,
            Decision::Reject(reason) => Self::Reject(reason),
        }
    }
}

pub(super) fn some_reason(reason: String) -> String {
    if reason.is_empty() { NO_REASON.to_owned() } else { reason }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_reason_lets_nothing_through() {
        assert_eq!(Verdict::reject("").into_reason(), NO_REASON);
        assert_eq!(Decision::<Post>::reject("").into_wire().1, NO_REASON);
        assert_eq!(PostDecision::reject("").into_wire().1, NO_REASON);
    }

    #[test]
    fn decisions_come_back_as_the_host_reads_them() {
        let post = || Post { message: "x".into(), ..Post::default() };
        for decision in [Decision::Allow, Decision::replace(post()), Decision::reject("no")] {
            let (value, reason) = decision.clone().into_wire();
            assert_eq!(Decision::from_wire(value.map(|value| *value.0), reason), decision);
        }
        for verdict in [Verdict::Allow, Verdict::reject("no")] {
            assert_eq!(Verdict::from_reason(verdict.clone().into_reason()), verdict);
        }
        for decision in [PostDecision::Allow, PostDecision::replace(post()), PostDecision::Dismiss] {
            let (value, reason) = decision.clone().into_wire();
            assert_eq!(PostDecision::from_merged(None, value.map(|value| *value.0), reason), decision);
        }
    }
}

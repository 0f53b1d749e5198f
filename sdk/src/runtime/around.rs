//! What some hooks need around the author's future: things remembered from the arguments.

use crate::hooks::{Decision, PostDecision, constants};
use crate::model::{ChannelMember, Context, Post};

use super::erased::{Boxed, Instance};

type Start<T, D> = fn(Instance, Context, T) -> Boxed<D>;

pub(super) fn message_will_be_posted(
    start: Start<Post, PostDecision>,
    instance: Instance,
    ctx: Context,
    post: Post,
) -> Boxed<PostDecision> {
    let keys = Keys::of(post.props.keys());
    let decision = start(instance, ctx, post);
    if keys.0.is_empty() {
        return decision;
    }
    Box::pin(async move {
        let decision = decision.await;
        if let PostDecision::Replace(post) = &decision {
            keys.warn_removed(constants::message_will_be_posted.go, |key| post.props.contains_key(key));
        }
        decision
    })
}

pub(super) fn channel_member_will_be_added(
    start: Start<ChannelMember, Decision<ChannelMember>>,
    instance: Instance,
    ctx: Context,
    member: ChannelMember,
) -> Boxed<Decision<ChannelMember>> {
    let keys = Keys::of(member.notify_props.keys());
    let decision = start(instance, ctx, member);
    Box::pin(async move {
        let decision = decision.await;
        if let Decision::Replace(member) = &decision {
            keys.warn_removed(constants::channel_member_will_be_added.go, |key| {
                member.notify_props.contains_key(key)
            });
        }
        decision
    })
}

/// The host refuses an update that is answered without a post, so letting it through means sending the new one back.
pub(super) fn message_will_be_updated(
    start: fn(Instance, Context, Post, Post) -> Boxed<Decision<Post>>,
    instance: Instance,
    ctx: Context,
    new_post: Post,
    old_post: Post,
) -> Boxed<Decision<Post>> {
    let kept = Box::new(new_post.clone());
    let decision = start(instance, ctx, new_post, old_post);
    Box::pin(async move {
        match decision.await {
            Decision::Allow => Decision::Replace(kept),
            decision => decision,
        }
    })
}

/// The keys of a map before the author saw it, to tell which of them were taken away.
struct Keys(Vec<String>);

impl Keys {
    fn of<'a>(keys: impl Iterator<Item = &'a (impl AsRef<str> + ?Sized + 'a)>) -> Self {
        Self(keys.map(|key| key.as_ref().to_owned()).collect())
    }

    /// Logs the keys that the author removed: the host keeps them.
    fn warn_removed(&self, hook: &str, is_there: impl Fn(&str) -> bool) {
        let removed: Vec<_> = self.0.iter().filter(|key| !is_there(key)).collect();
        if !removed.is_empty() {
            tracing::warn!(
                hook,
                ?removed,
                "the host keeps props that the plugin removed; set them to null instead"
            );
        }
    }
}

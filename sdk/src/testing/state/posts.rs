//! Posts, ephemeral posts and reactions.

use std::collections::BTreeMap;

use crate::api::ApiError;
use crate::gob::Value;
use crate::model::{ChannelId, Post, PostId, PostList, PostType, Reaction, UserId};
use crate::testing::calls::*;

use super::members::count;
use super::{Found, State, missing, page, refused};

fn no_post() -> ApiError {
    missing("app.post.get.app_error", "Unable to get the post.")
}

impl State {
    /// Puts a post in, or in the place of the one with its id, and counts it.
    pub(in crate::testing) fn add_post(&mut self, mut post: Post) -> Post {
        let (id, at) = self.stamp(post.id.as_str(), post.create_at, "post");
        (post.id, post.create_at) = (id.into(), at);
        post.update_at = post.update_at.max(at);
        self.posts.retain(|other| other.id != post.id);
        self.posts.push(post.clone());
        // A channel that nobody added has no counts.
        let _ = self.change_channel(&post.channel_id, |channel, _| {
            channel.total_msg_count += 1;
            channel.last_post_at = channel.last_post_at.max(at);
            if post.root_id.is_empty() {
                channel.total_msg_count_root += 1;
                channel.last_root_post_at = channel.last_root_post_at.max(at);
            }
        });
        if let Some(root) = self.posts.iter_mut().find(|one| one.id == post.root_id) {
            root.reply_count += 1;
            root.last_reply_at = at;
        }
        post
    }

    /// A post that has not been deleted.
    fn post(&mut self, id: &PostId) -> Found<&mut Post> {
        self.posts.iter_mut().find(|post| post.id == *id && post.delete_at == 0).ok_or_else(no_post)
    }

    /// The posts of a channel that have not been deleted, newest first.
    fn newest(&self, channel: &ChannelId) -> Vec<&Post> {
        let mut posts: Vec<&Post> =
            self.posts.iter().filter(|post| post.channel_id == *channel && post.delete_at == 0).collect();
        posts.reverse();
        posts.sort_by_key(|post| std::cmp::Reverse(post.create_at));
        posts
    }
}

fn list<'a>(posts: impl IntoIterator<Item = &'a Post>) -> PostList {
    let posts: Vec<&Post> = posts.into_iter().collect();
    PostList {
        order: posts.iter().map(|post| post.id.clone()).collect(),
        posts: posts.into_iter().map(|post| (post.id.clone(), post.clone())).collect::<BTreeMap<_, _>>(),
        ..PostList::default()
    }
}

/// The methods about posts.
impl State {
    pub(super) fn create_post(&mut self, call: CreatePost) -> Found<Post> {
        let mut post = call.post;
        if !post.root_id.is_empty() && self.post(&post.root_id).is_err() {
            let text = "Invalid RootId parameter.";
            return Err(refused(400, "api.post.create_post.root_id.app_error", text));
        }
        post.props.insert("from_plugin".to_owned(), Value::from("true"));
        let post = self.add_post(post);
        self.created.push(post.id.clone());
        Ok(post)
    }

    pub(super) fn get_post(&mut self, call: GetPost) -> Found<Post> {
        self.post(&call.post_id).cloned()
    }

    pub(super) fn update_post(&mut self, call: UpdatePost) -> Found<Post> {
        let (now, new) = (self.now(), call.post);
        let old = self.post(&new.id)?;
        let edit_at = if old.message == new.message { old.edit_at } else { now };
        *old = Post {
            create_at: old.create_at,
            update_at: now,
            edit_at,
            user_id: old.user_id.clone(),
            channel_id: old.channel_id.clone(),
            root_id: old.root_id.clone(),
            ..new
        };
        Ok(old.clone())
    }

    /// Replies go with their root.
    pub(super) fn delete_post(&mut self, call: DeletePost) -> Found<()> {
        let now = self.now();
        let root = self.post(&call.post_id)?.root_id.clone();
        for post in &mut self.posts {
            if post.id == call.post_id || post.root_id == call.post_id {
                (post.delete_at, post.update_at) = (now, now);
            }
        }
        if let Ok(root) = self.post(&root) {
            root.reply_count -= 1;
        }
        Ok(())
    }

    pub(super) fn get_post_thread(&mut self, call: GetPostThread) -> Found<PostList> {
        let post = self.post(&call.post_id)?;
        let root = if post.root_id.is_empty() { post.id.clone() } else { post.root_id.clone() };
        let in_it = |post: &&Post| (post.id == root || post.root_id == root) && post.delete_at == 0;
        Ok(list(self.posts.iter().filter(in_it)))
    }

    pub(super) fn get_posts_for_channel(&mut self, call: GetPostsForChannel) -> Found<PostList> {
        Ok(list(page(self.newest(&call.channel_id), call.page, call.per_page)))
    }

    pub(super) fn get_posts_since(&mut self, call: GetPostsSince) -> Found<PostList> {
        let newest = self.newest(&call.channel_id);
        Ok(list(newest.into_iter().filter(|post| post.update_at > call.time)))
    }

    pub(super) fn get_posts_after(&mut self, call: GetPostsAfter) -> Found<PostList> {
        let newest = self.newest(&call.channel_id);
        let end = newest.iter().position(|post| post.id == call.post_id).ok_or_else(no_post)?;
        // Pages count from the post on, so the nearest come first; within a page the newest do.
        let after = newest.into_iter().take(end).rev();
        let mut posts = page(after, call.page, call.per_page);
        posts.reverse();
        Ok(list(posts))
    }

    pub(super) fn get_posts_before(&mut self, call: GetPostsBefore) -> Found<PostList> {
        let newest = self.newest(&call.channel_id);
        let end = newest.iter().position(|post| post.id == call.post_id).ok_or_else(no_post)?;
        Ok(list(page(newest.into_iter().skip(end + 1), call.page, call.per_page)))
    }
}

/// The methods about ephemeral posts and reactions.
impl State {
    fn ephemeral(&mut self, user_id: UserId, mut post: Post) -> Post {
        let (id, at) = self.stamp(post.id.as_str(), post.create_at, "ephemeral");
        (post.id, post.create_at) = (id.into(), at);
        post.type_ = PostType::from("system_ephemeral");
        match self.ephemeral.iter_mut().find(|(_, old)| old.id == post.id) {
            Some(old) => *old = (user_id, post.clone()),
            None => self.ephemeral.push((user_id, post.clone())),
        }
        post
    }

    pub(super) fn send_ephemeral_post(&mut self, call: SendEphemeralPost) -> Found<Post> {
        Ok(self.ephemeral(call.user_id, call.post))
    }

    pub(super) fn update_ephemeral_post(&mut self, call: UpdateEphemeralPost) -> Found<Post> {
        let mut post = call.post;
        post.update_at = self.now();
        Ok(self.ephemeral(call.user_id, post))
    }

    pub(super) fn delete_ephemeral_post(&mut self, call: DeleteEphemeralPost) -> Found<()> {
        self.ephemeral.retain(|(user, post)| *user != call.user_id || post.id != call.post_id);
        Ok(())
    }

    pub(super) fn add_reaction(&mut self, call: AddReaction) -> Found<Reaction> {
        let now = self.now();
        let mut reaction = call.reaction;
        let post = self.post(&reaction.post_id)?;
        post.has_reactions = true;
        reaction.channel_id = post.channel_id.clone();
        (reaction.create_at, reaction.update_at) = (now, now);
        self.reactions.retain(|one| !is_same(one, &reaction));
        self.reactions.push(reaction.clone());
        Ok(reaction)
    }

    pub(super) fn get_reactions(&mut self, call: GetReactions) -> Found<Vec<Reaction>> {
        Ok(self.reactions.iter().filter(|one| one.post_id == call.post_id).cloned().collect())
    }

    pub(super) fn remove_reaction(&mut self, call: RemoveReaction) -> Found<()> {
        self.post(&call.reaction.post_id)?;
        self.reactions.retain(|one| !is_same(one, &call.reaction));
        let left = count(self.reactions.iter().filter(|one| one.post_id == call.reaction.post_id));
        self.post(&call.reaction.post_id)?.has_reactions = left > 0;
        Ok(())
    }
}

fn is_same(one: &Reaction, other: &Reaction) -> bool {
    one.user_id == other.user_id && one.post_id == other.post_id && one.emoji_name == other.emoji_name
}

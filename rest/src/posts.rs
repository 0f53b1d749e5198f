//! Posts, threads and reactions.

use mmplugin::model::{ChannelId, FileId, Post, PostId, PostList, Reaction, StringInterface, UserId};
use serde::Serialize;

use crate::pages::{Ask, Fetch};
use crate::path::{path, with_query};
use crate::{Client, Error, Pages};

/// What [`Client::patch_post`] changes: what is `None` stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct PostPatch {
    /// The text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// All properties, in place of the old ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub props: Option<StringInterface>,
    /// The attached files.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_ids: Option<Vec<FileId>>,
    /// Whether it is pinned to its channel.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_pinned: Option<bool>,
}

/// Posts. Each method fails as all requests do: see [`Error`].
impl Client {
    /// Posts; `channel_id` and a `message`, files or attachments have to be set, `user_id` is the token's owner
    /// whatever it says. Gives the post as the server has it.
    ///
    /// It is not repeated when the connection breaks, since it may have arrived. A `pending_post_id` that the program makes
    /// up (by convention the user's id, a colon and the time) lets it try again itself: for half a minute a server, or a
    /// node of a cluster, answers a second post with the same one by the first.
    ///
    /// # Errors
    /// See [`Error`]; a post that cannot be written as JSON is an [`Error::Input`].
    ///
    /// `POST /posts`.
    pub fn create_post(&self, post: &Post) -> Result<Post, Error> {
        self.made("POST", "/posts", post)
    }

    /// Answers a post in its thread: the thread's own, when the post is a reply itself.
    ///
    /// # Errors
    /// See [`Error`].
    ///
    /// `POST /posts` with `root_id`.
    pub fn reply(&self, post: &Post, message: &str) -> Result<Post, Error> {
        let root_id = if post.root_id.is_empty() { &post.id } else { &post.root_id };
        if root_id.is_empty() {
            return Err(Error::Input("the post to answer has no id".into()));
        }
        let (channel_id, root_id) = (post.channel_id.clone(), root_id.clone());
        self.create_post(&Post { channel_id, root_id, message: message.into(), ..Post::default() })
    }

    /// One post.
    ///
    /// # Errors
    /// See [`Error`].
    ///
    /// `GET /posts/{post_id}`.
    pub fn get_post(&self, post_id: &PostId) -> Result<Post, Error> {
        self.one(path(&["posts", post_id.as_str()])?)
    }

    /// Writes all of a post anew: what is empty in it is taken away.
    ///
    /// # Errors
    /// See [`Error`].
    ///
    /// `PUT /posts/{post_id}`.
    pub fn update_post(&self, post: &Post) -> Result<Post, Error> {
        self.made("PUT", &path(&["posts", post.id.as_str()])?, post)
    }

    /// Changes parts of a post.
    ///
    /// # Errors
    /// See [`Error`].
    ///
    /// `PUT /posts/{post_id}/patch`.
    pub fn patch_post(&self, post_id: &PostId, patch: &PostPatch) -> Result<Post, Error> {
        self.made("PUT", &path(&["posts", post_id.as_str(), "patch"])?, patch)
    }

    /// Deletes a post, and the replies to it.
    ///
    /// # Errors
    /// See [`Error`].
    ///
    /// `DELETE /posts/{post_id}`.
    pub fn delete_post(&self, post_id: &PostId) -> Result<(), Error> {
        self.delete(&path(&["posts", post_id.as_str()])?)
    }

    /// The whole thread that a post is in, with its first post. Large threads come with what the server holds in memory; it
    /// has no pages here.
    ///
    /// # Errors
    /// See [`Error`].
    ///
    /// `GET /posts/{post_id}/thread`.
    pub fn get_post_thread(&self, post_id: &PostId) -> Result<PostList, Error> {
        self.question(path(&["posts", post_id.as_str(), "thread"])?)
    }

    /// The posts of a channel from new to old. What is written meanwhile neither repeats nor hides any.
    ///
    /// The items fail as requests do: see [`Error`].
    ///
    /// `GET /channels/{channel_id}/posts`.
    pub fn get_posts_for_channel(&self, channel_id: &ChannelId) -> Pages<Post> {
        let path = path(&["channels", channel_id.as_str(), "posts"]);
        let mut before = String::new();
        let fetch: Fetch<Post> = Box::new(move |client: &Client, ask: Ask| {
            let query = [("per_page", ask.per_page.to_string()), ("before", before.clone())];
            let query = query.each_ref().map(|(name, value)| (*name, value.as_str()));
            let list: PostList = client.question(with_query(path.clone()?, &query))?;
            let oldest = list.order.last().cloned().unwrap_or_default();
            // The list says whether there is more; its length does not, for posts may be hidden from the account.
            let more = !list.prev_post_id.is_empty() && !oldest.is_empty() && oldest != *before;
            before = oldest.into_string();
            Ok((in_order(list), more))
        });
        Pages::new(self, fetch)
    }

    /// Puts an emoji under a post; `user_id` has to be the token's owner, `emoji_name` has no colons.
    ///
    /// # Errors
    /// See [`Error`].
    ///
    /// `POST /reactions`.
    pub fn save_reaction(&self, reaction: &Reaction) -> Result<Reaction, Error> {
        self.post("/reactions", reaction)
    }

    /// The emojis under a post.
    ///
    /// # Errors
    /// See [`Error`].
    ///
    /// `GET /posts/{post_id}/reactions`.
    pub fn get_reactions(&self, post_id: &PostId) -> Result<Vec<Reaction>, Error> {
        let path = path(&["posts", post_id.as_str(), "reactions"])?;
        Ok(self.question::<Option<Vec<Reaction>>>(path)?.unwrap_or_default())
    }

    /// Takes an emoji away again.
    ///
    /// # Errors
    /// See [`Error`].
    ///
    /// `DELETE /users/{user_id}/posts/{post_id}/reactions/{emoji_name}`.
    pub fn delete_reaction(&self, user_id: &UserId, post_id: &PostId, emoji_name: &str) -> Result<(), Error> {
        let parts = ["users", user_id.as_str(), "posts", post_id.as_str(), "reactions", emoji_name];
        self.delete(&path(&parts)?)
    }
}

/// The posts of a list in its order. Posts that lie in it beside them, such as the first ones of threads, are left out.
pub fn in_order(list: PostList) -> Vec<Post> {
    let PostList { order, mut posts, .. } = list;
    order.iter().filter_map(|id| posts.remove(id)).collect()
}

#[cfg(test)]
mod tests {
    use mmplugin::model::MessageAttachment;

    use super::*;

    #[test]
    fn attachments_are_written_with_the_names_of_json() {
        let attachment = MessageAttachment { author_name: "a".into(), ..MessageAttachment::default() };
        let mut post = Post { message: "m".into(), ..Post::default() };
        post.set_attachments(vec![attachment]).expect("they can be sent");
        let (whole, props) =
            (serde_json::to_value(&post), PostPatch { props: Some(post.props), ..Default::default() });
        for json in [whole, serde_json::to_value(props)] {
            assert_eq!(json.expect("JSON")["props"]["attachments"][0]["author_name"], "a");
        }
    }

    #[test]
    fn a_list_is_read_in_its_order() {
        let post = |id: &str| (PostId::from(id), Post { id: id.into(), ..Post::default() });
        let list = PostList {
            order: vec!["b".into(), "a".into(), "gone".into()],
            posts: [post("a"), post("b"), post("root")].into(),
            ..PostList::default()
        };
        let ids: Vec<String> = in_order(list).into_iter().map(|post| post.id.into_string()).collect();
        assert_eq!(ids, ["b", "a"]);
    }

    #[test]
    fn a_patch_says_only_what_changes() {
        let patch = PostPatch { message: Some(String::new()), ..PostPatch::default() };
        assert_eq!(serde_json::to_string(&patch).expect("JSON"), r#"{"message":""}"#);
    }
}

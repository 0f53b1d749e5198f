//! Maps of anything, and what Mattermost keeps in them.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{MessageAttachment, Post};
use crate::Gob;
use crate::gob::{DecodeError, EncodeError, Registered, Value};

/// Go's `map[string]any`, as in the properties of posts.
pub type StringInterface = BTreeMap<String, Value>;

/// The property of a post that holds its attachments.
const ATTACHMENTS: &str = "attachments";

/// A list of attachments as an interface value; the name is the old one on all servers.
#[derive(Debug, Clone, PartialEq, Default, Gob, Serialize)]
pub(crate) struct Attachments(pub(crate) Vec<MessageAttachment>);

impl Registered for Attachments {
    const NAME: &'static str = "[]*model.SlackAttachment";
}

impl Post {
    /// The attachments in the post's properties.
    ///
    /// Posts that come from a hook or from the database carry them as plain maps and lists; both forms are read, the
    /// second through JSON, where anything that is no attachment is passed over.
    ///
    /// # Errors
    /// When the typed form has a field of a wrong kind.
    ///
    /// Go: `Post.Attachments`.
    // Inlined, so that the code which reads JSON is made only for plugins that need it.
    #[inline]
    pub fn attachments(&self) -> Result<Vec<MessageAttachment>, DecodeError> {
        let Some(value) = self.props.get(ATTACHMENTS) else { return Ok(Vec::new()) };
        if let Some(Attachments(typed)) = value.get_as()? {
            return Ok(typed);
        }
        let plain = value.as_list().unwrap_or_default();
        let read = |item| serde_json::to_value(item).and_then(serde_json::from_value);
        Ok(plain.iter().filter_map(|item| read(item).ok()).collect())
    }

    /// Puts attachments into the post's properties, in place of those that are there.
    ///
    /// # Errors
    /// When a value in them cannot be sent.
    pub fn set_attachments(&mut self, attachments: Vec<MessageAttachment>) -> Result<(), EncodeError> {
        let value = Value::registered(&Attachments(attachments))?;
        self.props.insert(ATTACHMENTS.to_owned(), value);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attachments_are_read_typed_and_plain() {
        let attachment = MessageAttachment { title: "t".into(), ..MessageAttachment::default() };
        let mut post = Post::default();
        assert_eq!(post.attachments().unwrap(), []);
        post.set_attachments(vec![attachment.clone()]).unwrap();
        assert_eq!(post.props["attachments"].type_name(), "[]*model.SlackAttachment");
        assert_eq!(post.attachments().unwrap(), std::slice::from_ref(&attachment));

        let plain = serde_json::json!({ "attachments": [{ "title": "t", "fields": null }, 7] });
        let post = Post { props: serde_json::from_value(plain).unwrap(), ..Post::default() };
        assert_eq!(post.attachments().unwrap(), [attachment]);
    }
}

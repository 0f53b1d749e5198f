//! What becomes of a file that is about to be stored.

use crate::http::{Body, UploadAnswer};
use crate::model::FileInfo;

use super::decision::some_reason;

/// What becomes of a file that is about to be stored.
///
/// ```
/// use mmplugin::UploadDecision;
/// use mmplugin::http::Body;
/// use mmplugin::model::FileInfo;
///
/// async fn decide(mut info: FileInfo, content: Body) -> UploadDecision {
///     if info.extension == "exe" {
///         return UploadDecision::reject("no programs here");
///     }
///     if info.extension != "txt" {
///         return UploadDecision::Allow;
///     }
///     let Ok(text) = content.bytes(1 << 20).await else { return UploadDecision::reject("too long") };
///     info.name = format!("checked-{}", info.name);
///     UploadDecision::replace(info, text.to_ascii_lowercase())
/// }
/// ```
#[derive(Debug, Default)]
#[non_exhaustive]
pub enum UploadDecision {
    /// Store it as it came.
    #[default]
    Allow,
    /// Store it with other content, or with other things known of it.
    Replace {
        /// What is known of the file; `None` for what came. The server sets the size itself.
        info: Option<Box<FileInfo>>,
        /// The new content, read while it is written; `None` for what came.
        ///
        /// A body without a byte counts as `None`: the server cannot tell it from no replacement. A body that fails
        /// refuses the file.
        content: Option<Body>,
    },
    /// Refuse it; who uploads sees the reason.
    Reject(String),
}

impl UploadDecision {
    /// Stores other content under other things known of it.
    pub fn replace(info: FileInfo, content: impl Into<Body>) -> Self {
        Self::Replace { info: Some(Box::new(info)), content: Some(content.into()) }
    }

    /// Stores other content, with what was known of the file.
    pub fn replace_content(content: impl Into<Body>) -> Self {
        Self::Replace { info: None, content: Some(content.into()) }
    }

    /// Stores the content as it came, with other things known of it.
    pub fn replace_info(info: FileInfo) -> Self {
        Self::Replace { info: Some(Box::new(info)), content: None }
    }

    /// Refuses the file with a reason.
    pub fn reject(reason: impl Into<String>) -> Self {
        Self::Reject(reason.into())
    }

    pub(crate) fn into_parts(self) -> (Option<Body>, UploadAnswer) {
        match self {
            Self::Allow => (None, UploadAnswer { info: None, reason: String::new() }),
            Self::Replace { info, content } => (content, UploadAnswer { info, reason: String::new() }),
            Self::Reject(reason) => (None, UploadAnswer { info: None, reason: some_reason(reason) }),
        }
    }
}

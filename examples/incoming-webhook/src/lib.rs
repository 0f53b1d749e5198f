//! Sends posts to an incoming webhook.

use std::time::Duration;

use mmplugin::integrations::{AppError, IncomingWebhookRequest};

/// The server stores the post and tells everybody before it answers.
const TIME_OUT: Duration = Duration::from_secs(10);

/// Longest answer read: it is `ok`, or an error of a few hundred bytes.
const MAX_ANSWER: u64 = 64 << 10;

/// Why the post is not there.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// The server refused it, in its own words.
    #[error("Mattermost answers {status}: {text}")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// What the server says: the message of its error and, in brackets, the id to search for.
        text: String,
    },
    /// There was no answer.
    #[error("Mattermost does not answer: {0}")]
    NoAnswer(#[from] ureq::Error),
}

/// Sends a post to the address of a webhook. Whoever has the address can post: treat it as a secret.
///
/// # Errors
/// [`SendError`] when the server refuses the post or cannot be reached.
pub fn send(url: &str, post: &IncomingWebhookRequest) -> Result<(), SendError> {
    let config = ureq::Agent::config_builder().timeout_global(Some(TIME_OUT)).http_status_as_error(false);
    let mut answer = ureq::Agent::from(config.build()).post(url).send_json(post)?;
    let text = answer.body_mut().with_config().limit(MAX_ANSWER).read_to_string()?;
    if answer.status() == 200 {
        return Ok(());
    }
    // A proxy in between answers with a text of its own.
    let text = serde_json::from_str(&text).map_or(text, |error: AppError| format!("{error} [{}]", error.id));
    Err(SendError::Refused { status: answer.status().as_u16(), text })
}

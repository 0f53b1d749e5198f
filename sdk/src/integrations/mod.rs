//! What Mattermost and an integration say to each other over plain HTTP (feature `integrations`).
//!
//! Webhooks, slash commands with a URL, buttons, dialogs and Apps need no plugin: the server sends JSON or a form to any
//! address and takes JSON back. The types here are those bodies, with the names and the traps of the wire; what a plugin
//! already has in [`model`](crate::model) is the same type, named again here. What proves that a request comes from the
//! server is checked by [`Tokens`] and [`apps::AppSecret`].
//!
//! | integration | the server sends | it takes back |
//! |---|---|---|
//! | incoming webhook | (you send [`IncomingWebhookRequest`]) | `ok`, or an [`AppError`] |
//! | outgoing webhook | [`OutgoingWebhookPayload`] | [`OutgoingWebhookResponse`] |
//! | slash command | [`SlashCommandRequest`] | [`CommandResponse`] |
//! | button or menu in a post | [`PostActionIntegrationRequest`] | [`PostActionIntegrationResponse`] |
//! | dialog, after [`OpenDialogRequest`] | [`SubmitDialogRequest`] | [`SubmitDialogResponse`] |
//! | menu of a dialog that asks while one types | [`SubmitDialogRequest`] | [`LookupDialogResponse`] |
//! | App | [`apps::CallRequest`] | [`apps::CallResponse`] |
//!
//! Answers must have the content type `application/json`: the server posts any other answer to a command as plain text.
//! It reads at most 1 MiB of an answer and waits for it 30 seconds by default
//! (`ServiceSettings.OutgoingIntegrationRequestsTimeout`).
//!
//! ```
//! use http::HeaderMap;
//! use mmplugin::integrations::{CommandResponse, CommandResponseType, SlashCommandRequest, Tokens};
//!
//! /// The handler of any web framework: headers and body in, status and JSON out.
//! fn hello(tokens: &Tokens, headers: &HeaderMap, body: &[u8]) -> Result<CommandResponse, (u16, String)> {
//!     let command = SlashCommandRequest::from_form(body).map_err(|error| (400, error.to_string()))?;
//!     tokens.verify(headers, &command.token).map_err(|error| (401, error.to_string()))?;
//!     Ok(CommandResponse {
//!         response_type: CommandResponseType::Ephemeral,
//!         text: format!("Hello, @{}!", command.user_name),
//!         ..CommandResponse::default()
//!     })
//! }
//! # let tokens = Tokens::new(["s3cret"]);
//! # let answer = hello(&tokens, &HeaderMap::new(), b"token=s3cret&user_name=ada").unwrap();
//! # assert_eq!(answer.text, "Hello, @ada!");
//! # assert_eq!(hello(&tokens, &HeaderMap::new(), b"user_name=ada").unwrap_err().0, 401);
//! ```

mod action;
pub mod apps;
mod body;
mod command;
mod dialog;
mod incoming;
mod outgoing;
mod token;

pub use action::{PostActionIntegrationRequest, PostActionIntegrationResponse};
pub use body::PayloadError;
pub use command::SlashCommandRequest;
pub use dialog::{
    DialogSelectOption, LookupDialogResponse, SubmitDialogRequest, SubmitDialogResponse,
    SubmitDialogResponseType, SubmitDialogType,
};
pub use incoming::IncomingWebhookRequest;
pub use outgoing::{OutgoingWebhookPayload, OutgoingWebhookResponse, OutgoingWebhookResponseType};
pub use token::{TokenError, Tokens};

pub use crate::gob::Value;
pub use crate::model::{
    AppError, CommandResponse, CommandResponseType, DataSource, Dialog, DialogDateTimeConfig, DialogElement,
    DialogElementSubType, DialogElementType, MessageAttachment, MessageAttachmentField, OpenDialogRequest,
    PostAction, PostActionIntegration, PostActionOptions, PostActionStyle, PostActionType, PostPriority,
    PostPriorityLevel, SlackAttachment, StringInterface,
};
pub use crate::settings::Secret;

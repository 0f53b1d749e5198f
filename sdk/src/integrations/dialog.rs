//! What comes back from dialogs, and its answers.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Dialog, PostActionOptions, StringInterface};
use crate::model::open::open_enum;
use crate::model::{ChannelId, TeamId, UserId, json};

/// A dialog was submitted or closed, or asks for something while it is open: `type_` says which.
///
/// The server sends it as JSON with POST to the URL of the [`OpenDialogRequest`](super::OpenDialogRequest); lookups go to
/// the field's `data_source_url`, refreshes to the dialog's `source_url`. There is no token: put a secret into the dialog's
/// `state` when it is opened, or serve it from a plugin, which gets the user's id in the header.
///
/// Go: `model.SubmitDialogRequest`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SubmitDialogRequest {
    /// Why it comes.
    #[serde(rename = "type")]
    pub type_: SubmitDialogType,
    /// Empty for receivers: only clients fill it, for the server.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub url: String,
    /// The dialog's own.
    pub callback_id: String,
    /// The dialog's own.
    pub state: String,
    /// Who filled it in.
    pub user_id: UserId,
    /// Where it was opened.
    pub channel_id: ChannelId,
    /// Where it was opened.
    pub team_id: TeamId,
    /// The values by the names of their fields: texts, booleans, numbers (of text fields of that subtype), `Nil` for
    /// what was left empty.
    #[serde(deserialize_with = "json::or_null")]
    pub submission: StringInterface,
    /// It was closed; comes only for dialogs with `notify_on_cancel`.
    pub cancelled: bool,
}

impl SubmitDialogRequest {
    /// A field's text.
    pub fn text(&self, field: &str) -> Option<&str> {
        self.submission.get(field)?.as_str()
    }

    /// What was typed so far, in a lookup.
    pub fn query(&self) -> &str {
        self.text("query").unwrap_or_default()
    }

    /// The field that asks, in a lookup or a refresh.
    pub fn selected_field(&self) -> &str {
        self.text("selected_field").unwrap_or_default()
    }
}

open_enum! {
/// Why a dialog calls.
///
/// Go: a plain string.
pub enum SubmitDialogType {
/// It was submitted or closed. `dialog_submission`
Submission = "dialog_submission",
/// A field asks for choices that fit what was typed. Not in 9.3. `dialog_lookup`
Lookup = "dialog_lookup",
/// A field with `refresh` changed and the dialog asks for its new form. Not in 9.3. `refresh`
Refresh = "refresh",
}
}

/// The answer to a dialog; the default, and an empty body, closes it.
///
/// ```
/// use mmplugin::integrations::SubmitDialogResponse;
///
/// let answer = SubmitDialogResponse::field_error("zone", "There is no such zone.");
/// assert_eq!(serde_json::to_string(&answer).unwrap(), r#"{"errors":{"zone":"There is no such zone."}}"#);
/// ```
///
/// Go: `model.SubmitDialogResponse`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SubmitDialogResponse {
    /// What is wrong with the whole; the dialog stays open.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub error: String,
    /// What is wrong, by the names of fields; the dialog stays open.
    #[serde(deserialize_with = "json::or_null", skip_serializing_if = "json::is_empty")]
    pub errors: BTreeMap<String, String>,
    /// What happens then. Not in 9.3.
    #[serde(rename = "type", skip_serializing_if = "json::is_empty")]
    pub type_: SubmitDialogResponseType,
    /// The next form, with the type `Form` and no other. Not in 9.3.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub form: Option<Dialog>,
}

impl SubmitDialogResponse {
    /// The dialog stays open and shows this.
    pub fn error(text: impl Into<String>) -> Self {
        Self { error: text.into(), ..Self::default() }
    }

    /// The dialog stays open and shows this below a field.
    pub fn field_error(field: impl Into<String>, text: impl Into<String>) -> Self {
        Self { errors: BTreeMap::from([(field.into(), text.into())]), ..Self::default() }
    }

    /// The dialog goes on with another form. Servers before multi-step dialogs close it instead.
    pub fn form(dialog: Dialog) -> Self {
        Self { type_: SubmitDialogResponseType::Form, form: Some(dialog), ..Self::default() }
    }
}

open_enum! {
/// What a dialog does after its answer; empty closes it, too.
///
/// Go: `model.SubmitDialogResponseType`.
pub enum SubmitDialogResponseType {
/// It closes. `ok`
Ok = "ok",
/// It goes on with the answer's form. `form`
Form = "form",
/// `navigate`
Navigate = "navigate",
}
}

/// One choice of a lookup; Go has two names for the same.
pub type DialogSelectOption = PostActionOptions;

/// The answer to a lookup.
///
/// Go: `model.LookupDialogResponse`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct LookupDialogResponse {
    /// The choices, in the order in which they are shown.
    #[serde(deserialize_with = "json::or_null")]
    pub items: Vec<DialogSelectOption>,
}

impl<T: Into<String>> FromIterator<(T, T)> for LookupDialogResponse {
    /// Of texts to show and their values.
    fn from_iter<I: IntoIterator<Item = (T, T)>>(items: I) -> Self {
        let option = |(text, value): (T, T)| DialogSelectOption { text: text.into(), value: value.into() };
        Self { items: items.into_iter().map(option).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_submission_is_read_as_the_server_sends_it() {
        let json = r#"{"type":"dialog_submission","callback_id":"zone","state":"s","user_id":"u1","channel_id":"c1",
            "team_id":"t1","submission":{"zone":"Asia/Tokyo","seconds":true,"count":2,"note":null},"cancelled":false}"#;
        let request: SubmitDialogRequest = serde_json::from_str(json).unwrap();
        assert_eq!(request.type_, SubmitDialogType::Submission);
        assert_eq!(request.text("zone"), Some("Asia/Tokyo"));
        assert_eq!(request.submission["seconds"].as_bool(), Some(true));
        assert_eq!(request.submission["count"].as_i64(), Some(2));
        assert!(request.submission["note"].is_nil());
        assert_eq!(request.text("count"), None);
        let json: serde_json::Value = serde_json::from_str(json).unwrap();
        assert_eq!(serde_json::to_value(&request).unwrap(), json);

        let closed = r#"{"type":"dialog_submission","submission":null,"cancelled":true}"#;
        assert!(serde_json::from_str::<SubmitDialogRequest>(closed).unwrap().cancelled);
    }

    #[test]
    fn a_lookup_asks_for_a_field_and_gets_choices() {
        let json = r#"{"type":"dialog_lookup","submission":{"query":"tok","selected_field":"zone"}}"#;
        let request: SubmitDialogRequest = serde_json::from_str(json).unwrap();
        assert_eq!((request.query(), request.selected_field()), ("tok", "zone"));
        let answer: LookupDialogResponse = [("Tokyo", "Asia/Tokyo")].into_iter().collect();
        let json = serde_json::to_string(&answer).unwrap();
        assert_eq!(json, r#"{"items":[{"text":"Tokyo","value":"Asia/Tokyo"}]}"#);
    }

    #[test]
    fn answers_have_only_what_is_set() {
        let json = |answer: &SubmitDialogResponse| serde_json::to_string(answer).unwrap();
        assert_eq!(json(&SubmitDialogResponse::default()), "{}");
        assert_eq!(json(&SubmitDialogResponse::error("no")), r#"{"error":"no"}"#);
        let form = SubmitDialogResponse::form(Dialog { title: "Two".into(), ..Dialog::default() });
        assert!(json(&form).starts_with(r#"{"type":"form","form":{"callback_id":"","title":"Two""#));
    }
}

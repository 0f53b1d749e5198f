//! Calls: what the server asks, what the app answers.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::{Binding, Context, Form, SelectOption, short};
use crate::model::json;
use crate::model::open::open_enum;

/// A way to call the app: in bindings, forms and the manifest.
///
/// Go: `apps.Call`.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Call {
    /// Appended to the app's `root_url`.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub path: String,
    /// What the server shall put into the call's context.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub expand: Option<Expand>,
    /// Comes back with the call as it is.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub state: Value,
}

impl Call {
    /// A call of a path, with nothing expanded.
    pub fn new(path: impl Into<String>) -> Self {
        Self { path: path.into(), ..Self::default() }
    }

    /// The same call with this in its context.
    #[must_use]
    pub fn expand(mut self, expand: Expand) -> Self {
        self.expand = Some(expand);
        self
    }

    /// The same call with a state that comes back.
    #[must_use]
    pub fn state(mut self, state: impl Into<Value>) -> Self {
        self.state = state.into();
        self
    }
}

/// A path alone stands for a call, too.
impl<'de> Deserialize<'de> for Call {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Default, Deserialize)]
        #[serde(default)]
        struct Full {
            path: String,
            expand: Option<Expand>,
            state: Value,
        }
        let full = short::read(deserializer, |path| Full { path, ..Full::default() })?;
        Ok(Self { path: full.path, expand: full.expand, state: full.state })
    }
}

/// What the server shall put into the context of a call; nothing by default.
///
/// ```
/// use mmplugin::integrations::apps::{Call, Expand, ExpandLevel};
///
/// let send = Call::new("/send").expand(Expand {
///     acting_user: ExpandLevel::Summary,
///     channel: ExpandLevel::RequiredId,
///     ..Expand::default()
/// });
/// assert_eq!(
///     serde_json::to_string(&send).unwrap(),
///     r#"{"path":"/send","expand":{"acting_user":"summary","channel":"+id"}}"#,
/// );
/// ```
///
/// Go: `apps.Expand`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Expand {
    /// The app as it is installed.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub app: ExpandLevel,
    /// Who does it.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub acting_user: ExpandLevel,
    /// A token to act as that user, only with `All`; needs the permission `ActAsUser` and the user's consent.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub acting_user_access_token: ExpandLevel,
    /// The language to answer in.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub locale: ExpandLevel,
    /// Where it is done.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub channel: ExpandLevel,
    /// The user as a member of the channel.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub channel_member: ExpandLevel,
    /// Where it is done.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub team: ExpandLevel,
    /// The user as a member of the team.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub team_member: ExpandLevel,
    /// The post it is done with.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub post: ExpandLevel,
    /// The thread of that post.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub root_post: ExpandLevel,
    /// Whom a notification is about.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub user: ExpandLevel,
    /// The other system's application.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub oauth2_app: ExpandLevel,
    /// The user in the other system.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub oauth2_user: ExpandLevel,
}

open_enum! {
/// How much of a thing a call gets; `Unset`: nothing. What is required fails the call where it cannot be had.
///
/// Go: `apps.ExpandLevel`.
pub enum ExpandLevel {
/// `id`
Id = "id",
/// What is needed to show it. `summary`
Summary = "summary",
/// `all`
All = "all",
/// `+id`
RequiredId = "+id",
/// `+summary`
RequiredSummary = "+summary",
/// `+all`
RequiredAll = "+all",
}
}

/// What the server sends to the path of a call, as JSON with POST.
///
/// Go: `apps.CallRequest`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CallRequest {
    /// The call's path.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub path: String,
    /// What the call asked for.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub expand: Option<Expand>,
    /// The call's own state.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub state: Value,
    /// What was entered, by the names of fields: texts, booleans, `null`, and for menus [`SelectOption`]s or lists of them.
    #[serde(deserialize_with = "json::or_null", skip_serializing_if = "json::is_empty")]
    pub values: BTreeMap<String, Value>,
    /// Who, where, with what.
    pub context: Context,
    /// The command as it was typed.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub raw_command: String,
    /// The field that changed, or that looks up its choices.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub selected_field: String,
    /// What was typed so far, in a lookup.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub query: String,
}

impl CallRequest {
    /// A field's text, or the value of its choice; `None` when it was left empty.
    pub fn value(&self, field: &str) -> Option<&str> {
        let value = self.values.get(field)?;
        let text = value.as_str().or_else(|| value.get("value")?.as_str())?;
        Some(text).filter(|text| !text.is_empty())
    }

    /// A field's truth; commands send it as text.
    pub fn is_true(&self, field: &str) -> bool {
        self.values.get(field).is_some_and(|value| *value == true) || self.value(field) == Some("true")
    }
}

/// The answer to a call, as JSON with status 200, errors included.
///
/// Go: `apps.CallResponse`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CallResponse {
    /// What it is.
    #[serde(rename = "type")]
    pub type_: CallResponseType,
    /// Markdown for who called.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub text: String,
    /// Asks for the bindings again.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub refresh_bindings: bool,
    /// Bindings, choices, errors by field.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub data: Value,
    /// Where the client goes.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub navigate_to_url: String,
    /// It goes there in a new window.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub use_external_browser: bool,
    /// The framework does not make it yet.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub call: Option<Call>,
    /// The form to show.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub form: Option<Form>,
}

open_enum! {
/// What the answer to a call is; `Unset` counts as `Ok`.
///
/// Go: `apps.CallResponseType`.
pub enum CallResponseType {
/// `ok`
Ok = "ok",
/// `error`
Error = "error",
/// `form`
Form = "form",
/// Not made by the framework. `call`
Call = "call",
/// `navigate`
Navigate = "navigate",
}
}

impl CallResponse {
    fn ok(data: impl Serialize) -> Self {
        let data = serde_json::to_value(data).unwrap_or_default();
        Self { type_: CallResponseType::Ok, data, ..Self::default() }
    }

    /// A text for who called.
    pub fn text(markdown: impl Into<String>) -> Self {
        Self { type_: CallResponseType::Ok, text: markdown.into(), ..Self::default() }
    }

    /// It failed, and why; forms stay open.
    pub fn error(text: impl Into<String>) -> Self {
        Self { type_: CallResponseType::Error, text: text.into(), ..Self::default() }
    }

    /// It failed because of fields: what is wrong, by their names.
    pub fn field_errors<F: Into<String>, T: Into<String>>(errors: impl IntoIterator<Item = (F, T)>) -> Self {
        let errors: BTreeMap<String, String> =
            errors.into_iter().map(|(field, text)| (field.into(), text.into())).collect();
        Self { type_: CallResponseType::Error, ..Self::ok(serde_json::json!({ "errors": errors })) }
    }

    /// A form to fill in.
    pub fn form(form: Form) -> Self {
        Self { type_: CallResponseType::Form, form: Some(form), ..Self::default() }
    }

    /// The places of the app: the answer to `/bindings`.
    pub fn bindings(bindings: &[Binding]) -> Self {
        Self::ok(bindings)
    }

    /// The choices that fit what was typed: the answer to a lookup.
    pub fn lookup(items: &[SelectOption]) -> Self {
        Self::ok(serde_json::json!({ "items": items }))
    }

    /// The client goes to another address: a path of its own server, or any with `use_external_browser`.
    pub fn navigate(url: impl Into<String>) -> Self {
        Self { type_: CallResponseType::Navigate, navigate_to_url: url.into(), ..Self::default() }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_call_is_read_as_the_server_sends_it() {
        let json = json!({
            "path": "/send", "expand": {"acting_user": "summary"}, "state": {"n": 1},
            "values": {"zone": {"label": "Tokyo", "value": "Asia/Tokyo"}, "note": "x", "empty": null, "seconds": true,
                       "loud": "true", "quiet": "false"},
            "context": {"app_id": "com.example.time", "location": "/command/time", "user_agent": "webapp",
                        "mattermost_site_url": "http://mm", "app_path": "/plugins/com.mattermost.apps/apps/x",
                        "bot_user_id": "b1", "bot_access_token": "t0ken",
                        "acting_user": {"id": "u1", "username": "ada"}, "channel": {"id": "c1"}},
            "raw_command": "/time Asia/Tokyo",
        });
        let request: CallRequest = serde_json::from_value(json.clone()).unwrap();
        assert_eq!(request.value("zone"), Some("Asia/Tokyo"));
        assert_eq!(request.value("note"), Some("x"));
        assert_eq!((request.value("empty"), request.value("nowhere")), (None, None));
        assert!(request.is_true("seconds") && request.is_true("loud") && !request.is_true("quiet"));
        assert_eq!(request.expand.as_ref().unwrap().acting_user, ExpandLevel::Summary);
        assert_eq!(request.context.acting_user.as_ref().unwrap().username, "ada");
        assert!(!format!("{request:?}").contains("t0ken"));

        let written = serde_json::to_value(&request).unwrap();
        for name in ["path", "expand", "state", "values", "raw_command"] {
            assert_eq!(written[name], json[name], "{name}");
        }
        assert_eq!(written["context"]["bot_access_token"], "t0ken");
        assert_eq!(serde_json::from_value::<CallRequest>(written).unwrap(), request);
    }

    #[test]
    fn answers_have_only_what_is_set() {
        let option =
            SelectOption { label: "Tokyo".into(), value: "Asia/Tokyo".into(), ..SelectOption::default() };
        for (answer, json) in [
            (CallResponse::text("Hi"), json!({"type": "ok", "text": "Hi"})),
            (CallResponse::error("no"), json!({"type": "error", "text": "no"})),
            (
                CallResponse::field_errors([("zone", "unknown")]),
                json!({"type": "error", "data": {"errors": {"zone": "unknown"}}}),
            ),
            (
                CallResponse::lookup(&[option]),
                json!({"type": "ok", "data": {"items": [{"label": "Tokyo", "value": "Asia/Tokyo"}]}}),
            ),
            (CallResponse::lookup(&[]), json!({"type": "ok", "data": {"items": []}})),
            (CallResponse::navigate("/eng"), json!({"type": "navigate", "navigate_to_url": "/eng"})),
        ] {
            assert_eq!(serde_json::to_value(&answer).unwrap(), json);
            assert_eq!(serde_json::from_value::<CallResponse>(json).unwrap(), answer);
        }
    }

    #[test]
    fn calls_have_a_short_form() {
        assert_eq!(serde_json::from_str::<Call>(r#""/x""#).unwrap(), Call::new("/x"));
        let call = Call::new("/x").state("s");
        let json = serde_json::to_string(&call).unwrap();
        assert_eq!(json, r#"{"path":"/x","state":"s"}"#);
        assert_eq!(serde_json::from_str::<Call>(&json).unwrap(), call);
        assert!(serde_json::from_str::<Call>("7").is_err());
    }
}

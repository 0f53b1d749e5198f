//! Places in the client where an app is seen.

use serde::{Deserialize, Serialize};

use super::{Call, Form};
use crate::model::json;

/// A place of an app: a button, a command, an entry of a menu, or a group of them.
///
/// At the top, `location` is one of [`CHANNEL_HEADER`](super::CHANNEL_HEADER), [`COMMAND`](super::COMMAND),
/// [`POST_MENU`](super::POST_MENU) and `bindings` has the app's own. Those have exactly one of `submit`, `form` and
/// `bindings`; the server drops others, and what was not requested in the manifest.
///
/// Go: `apps.Binding`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Binding {
    /// The server fills it in; only bindings in posts need it.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub app_id: String,
    /// Its name among its neighbours; the label by default.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub location: String,
    /// A file below `/static/`, or a whole URL. The web app shows no button in the channel header without one.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub icon: String,
    /// What people read; one word for commands.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub label: String,
    /// Beside the command, or the tooltip of the button.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub hint: String,
    /// Below the command, or the text of what is embedded in a post.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub description: String,
    /// Called at once.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub submit: Option<Call>,
    /// Filled in first: a dialog, or the arguments of a command.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub form: Option<Form>,
    /// What it groups.
    #[serde(deserialize_with = "json::or_null", skip_serializing_if = "json::is_empty")]
    pub bindings: Vec<Binding>,
}

impl Binding {
    /// A top location with the app's places in it.
    pub fn top(location: impl Into<String>, bindings: impl IntoIterator<Item = Self>) -> Self {
        Self { location: location.into(), bindings: bindings.into_iter().collect(), ..Self::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_written_as_the_server_reads_them() {
        let button = Binding {
            location: "time".into(),
            icon: "icon.png".into(),
            label: "Time".into(),
            submit: Some(Call::new("/form")),
            ..Binding::default()
        };
        let top = Binding::top(super::super::CHANNEL_HEADER, [button]);
        let json = r#"{"location":"/channel_header","bindings":[{"location":"time","icon":"icon.png","label":"Time","submit":{"path":"/form"}}]}"#;
        assert_eq!(serde_json::to_string(&top).unwrap(), json);
        assert_eq!(serde_json::from_str::<Binding>(json).unwrap(), top);
    }
}

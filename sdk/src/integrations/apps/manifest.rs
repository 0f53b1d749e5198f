//! What an app says of itself.

use serde::{Deserialize, Serialize};

use super::Call;
use crate::model::json;
use crate::model::open::open_enum;

/// An app's manifest: what an administrator installs with `/apps install http <address of this JSON>`.
///
/// The server refuses one without `app_id`, `display_name`, `homepage_url` and a way to reach the app. Calls have paths
/// by default where it says so; set them to ask for [`Expand`](super::Expand), or for calls that are not made otherwise.
///
/// ```
/// use mmplugin::integrations::apps::{CHANNEL_HEADER, HttpDeploy, Manifest, Permission};
///
/// let manifest = Manifest {
///     app_id: "com.example.hello".into(),
///     display_name: "Hello".into(),
///     homepage_url: "https://example.com/hello".into(),
///     requested_permissions: vec![Permission::ActAsBot],
///     requested_locations: vec![CHANNEL_HEADER.into()],
///     http: Some(HttpDeploy { root_url: "http://localhost:4000".into(), use_jwt: true }),
///     ..Manifest::default()
/// };
/// assert_eq!(
///     serde_json::to_string(&manifest).unwrap(),
///     r#"{"app_id":"com.example.hello","homepage_url":"https://example.com/hello","display_name":"Hello","requested_permissions":["act_as_bot"],"requested_locations":["/channel_header"],"http":{"root_url":"http://localhost:4000","use_jwt":true}}"#,
/// );
/// ```
///
/// Go: `apps.Manifest`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Manifest {
    /// 3 to 32 letters, digits, `-`, `_` and `.`; the same for ever.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub app_id: String,
    /// At most ten letters, digits, `-`, `_` and `.`, as `v1.0.0`.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub version: String,
    /// Where people read about it.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub homepage_url: String,
    /// Its name for people.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub display_name: String,
    /// What it is for.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub description: String,
    /// A PNG below the app's `/static/`, as `icon.png`.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub icon: String,
    /// Asked for the bindings; `/bindings` by default.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub bindings: Option<Call>,
    /// Made after the app was installed.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub on_install: Option<Call>,
    /// Made when another version of it is installed.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub on_version_changed: Option<Call>,
    /// Made before it is removed.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub on_uninstall: Option<Call>,
    /// Made after it was enabled.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub on_enable: Option<Call>,
    /// Made before it is disabled.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub on_disable: Option<Call>,
    /// Asked where a user signs in to the other system; `/oauth2/connect` by default.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub get_oauth2_connect_url: Option<Call>,
    /// Made when a user has signed in there; `/oauth2/complete` by default.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub on_oauth2_complete: Option<Call>,
    /// Made for webhooks of the other system; `/webhook` by default.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub on_remote_webhook: Option<Call>,
    /// What the app may do; the administrator grants it.
    #[serde(deserialize_with = "json::or_null", skip_serializing_if = "json::is_empty")]
    pub requested_permissions: Vec<Permission>,
    /// How webhooks of the other system are checked.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub remote_webhook_auth_type: RemoteWebhookAuthType,
    /// Where the app may be seen: top locations, or parts of them, as `/command/time`.
    #[serde(deserialize_with = "json::or_null", skip_serializing_if = "json::is_empty")]
    pub requested_locations: Vec<String>,
    /// How the app is reached.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub http: Option<HttpDeploy>,
}

/// How an app is reached over HTTP.
///
/// Go: `apps.HTTP`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct HttpDeploy {
    /// What paths of calls and `/static/` are appended to; no slash at its end.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub root_url: String,
    /// Calls are signed with the app's secret. Without it anybody can call the app.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub use_jwt: bool,
}

open_enum! {
/// What an app may do.
///
/// Go: `apps.Permission`.
pub enum Permission {
/// Be told when users join channels. Needs `ActAsBot`. `user_joined_channel_notification`
UserJoinedChannelNotification = "user_joined_channel_notification",
/// Use the REST API as its bot. `act_as_bot`
ActAsBot = "act_as_bot",
/// Use the REST API as users who allowed it. `act_as_user`
ActAsUser = "act_as_user",
/// Sign users in to another system. Needs `ActAsUser`. `remote_oauth2`
RemoteOAuth2 = "remote_oauth2",
/// Get webhooks of another system. Needs `ActAsBot`. `remote_webhooks`
RemoteWebhooks = "remote_webhooks",
}
}

open_enum! {
/// How webhooks of the other system are checked; `Unset`: not.
///
/// Go: `apps.RemoteWebhookAuthType`.
pub enum RemoteWebhookAuthType {
/// Not. `none`
None = "none",
/// By `?secret=` in the address. `secret`
Secret = "secret",
/// Named by the framework, which does not have it. `jwt`
Jwt = "jwt",
}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_file_is_read_with_short_calls() {
        let json = r#"{"app_id":"com.example.hello","homepage_url":"h","display_name":"Hello","icon":"icon.png",
            "bindings":"/places","on_install":{"path":"/installed","expand":{"app":"all"}},
            "requested_locations":["/command"],"requested_permissions":["act_as_bot","fly"],
            "http":{"root_url":"http://localhost:4000"}}"#;
        let manifest: Manifest = serde_json::from_str(json).unwrap();
        assert_eq!(manifest.bindings, Some(Call::new("/places")));
        assert_eq!(manifest.on_install.unwrap().path, "/installed");
        assert_eq!(manifest.requested_permissions, [Permission::ActAsBot, "fly".into()]);
        assert!(!manifest.http.unwrap().use_jwt);
    }
}

//! Who asks.

use http::{HeaderMap, HeaderValue, Request};

use crate::model::UserId;

/// Who sent an HTTP request to the plugin.
///
/// The server takes `Mattermost-User-Id` and `Mattermost-Plugin-ID` off what comes from outside and sets them itself:
/// the first for a valid session, the second for a request of another plugin. Everybody else gets through as
/// [`Identity::Anonymous`]: refuse them where a session is needed.
///
/// ```
/// use mmplugin::http::{Body, Identity, Request, Response, StatusCode};
///
/// fn answer(request: &Request<Body>) -> Response<Body> {
///     let Identity::User(user) = Identity::of(request) else {
///         return mmplugin::http::text(StatusCode::UNAUTHORIZED, "log in first");
///     };
///     mmplugin::http::text(StatusCode::OK, format!("Hello, {user}!"))
/// }
/// # let request = Request::new(Body::empty());
/// # assert_eq!(answer(&request).status(), 401);
/// ```
///
/// Each request carries its identity as an extension too, so that axum handlers take `Extension<Identity>`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Identity {
    /// A person, or a bot, with a valid session.
    User(UserId),
    /// Another plugin of this server, by its id; `com.mattermost.server` is the server itself.
    Plugin(String),
    /// Anybody.
    Anonymous,
}

impl Identity {
    /// Reads the identity from the headers that the server sets.
    ///
    /// An empty or repeated user header is no user, and beside a plugin's header it is only what that plugin claims.
    pub fn of<B>(request: &Request<B>) -> Self {
        Self::of_headers(request.headers())
    }

    pub(crate) fn of_headers(headers: &HeaderMap) -> Self {
        let plugins = headers.get_all("Mattermost-Plugin-ID");
        if plugins.iter().next().is_some() {
            return single(plugins.iter()).map_or(Self::Anonymous, |id| Self::Plugin(id.to_owned()));
        }
        single(headers.get_all("Mattermost-User-Id").iter())
            .map_or(Self::Anonymous, |id| Self::User(UserId::from(id)))
    }

    /// The user, if a user asks.
    pub fn user(&self) -> Option<&UserId> {
        match self {
            Self::User(id) => Some(id),
            _ => None,
        }
    }
}

/// The one value of a header that is there once and not empty.
fn single<'a>(mut values: impl Iterator<Item = &'a HeaderValue>) -> Option<&'a str> {
    let value = values.next()?.to_str().ok().filter(|text| !text.is_empty())?;
    values.next().is_none().then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(headers: &[(&'static str, &'static str)]) -> Identity {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, HeaderValue::from_static(value));
        }
        Identity::of_headers(&map)
    }

    #[test]
    fn only_one_plain_user_header_is_a_user() {
        let user = "mattermost-user-id";
        assert_eq!(identity(&[(user, "u1")]), Identity::User("u1".into()));
        assert_eq!(identity(&[]), Identity::Anonymous);
        assert_eq!(identity(&[(user, "")]), Identity::Anonymous);
        assert_eq!(identity(&[(user, "u1"), (user, "u2")]), Identity::Anonymous);
        assert_eq!(identity(&[(user, ""), (user, "u2")]), Identity::Anonymous);
    }

    #[test]
    fn a_plugin_cannot_pass_as_a_user() {
        let user = "mattermost-user-id";
        let plugin = "mattermost-plugin-id";
        assert_eq!(identity(&[(user, "u1"), (plugin, "p")]), Identity::Plugin("p".into()));
        assert_eq!(identity(&[(user, "u1"), (plugin, "")]), Identity::Anonymous);
        assert_eq!(identity(&[(plugin, "p")]), Identity::Plugin("p".into()));
        assert_eq!(identity(&[(plugin, "p"), (plugin, "q")]), Identity::Anonymous);
    }
}

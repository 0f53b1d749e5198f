//! The hooks of the server as constants: how they are called on the wire, in Rust, and since when they exist.

use super::ALL;

/// One hook of the server.
///
/// Plugins need this type only to look at what exists: which hooks a plugin implements is found out by
/// [`plugin`](macro@crate::plugin).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Hook {
    /// The name on the wire and in Mattermost's documentation, like `MessageWillBePosted`.
    pub go: &'static str,
    /// The method of [`Hooks`](super::Hooks), like `message_will_be_posted`.
    pub rust: &'static str,
    /// The first server version that calls it, like `5.2`.
    pub since: &'static str,
}

impl Hook {
    /// The hook with this Go name.
    pub fn by_go_name(go: &str) -> Option<&'static Self> {
        let index = ALL.binary_search_by(|hook| hook.go.cmp(go)).ok()?;
        ALL.get(index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hooks::constants;

    #[test]
    fn the_table_is_sorted_by_go_name_without_duplicates() {
        assert!(ALL.windows(2).all(|pair| pair[0].go < pair[1].go));
        assert_eq!(ALL.len(), 46);
    }

    #[test]
    fn hooks_are_found_by_their_go_name() {
        assert!(ALL.iter().all(|hook| Hook::by_go_name(hook.go) == Some(hook)));
        assert_eq!(Hook::by_go_name("Implemented"), None);
        assert_eq!(Hook::by_go_name("ServeHTTP"), Some(&constants::serve_http));
    }

    #[test]
    fn rust_names_follow_from_go_names() {
        let name = |go: &str| Hook::by_go_name(go).map(|hook| hook.rust);
        assert_eq!(name("OnActivate"), Some("activate"), "it makes the plugin's value, so it is no event");
        assert_eq!(name("OnSAMLLogin"), Some("on_saml_login"));
        assert_eq!(name("OnWebSocketConnect"), Some("on_web_socket_connect"));
        for hook in ALL.iter().filter(|hook| hook.go != "OnActivate") {
            assert_eq!(hook.rust.replace('_', ""), hook.go.to_lowercase());
        }
    }
}

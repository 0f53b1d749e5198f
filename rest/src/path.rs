//! Paths and queries, with everything in them escaped.

use std::fmt::Write;

use crate::Error;

/// `/users/{id}/…` of its parts.
///
/// # Errors
/// [`Error::Input`] when a part is empty or would lead elsewhere: the request would be another one than was meant.
pub(crate) fn path(parts: &[&str]) -> Result<String, Error> {
    let mut path = String::new();
    for part in parts {
        if matches!(*part, "" | "." | "..") {
            let so_far = if path.is_empty() { "/" } else { &path };
            return Err(Error::Input(format!("{part:?} is no name or id (after {so_far})")));
        }
        path.push('/');
        path.push_str(&escape(part));
    }
    Ok(path)
}

/// `path?name=value&…` of the pairs that have a value.
pub(crate) fn with_query(mut path: String, pairs: &[(&str, &str)]) -> String {
    for (name, value) in pairs.iter().filter(|(_, value)| !value.is_empty()) {
        path.push(if path.contains('?') { '&' } else { '?' });
        path.push_str(name);
        path.push('=');
        path.push_str(&escape(value));
    }
    path
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(escaped, "%{byte:02X}");
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_cannot_leave_their_place() {
        assert_eq!(
            path(&["users", "username", "a b/ü?#"]).as_deref(),
            Ok("/users/username/a%20b%2F%C3%BC%3F%23")
        );
        assert_eq!(path(&["plugins", "com.example.a-b_c"]).as_deref(), Ok("/plugins/com.example.a-b_c"));
        for part in ["", ".", ".."] {
            assert!(matches!(path(&["users", part]), Err(Error::Input(_))), "{part:?}");
        }
        let error = path(&["posts", ""]).expect_err("no id").to_string();
        assert_eq!(error, r#"nothing was sent: "" is no name or id (after /posts)"#);
    }

    #[test]
    fn only_what_has_a_value_is_in_a_query() {
        let path = with_query("/users".into(), &[("in_team", ""), ("sort", "a&b"), ("page", "0")]);
        assert_eq!(path, "/users?sort=a%26b&page=0");
        assert_eq!(with_query("/a?b=c".into(), &[("d", "e")]), "/a?b=c&d=e");
    }
}

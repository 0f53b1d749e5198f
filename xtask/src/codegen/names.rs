//! Go names to Rust names, by one mechanical rule.

/// Words that the rule would cut in two, as they are spelled in Go and in Rust.
const WORDS: &[(&str, &str)] = &[("OAuth", "oauth"), ("GitLab", "gitlab"), ("YouTube", "youtube")];

/// Rust words that no field, argument or method may be called.
const RESERVED: &[&str] =
    &["type", "where", "move", "ref", "self", "match", "use", "in", "fn", "loop", "box", "mod"];

/// `KVSetWithOptions` → `kv_set_with_options`, `userIDs` → `user_ids`, `Type` → `type_`.
pub(crate) fn snake(go: &str) -> String {
    let name = words(go).join("_");
    if RESERVED.contains(&name.as_str()) { name + "_" } else { name }
}

/// What the gob derive and serde's `PascalCase` make of a Rust field name.
pub(crate) fn pascal(rust: &str) -> String {
    let mut name = String::new();
    for word in rust.split('_') {
        let mut letters = word.chars();
        name.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        name.push_str(letters.as_str());
    }
    name
}

/// A Go method's name in Rust's spelling of types: `KVGet` → `KvGet`.
pub(crate) fn camel(go: &str) -> String {
    pascal(&words(go).join("_"))
}

fn words(go: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = go.trim_matches('_');
    while !rest.is_empty() {
        let (word, length) = match WORDS.iter().find(|(spelled, _)| rest.starts_with(spelled)) {
            Some((spelled, word)) => (word.to_string(), spelled.len()),
            None => {
                let length = word_length(rest.as_bytes());
                (rest[..length].to_ascii_lowercase(), length)
            }
        };
        words.push(word);
        rest = rest[length..].trim_start_matches('_');
    }
    words
}

/// Length of the first word: an acronym (with its plural `s`), or a capital and what follows up to the next one.
fn word_length(name: &[u8]) -> usize {
    let upper = name.iter().take_while(|c| c.is_ascii_uppercase()).count();
    let plural = name.get(upper) == Some(&b's') && !name.get(upper + 1).is_some_and(u8::is_ascii_lowercase);
    match upper {
        0 | 1 => upper + small(&name[upper..]),
        _ if plural => upper + 1,
        _ if name.get(upper).is_some_and(u8::is_ascii_lowercase) => upper - 1,
        _ => upper + name[upper..].iter().take_while(|c| c.is_ascii_digit()).count(),
    }
}

fn small(name: &[u8]) -> usize {
    name.iter().take_while(|c| c.is_ascii_lowercase() || c.is_ascii_digit()).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_go_mechanically() {
        for (go, rust) in [
            ("UserId", "user_id"),
            ("userIDs", "user_ids"),
            ("SiteURL", "site_url"),
            ("KVSetWithOptions", "kv_set_with_options"),
            ("GetLDAPUserAttributes", "get_ldap_user_attributes"),
            ("EnableOAuthServiceProvider", "enable_oauth_service_provider"),
            ("CreateOAuthApp", "create_oauth_app"),
            ("GitLabSettings", "gitlab_settings"),
            ("EnableSVGs", "enable_svgs"),
            ("NormalizeLdapDNs", "normalize_ldap_dns"),
            ("EnableSharedChannelsDMs", "enable_shared_channels_dms"),
            ("RestrictDMAndGM", "restrict_dm_and_gm"),
            ("AmazonS3AccessKeyId", "amazon_s3_access_key_id"),
            ("AmazonS3SSE", "amazon_s3_sse"),
            ("Office365Settings", "office365_settings"),
            ("MaximumURLLength", "maximum_url_length"),
            ("DNDEndTime", "dnd_end_time"),
            ("SetUserStatusTimedDND", "set_user_status_timed_dnd"),
            ("userId1", "user_id1"),
            ("XForwardedFor", "x_forwarded_for"),
            ("APIMuxId", "api_mux_id"),
            ("Type", "type_"),
            ("A", "a"),
        ] {
            assert_eq!(snake(go), rust, "{go}");
        }
    }

    #[test]
    fn plain_names_come_back() {
        for go in ["UserId", "CreateAt", "ReplicaLagSettings", "A"] {
            assert_eq!(pascal(&snake(go)), go);
        }
        assert_ne!(pascal(&snake("SiteURL")), "SiteURL");
        assert_eq!(pascal(&snake("Type")), "Type");
        assert_eq!(camel("KVSetWithOptions"), "KvSetWithOptions");
        assert_eq!(camel("ServeHTTP"), "ServeHttp");
    }
}

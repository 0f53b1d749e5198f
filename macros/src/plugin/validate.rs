//! The rules for a manifest's fields: what the server checks at upload, and what it silently changes.

/// Shortest and longest plugin id the server takes.
const ID_LENGTH: std::ops::RangeInclusive<usize> = 3..=190;

/// Checks a plugin id; the fault says how to mend it.
pub(crate) fn id(id: &str) -> Result<(), String> {
    if !ID_LENGTH.contains(&id.len()) {
        return Err(format!(
            "a plugin id has {} to {} characters, this one has {}: take a reversed domain, like \"com.example.my-plugin\"",
            ID_LENGTH.start(),
            ID_LENGTH.end(),
            id.len()
        ));
    }
    if let Some(bad) = id.chars().find(|c| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_' | '.')) {
        return Err(format!("a plugin id has only a-z, 0-9, `-`, `_` and `.`; {bad:?} is not allowed"));
    }
    if id.chars().any(|c| c.is_ascii_uppercase()) {
        let lower = id.to_ascii_lowercase();
        return Err(format!("the server lower-cases plugin ids: write \"{lower}\""));
    }
    Ok(())
}

/// Checks a strict semantic version.
pub(crate) fn version(version: &str) -> Result<(), String> {
    if semver(version) {
        return Ok(());
    }
    let bare = version.trim_start_matches(['v', 'V']);
    Err(if bare != version && semver(bare) {
        format!("a version has no leading `v`: write \"{bare}\"")
    } else {
        format!(
            "`{version}` is not a semantic version: write three numbers, like \"1.2.3\" or \"0.1.0-rc.1\""
        )
    })
}

/// Checks a server version: exactly three numbers.
pub(crate) fn server_version(version: &str) -> Result<(), String> {
    if three_numbers(version) {
        return Ok(());
    }
    let padded = format!("{version}.0");
    Err(if three_numbers(&padded) {
        format!("the server wants three numbers: write \"{padded}\"")
    } else {
        format!("`{version}` is not a server version: write three numbers, like \"9.3.0\"")
    })
}

/// Checks a web address.
pub(crate) fn url(url: &str) -> Result<(), String> {
    let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    match host {
        Some(rest) if !rest.is_empty() && !rest.starts_with('/') && !url.contains(char::is_whitespace) => {
            Ok(())
        }
        _ => Err(format!("`{url}` is not a web address: write it with `https://` or `http://`")),
    }
}

/// Checks the path of a file inside the bundle.
pub(crate) fn bundle_path(path: &str) -> Result<(), String> {
    let outside = path.starts_with('/') || path.split('/').any(|part| part == ".." || part.is_empty());
    if outside || path.contains(['\\', ':']) {
        return Err(format!(
            "`{path}` must be a path inside the bundle with `/` between its parts, like \"assets/icon.svg\""
        ));
    }
    Ok(())
}

fn three_numbers(version: &str) -> bool {
    let mut count = 0;
    version.split('.').all(|part| {
        count += 1;
        number(part)
    }) && count == 3
}

/// Semantic Versioning 2.0.0, items 2, 9 and 10.
fn semver(version: &str) -> bool {
    let (rest, build) = match version.split_once('+') {
        Some((rest, build)) => (rest, Some(build)),
        None => (version, None),
    };
    let (core, pre) = match rest.split_once('-') {
        Some((core, pre)) => (core, Some(pre)),
        None => (rest, None),
    };
    three_numbers(core)
        && pre
            .is_none_or(|pre| pre.split('.').all(|part| identifier(part) && (!digits(part) || number(part))))
        && build.is_none_or(|build| build.split('.').all(identifier))
}

fn identifier(part: &str) -> bool {
    !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

fn digits(part: &str) -> bool {
    part.bytes().all(|b| b.is_ascii_digit())
}

/// A number without leading zeros that fits 64 bits.
fn number(part: &str) -> bool {
    digits(part) && (part == "0" || !part.starts_with('0')) && part.parse::<u64>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_follow_the_servers_rule_and_are_lower_case() {
        for good in ["com.example.x", "abc", "a-b_c.1", &"x".repeat(190)] {
            assert_eq!(id(good), Ok(()), "{good}");
        }
        for bad in ["", "ab", &"x".repeat(191), "com example", "com/example", "naïve", "a\\b"] {
            assert!(id(bad).is_err(), "{bad}");
        }
        assert!(id("com.Example.X").is_err_and(|fault| fault.contains("\"com.example.x\"")));
    }

    #[test]
    fn versions_are_strict_semantic_versions() {
        for good in
            ["0.0.0", "1.2.3", "0.1.0-rc.1", "1.0.0-alpha-a.b-c", "1.0.0+20130313", "1.0.0-0A.is.legal"]
        {
            assert_eq!(version(good), Ok(()), "{good}");
        }
        for bad in [
            "",
            "1",
            "1.2",
            "1.2.3.4",
            "01.2.3",
            "1.2.03",
            "1.2.3-",
            "1.2.3-01",
            "1.2.3+",
            "1.2.3-a..b",
            "1.2.x",
        ] {
            assert!(version(bad).is_err(), "{bad}");
        }
        assert!(version("v1.2.3").is_err_and(|fault| fault.contains("write \"1.2.3\"")));
        assert!(version("99999999999999999999.0.0").is_err());
    }

    #[test]
    fn server_versions_are_three_numbers() {
        assert_eq!(server_version("9.3.0"), Ok(()));
        assert!(server_version("9.3").is_err_and(|fault| fault.contains("\"9.3.0\"")));
        for bad in ["", "9", "9.3.0-rc1", "v9.3.0", "9.3.0.1", "9..0"] {
            assert!(server_version(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn addresses_name_their_scheme_and_host() {
        for good in ["https://example.com", "http://localhost:8065/x?y"] {
            assert_eq!(url(good), Ok(()), "{good}");
        }
        for bad in ["", "example.com", "ftp://example.com", "https://", "https:///x", "https://exa mple.com"]
        {
            assert!(url(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn bundle_paths_stay_inside_the_bundle() {
        assert_eq!(bundle_path("assets/icon.svg"), Ok(()));
        for bad in ["", "/etc/passwd", "../icon.svg", "assets/../../x", "assets\\icon.svg", "C:/x", "a//b"] {
            assert!(bundle_path(bad).is_err(), "{bad}");
        }
    }
}

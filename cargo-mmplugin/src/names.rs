//! Names a plugin author chooses: crate, id, title.

use crate::error::{Error, Kind};
use crate::manifest;

/// Words that cannot name a crate or would hide one.
const RESERVED: &[&str] = &[
    "abstract",
    "alloc",
    "as",
    "async",
    "await",
    "become",
    "box",
    "break",
    "const",
    "continue",
    "core",
    "crate",
    "do",
    "dyn",
    "else",
    "enum",
    "extern",
    "false",
    "final",
    "fn",
    "for",
    "gen",
    "if",
    "impl",
    "in",
    "let",
    "loop",
    "macro",
    "match",
    "mmplugin",
    "mmplugin-macros",
    "mod",
    "move",
    "mut",
    "override",
    "priv",
    "proc-macro",
    "proc_macro",
    "pub",
    "ref",
    "return",
    "self",
    "static",
    "std",
    "struct",
    "super",
    "test",
    "trait",
    "true",
    "try",
    "type",
    "typeof",
    "unsafe",
    "unsized",
    "use",
    "virtual",
    "where",
    "while",
    "yield",
    // cargo's own folders in target/
    "build",
    "deps",
    "examples",
    "incremental",
    // names Windows keeps for devices
    "aux",
    "con",
    "nul",
    "prn",
];

/// crates.io's limit.
const LONGEST: usize = 64;

/// Checks a crate's name: what cargo takes, in lower case, so that it can be part of the plugin's id.
///
/// # Errors
/// The broken rule and, where there is one, a name near by.
pub fn check_crate(name: &str) -> Result<(), Error> {
    let wrong = |what: String| {
        Err(Error::new(Kind::Usage, what).help("a-z, 0-9, - and _, a letter first, such as hello"))
    };
    if name.is_empty() {
        return wrong("the name is empty".into());
    }
    if RESERVED.contains(&name) {
        return wrong(format!("`{name}` is a reserved word and cannot name a crate"));
    }
    if name.len() > LONGEST {
        return wrong(format!("`{name}` has {} characters; {LONGEST} are allowed", name.len()));
    }
    let Some(bad) = bad_character(name) else { return Ok(()) };
    let result = wrong(format!("`{name}` cannot name a crate: {bad}"));
    match suggestion(name) {
        Some(near) => result.map_err(|error| error.help(format!("cargo mmplugin new {near}"))),
        None => result,
    }
}

fn bad_character(name: &str) -> Option<String> {
    match name.chars().next() {
        Some(first) if !first.is_ascii_lowercase() => return Some(format!("it begins with {first:?}")),
        _ => {}
    }
    let bad = name.chars().find(|c| !(c.is_ascii_lowercase() || c.is_ascii_digit() || "-_".contains(*c)))?;
    Some(format!("it holds {bad:?}"))
}

fn suggestion(name: &str) -> Option<String> {
    let lower = name.trim_matches(['/', '.', ' ']).to_lowercase().replace([' ', '.', '/'], "-");
    (lower != name && check_crate(&lower).is_ok()).then_some(lower)
}

/// Checks a plugin id by the server's rule.
///
/// # Errors
/// The broken rule.
pub fn check_id(id: &str) -> Result<(), Error> {
    manifest::check_id(id).map_err(|problem| {
        Error::new(Kind::Usage, format!("the plugin id {}", problem.what)).help(problem.help)
    })
}

/// Checks a title: it stands between quotes in Rust and JSON.
///
/// # Errors
/// It is empty or holds a quote, a backslash or a line end.
pub fn check_title(title: &str) -> Result<(), Error> {
    let bad = title.chars().find(|c| c.is_control() || "\"\\".contains(*c));
    match bad {
        Some(bad) => Err(Error::new(Kind::Usage, format!("the display name holds {bad:?}"))
            .help("any text without quotes, backslashes and line ends")),
        None if title.trim().is_empty() => Err(Error::new(Kind::Usage, "the display name is empty")),
        None => Ok(()),
    }
}

/// `hello-world` → `Hello World`.
pub fn title(name: &str) -> String {
    words(name).join(" ")
}

/// `hello-world` → `HelloWorld`.
pub fn type_name(name: &str) -> String {
    words(name).concat()
}

fn words(name: &str) -> Vec<String> {
    let words = name.split(['-', '_']).filter(|word| !word.is_empty());
    words.map(|word| word[..1].to_uppercase() + &word[1..]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crate_names_are_lower_case_words() {
        let longest = "a".repeat(LONGEST);
        for good in ["hello", "h", "hello-world", "hello_2", longest.as_str()] {
            assert_eq!(check_crate(good), Ok(()), "{good}");
        }
        let too_long = "a".repeat(LONGEST + 1);
        for bad in [
            "",
            "Hello",
            "2fast",
            "-x",
            "_x",
            "hello world",
            "héllo",
            "a/b",
            "fn",
            "test",
            "mmplugin",
            &too_long,
        ] {
            assert!(check_crate(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn near_names_are_offered() {
        let help = check_crate("Hello World").expect_err("capitals").help;
        assert!(help.contains(&"cargo mmplugin new hello-world".to_owned()), "{help:?}");
    }

    #[test]
    fn titles_and_types_come_from_the_name() {
        for (name, title_, type_) in [
            ("hello", "Hello", "Hello"),
            ("hello-big_world", "Hello Big World", "HelloBigWorld"),
            ("a--b2", "A B2", "AB2"),
        ] {
            assert_eq!((title(name).as_str(), type_name(name).as_str()), (title_, type_));
        }
        assert!(
            check_title("It's \"quoted\"").is_err()
                && check_title(" ").is_err()
                && check_title("Größe").is_ok()
        );
    }
}

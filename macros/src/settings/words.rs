//! Keys, labels and help texts out of names and doc comments.

use syn::Ident;

use crate::meta;

/// `time_api_url` → `Time`, `Api`, `Url`.
pub(super) fn of_field(name: &Ident) -> Vec<String> {
    plain(name).split('_').filter(|word| !word.is_empty()).map(capital).collect()
}

/// `VeryHigh` → `Very`, `High`; `HTTPOnly` → `HTTP`, `Only`.
pub(super) fn of_variant(name: &Ident) -> Vec<String> {
    let letters: Vec<char> = plain(name).chars().collect();
    let mut words: Vec<String> = Vec::new();
    for (i, letter) in letters.iter().enumerate() {
        let before = i.checked_sub(1).and_then(|i| letters.get(i));
        let after = letters.get(i + 1);
        let begins = letter.is_uppercase()
            && (before.is_none_or(|before| !before.is_uppercase())
                || after.is_some_and(|a| a.is_lowercase()));
        match words.last_mut() {
            Some(word) if !begins => word.push(*letter),
            _ => words.push(letter.to_string()),
        }
    }
    words
}

fn plain(name: &Ident) -> String {
    let name = name.to_string();
    name.strip_prefix("r#").map(str::to_owned).unwrap_or(name)
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// The doc comment: lines joined to paragraphs.
pub(super) fn documentation(attributes: &[syn::Attribute]) -> Option<String> {
    let lines = attributes.iter().filter(|attribute| attribute.path().is_ident("doc"));
    let lines: Vec<String> =
        lines.filter_map(|line| meta::text(&line.meta).ok()).map(|line| line.value()).collect();
    let lines: Vec<&str> = lines.iter().flat_map(|block| block.split('\n')).map(str::trim).collect();
    let paragraphs: Vec<String> = lines
        .split(|line| line.is_empty())
        .filter(|lines| !lines.is_empty())
        .map(|lines| lines.join(" "))
        .collect();
    (!paragraphs.is_empty()).then(|| paragraphs.join("\n\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_words() {
        let ident = |name| Ident::new(name, proc_macro2::Span::call_site());
        for (name, words) in
            [("VeryHigh", "Very High"), ("HTTPOnly", "HTTP Only"), ("V2", "V2"), ("Low", "Low")]
        {
            assert_eq!(of_variant(&ident(name)).join(" "), words);
        }
        assert_eq!(of_field(&ident("time_api__url")).join(" "), "Time Api Url");
    }
}

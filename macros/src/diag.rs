//! Turns every fault of a macro into compile errors at the right place.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;

/// Runs one macro: its error becomes `compile_error!` tokens at the error's spans.
pub(crate) fn run(
    expand: impl FnOnce(TokenStream) -> syn::Result<TokenStream>,
    input: proc_macro::TokenStream,
) -> proc_macro::TokenStream {
    expand(input.into()).unwrap_or_else(|error| error.to_compile_error()).into()
}

/// Faults collected on the way, so that one compilation shows all of them.
#[derive(Default)]
pub(crate) struct Faults(Option<syn::Error>);

impl Faults {
    /// Adds a fault at one place.
    pub(crate) fn at(&mut self, span: Span, message: impl std::fmt::Display) {
        self.add(syn::Error::new(span, message));
    }

    /// Adds a fault that covers the whole of `tokens`.
    pub(crate) fn on(&mut self, tokens: impl ToTokens, message: impl std::fmt::Display) {
        self.add(syn::Error::new_spanned(tokens, message));
    }

    pub(crate) fn add(&mut self, error: syn::Error) {
        match &mut self.0 {
            Some(first) => first.combine(error),
            None => self.0 = Some(error),
        }
    }

    /// Keeps a good value; a fault is noted and gives `None`.
    pub(crate) fn ok<T>(&mut self, result: syn::Result<T>) -> Option<T> {
        result.map_err(|error| self.add(error)).ok()
    }

    /// All faults as `compile_error!` tokens; empty when there are none.
    pub(crate) fn to_tokens(&self) -> TokenStream {
        self.0.as_ref().map(syn::Error::to_compile_error).unwrap_or_default()
    }

    pub(crate) fn into_result(self) -> syn::Result<()> {
        self.0.map_or(Ok(()), Err)
    }
}

/// Says that `found` is no known key: which ones are, and which is the nearest.
pub(crate) fn unknown_key(what: &str, found: &str, known: &[&str]) -> String {
    let list = known.join("`, `");
    match nearest(found, known) {
        Some(key) => {
            format!("unknown key `{found}` in `{what}`: did you mean `{key}`?\nknown keys: `{list}`")
        }
        None => format!("unknown key `{found}` in `{what}`\nknown keys: `{list}`"),
    }
}

/// The candidate that differs from `word` by at most a third of its letters.
pub(crate) fn nearest<'a>(word: &str, candidates: &[&'a str]) -> Option<&'a str> {
    let allowed = word.chars().count().div_ceil(3);
    candidates
        .iter()
        .map(|candidate| (distance(word, candidate), *candidate))
        .filter(|(distance, _)| *distance <= allowed)
        .min()
        .map(|(_, candidate)| candidate)
}

/// Levenshtein's distance.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, a) in a.chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        for (cell, b) in row.iter_mut().skip(1).zip(&b) {
            let cost = if a == *b { diagonal } else { 1 + diagonal.min(left).min(*cell) };
            diagonal = std::mem::replace(cell, cost);
            left = cost;
        }
        row[0] = i + 1;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_levenshteins() {
        for (a, b, expected) in
            [("", "", 0), ("", "abc", 3), ("abc", "", 3), ("kitten", "sitting", 3), ("id", "ids", 1)]
        {
            assert_eq!(distance(a, b), expected, "{a} to {b}");
        }
    }

    #[test]
    fn the_nearest_key_is_offered_only_when_it_is_near() {
        let known = ["id", "name", "homepage_url"];
        assert_eq!(nearest("nmae", &known), Some("name"));
        assert_eq!(nearest("homepage", &known), None);
        assert_eq!(nearest("home_page_url", &known), Some("homepage_url"));
        assert_eq!(nearest("zzzzz", &known), None);
    }

    #[test]
    fn faults_are_reported_together() {
        let mut faults = Faults::default();
        faults.at(Span::call_site(), "first");
        faults.at(Span::call_site(), "second");
        let tokens = faults.to_tokens().to_string();
        assert!(tokens.contains("first") && tokens.contains("second"), "{tokens}");
        assert!(faults.into_result().is_err());
    }
}

//! Pictures of a terminal, as SVG: what the console blocks of *Getting started* show. `tests/book` compares those blocks with what
//! the tool really prints, and a test here the pictures with the blocks, so that no picture shows what is not so.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The page with the blocks.
const PAGE: &str = "docs/getting-started.md";
/// A picture, and how the block that it shows begins.
const PICTURES: &[(&str, &str)] = &[
    ("terminal-new.svg", "$ cargo mmplugin new"),
    ("terminal-bundle.svg", "$ cargo mmplugin bundle"),
    ("terminal-deploy.svg", "$ cargo mmplugin deploy"),
];

/// Height of a line, and width of a character of the font.
const LINE: usize = 20;
const CHARACTER: usize = 8;
/// Around the text.
const MARGIN: usize = 16;
/// The words of the tool are right-aligned in as many columns, as cargo's are.
const VERB: usize = 12;

/// Each picture's file and its content.
pub(crate) fn pictures() -> Result<Vec<(PathBuf, String)>> {
    let page = fs::read_to_string(crate::root().join(PAGE)).context(PAGE)?;
    let draw = |(file, begin): &(&str, &str)| {
        let block = blocks(&page).find(|block| block.starts_with(begin));
        let block = block.with_context(|| format!("{PAGE} has no block that begins with `{begin}`"))?;
        Ok((Path::new("docs/images").join(file), svg(block)))
    };
    PICTURES.iter().map(draw).collect()
}

/// The console blocks of a page.
fn blocks(page: &str) -> impl Iterator<Item = &str> {
    page.split("```console\n").skip(1).filter_map(|rest| rest.split("\n```").next())
}

/// A dark window with the text; commands are bold, and the tool's verbs green, as on a terminal.
fn svg(text: &str) -> String {
    let columns = text.lines().map(|line| line.chars().count()).max().unwrap_or(0);
    let (width, height) = (columns * CHARACTER + 2 * MARGIN, text.lines().count() * LINE + 2 * MARGIN);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\">\n\
         <style>text {{ font: 13px monospace; fill: #ddd; white-space: pre; }} .command {{ font-weight: bold; fill: #fff; }} \
         .verb {{ font-weight: bold; fill: #6c6; }}</style>\n\
         <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"#1e1e1e\"/>\n"
    );
    for (number, line) in text.lines().enumerate() {
        let y = MARGIN + (number + 1) * LINE - 6;
        let long = line.chars().count() * CHARACTER;
        if line.is_empty() {
            continue;
        }
        // The length keeps columns in place, whatever font there is.
        svg += &format!("<text x=\"{MARGIN}\" y=\"{y}\" textLength=\"{long}\" xml:space=\"preserve\">");
        svg += &match parts(line) {
            Some((class, begin, rest)) => {
                format!("<tspan class=\"{class}\">{}</tspan>{}", escaped(begin), escaped(rest))
            }
            None => escaped(line),
        };
        svg += "</text>\n";
    }
    svg + "</svg>\n"
}

/// What is coloured at the beginning of a line.
fn parts(line: &str) -> Option<(&'static str, &str, &str)> {
    if line.starts_with("$ ") {
        return Some(("command", line, ""));
    }
    let (verb, rest) = line.split_at_checked(VERB)?;
    let word = verb.trim_start();
    let is_verb = rest.starts_with(' ') && !word.contains(' ') && word.starts_with(char::is_uppercase);
    is_verb.then_some(("verb", verb, rest))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pictures_show_what_the_page_shows() {
        for (file, expected) in pictures().expect("the pictures") {
            let there = fs::read_to_string(crate::root().join(&file)).unwrap_or_default();
            assert!(there == expected, "{}: `cargo xtask book --pictures` draws it anew", file.display());
        }
    }

    #[test]
    fn commands_and_verbs_are_told_from_output() {
        assert_eq!(parts("$ ls"), Some(("command", "$ ls", "")));
        assert_eq!(parts("     Created plugin"), Some(("verb", "     Created", " plugin")));
        assert_eq!(parts("Next:"), None);
        assert_eq!(parts("  plugin.json  296 B"), None);
        assert!(svg("a < b & c").contains("a &lt; b &amp; c"));
    }
}

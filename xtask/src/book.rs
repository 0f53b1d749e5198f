//! `cargo xtask book`: builds the book in `docs/` with mdBook and looks at every link of the pages that come out.
//!
//! Links to files of the repository outside of the book work where the sources are read; in the built book they become
//! links to the repository's web address.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::shell;

/// Where mdBook writes, by `docs/book.toml`.
const OUTPUT: &str = "target/book";

/// All pages in one, whose links are copies of links that were looked at; and the navigation of browsers without scripts.
const COPIES: &[&str] = &["print.html", "toc.html", "404.html"];

/// Pictures of the book and what `cargo xtask test web` makes them of, in target/screenshots.
const PICTURES: &[(&str, &str)] =
    &[("full.png", "full-react-18.png"), ("webapp-header-button.png", "webapp-header-button-react-18.png")];

/// `cargo xtask book --pictures`: draws what the terminal shows, takes over what the last `cargo xtask test web` has seen.
pub(crate) fn pictures() -> Result<()> {
    let drawn = crate::terminal::pictures()?;
    for (file, svg) in &drawn {
        fs::write(crate::root().join(file), svg).with_context(|| file.display().to_string())?;
    }
    for (picture, screenshot) in PICTURES {
        let from = crate::root().join("target/screenshots").join(screenshot);
        let to = crate::root().join("docs/images").join(picture);
        fs::copy(&from, &to)
            .with_context(|| format!("{}: `cargo xtask test web` makes it", from.display()))?;
    }
    println!("book: {} pictures in docs/images", PICTURES.len() + drawn.len());
    Ok(())
}

pub(crate) fn run() -> Result<()> {
    let output = crate::root().join(OUTPUT);
    if output.exists() {
        fs::remove_dir_all(&output).with_context(|| format!("removing {}", output.display()))?;
    }
    build()?;
    let mut pages = BTreeMap::new();
    read(&output, &output, &mut pages)?;
    let repository = repository()?;
    let mut broken = Vec::new();
    for (path, html) in &pages {
        let changed = look(path, html, &pages, &repository, &mut broken);
        fs::write(output.join(path), changed).with_context(|| format!("writing {path}"))?;
    }
    for finding in &broken {
        eprintln!("{finding}");
    }
    if !broken.is_empty() {
        bail!("book: {} broken", broken.len());
    }
    println!("book: {} pages in {OUTPUT}; begin with {OUTPUT}/index.html", pages.len());
    Ok(())
}

/// The mdBook that `.ci/run book` installs, else the one on the PATH.
fn mdbook() -> Result<PathBuf> {
    let ours = crate::root().join("target/tools/bin/mdbook");
    if ours.is_file() {
        return Ok(ours);
    }
    shell::need("mdbook")?;
    Ok("mdbook".into())
}

/// mdBook only logs that an include failed.
fn build() -> Result<()> {
    let built =
        Command::new(mdbook()?).arg("build").arg(crate::root().join("docs")).output().context("mdbook")?;
    let said = String::from_utf8_lossy(&built.stderr) + String::from_utf8_lossy(&built.stdout);
    if !built.status.success() || said.contains("ERROR") || said.contains("WARN") {
        bail!("mdbook build docs: {}\n{}", built.status, said.trim());
    }
    Ok(())
}

/// `repository` of Cargo.toml.
fn repository() -> Result<String> {
    let manifest = fs::read_to_string(crate::root().join("Cargo.toml")).context("Cargo.toml")?;
    let address = manifest.lines().find_map(|line| line.strip_prefix("repository = \"")?.strip_suffix('"'));
    address.map(str::to_owned).context("Cargo.toml names no repository")
}

/// The pages below a folder, by their paths in the book.
fn read(root: &Path, folder: &Path, pages: &mut BTreeMap<String, String>) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().into_owned();
        if path.is_dir() {
            read(root, &path, pages)?;
        } else if name.ends_with(".html") && !COPIES.contains(&name.as_str()) {
            pages.insert(name, fs::read_to_string(&path).with_context(|| path.display().to_string())?);
        }
    }
    Ok(())
}

/// Looks at the links of a page; gives the page with those that leave the book as links to the repository.
fn look(
    path: &str,
    html: &str,
    pages: &BTreeMap<String, String>,
    repository: &str,
    broken: &mut Vec<String>,
) -> String {
    let mut changed = html.to_owned();
    for target in targets(html) {
        let (file, fragment) = target.split_once('#').unwrap_or((target, ""));
        if file.contains("://") || file.starts_with("mailto:") || file.starts_with("data:") {
            continue;
        }
        let Some(there) = below(path, file) else {
            match outside(path, file) {
                Some(address) => {
                    let address = format!("href=\"{repository}/{address}\"");
                    changed = changed.replace(&format!("href=\"{target}\""), &address);
                }
                None => broken.push(format!("{path}: link to {target}, which is not in the repository")),
            }
            continue;
        };
        let page = pages.get(&there);
        if page.is_none() && !crate::root().join(OUTPUT).join(&there).is_file() {
            broken.push(format!("{path}: link to {target}, which is not in the book"));
        }
        if !fragment.is_empty() && page.is_some_and(|page| !page.contains(&format!("id=\"{fragment}\""))) {
            broken.push(format!("{path}: link to {target}, and no such heading"));
        }
    }
    if html.contains("{{#") {
        broken.push(format!("{path}: an include that mdBook left as it is"));
    }
    changed
}

/// The address below the repository's of what a link out of the book names.
fn outside(page: &str, link: &str) -> Option<String> {
    let depth = Path::new(page).components().count();
    let path = link.splitn(depth + 1, '/').last()?.trim_end_matches('/');
    // mdBook makes `.html` of every `.md`.
    let markdown = path.strip_suffix(".html").map(|path| format!("{path}.md"));
    let mut names = std::iter::once(path.to_owned()).chain(markdown);
    let found = names.find(|name| crate::root().join(name).exists())?;
    let kind = if crate::root().join(&found).is_dir() { "tree" } else { "blob" };
    Some(format!("{kind}/main/{found}"))
}

/// What the links and images of a page name.
fn targets(html: &str) -> BTreeSet<&str> {
    let values =
        |attribute: &'static str| html.split(attribute).skip(1).filter_map(|rest| rest.split('"').next());
    values(" href=\"").chain(values(" src=\"")).filter(|target| !target.is_empty()).collect()
}

/// A link's path in the book; `None` when it leaves the book.
fn below(page: &str, link: &str) -> Option<String> {
    let mut parts: Vec<&str> = page.split('/').collect();
    if !link.is_empty() {
        parts.pop();
    }
    for part in link.split('/').filter(|part| !matches!(*part, "" | ".")) {
        match part {
            ".." => drop(parts.pop()?),
            other => parts.push(other),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_found_in_the_book_or_lead_out_of_it() {
        for (page, link, there) in [
            ("a.html", "b.html", Some("b.html")),
            ("deep/a.html", "../b.html", Some("b.html")),
            ("deep/a.html", "", Some("deep/a.html")),
            ("deep/a.html", "./c.html", Some("deep/c.html")),
            ("deep/a.html", "../../examples", None),
            ("a.html", "../README.md", None),
        ] {
            assert_eq!(below(page, link).as_deref(), there, "{page} {link}");
        }
    }

    #[test]
    fn broken_links_are_found_and_others_lead_to_the_repository() {
        let page = r##"<a href="b.html#there">1</a> <a href="b.html#gone">2</a> <a href="no.html">3</a>
            <a href="../xtask/Cargo.toml">4</a> <a href="../xtask">5</a> <a href="../nowhere.rs">6</a>
            <a href="https://example.com/x">7</a> <a href="../README.html">8</a>"##;
        let mut pages = BTreeMap::from([("a.html".to_owned(), page.to_owned())]);
        pages.insert("b.html".into(), "<h2 id=\"there\">There</h2>".into());
        let mut broken = Vec::new();
        let changed = look("a.html", page, &pages, "https://host/repo", &mut broken);
        assert_eq!(
            broken,
            [
                "a.html: link to ../nowhere.rs, which is not in the repository",
                "a.html: link to b.html#gone, and no such heading",
                "a.html: link to no.html, which is not in the book",
            ]
        );
        for address in ["blob/main/xtask/Cargo.toml", "tree/main/xtask", "blob/main/README.md"] {
            assert!(changed.contains(&format!("href=\"https://host/repo/{address}\"")), "{changed}");
        }
    }
}

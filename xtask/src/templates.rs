//! `cargo xtask templates`: packs templates/ into the one file that the cargo tool embeds.
//!
//! A package can hold neither folders outside it nor folders with their own Cargo.toml, so the templates, which are
//! whole crates, travel as text: a line `@ template/path` begins a file, each line of it begins with `|`.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};

const HEADER: &str = "# Packed by `cargo xtask templates` from templates/. Do not edit.\n";
/// What building and testing the templates where they lie leaves behind.
const SKIPPED: [&str; 5] = ["target", "dist", "build", "node_modules", "Cargo.lock"];
/// Templates with a web part differ in these files of it only: a better client is a better client of both.
const OWN: [&str; 2] = ["src/panel.tsx", "tests/plugin.test.tsx"];

pub(crate) fn run(check: bool) -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("xtask has no parent folder")?;
    same_web_parts(&root.join("templates"))?;
    let target = root.join("cargo-mmplugin/templates.packed");
    let packed = pack(&root.join("templates"))?;
    let old = fs::read_to_string(&target).unwrap_or_default();
    if old == packed {
        return Ok(());
    }
    if check {
        bail!("{} is out of date; run `cargo xtask templates`", target.display());
    }
    fs::write(&target, packed).with_context(|| format!("writing {}", target.display()))
}

fn same_web_parts(templates: &Path) -> Result<()> {
    let [one, other] = ["webapp", "full"].map(|template| templates.join(template).join("webapp"));
    let mut files = Vec::new();
    collect(&one, &mut files)?;
    for file in files {
        let place = file.strip_prefix(&one)?;
        if OWN.iter().all(|own| place != Path::new(own)) {
            let same = fs::read(&file)? == fs::read(other.join(place)).unwrap_or_default();
            ensure!(same, "{} and its twin in {} differ", file.display(), other.display());
        }
    }
    Ok(())
}

fn pack(templates: &Path) -> Result<String> {
    let mut packed = HEADER.to_owned();
    for template in sorted(templates)?.into_iter().filter(|path| path.is_dir()) {
        let mut files = Vec::new();
        collect(&template, &mut files)?;
        for file in files {
            let place = file
                .strip_prefix(templates)?
                .to_str()
                .context("a path that is not UTF-8")?
                .replace('\\', "/");
            let text = fs::read_to_string(&file).with_context(|| format!("reading {}", file.display()))?;
            let text = text.replace("\r\n", "\n");
            ensure!(text.ends_with('\n'), "{} does not end with a line end", file.display());
            packed.push_str(&format!("@ {place}\n"));
            packed.extend(text.lines().map(|line| format!("|{line}\n")));
        }
    }
    Ok(packed)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    for path in sorted(folder)? {
        if path.is_dir() {
            collect(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

fn sorted(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))?;
    let mut paths = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    paths.retain(|path| !path.file_name().is_some_and(|name| SKIPPED.iter().any(|skipped| name == *skipped)));
    paths.sort();
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_file_is_fresh() {
        run(true).expect("run `cargo xtask templates`");
    }
}

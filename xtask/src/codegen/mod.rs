//! `cargo xtask codegen`: schema/plugin.json to Rust, to the Go structs of our tests, and to docs/coverage.md.
//!
//! `schema` (what upstream says) → `domain` (what we mean; names, types and the tables of deviations) → one emitter a
//! kind of output. What comes out is formatted, committed, and compared by a test.

mod docs;
mod domain;
mod emit;
mod emit_api;
mod emit_calls;
mod emit_coverage;
mod emit_db;
mod emit_go;
mod emit_hooks;
mod emit_hooks_calls;
mod emit_hooks_testing;
mod emit_made;
mod emit_model;
mod emit_wire;
mod enums;
mod gosource;
mod gotype;
mod grpc;
mod hooks;
mod names;
mod rust;
mod schema;
mod special;

use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use self::docs::Docs;
use self::domain::Domain;
use self::emit::Files;
use self::schema::Schema;

/// Folders that hold nothing but generated files.
const FOLDERS: &[&str] = &[
    "sdk/src/model/generated",
    "sdk/src/wire/generated",
    "sdk/src/wire/tests/generated",
    "sdk/src/api/generated",
    "sdk/src/hooks/generated",
    "sdk/src/runtime/generated",
    "sdk/src/grpc/generated",
    "sdk/src/testing/generated",
    "sdk/src/testing/generated/calls",
];

/// Where Go packages lie; in them the generated files are those named `generated_…`.
const GO_PACKAGES: &str = "tests/gohost";

/// Writes what is stale; with `check`, fails instead.
pub(crate) fn run(check: bool) -> Result<()> {
    let root = root()?;
    let files = render(&root)?;
    let stale = stale(&root, &files)?;
    if check && !stale.is_empty() {
        bail!("stale: {}\n  help: run `cargo xtask codegen` and commit the result", stale.join(", "));
    }
    for path in &stale {
        let target = root.join(path);
        match files.get(path) {
            None => std::fs::remove_file(&target).with_context(|| path.clone())?,
            Some(text) => {
                std::fs::create_dir_all(target.parent().unwrap_or(&root)).with_context(|| path.clone())?;
                std::fs::write(&target, text).with_context(|| path.clone())?;
            }
        }
        println!("{path}");
    }
    Ok(())
}

/// The messages of `proto/`: what makes them is large and rarely needed, so it is a package of its own.
pub(crate) fn proto(check: bool) -> Result<()> {
    let root = root()?;
    let mut program = crate::shell::cargo();
    program.args(["run", "--quiet", "--manifest-path", "proto/codegen/Cargo.toml", "--target-dir"]);
    program.arg(root.join("target")).args(check.then_some(["--", "--check"]).into_iter().flatten());
    crate::shell::run(&mut program)
}

fn root() -> Result<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().map(Path::to_path_buf).context("xtask lies in no workspace")
}

/// All generated files, formatted.
fn render(root: &Path) -> Result<Files> {
    let schema: Schema = schema::read(&root.join("schema/plugin.json"))?;
    let docs = Docs::read(&root.join("schema/docs"))?;
    docs.check(&schema)?;
    let domain = Domain::new(&schema, &docs)?;
    let mut files = Files::new();
    emit_model::emit(&domain, &mut files)?;
    emit_wire::emit(&domain, &mut files)?;
    emit_api::emit(&domain, &mut files)?;
    emit_db::emit(&schema, &mut files)?;
    emit_made::emit(&schema, &domain, &mut files)?;
    emit_hooks::emit(&domain, &mut files)?;
    emit_hooks_calls::emit(root, &domain, &mut files)?;
    grpc::emit(root, &domain, &mut files)?;
    emit_hooks_testing::emit(&domain, &mut files)?;
    emit_calls::emit(&domain, &mut files)?;
    for (path, text) in files.iter_mut().filter(|(path, _)| path.ends_with(".rs")) {
        *text = format(root, text).with_context(|| path.clone())?;
    }
    emit_go::emit(&schema, &mut files)?;
    emit_coverage::emit(root, &domain, &mut files)?;
    Ok(files)
}

/// Runs rustfmt with the repository's settings.
fn format(root: &Path, text: &str) -> Result<String> {
    let mut rustfmt = Command::new("rustfmt")
        .args(["--edition", "2024", "--config-path"])
        .arg(root.join("rustfmt.toml"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("rustfmt cannot be started; install it with `rustup component add rustfmt`")?;
    let mut input = rustfmt.stdin.take().context("rustfmt without stdin")?;
    let text = text.to_owned();
    let writer = std::thread::spawn(move || input.write_all(text.as_bytes()));
    let output = rustfmt.wait_with_output().context("rustfmt")?;
    writer.join().ok().context("rustfmt's input")?.context("rustfmt's input")?;
    if !output.status.success() {
        bail!("rustfmt refused the generated text");
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// Paths whose file differs, is missing, or should not be there.
fn stale(root: &Path, files: &Files) -> Result<Vec<String>> {
    let mut stale = BTreeSet::new();
    for (path, text) in files {
        if std::fs::read_to_string(root.join(path)).ok().as_ref() != Some(text) {
            stale.insert(path.clone());
        }
    }
    for folder in FOLDERS {
        let Ok(entries) = std::fs::read_dir(root.join(folder)) else { continue };
        for entry in entries {
            let path = format!("{folder}/{}", entry?.file_name().to_string_lossy());
            if FOLDERS.contains(&&*path) {
                continue;
            }
            if !files.contains_key(&path) {
                stale.insert(path);
            }
        }
    }
    for package in std::fs::read_dir(root.join(GO_PACKAGES)).context(GO_PACKAGES)? {
        let package = package?;
        let Ok(entries) = std::fs::read_dir(package.path()) else { continue };
        for entry in entries {
            let name = entry?.file_name().to_string_lossy().into_owned();
            let path = format!("{GO_PACKAGES}/{}/{name}", package.file_name().to_string_lossy());
            if name.starts_with("generated_") && !files.contains_key(&path) {
                stale.insert(path);
            }
        }
    }
    Ok(stale.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generated_files_are_fresh() {
        let root = root().unwrap();
        let files = render(&root).unwrap();
        assert_eq!(stale(&root, &files).unwrap(), Vec::<String>::new(), "run `cargo xtask codegen`");
    }

    #[test]
    fn generated_files_say_where_they_come_from() {
        for (path, text) in render(&root().unwrap()).unwrap() {
            let header = match path.rsplit('.').next() {
                Some("go") => gosource::HEADER,
                Some("md") => emit_coverage::HEADER,
                _ => emit::HEADER,
            };
            assert_eq!(text.lines().next(), Some(header), "{path}");
        }
    }
}

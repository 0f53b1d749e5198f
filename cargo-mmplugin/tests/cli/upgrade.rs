//! `upgrade`: what an older template wrote becomes what this one writes, and the author's changes stay.

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::support::{event, events, folder, run, write};

/// A project as if an older template had made it: this line was another one, in the file and in the base.
const OLD: (&str, &str) = ("name: CI", "name: An old name");
const CI: &str = ".github/workflows/ci.yml";

fn read(file: PathBuf) -> String {
    fs_err::read_to_string(file).expect("a file")
}

fn replace(file: PathBuf, from: &str, to: &str) {
    let text = read(file.clone());
    assert!(text.contains(from), "{from} is not in {}", file.display());
    write(file, &text.replace(from, to));
}

fn git(root: &Path, args: &[&str]) {
    let mut git = Command::new("git");
    git.args(["-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false"]).args(args);
    assert!(git.current_dir(root).output().is_ok_and(|output| output.status.success()), "git {args:?}");
}

/// Committed, so that it may be written to.
fn old_project() -> (TempDir, PathBuf) {
    let here = folder();
    assert_eq!(run(here.path(), &["new", "hello", "--template", "webapp", "--vcs", "git"]).code, Some(0));
    let root = here.path().join("hello");
    for file in [CI, ".mmplugin/base"] {
        replace(root.join(file), OLD.0, OLD.1);
    }
    commit(&root);
    (here, root)
}

fn commit(root: &Path) {
    git(root, &["add", "--all"]);
    git(root, &["commit", "--quiet", "--message", "x"]);
}

#[test]
fn a_new_project_is_up_to_date() {
    let here = folder();
    for template in ["server", "command", "full", "webapp"] {
        assert_eq!(
            run(here.path(), &["new", template, "--id", "org.acme.x", "--template", template]).code,
            Some(0)
        );
        let said = run(&here.path().join(template), &["upgrade"]);
        assert_eq!((said.code, said.stderr.as_str()), (Some(0), ""));
        assert!(said.stdout.starts_with("Nothing to do"), "{}", said.stdout);
    }
}

#[test]
fn shows_the_difference_and_writes_when_told_to() {
    let (_here, root) = old_project();
    let shown = run(&root.join("webapp/src"), &["upgrade"]);
    assert_eq!(shown.code, Some(0), "{}", shown.stderr);
    for text in ["-name: An old name\n+name: CI", "1 file differs", "upgrade --write"] {
        assert!(shown.stdout.contains(text), "{}", shown.stdout);
    }
    assert!(read(root.join(CI)).starts_with(OLD.1), "nothing was written");

    let written = run(&root, &["upgrade", "--write", "--json"]);
    assert_eq!(written.code, Some(0), "{}", written.stdout);
    assert_eq!(event(&events(&written), "upgrade")["files"][0]["what"], "write");
    assert!(read(root.join(CI)).starts_with("name: CI\n"));
    assert!(run(&root, &["upgrade"]).stdout.starts_with("Nothing to do"));
}

#[test]
fn changes_of_the_author_are_merged_or_kept() {
    let (_here, root) = old_project();
    replace(root.join(CI), "  contents: read", "  contents: write");
    fs_err::remove_file(root.join(".editorconfig")).expect("a file");
    commit(&root);
    assert_eq!(run(&root, &["upgrade", "--write"]).code, Some(0));
    let merged = read(root.join(CI));
    assert!(merged.starts_with("name: CI\n") && merged.contains("contents: write"), "{merged}");
    assert!(!root.join(".editorconfig").exists(), "what was removed stays so");

    let (_here, root) = old_project();
    replace(root.join(CI), OLD.1, "name: My name");
    commit(&root);
    let said = run(&root, &["upgrade", "--write"]);
    assert!(said.stderr.contains("both you and the template have changed"), "{}", said.stderr);
    assert!(read(root.join(CI)).starts_with("name: My name\n"));
    assert!(read(root.join(format!("{CI}.new"))).starts_with("name: CI\n"));
    // It is shown until it has been settled.
    assert!(run(&root, &["upgrade"]).stdout.contains("1 file differs"));
    fs_err::rename(root.join(format!("{CI}.new")), root.join(CI)).expect("a file");
    assert!(run(&root, &["upgrade"]).stdout.starts_with("Nothing to do"));
}

#[test]
fn ignored_files_are_left_alone() {
    let (_here, root) = old_project();
    write(root.join(".mmplugin/ignore"), ".github/\n");
    let said = run(&root, &["upgrade"]);
    assert!(said.stdout.starts_with("Nothing to do") && said.stderr.contains(CI), "{said:?}");
}

#[test]
fn refuses_what_could_not_be_undone() {
    let (_here, root) = old_project();
    write(root.join("webapp/src/panel.tsx"), "mine\n");
    let said = run(&root, &["upgrade", "--write"]);
    assert_eq!(said.code, Some(1));
    assert!(said.stderr.contains("changes that are not committed"), "{}", said.stderr);
    assert!(read(root.join(CI)).starts_with(OLD.1));
    assert_eq!(run(&root, &["upgrade", "--write", "--allow-dirty"]).code, Some(0));
    assert_eq!(read(root.join("webapp/src/panel.tsx")), "mine\n");

    let version = format!("tool = \"{}\"", env!("CARGO_PKG_VERSION"));
    replace(root.join(".mmplugin/project.toml"), &version, "tool = \"99.0.0\"");
    let said = run(&root, &["upgrade"]);
    assert!(said.stderr.contains("written by version 99.0.0"), "{}", said.stderr);
    let said = run(folder().path(), &["upgrade"]);
    assert!(said.stderr.contains("does not say which template"), "{}", said.stderr);
}

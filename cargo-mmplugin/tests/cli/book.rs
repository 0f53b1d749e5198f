//! The book's "Getting started", followed line by line: what the page shows is what the terminal shows.
//!
//! In its `console` blocks a line after `$ ` is run, and the lines below are what it prints. `…` stands for anything, alone on
//! a line for any lines. Times and sizes may differ in their numbers, columns in their width.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::fake::{Fake, TOKEN};
use crate::support::folder;

fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace")
}

/// A command of a page and what the page says that it prints.
#[derive(Debug, Default, PartialEq)]
struct Step {
    command: String,
    prints: Vec<String>,
}

fn steps(page: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut inside = false;
    for line in page.lines() {
        match (line, line.strip_prefix("$ ")) {
            ("```console", _) => inside = true,
            ("```", _) => inside = false,
            (_, Some(command)) if inside => steps.push(Step { command: command.into(), prints: Vec::new() }),
            _ if inside => steps.iter_mut().last().expect("a command first").prints.push(line.into()),
            _ => {}
        }
    }
    steps
}

/// A line whose times, sizes and blanks compare with those of another machine.
fn plain(line: &str) -> String {
    let words: Vec<&str> = line.split_whitespace().collect();
    let unit = |word: &str| ["s", "ms", "B", "KiB", "MiB"].contains(&word.trim_end_matches([',', ')']));
    let number = |word: &str| word.trim_start_matches('(').starts_with(|c: char| c.is_ascii_digit());
    let mut plain = Vec::new();
    for (i, word) in words.iter().enumerate() {
        let before_unit = words.get(i + 1).is_some_and(|next| unit(next)) && number(word);
        let time = number(word) && word.ends_with('s') && word.contains('.');
        plain.push(if before_unit || time {
            "0"
        } else if unit(word) {
            "unit"
        } else {
            word
        });
    }
    plain.join(" ")
}

/// Whether a line is as the page shows it.
fn same_line(shown: &str, printed: &str) -> bool {
    let (shown, mut printed) = (plain(shown), plain(printed));
    let parts: Vec<&str> = shown.split('…').collect();
    let (first, last) = (parts[0], parts[parts.len() - 1]);
    if parts.len() == 1 || !printed.starts_with(first) || !printed.ends_with(last) {
        return parts.len() == 1 && shown == printed;
    }
    parts.iter().all(|part| {
        let found = printed.find(part).map(|at| printed.split_off(at + part.len()));
        found.map(|rest| printed = rest).is_some()
    })
}

/// Whether lines are as the page shows them; `…` alone takes as few as it can.
fn same(shown: &[String], printed: &[&str]) -> bool {
    match shown.split_first() {
        None => printed.iter().all(|line| line.is_empty()),
        Some((any, rest)) if any == "…" => (0..=printed.len()).any(|skip| same(rest, &printed[skip..])),
        Some((line, rest)) => {
            printed.split_first().is_some_and(|(first, more)| same_line(line, first) && same(rest, more))
        }
    }
}

/// A command in a shell as on the page: both outputs in the order in which they come.
fn shell(command: &str, here: &Path, server: &Fake) -> Command {
    let tool = Path::new(env!("CARGO_BIN_EXE_cargo-mmplugin")).parent().expect("a folder");
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths(std::iter::once(tool.to_owned()).chain(std::env::split_paths(&path)));
    // What other tests have built already; cargo and the tool build with different flags.
    let target = if command.contains("mmplugin") { "target/bundles" } else { "target" };
    let mut shell = Command::new("sh");
    shell
        .args(["-c", &format!("{{ {command}\n}} 2>&1")])
        .current_dir(here)
        .env("PATH", path.expect("a path"));
    shell.env("CARGO_TARGET_DIR", workspace().join(target)).env("CARGO_NET_OFFLINE", "true");
    shell.env("NO_COLOR", "1").env("CARGO_TERM_COLOR", "never").env("XDG_CONFIG_HOME", here);
    for name in
        ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CLICOLOR_FORCE", "MM_ADMIN_USERNAME", "MM_ADMIN_PASSWORD"]
    {
        shell.env_remove(name);
    }
    shell.env("MM_SERVICESETTINGS_SITEURL", &server.url).env("MM_ADMIN_TOKEN", TOKEN);
    shell.stdin(std::process::Stdio::null());
    shell
}

/// What the page's server is called.
const SERVER: &str = "http://localhost:8065";

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
#[test]
fn getting_started_is_what_the_terminal_shows() {
    let page = fs_err::read_to_string(workspace().join("docs/getting-started.md")).expect("the page");
    let (home, server) = (folder(), Fake::start());
    let mut here: PathBuf = home.path().to_owned();
    for step in steps(&page) {
        if let Some(folder) = step.command.strip_prefix("cd ") {
            here = here.join(folder);
            // The workspace's own versions: nothing is looked up in the network.
            fs_err::copy(workspace().join("Cargo.lock"), here.join("Cargo.lock")).expect("a lock file");
            continue;
        }
        // Of the environment the test gives its own.
        if step.command.starts_with("export ") {
            continue;
        }
        let output = shell(&step.command, &here, &server).output().expect("a shell");
        let printed = String::from_utf8_lossy(&output.stdout).replace(&server.url, SERVER);
        let lines: Vec<&str> = printed.lines().collect();
        assert!(output.status.success(), "$ {}\n{printed}", step.command);
        assert!(
            same(&step.prints, &lines),
            "$ {}\nprints\n{printed}\nand the page shows\n{:#?}",
            step.command,
            step.prints
        );
    }
    assert_eq!(server.inner().plugins["com.example.hello"].version, "0.1.0");
}

#[test]
fn what_differs_from_the_page_is_seen() {
    let page = "x\n```console\n$ a b\none …\n…\nlast 3.0 MiB\n$ cd x\n```\n```sh\n$ no\n```\n";
    let steps = steps(page);
    assert_eq!(steps.iter().map(|step| step.command.as_str()).collect::<Vec<_>>(), ["a b", "cd x"]);
    let shown = &steps[0].prints;
    for (printed, expected) in [
        (vec!["one and two", "last  4.5 MiB"], true),
        (vec!["one ", "two", "three", "last 1 KiB"], false),
        (vec!["one two", "three", "last 12 KiB", ""], true),
        (vec!["one two", "last 3.0 lines"], false),
        (vec!["two", "last 3.0 MiB"], false),
        (vec!["one two"], false),
    ] {
        assert_eq!(same(shown, &printed), expected, "{printed:?}");
    }
}

//! Starting other programs: steps with a heading, a time and a count, and what to install when one is missing.

use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, bail};

/// Programs we start, and how a person gets them.
const TOOLS: &[(&str, &str)] = &[
    (
        "go",
        "install Go 1.24 or newer: https://go.dev/doc/install (Debian: apt-get install golang-go, if new enough)",
    ),
    ("cc", "install a C compiler, which Rust links with (Debian: apt-get install gcc libc6-dev)"),
    (
        "mdbook",
        "`.ci/run book` puts it into target/tools: cargo install mdbook --locked --no-default-features --root target/tools",
    ),
];

/// The cargo that runs us.
pub(crate) fn cargo() -> Command {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(crate::root());
    // Of the cargo that started us; a package of its own must not see them.
    for name in ["CARGO_MANIFEST_DIR", "CARGO_PKG_NAME", "CARGO_PKG_VERSION", "CARGO_TARGET_TMPDIR"] {
        cargo.env_remove(name);
    }
    cargo
}

/// A program started in a folder.
pub(crate) fn program(name: impl AsRef<OsStr>, folder: &Path) -> Command {
    let mut command = Command::new(name);
    command.current_dir(folder);
    command
}

/// Runs a command; its output goes where ours goes.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    println!("$ {}", line(command));
    let status = command.status().with_context(|| format!("starting {}", line(command)))?;
    if !status.success() {
        bail!("{} failed: {status}", line(command));
    }
    Ok(())
}

/// Runs a command and returns what it printed to stdout.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let output = command.output().with_context(|| format!("starting {}", line(command)))?;
    if !output.status.success() {
        bail!(
            "{} failed: {}\n{}",
            line(command),
            output.status,
            String::from_utf8_lossy(&output.stderr).trim()
        );
    }
    String::from_utf8(output.stdout).with_context(|| format!("reading what {} printed", line(command)))
}

/// Whether a program is on the PATH.
pub(crate) fn has(tool: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(tool).is_file())
}

/// Fails with what to install when a program is not on the PATH.
pub(crate) fn need(tool: &str) -> Result<()> {
    if has(tool) {
        return Ok(());
    }
    let advice = TOOLS.iter().find(|(name, _)| *name == tool).map_or("install it", |(_, advice)| advice);
    bail!("`{tool}` is needed and not on the PATH: {advice}")
}

fn line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let root = format!("{}/", crate::root().display());
    words.map(|word| word.to_string_lossy().replace(&root, "")).collect::<Vec<_>>().join(" ")
}

/// Steps that all run, even when one fails; the end says which.
#[derive(Default)]
pub(crate) struct Steps {
    passed: usize,
    failed: Vec<String>,
    skipped: usize,
}

impl Steps {
    pub(crate) fn step(&mut self, name: &str, work: impl FnOnce() -> Result<()>) {
        println!("\n== {name}");
        let start = Instant::now();
        let result = work();
        let seconds = start.elapsed().as_secs_f32();
        match result {
            Ok(()) => {
                self.passed += 1;
                println!("== {name}: ok, {seconds:.1} s");
            }
            Err(error) => {
                println!("== {name}: FAILED after {seconds:.1} s: {error:#}");
                self.failed.push(name.to_owned());
            }
        }
    }

    /// A step that this machine cannot do, and why.
    pub(crate) fn skip(&mut self, name: &str, why: &str) {
        println!("\n== {name}: skipped: {why}");
        self.skipped += 1;
    }

    /// Prints the count and fails when a step failed.
    pub(crate) fn finish(self) -> Result<()> {
        let skipped = if self.skipped == 0 { String::new() } else { format!(", {} skipped", self.skipped) };
        println!("\n{} passed, {} failed{skipped}", self.passed, self.failed.len());
        if !self.failed.is_empty() {
            bail!("failed: {}", self.failed.join(", "));
        }
        if self.passed == 0 {
            bail!("nothing was run");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_tool_is_an_advice() {
        let error = need("no-such-tool-here").unwrap_err().to_string();
        assert!(error.contains("not on the PATH: install it"), "{error}");
    }

    #[test]
    fn all_steps_run_and_a_failure_is_named() {
        let mut steps = Steps::default();
        steps.step("one", || bail!("no"));
        steps.step("two", || Ok(()));
        assert_eq!(steps.finish().unwrap_err().to_string(), "failed: one");
        assert_eq!(Steps::default().finish().unwrap_err().to_string(), "nothing was run");
    }
}

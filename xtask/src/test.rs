//! `cargo xtask test`: everything that must pass, in parts that can be run alone.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::e2e;
use crate::shell::{self, Steps, cargo, output, program};

/// Runs the steps of one part.
type Part = fn(&mut Steps);

/// The parts in their order.
const PARTS: &[(&str, Part)] = &[
    ("rust", rust),
    ("templates", templates),
    ("go", go),
    ("end-to-end", e2e::test),
    ("web", e2e::test_web),
];

/// Parts that `rust` has, too, for those who want no more than them.
const PARTS_OF_RUST: &[(&str, Part)] = &[("grpc", grpc)];

pub(crate) fn run(names: &[String]) -> Result<()> {
    let all = || PARTS.iter().chain(PARTS_OF_RUST);
    if let Some(unknown) = names.iter().find(|name| all().all(|(part, _)| part != name)) {
        let known: Vec<&str> = all().map(|(part, _)| *part).collect();
        bail!("no part `{unknown}`; there are: {}", known.join(", "));
    }
    let mut steps = Steps::default();
    let wanted = |name: &str| names.iter().any(|wanted| wanted == name);
    let of_rust = PARTS_OF_RUST.iter().filter(|(name, _)| wanted(name) && !wanted("rust"));
    for (_, part) in PARTS.iter().filter(|(name, _)| names.is_empty() || wanted(name)).chain(of_rust) {
        part(&mut steps);
    }
    steps.finish()
}

/// The workspace with all features; `cargo test` runs the doc tests, too. One run tells all that fails.
fn rust(steps: &mut Steps) {
    steps.step("rust tests", || {
        shell::need("cc")?;
        shell::run(cargo().args(["test", "--workspace", "--all-features", "--locked", "--no-fail-fast"]))
    });
}

/// Each template is a crate: its tests pass as it lies, with the dependencies that the workspace has locked.
fn templates(steps: &mut Steps) {
    for folder in folders_with("templates", "Cargo.toml") {
        steps.step(&format!("template {}", name(&folder)), || {
            let root = crate::root();
            let lock = folder.join("Cargo.lock");
            fs::copy(root.join("Cargo.lock"), &lock)
                .with_context(|| format!("writing {}", lock.display()))?;
            let mut test = cargo();
            test.arg("test").arg("--manifest-path").arg(folder.join("Cargo.toml"));
            shell::run(test.arg("--target-dir").arg(root.join("target")))
        });
    }
}

/// The Go programs: the real host, peers of tests and benchmarks, the one that writes the schema.
fn go(steps: &mut Steps) {
    let modules: Vec<PathBuf> =
        ["schema", "tests", "benches"].iter().flat_map(|folder| folders_with(folder, "go.mod")).collect();
    // Its tests need plugins: tests/grpc runs them.
    for module in modules.into_iter().filter(|module| !module.ends_with("grpchost")) {
        steps.step(&format!("go {}", name(&module)), || {
            shell::need("go")?;
            shell::run(program("go", &module).args(["generate", "./..."]))?;
            let unformatted = output(program("gofmt", &module).args(["-l", "."]))?;
            if !unformatted.trim().is_empty() {
                bail!(
                    "gofmt would change: {}",
                    unformatted.split_whitespace().collect::<Vec<_>>().join(", ")
                );
            }
            shell::run(program("go", &module).args(["vet", "./..."]))?;
            shell::run(program("go", &module).args(["test", "./..."]))
        });
    }
}

/// Plugins over gRPC under the real go-plugin. All of the workspace is selected, as in `rust`: so nothing is compiled
/// twice.
fn grpc(steps: &mut Steps) {
    steps.step("grpc hosts", || {
        shell::need("cc")?;
        shell::need("go")?;
        shell::run(cargo().args([
            "test",
            "--workspace",
            "--all-features",
            "--locked",
            "--test",
            "grpc",
            "--",
            "--show-output",
        ]))
    });
}

/// Folders directly below `parent` that hold `file`, in the order of their names.
pub(crate) fn folders_with(parent: &str, file: &str) -> Vec<PathBuf> {
    let folders = fs::read_dir(crate::root().join(parent)).into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> =
        folders.map(|entry| entry.path()).filter(|path| path.join(file).is_file()).collect();
    folders.sort();
    folders
}

fn name(folder: &Path) -> String {
    folder.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_part_is_answered_with_the_known_ones() {
        let error = run(&["rustt".to_owned()]).unwrap_err().to_string();
        assert!(error.starts_with("no part `rustt`; there are: rust, "), "{error}");
    }
}

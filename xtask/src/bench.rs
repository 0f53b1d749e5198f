//! `cargo xtask bench`: figures against Go, side by side in one run. `cargo xtask bench -- grpc`: over gRPC; `-- grpc-cost`:
//! what the feature `grpc` costs those who build with it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result};

use crate::e2e;
use crate::shell::{self, cargo, program};

/// The options of `benches/hookbench`, handed on (`-quick`, `-rounds 15`, `-core -1`, `-only hook,get` …).
pub(crate) fn run(options: &[String]) -> Result<()> {
    shell::need("go")?;
    shell::need("cc")?;
    // What cargo itself takes away from its own commands.
    let options = options.strip_prefix(&["--".to_owned()]).unwrap_or(options);
    match options.split_first() {
        Some((first, options)) if first == "grpc" => return grpc(options),
        Some((first, _)) if first == "grpc-cost" => return grpc_cost(),
        _ => {}
    }
    let root = crate::root();
    let folder = root.join("target/bench");
    let go_bundle = folder.join("bench-go.tar.gz");
    shell::run(program("./bundle.sh", &root.join("benches/go-plugin")).arg(&go_bundle))?;
    let rust_bundle = e2e::bundle("bench-plugin")?;

    let hookbench = go_command("hookbench", &folder)?;
    let figures = folder.join("hookbench.json");
    let mut compare = program(hookbench, &root);
    compare.arg("-a").arg(&go_bundle).arg("-b").arg(&rust_bundle).arg("-json").arg(&figures);
    shell::run(compare.args(options))?;

    for (package, title) in [("bench-gob", "gob alone"), ("bench-yamux", "yamux alone")] {
        println!("\n{title}, all on one core");
        let mut alone = cargo();
        alone.args(["run", "--quiet", "--release", "--locked", "--package", package, "--", "--pin"]);
        shell::run(&mut alone)?;
    }
    Ok(())
}

/// The options of `benches/grpcbench`, handed on (`-rounds 15`, `-n 500`, `-core -1` …).
fn grpc(options: &[String]) -> Result<()> {
    let folder = crate::root().join("target/bench");
    fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
    let bench = crate::root().join("benches/grpcbench");
    shell::run(program("go", &bench).args(["generate", "."]))?;
    let go_plugin = folder.join("grpc-go-plugin");
    // Without symbols, as bundles of Go plugins are.
    let mut plugin = program("go", &bench);
    plugin.args(["build", "-trimpath", "-ldflags=-s -w", "-o"]).arg(&go_plugin).arg("./plugin");
    shell::run(plugin.env("CGO_ENABLED", "0"))?;
    let host = go_command("grpcbench", &folder)?;
    let target = folder.join("as-bundled");
    // As `cargo mmplugin bundle` does.
    let units = ["--config", "profile.release.package.mmplugin.codegen-units=2"];
    build(cargo().args(units).env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "1"), &target, true)?;
    let rust_plugin = target.join("release/bench-plugin");
    let mut compare = program(host, &crate::root());
    compare.arg("-go").arg(go_plugin).arg("-rust").arg(rust_plugin);
    shell::run(compare.arg("-json").arg(folder.join("grpcbench.json")).args(options))
}

/// Builds the plugin with or without the feature.
fn build(cargo: &mut Command, target: &Path, with_grpc: bool) -> Result<()> {
    cargo.args(["build", "--release", "--locked", "--package", "bench-plugin", "--target-dir"]).arg(target);
    shell::run(cargo.args(with_grpc.then_some("--features=grpc")))
}

/// Builds the same plugin from nothing, without the feature and with it.
fn grpc_cost() -> Result<()> {
    let mut told = Vec::new();
    for with in [false, true] {
        let target = crate::root().join("target/bench/grpc-cost");
        if target.exists() {
            fs::remove_dir_all(&target).with_context(|| target.display().to_string())?;
        }
        let begin = Instant::now();
        build(&mut cargo(), &target, with)?;
        let path = target.join("release/bench-plugin");
        let bytes = fs::metadata(&path).with_context(|| path.display().to_string())?.len();
        told.push((with, begin.elapsed(), bytes));
    }
    for (with, took, bytes) in told {
        let name = if with { "with grpc" } else { "without" };
        println!(
            "{name:<10} {:>6.1} s to build, {:>6.2} MiB",
            took.as_secs_f64(),
            bytes as f64 / f64::from(1 << 20)
        );
    }
    Ok(())
}

/// Builds one of the Go commands below `benches/`.
fn go_command(name: &str, folder: &std::path::Path) -> Result<PathBuf> {
    let executable = folder.join(name);
    let mut go = program("go", &crate::root().join("benches").join(name));
    shell::run(go.arg("build").arg("-o").arg(&executable).arg("."))?;
    Ok(executable)
}

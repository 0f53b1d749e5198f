//! `cargo xtask bench`: figures against Go, side by side in one run.

use std::path::PathBuf;

use anyhow::Result;

use crate::e2e;
use crate::shell::{self, cargo, program};

/// The options of `benches/hookbench`, handed on (`-quick`, `-rounds 15`, `-core -1`, `-only hook,get` …).
pub(crate) fn run(options: &[String]) -> Result<()> {
    shell::need("go")?;
    shell::need("cc")?;
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

/// Builds one of the Go commands below `benches/`.
fn go_command(name: &str, folder: &std::path::Path) -> Result<PathBuf> {
    let executable = folder.join(name);
    let mut go = program("go", &crate::root().join("benches").join(name));
    shell::run(go.arg("build").arg("-o").arg(&executable).arg("."))?;
    Ok(executable)
}

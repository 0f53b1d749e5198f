//! Bundles made with the tool as an author makes them: a new plugin from the template, and the examples.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::shell::{self, cargo, program};

/// The tool, built from this checkout.
pub(crate) struct Tool {
    executable: PathBuf,
}

impl Tool {
    pub(crate) fn build() -> Result<Self> {
        shell::need("cc")?;
        shell::run(cargo().args(["build", "--quiet", "--locked", "--package", "cargo-mmplugin"]))?;
        Ok(Self { executable: crate::root().join("target/debug/cargo-mmplugin") })
    }

    /// `cargo mmplugin new NAME` in an empty folder; gives the plugin's folder.
    pub(crate) fn new_plugin(&self, name: &str, template: &str, parent: &Path) -> Result<PathBuf> {
        let args = ["new", name, "--template", template, "--yes", "--vcs", "none"];
        shell::run(self.command(parent).args(args))?;
        Ok(parent.join(name))
    }

    /// `cargo mmplugin bundle` in a plugin's folder; gives the tar.gz. Without npm there is no web part in it.
    pub(crate) fn bundle(&self, folder: &Path) -> Result<PathBuf> {
        let dist = folder.join("dist");
        if dist.exists() {
            fs::remove_dir_all(&dist).with_context(|| format!("removing {}", dist.display()))?;
        }
        let mut bundle = self.command(folder);
        bundle.arg("bundle");
        if !shell::has("npm") && folder.join("webapp/package.json").exists() {
            println!("skipped: the web part, since there is no npm");
            bundle.arg("--skip-webapp");
        }
        shell::run(&mut bundle)?;
        let files = fs::read_dir(&dist).with_context(|| format!("reading {}", dist.display()))?;
        let paths = files.flatten().map(|entry| entry.path());
        let bundles: Vec<PathBuf> =
            paths.filter(|path| path.to_string_lossy().ends_with(".tar.gz")).collect();
        match bundles.as_slice() {
            [bundle] => Ok(bundle.clone()),
            other => bail!("{} holds {} bundles, not one", dist.display(), other.len()),
        }
    }

    /// The tool as cargo starts it. All plugins share one folder for what cargo builds.
    fn command(&self, folder: &Path) -> Command {
        let mut command = program(&self.executable, folder);
        command
            .arg("mmplugin")
            .env("CARGO", env!("CARGO"))
            .env("CARGO_TARGET_DIR", crate::root().join("target/bundles"));
        command
    }
}

/// A folder under `target/` that is empty now.
pub(crate) fn fresh_folder(name: &str) -> Result<PathBuf> {
    let folder = crate::root().join("target").join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("removing {}", folder.display()))?;
    }
    fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
    Ok(folder)
}

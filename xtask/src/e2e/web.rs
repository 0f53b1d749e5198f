//! The web parts of the templates: their own tests in node, then their bundles in a browser, clicked.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::bundles::{Tool, fresh_folder};
use super::host;
use crate::shell::{self, Steps, program};

/// Templates with a web part, and whether they have a server part, which then answers.
const TEMPLATES: &[(&str, bool)] = &[("webapp", false), ("full", true)];
/// Names of the browser, as distributions have them.
const BROWSERS: &[&str] = &["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// All of it, or what this machine has the programs for.
pub(super) fn test(steps: &mut Steps) {
    if !(shell::has("node") && shell::has("npm")) {
        return steps.skip("web parts", "there is no node or no npm (Debian: apt-get install nodejs npm)");
    }
    let mut made: Vec<(&str, PathBuf, PathBuf)> = Vec::new();
    for (template, _) in TEMPLATES {
        steps.step(&format!("web part of {template}: bundle, its own tests"), || {
            let (folder, bundle) = bundle(template)?;
            shell::run(program("npm", &folder.join("webapp")).args(["test", "--silent"]))?;
            made.push((template, folder, bundle));
            Ok(())
        });
    }
    let Some(browser) = BROWSERS.iter().find(|name| shell::has(name)) else {
        return steps
            .skip("web parts in a browser", "there is no Chromium (Debian: apt-get install chromium)");
    };
    let stage = crate::root().join("tests/webapp");
    steps.step("both Reacts for the stage", || {
        shell::run(program("npm", &stage).args(["ci", "--no-audit", "--no-fund"]))
    });
    for (template, folder, bundle) in &made {
        let has_server = TEMPLATES.iter().any(|(name, server)| name == template && *server);
        steps.step(&format!("web part of {template} in {browser}"), || {
            play(&stage, browser, template, folder, has_server.then_some(bundle))
        });
    }
}

/// A new plugin, bundled: its folder and the tar.gz.
fn bundle(template: &str) -> Result<(PathBuf, PathBuf)> {
    let tool = Tool::build()?;
    let folder = tool.new_plugin(&name(template), template, &fresh_folder(&format!("web/{template}"))?)?;
    let bundle = tool.bundle(&folder)?;
    Ok((folder, bundle))
}

fn name(template: &str) -> String {
    format!("hello-{template}")
}

/// Clicks; the picture stays in target/webapp.
fn play(stage: &Path, browser: &str, template: &str, folder: &Path, server: Option<&PathBuf>) -> Result<()> {
    let picture = crate::root().join("target/webapp").join(format!("{template}.png"));
    let mut node = program("node", stage);
    node.arg("run.mjs").args([browser, &format!("com.example.{}", name(template))]).arg(folder).arg(&picture);
    if let Some(bundle) = server {
        let (file, version) = host::VERSIONS.first().context("no version of the Go host")?;
        node.arg(host::build(file, version)?).arg(bundle);
    }
    shell::run(&mut node)
}

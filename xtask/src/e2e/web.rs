//! Web parts of the templates and the examples: their own tests in node, then their bundles in a browser, clicked.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::bundles::{Tool, fresh_folder};
use super::host;
use crate::shell::{self, Steps, program};

/// A plugin with a web part.
struct WebPart {
    name: &'static str,
    id: &'static str,
    /// Of a new plugin; else it is the example of that name.
    template: Option<&'static str>,
    /// There is a server part, which then answers.
    server: bool,
    /// What is done with it, in tests/webapp/plays.mjs.
    play: &'static str,
}

const WEB_PARTS: &[WebPart] = &[
    WebPart {
        name: "hello-webapp",
        id: "com.example.hello-webapp",
        template: Some("webapp"),
        server: false,
        play: "panel",
    },
    WebPart {
        name: "hello-full",
        id: "com.example.hello-full",
        template: Some("full"),
        server: true,
        play: "panel",
    },
    WebPart {
        name: "webapp-header-button",
        id: "com.example.my-react-plugin",
        template: None,
        server: false,
        play: "alert",
    },
    WebPart { name: "full", id: "com.example.zone-clock", template: None, server: true, play: "clock" },
];

/// Names of the browser, as distributions have them.
const BROWSERS: &[&str] = &["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// All of it, or what this machine has the programs for.
pub(super) fn test(steps: &mut Steps) {
    if !(shell::has("node") && shell::has("npm")) {
        return steps.skip("web parts", "there is no node or no npm (Debian: apt-get install nodejs npm)");
    }
    let mut made: Vec<(&WebPart, PathBuf, PathBuf)> = Vec::new();
    for part in WEB_PARTS {
        steps.step(&format!("web part of {}: bundle, its own tests", part.name), || {
            let (folder, bundle) = bundle(part)?;
            shell::run(program("npm", &folder.join("webapp")).args(["test", "--silent", "--if-present"]))?;
            made.push((part, folder, bundle));
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
    for (part, folder, bundle) in &made {
        steps.step(&format!("web part of {} in {browser}", part.name), || {
            play(&stage, browser, part, folder, bundle)
        });
    }
}

/// The plugin's folder and its bundle.
fn bundle(part: &WebPart) -> Result<(PathBuf, PathBuf)> {
    let tool = Tool::build()?;
    let folder = match part.template {
        Some(template) => tool.new_plugin(part.name, template, &fresh_folder(&format!("web/{template}"))?)?,
        None => crate::root().join("examples").join(part.name),
    };
    let bundle = tool.bundle(&folder)?;
    Ok((folder, bundle))
}

/// Clicks; the pictures stay in target/screenshots.
fn play(stage: &Path, browser: &str, part: &WebPart, folder: &Path, bundle: &Path) -> Result<()> {
    let picture = crate::root().join("target/screenshots").join(format!("{}.png", part.name));
    let mut node = program("node", stage);
    node.arg("run.mjs").args([browser, part.play, part.id]).arg(folder).arg(&picture);
    if part.server {
        let (file, version) = host::VERSIONS.first().context("no version of the Go host")?;
        node.arg(host::build(file, version)?).arg(bundle);
    }
    shell::run(&mut node)
}

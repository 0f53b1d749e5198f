//! The whole way: make plugins with the tool, run their bundles under the Go host, look at what they do.

mod allhooks;
mod bundles;
mod checks;
mod host;
mod web;
mod zones;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::shell::{self, Steps};
use bundles::{Tool, fresh_folder};
use host::Host;

/// Generations of servers that the host imitates.
const MODES: &[&str] = &["11", "9.3"];

/// Looks at what a plugin does.
type Check = fn(&mut Run<'_>) -> Result<()>;

/// What is bundled and how it is looked at: the name of an example, or of a new plugin.
const PLUGINS: &[(&str, Check)] = &[
    (NEW_PLUGIN, checks::hello),
    ("hello-command", checks::command_template),
    ("hello-full", checks::full),
    ("worldtime", checks::worldtime),
    ("bench-plugin", checks::bench),
    ("database", checks::database),
    ("full", zones::full),
    ("timezone", zones::timezone),
    (ALL_HOOKS, allhooks::allhooks),
];

/// The plugin with every hook.
const ALL_HOOKS: &str = "allhooks";

/// The plugin made from the first template.
const NEW_PLUGIN: &str = "hello";
/// New plugins and the templates they are made from.
const NEW: &[(&str, &str)] = &[(NEW_PLUGIN, "server"), ("hello-command", "command"), ("hello-full", "full")];

/// One plugin under one host.
pub(crate) struct Run<'a> {
    gohost: &'a Path,
    bundle: &'a Path,
    mode: &'a str,
}

impl Run<'_> {
    /// Starts and activates the plugin with these settings.
    fn start(&self, config: &serde_json::Value) -> Result<(Host, serde_json::Value)> {
        let (mut host, answer) = Host::start(self.gohost, self.bundle, self.mode, config)?;
        host.activate()?;
        Ok((host, answer))
    }
}

/// `cargo xtask test end-to-end`.
pub(crate) fn test(steps: &mut Steps) {
    let mut bundles: Vec<PathBuf> = Vec::new();
    for (name, _) in PLUGINS {
        steps.step(&format!("bundle {name}"), || {
            bundles.push(bundle(name)?);
            Ok(())
        });
    }
    let mut hosts = Vec::new();
    for (file, version) in host::VERSIONS {
        steps.step(&format!("Go host with go-plugin {version}"), || {
            hosts.push((host::build(file, version)?, version));
            Ok(())
        });
    }
    if bundles.len() < PLUGINS.len() {
        return; // counted as failed above; the rest would only repeat it
    }
    for (gohost, version) in &hosts {
        for mode in MODES {
            for ((name, check), bundle) in PLUGINS.iter().zip(&bundles) {
                steps.step(&format!("{name} under go-plugin {version}, server {mode}"), || {
                    check(&mut Run { gohost, bundle, mode })
                        .with_context(|| format!("bundle {}", bundle.display()))
                });
            }
        }
    }
}

/// `cargo xtask test web`.
pub(crate) fn test_web(steps: &mut Steps) {
    web::test(steps);
}

/// `cargo xtask demo`.
pub(crate) fn demo() -> Result<()> {
    // Before minutes of compiling.
    shell::need("go")?;
    let bundle = bundle(NEW_PLUGIN)?;
    let Some((file, version)) = host::VERSIONS.first() else { bail!("no version of the Go host") };
    let gohost = host::build(file, version)?;
    println!();
    let mut demo = std::process::Command::new(gohost);
    shell::run(demo.arg("demo").arg("--bundle").arg(&bundle).args(["--message", checks::HELLO_MESSAGE]))?;
    println!("\nThe bundle to upload to a Mattermost server: {}", bundle.display());
    Ok(())
}

/// Bundles the new plugin or one of the examples with the tool.
pub(crate) fn bundle(name: &str) -> Result<PathBuf> {
    let tool = Tool::build()?;
    if let Some((name, template)) = NEW.iter().find(|(new, _)| *new == name) {
        let folder = tool.new_plugin(name, template, &fresh_folder(&format!("new/{template}"))?)?;
        return tool.bundle(&folder);
    }
    let parent = if name == ALL_HOOKS { "tests" } else { "examples" };
    tool.bundle(&crate::root().join(parent).join(name))
}

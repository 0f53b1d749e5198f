//! Building one static linux-amd64 executable with plain cargo.

use std::path::PathBuf;
use std::process::Command;

use crate::error::Error;
use crate::interrupt::Interrupt;
use crate::project::{Project, Selection};
use crate::ui::{Mode, Ui};

mod config;
mod flags;
mod profile;
mod run;
mod way;

pub use way::Way;

/// The platform a bundle is for, as plugin.json names it.
pub const PLATFORM: &str = "linux-amd64";

/// Which of cargo's profiles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// `[profile.release]`: what goes to users.
    Release,
    /// `[profile.dev]`: built soon, for the author's own server.
    Dev,
}

/// How the product will be built: everything is settled before cargo starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Build {
    /// Target and linking.
    pub way: Way,
    /// What is set for the profile because the author left it open.
    pub profile: Vec<(String, String)>,
    env: Vec<(String, String)>,
    args: Vec<String>,
}

impl Build {
    /// Looks at the tool chain, the author's profile and the cargo configuration.
    ///
    /// # Errors
    /// The target's standard library is missing, or the profile aborts on panics.
    pub fn settle(project: &Project, selection: &Selection) -> Result<Self, Error> {
        Self::settle_as(project, selection, Profile::Release)
    }

    /// The same for one of the profiles.
    ///
    /// # Errors
    /// As [`Build::settle`].
    pub fn settle_as(project: &Project, selection: &Selection, profile: Profile) -> Result<Self, Error> {
        let kind = profile;
        let env = |name: &str| std::env::var(name).ok();
        let config = config::CargoConfig::load()?;
        let profile = profile::settle(kind, &project.workspace, &config, &env)?;
        let way = Way::choose()?;
        let flags = flags::Flags::settle(&way, &config, &env)?;
        let mut args = vec!["build".to_owned()];
        if kind == Profile::Release {
            args.push("--release".to_owned());
        }
        args.extend(["--target".to_owned(), way.target.clone()]);
        args.extend(["--manifest-path".to_owned(), project.manifest.display().to_string()]);
        args.extend(["--package".to_owned(), format!("{}@{}", project.package, project.version)]);
        args.extend(["--bin".to_owned(), project.bin.clone()]);
        args.extend(flags.args);
        args.extend(selection_args(selection));
        Ok(Self { way, env: [flags.env, profile.clone()].concat(), profile, args })
    }

    /// Runs cargo and returns the executable's path. People see cargo's own output; programs get it as events.
    ///
    /// # Errors
    /// cargo cannot be started or fails, or the user interrupts.
    pub fn run(&self, project: &Project, ui: &Ui, interrupt: &Interrupt) -> Result<PathBuf, Error> {
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo.args(&self.args).envs(self.env.iter().cloned());
        match ui.mode() {
            Mode::Human => cargo.args(["--message-format", "json-render-diagnostics"]),
            Mode::Quiet => cargo.args(["--message-format", "json-render-diagnostics", "--quiet"]),
            Mode::Json => cargo.args(["--message-format", "json"]),
        };
        if ui.mode() == Mode::Json || !ui.colored() {
            cargo.args(["--color", "never"]);
        }
        run::cargo(cargo, &project.bin, ui, interrupt)
    }
}

fn selection_args(selection: &Selection) -> Vec<String> {
    let mut args = Vec::new();
    for features in &selection.features {
        args.extend(["--features".to_owned(), features.clone()]);
    }
    if let Some(folder) = &selection.target_dir {
        args.extend(["--target-dir".to_owned(), folder.display().to_string()]);
    }
    let switches = [
        (selection.all_features, "--all-features"),
        (selection.no_default_features, "--no-default-features"),
        (selection.locked, "--locked"),
        (selection.offline, "--offline"),
    ];
    args.extend(switches.iter().filter(|switch| switch.0).map(|switch| switch.1.to_owned()));
    args
}

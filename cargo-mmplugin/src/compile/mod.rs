//! Building executables for the platforms of a bundle: settled first, then made by cargo or by a tool around it.

use std::path::PathBuf;

use crate::error::Error;
use crate::interrupt::Interrupt;
use crate::project::{Project, Selection};
use crate::ui::{Mode, Ui};

mod config;
mod flags;
mod machine;
mod options;
mod platform;
mod profile;
mod run;
mod way;

pub use options::{Builder, PlatformOptions, Wishes};
pub use platform::Platform;
pub use way::Way;

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
    /// Looks at the tool chain, the author's profile and the cargo configuration, for each platform that is wished for.
    ///
    /// # Errors
    /// A platform cannot be built here, or the profile aborts on panics.
    pub fn settle(project: &Project, selection: &Selection, wishes: &Wishes) -> Result<Vec<Self>, Error> {
        let platforms = wishes.platforms.iter();
        platforms
            .map(|platform| Self::settle_one(project, selection, Profile::Release, *platform, wishes))
            .collect()
    }

    /// The same for one of the profiles and for most servers.
    ///
    /// # Errors
    /// As [`Build::settle`].
    pub fn settle_as(project: &Project, selection: &Selection, profile: Profile) -> Result<Self, Error> {
        Self::settle_one(project, selection, profile, Platform::LinuxAmd64, &Wishes::default())
    }

    fn settle_one(
        project: &Project,
        selection: &Selection,
        kind: Profile,
        platform: Platform,
        wishes: &Wishes,
    ) -> Result<Self, Error> {
        let env = |name: &str| std::env::var(name).ok();
        let config = config::CargoConfig::load()?;
        let profile = profile::settle(kind, wishes.allow_abort, &project.workspace, &config, &env)?;
        let way = Way::choose(platform, wishes)?;
        let flags = flags::Flags::settle(&way, wishes.allow_abort, &config, &env)?;
        let mut args = match way.builder {
            Builder::Cargo => vec!["build".to_owned()],
            Builder::Zigbuild => vec!["zigbuild".to_owned()],
        };
        if kind == Profile::Release {
            args.push("--release".to_owned());
        }
        args.extend(["--target".to_owned(), way.target.clone()]);
        args.extend(["--manifest-path".to_owned(), project.manifest.display().to_string()]);
        args.extend(["--package".to_owned(), format!("{}@{}", project.package, project.version)]);
        args.extend(["--bin".to_owned(), project.bin.clone()]);
        args.extend(flags.args);
        args.extend(profile.args);
        args.extend(selection_args(selection));
        Ok(Self { way, env: [flags.env, profile.env.clone()].concat(), profile: profile.env, args })
    }

    /// Runs cargo and returns the executable's path. People see cargo's own output; programs get it as events.
    ///
    /// # Errors
    /// cargo cannot be started or fails, or the user interrupts.
    pub fn run(&self, project: &Project, ui: &Ui, interrupt: &Interrupt) -> Result<PathBuf, Error> {
        let mut cargo = machine::cargo();
        cargo.args(&self.args).envs(self.env.iter().cloned());
        match ui.mode() {
            Mode::Human => cargo.args(["--message-format", "json-render-diagnostics"]),
            Mode::Quiet => cargo.args(["--message-format", "json-render-diagnostics", "--quiet"]),
            Mode::Json => cargo.args(["--message-format", "json"]),
        };
        if ui.mode() == Mode::Json || !ui.colored() {
            cargo.args(["--color", "never"]);
        }
        ui.command(&cargo);
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

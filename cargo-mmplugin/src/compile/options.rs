//! Options that say for which platforms, and with what.

use clap::Args;

use super::platform::{self, Platform};
use crate::error::{Error, Kind};
use crate::project::Project;

/// What runs the compiler.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Builder {
    /// Plain cargo, with the linkers of this machine
    Cargo,
    /// `cargo zigbuild`, which links for other platforms
    Zigbuild,
}

/// For which platforms, and with what.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Platforms")]
pub struct PlatformOptions {
    /// Platforms to build for, separated by commas [default: `platforms` in Cargo.toml, else linux-amd64]
    #[arg(long, value_name = "PLATFORM", value_delimiter = ',')]
    pub platform: Vec<Platform>,
    /// All of them: linux-amd64, linux-arm64, darwin-amd64, darwin-arm64, windows-amd64
    #[arg(long, conflicts_with = "platform")]
    pub all: bool,
    /// One bundle a platform, instead of one with all executables
    #[arg(long)]
    pub split: bool,
    /// What runs the compiler [default: what fits; the choice is printed]
    #[arg(long, value_name = "BUILDER", value_enum)]
    pub builder: Option<Builder>,
    /// Rust target to build with, in place of the one that its platform usually gets
    #[arg(long, value_name = "TRIPLE")]
    pub target: Vec<String>,
    /// Build although a panic ends the plugin (`panic = "abort"`), where it would be an error answer
    #[arg(long)]
    pub allow_abort: bool,
}

/// The same, settled for a package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wishes {
    /// In the order of [`Platform::ALL`], each once.
    pub platforms: Vec<Platform>,
    /// One bundle a platform.
    pub split: bool,
    /// Instead of what fits.
    pub builder: Option<Builder>,
    /// Instead of the usual ones.
    pub targets: Vec<String>,
    /// Panics may abort.
    pub allow_abort: bool,
}

impl Default for Wishes {
    fn default() -> Self {
        let platforms = vec![Platform::LinuxAmd64];
        Self { platforms, split: false, builder: None, targets: Vec::new(), allow_abort: false }
    }
}

impl PlatformOptions {
    /// Joins the options with what the package says of itself.
    ///
    /// # Errors
    /// The package's settings are wrong, or a target is for no platform that is wanted.
    pub fn settle(&self, project: &Project) -> Result<Wishes, Error> {
        let (own, split) = platform::of_package(project)?;
        let mut targets = Vec::new();
        for target in &self.target {
            let platform = Platform::of_target(target).ok_or_else(|| {
                let what = format!("no platform of Mattermost belongs to the target {target}");
                Error::new(Kind::Usage, what).help("e.g. --target x86_64-unknown-linux-musl")
            })?;
            targets.push(platform);
        }
        let mut platforms = match self {
            Self { all: true, .. } => Platform::ALL.to_vec(),
            Self { platform, .. } if !platform.is_empty() => platform.clone(),
            _ if !targets.is_empty() => targets.clone(),
            _ if own.is_empty() => vec![Platform::LinuxAmd64],
            _ => own,
        };
        platforms.sort();
        platforms.dedup();
        if let Some(other) = targets.iter().find(|platform| !platforms.contains(platform)) {
            return Err(Error::new(Kind::Usage, format!("--target is for {other}, which is not asked for"))
                .help(format!("--platform {other}")));
        }
        Ok(Wishes {
            platforms,
            split: self.split || split,
            builder: self.builder,
            targets: self.target.clone(),
            allow_abort: self.allow_abort,
        })
    }
}

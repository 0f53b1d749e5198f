//! npm, pnpm or yarn: whichever wrote the lock file.

use std::path::{Path, PathBuf};

use super::run::Step;
use crate::error::{Error, Kind};

/// A package manager.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manager {
    /// With or without a lock file.
    Npm {
        /// There is a lock file to keep to.
        locked: bool,
    },
    /// `pnpm-lock.yaml`.
    Pnpm,
    /// `yarn.lock` of yarn 1.
    YarnClassic,
    /// `yarn.lock` of later yarns.
    Yarn,
}

/// Lock files by manager, as people have them.
const LOCKS: [(&str, &str); 4] = [
    ("package-lock.json", "npm"),
    ("npm-shrinkwrap.json", "npm"),
    ("pnpm-lock.yaml", "pnpm"),
    ("yarn.lock", "yarn"),
];

/// Says in node_modules that installing came to its end, and when.
const MARK: &str = "node_modules/.mmplugin-installed";

impl Manager {
    /// By the lock file; when there is none by package.json's `packageManager`, else npm.
    ///
    /// # Errors
    /// There are lock files of more than one manager.
    pub(super) fn choose(folder: &Path, package_manager: Option<&str>) -> Result<Self, Error> {
        let found: Vec<_> = LOCKS.iter().filter(|(file, _)| folder.join(file).is_file()).collect();
        let mut names: Vec<&str> = found.iter().map(|(_, manager)| *manager).collect();
        names.dedup();
        if names.len() > 1 {
            let files: Vec<&str> = found.iter().map(|(file, _)| *file).collect();
            return Err(Error::new(Kind::Project, "webapp/ has lock files of more than one package manager")
                .detail(files.join(", "))
                .help("keep the one you use"));
        }
        let wanted = package_manager.and_then(|text| text.split('@').next());
        Ok(match names.first().copied().or(wanted) {
            Some("pnpm") => Self::Pnpm,
            Some("yarn") => {
                let lock = fs_err::read_to_string(folder.join("yarn.lock")).unwrap_or_default();
                if lock.contains("# yarn lockfile v1") { Self::YarnClassic } else { Self::Yarn }
            }
            _ => Self::Npm { locked: !names.is_empty() },
        })
    }

    /// The program's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Npm { .. } => "npm",
            Self::Pnpm => "pnpm",
            Self::YarnClassic | Self::Yarn => "yarn",
        }
    }

    /// Whether package.json or the lock file changed after the last installation.
    pub(super) fn is_behind(self, folder: &Path) -> bool {
        let time = |path: PathBuf| fs_err::metadata(path).and_then(|file| file.modified()).ok();
        let Some(installed) = time(folder.join(MARK)) else { return true };
        let inputs = LOCKS.iter().map(|(file, _)| *file).chain(["package.json"]);
        inputs.filter_map(|file| time(folder.join(file))).any(|changed| changed > installed)
    }

    /// After an installation. Without node_modules (yarn can do without) it is done anew each time, which it is made for.
    pub(super) fn mark(self, folder: &Path) {
        if folder.join("node_modules").is_dir() {
            let _ = fs_err::write(folder.join(MARK), "");
        }
    }

    /// What the lock file says, and nothing newer.
    pub(super) fn install(self, folder: &Path, offline: bool) -> Step {
        let args: &[&str] = match self {
            Self::Npm { locked: true } => &["ci", "--no-audit", "--no-fund"],
            Self::Npm { locked: false } => &["install", "--no-audit", "--no-fund"],
            Self::Pnpm | Self::YarnClassic => &["install", "--frozen-lockfile"],
            Self::Yarn => &["install", "--immutable"],
        };
        let step = Step::new(self.name(), folder, args);
        match self {
            Self::Yarn => step, // reads its cache first, and has no such option
            _ if offline => step.arg("--offline"),
            _ => step,
        }
    }

    /// A script of package.json.
    pub(super) fn script(self, folder: &Path, name: &str) -> Step {
        match self {
            // Without the lines that repeat the script's name and text.
            Self::Npm { .. } | Self::Pnpm | Self::YarnClassic => {
                Step::new(self.name(), folder, &["run", "--silent", name])
            }
            Self::Yarn => Step::new(self.name(), folder, &["run", name]),
        }
    }
}

//! Which package and which binary is meant, by cargo's own knowledge of the workspace.

use std::path::{Path, PathBuf};

use cargo_metadata::{Metadata, MetadataCommand, Package, TargetKind};
use clap::Args;

use crate::error::{Error, Kind};

/// The crate that makes a package a plugin.
const SDK: &str = "mmplugin";

/// Options that choose the package, as cargo's own.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Package")]
pub struct Selection {
    /// Package to bundle, in a workspace with several
    #[arg(long, short, value_name = "NAME")]
    pub package: Option<String>,
    /// Binary to bundle, in a package with several
    #[arg(long, value_name = "NAME")]
    pub bin: Option<String>,
    /// Path of Cargo.toml [default: in this folder or above]
    #[arg(long, value_name = "PATH")]
    pub manifest_path: Option<PathBuf>,
    /// Features of the package, separated by commas or blanks
    #[arg(long, short = 'F', value_name = "FEATURES")]
    pub features: Vec<String>,
    /// All features of the package
    #[arg(long)]
    pub all_features: bool,
    /// Not the package's default features
    #[arg(long)]
    pub no_default_features: bool,
    /// Folder for cargo's output [default: the workspace's target]
    #[arg(long, value_name = "DIR")]
    pub target_dir: Option<PathBuf>,
    /// Fail when Cargo.lock is missing or out of date
    #[arg(long)]
    pub locked: bool,
    /// Use no network
    #[arg(long)]
    pub offline: bool,
}

/// The chosen package and binary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    /// The package's name.
    pub package: String,
    /// Its version in Cargo.toml.
    pub version: String,
    /// The binary's name.
    pub bin: String,
    /// Path of its Cargo.toml.
    pub manifest: PathBuf,
    /// Its folder.
    pub root: PathBuf,
    /// The folder of the workspace, where `[profile]` counts.
    pub workspace: PathBuf,
    /// `[package.metadata.mattermost]`; null when there is none.
    pub metadata: serde_json::Value,
}

impl Project {
    /// Asks cargo and chooses.
    ///
    /// # Errors
    /// No Cargo.toml, one that cargo does not read, or no single package and binary.
    pub fn find(selection: &Selection) -> Result<Self, Error> {
        let manifest = manifest_path(selection)?;
        let mut command = MetadataCommand::new();
        command.manifest_path(&manifest).no_deps();
        let flags = [(selection.locked, "--locked"), (selection.offline, "--offline")];
        command.other_options(
            flags.iter().filter(|flag| flag.0).map(|flag| flag.1.to_owned()).collect::<Vec<_>>(),
        );
        let metadata = command.exec().map_err(|error| cargo_failed(&manifest, &error))?;
        let package = choose_package(&metadata, &manifest, selection.package.as_deref())?;
        let bin = choose_bin(package, selection.bin.as_deref())?;
        let manifest = package.manifest_path.as_std_path();
        Ok(Self {
            package: package.name.to_string(),
            version: package.version.to_string(),
            bin,
            manifest: manifest.to_owned(),
            root: manifest.parent().unwrap_or(Path::new(".")).to_owned(),
            workspace: metadata.workspace_root.as_std_path().to_owned(),
            metadata: package.metadata.get("mattermost").cloned().unwrap_or_default(),
        })
    }

    /// A path as the user would write it: relative to the package's folder where it is in there.
    pub fn short(&self, path: &Path) -> String {
        shorten(path, &self.root)
    }
}

/// A path relative to the current folder or to `root`, when it lies below; else as it is.
pub(crate) fn shorten(path: &Path, root: &Path) -> String {
    let here = std::env::current_dir().and_then(fs_err::canonicalize).unwrap_or_default();
    let short = path.strip_prefix(&here).or_else(|_| path.strip_prefix(root)).unwrap_or(path);
    short.display().to_string()
}

fn manifest_path(selection: &Selection) -> Result<PathBuf, Error> {
    if let Some(path) = &selection.manifest_path {
        if path.file_name().is_none_or(|name| name != "Cargo.toml") {
            return Err(Error::new(
                Kind::Usage,
                format!("--manifest-path: {} is no Cargo.toml", path.display()),
            ));
        }
        if !path.is_file() {
            let what = format!("--manifest-path: {} does not exist", path.display());
            return Err(Error::new(Kind::Usage, what).help("the path of the plugin's Cargo.toml"));
        }
        return Ok(fs_err::canonicalize(path)?);
    }
    let here = std::env::current_dir()?;
    let found = here.ancestors().map(|folder| folder.join("Cargo.toml")).find(|path| path.is_file());
    let missing = || {
        Error::new(Kind::Project, format!("there is no Cargo.toml in {} or above", here.display()))
            .help("cd into the plugin's folder, or --manifest-path PATH")
            .help("a new plugin: cargo mmplugin new hello")
    };
    Ok(fs_err::canonicalize(found.ok_or_else(missing)?)?)
}

fn cargo_failed(manifest: &Path, error: &cargo_metadata::Error) -> Error {
    if let cargo_metadata::Error::Io(error) = error {
        return Error::new(Kind::Toolchain, "cargo could not be started")
            .detail(error.to_string())
            .help("install Rust: https://rustup.rs");
    }
    let text = match error {
        cargo_metadata::Error::CargoMetadata { stderr } => stderr.trim().to_owned(),
        other => other.to_string(),
    };
    Error::new(Kind::Project, format!("cargo does not read {}", manifest.display()))
        .detail(text.trim_start_matches("error: "))
}

fn choose_package<'a>(
    metadata: &'a Metadata,
    manifest: &Path,
    wanted: Option<&str>,
) -> Result<&'a Package, Error> {
    let members = metadata.workspace_packages();
    let names =
        |packages: &[&Package]| packages.iter().map(|p| p.name.to_string()).collect::<Vec<_>>().join(", ");
    if let Some(wanted) = wanted {
        return members.iter().copied().find(|package| *package.name == wanted).ok_or_else(|| {
            Error::new(Kind::Project, format!("the workspace has no package `{wanted}`"))
                .detail(format!("packages: {}", names(&members)))
        });
    }
    if let Some(package) = members.iter().find(|package| package.manifest_path.as_std_path() == manifest) {
        return Ok(package);
    }
    let is_plugin = |package: &&&Package| {
        package.dependencies.iter().any(|dependency| dependency.name == SDK) && !bins(package).is_empty()
    };
    let plugins: Vec<&Package> = members.iter().filter(is_plugin).copied().collect();
    match plugins[..] {
        [one] => Ok(one),
        [] => Err(Error::new(Kind::Project, "no package of the workspace is a plugin")
            .detail(format!("packages: {}", names(&members)))
            .help(format!("a plugin depends on {SDK} and has a binary; or choose one: -p NAME"))),
        _ => Err(Error::new(Kind::Project, "the workspace has more than one program that uses mmplugin")
            .detail(format!("packages: {}", names(&plugins)))
            .help("say which one: -p NAME")),
    }
}

fn bins(package: &Package) -> Vec<&str> {
    let bins = package.targets.iter().filter(|target| target.kind.contains(&TargetKind::Bin));
    bins.map(|target| target.name.as_str()).collect()
}

fn choose_bin(package: &Package, wanted: Option<&str>) -> Result<String, Error> {
    let bins = bins(package);
    let wrong = |what: String| {
        Error::new(Kind::Project, what).detail(if bins.is_empty() {
            String::from("it has no binaries")
        } else {
            format!("its binaries: {}", bins.join(", "))
        })
    };
    let found = match wanted {
        Some(wanted) if bins.contains(&wanted) => Some(wanted),
        Some(wanted) => return Err(wrong(format!("package `{}` has no binary `{wanted}`", package.name))),
        None if bins.len() == 1 => bins.first().copied(),
        None => {
            let default = package.default_run.as_deref();
            default.or_else(|| bins.iter().copied().find(|bin| *bin == package.name.as_str()))
        }
    };
    found.map(str::to_owned).ok_or_else(|| match bins.first() {
        None => wrong(format!("package `{}` is no program, so it cannot be a server plugin", package.name))
            .help("a plugin has src/main.rs with: fn main() -> std::process::ExitCode { mmplugin::run::<MyPlugin>() }"),
        Some(first) => wrong(format!("package `{}` has more than one binary", package.name))
            .help(format!("cargo mmplugin bundle --bin {first}")),
    })
}

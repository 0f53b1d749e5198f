//! From a built executable to `dist/<id>-<version>.tar.gz`.

use std::path::{Path, PathBuf};

use crate::archive::{Entry, MODE_FILE, MODE_PROGRAM, Plan, Source};
use crate::compile::PLATFORM;
use crate::error::{Error, Kind};
use crate::executable::{Embedded, Executable, RecordError, embedded_manifest};
use crate::manifest::{self, Manifest, Problem, Server, Weight};
use crate::webapp::{self, Webapp};

mod collect;
mod inspect;
mod store;
pub use inspect::{Host, Inspection, NEWEST_SERVER, Program, UPLOAD_LIMIT};
pub use store::{Stored, prepare, store};

/// Where the executable lies in the bundle.
pub const EXECUTABLE: &str = "server/dist/plugin-linux-amd64";

/// A bundle that keeps every rule, ready to be written.
#[derive(Debug, Clone, PartialEq)]
pub struct Bundle {
    /// plugin.json as it goes into the bundle.
    pub manifest: Manifest,
    /// Version of the SDK in the executable; empty when there is none.
    pub sdk: String,
    /// Go names of its hooks.
    pub hooks: Vec<String>,
    /// The files.
    pub plan: Plan,
    /// What deserves a look.
    pub odd: Vec<Problem>,
}

impl Bundle {
    /// Reads the manifest from the executable, checks both, and collects the files of the package at `root`; the
    /// product of `webapp/` among them when it is there.
    ///
    /// # Errors
    /// The executable is of the wrong sort or holds no manifest, a rule is broken, or a file is missing.
    pub fn assemble(root: &Path, executable: &Path) -> Result<Self, Error> {
        let bytes = fs_err::read(executable)?;
        check_executable(&bytes, executable)?;
        let embedded = embedded_manifest(&bytes).map_err(|error| no_manifest(executable, &error))?;
        let Embedded { sdk, mut manifest, hooks } = embedded;
        if root.join(webapp::PRODUCT).is_file() {
            Webapp::attach(&mut manifest);
        }
        manifest.server = Some(Server {
            executables: [(PLATFORM.to_owned(), EXECUTABLE.to_owned())].into(),
            executable: String::new(),
        });
        let mut odd = check_manifest(&manifest)?;
        let program = Entry { mode: MODE_PROGRAM, source: Source::File(executable.to_owned()) };
        let text = Entry { mode: MODE_FILE, source: Source::Bytes(manifest.to_json().into_bytes()) };
        let files = [(EXECUTABLE.to_owned(), program), ("plugin.json".to_owned(), text)];
        let mut plan = Plan { root: manifest.id.clone(), files: files.into() };
        odd.extend(collect::package(root, &manifest, &mut plan)?);
        Ok(Self { manifest, sdk, hooks, plan, odd })
    }

    /// A plugin without a server part: its manifest and the files at `root`.
    ///
    /// # Errors
    /// A rule is broken, or a file is missing.
    pub fn assemble_web(root: &Path, mut manifest: Manifest) -> Result<Self, Error> {
        if root.join(webapp::PRODUCT).is_file() {
            Webapp::attach(&mut manifest);
        }
        if manifest.webapp.is_none() {
            return Err(Error::new(Kind::Bundle, "the plugin has neither a server nor a web part")
                .detail(format!("looked for {} in {}", webapp::PRODUCT, root.display()))
                .help("a folder webapp/ with a package.json and a script `build`: cargo mmplugin new hello --template webapp"));
        }
        let mut odd = check_manifest(&manifest).map_err(|mut error| {
            error.help =
                vec!["the manifest is plugin.json, or [package.metadata.mattermost] in Cargo.toml".into()];
            error
        })?;
        let text = Entry { mode: MODE_FILE, source: Source::Bytes(manifest.to_json().into_bytes()) };
        let files = [("plugin.json".to_owned(), text)];
        let mut plan = Plan { root: manifest.id.clone(), files: files.into() };
        odd.extend(collect::package(root, &manifest, &mut plan)?);
        Ok(Self { manifest, sdk: String::new(), hooks: Vec::new(), plan, odd })
    }

    /// `<id>-<version>.tar.gz`.
    pub fn file_name(&self) -> String {
        format!("{}-{}.tar.gz", self.manifest.id, self.manifest.version)
    }
}

/// The server starts it as it is: right platform, no loader to be found there, a program.
fn check_executable(bytes: &[u8], path: &Path) -> Result<(), Error> {
    let wrong = |what: String| Error::new(Kind::Executable, format!("{} {what}", path.display()));
    let found = Executable::inspect(bytes).map_err(wrong)?;
    if found.platform() != PLATFORM {
        return Err(wrong(format!("is a {} executable", found.platform()))
            .detail(format!("bundle needs: {PLATFORM} (plugin.json: server.executables.{PLATFORM})")));
    }
    if let Some(loader) = found.interpreter {
        return Err(wrong("is not a static executable".into())
            .detail(format!("it asks for the loader {loader}"))
            .detail(
                "bundle needs: one file that runs on every Linux server; the official image has no libgcc_s",
            )
            .help("look for a linker or RUSTFLAGS in .cargo/config.toml that turn static linking off"));
    }
    if !found.has_entry {
        return Err(wrong("is no program: it has no address to start at".into()));
    }
    Ok(())
}

/// The manifest in an executable, for those who need it before anything is packed.
///
/// # Errors
/// There is none.
pub fn manifest_in(executable: &Path) -> Result<Manifest, Error> {
    let embedded = embedded_manifest(&fs_err::read(executable)?);
    embedded.map(|embedded| embedded.manifest).map_err(|error| no_manifest(executable, &error))
}

fn no_manifest(path: &Path, error: &RecordError) -> Error {
    let failure = Error::new(Kind::Manifest, format!("{}: {error}", path.display()));
    match error {
        RecordError::NoSection | RecordError::NoManifest => failure
            .help("put #[mmplugin::plugin(id = \"…\")] above `impl Hooks for …`")
            .help("and call mmplugin::run::<…>() in main"),
        RecordError::Several(_) => {
            failure.help("one binary is one plugin: choose with --bin, or move one to its own binary")
        }
        RecordError::Newer(_) => failure.help("cargo install cargo-mmplugin"),
        _ => failure,
    }
}

/// Every broken rule at once; what is merely odd is handed back.
fn check_manifest(manifest: &Manifest) -> Result<Vec<Problem>, Error> {
    let (odd, broken): (Vec<_>, Vec<_>) =
        manifest::problems(manifest).into_iter().partition(|problem| problem.weight == Weight::Odd);
    if broken.is_empty() {
        return Ok(odd);
    }
    let count = if broken.len() == 1 { "a rule".to_owned() } else { format!("{} rules", broken.len()) };
    let mut error = Error::new(Kind::Manifest, format!("the plugin's manifest breaks {count}"));
    for problem in broken {
        error = error.detail(problem.to_string());
    }
    Err(error.help("the manifest is written in #[mmplugin::plugin(…)] and in Cargo.toml's [package]"))
}

/// The default folder for bundles.
pub fn dist(root: &Path) -> PathBuf {
    root.join("dist")
}

#[cfg(test)]
mod tests;

//! From a built executable to `dist/<id>-<version>.tar.gz`.

use std::path::{Path, PathBuf};

use crate::archive::{Entry, MODE_FILE, MODE_PROGRAM, Plan, Source};
use crate::compile::Platform;
use crate::error::{Error, Kind};
use crate::executable::Embedded;
use crate::manifest::{self, Manifest, Needs, Problem, Server, Weight};
use crate::webapp::{self, Webapp};

mod collect;
mod inspect;
mod product;
mod sign;
mod store;
pub use inspect::{Host, Inspection, NEWEST_SERVER, Program, UPLOAD_LIMIT};
pub use product::{Product, manifest_in};
pub use sign::Signer;
pub use store::{Beside, Stored, prepare, store, store_with};

/// Where the executable for most servers lies in the bundle.
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
    /// A bundle with one executable, for most servers.
    ///
    /// # Errors
    /// As [`Bundle::assemble_all`].
    pub fn assemble(root: &Path, executable: &Path) -> Result<Self, Error> {
        let executable = executable.to_owned();
        Self::assemble_all(root, &[Product { platform: Platform::LinuxAmd64, executable }])
    }

    /// Reads the manifest from the executables, checks all of them, and collects the files of the package at `root`; the
    /// product of `webapp/` among them when it is there.
    ///
    /// # Errors
    /// An executable is of the wrong sort or holds no manifest or another one than the first, a rule is broken, or a
    /// file is missing.
    pub fn assemble_all(root: &Path, products: &[Product]) -> Result<Self, Error> {
        let (embedded, calls) = product::embedded(products)?;
        let Embedded { sdk, mut manifest, hooks, optional, .. } = embedded;
        let idle = Needs { hooks: &hooks, calls, optional: &optional }.settle(&mut manifest);
        if root.join(webapp::PRODUCT).is_file() {
            Webapp::attach(&mut manifest);
        }
        let place = |product: &Product| (product.platform.key().to_owned(), product.platform.executable());
        let server = Server { executables: products.iter().map(place).collect(), executable: String::new() };
        manifest.server = Some(server);
        let mut odd = check_manifest(&manifest, idle)?;
        let text = Entry { mode: MODE_FILE, source: Source::Bytes(manifest.to_json().into_bytes()) };
        let mut plan = Plan { root: manifest.id.clone(), files: [("plugin.json".to_owned(), text)].into() };
        for product in products {
            let program = Entry { mode: MODE_PROGRAM, source: Source::File(product.executable.clone()) };
            plan.files.insert(product.platform.executable(), program);
        }
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
            let error = Error::new(Kind::Bundle, "the plugin has neither a server nor a web part")
                .detail(format!("looked for {} in {}", webapp::PRODUCT, root.display()));
            return Err(match root.join("webapp/package.json").is_file() {
                true => error.help("without --skip-webapp it is built"),
                false => error.help("a folder webapp/ with a package.json and a script `build`: cargo mmplugin new hello --template webapp"),
            });
        }
        let needs = Needs::settle_web(&mut manifest);
        let mut odd = check_manifest(&manifest, needs).map_err(|mut error| {
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

    /// `<id>-<version>-<platform>.tar.gz`, for one bundle of several.
    pub fn file_name_for(&self, platform: Platform) -> String {
        format!("{}-{}-{platform}.tar.gz", self.manifest.id, self.manifest.version)
    }
}

/// Every broken rule at once; what is merely odd is handed back.
fn check_manifest(manifest: &Manifest, needs: Result<Vec<Problem>, Problem>) -> Result<Vec<Problem>, Error> {
    let mut problems = manifest::problems(manifest);
    problems.extend(needs.unwrap_or_else(|problem| vec![problem]));
    let (odd, broken): (Vec<_>, Vec<_>) =
        problems.into_iter().partition(|problem| problem.weight == Weight::Odd);
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

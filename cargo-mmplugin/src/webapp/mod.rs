//! The web part of a plugin: `webapp/` is built with the package manager that its lock file names.
//!
//! A server hands the product to browsers; node and its tools are needed here and nowhere else.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::error::{Error, Kind};
use crate::interrupt::Interrupt;
use crate::manifest::{self, Manifest, clean_path};
use crate::ui::{Ui, duration, size};

mod identity;
mod manager;
mod only;
mod run;
pub use manager::Manager;
pub use only::WebOnly;

/// The folder of the web part.
const FOLDER: &str = "webapp";
/// What browsers load, unless the manifest says otherwise.
pub const PRODUCT: &str = "webapp/dist/main.js";

/// A `webapp/` folder with a package.json.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webapp {
    /// The plugin's folder.
    root: PathBuf,
    /// The web part's folder.
    folder: PathBuf,
    /// Names of the scripts in package.json.
    scripts: Vec<String>,
    manager: Manager,
}

/// For whom it is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// The script `build`: small, for everybody.
    Release,
    /// The script `debug` where there is one: readable, for the author.
    Debug,
}

/// What a build made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Product {
    /// The file that browsers load.
    pub path: PathBuf,
    /// Its size.
    pub bytes: u64,
    /// How long it took, installing included.
    pub time: Duration,
}

impl Webapp {
    /// The web part of the plugin in `root`, if it has one that can be built.
    ///
    /// # Errors
    /// There is a package.json that cannot be read.
    pub fn find(root: &Path) -> Result<Option<Self>, Error> {
        let folder = root.join(FOLDER);
        let file = folder.join("package.json");
        if !file.is_file() {
            return Ok(None);
        }
        let package: Value = serde_json::from_str(&fs_err::read_to_string(&file)?).map_err(|error| {
            Error::new(Kind::Project, format!("{} is no JSON", file.display())).detail(error.to_string())
        })?;
        let scripts = package["scripts"].as_object().map(|all| all.keys().cloned().collect());
        let manager = Manager::choose(&folder, package["packageManager"].as_str())?;
        Ok(Some(Self { root: root.to_owned(), folder, scripts: scripts.unwrap_or_default(), manager }))
    }

    /// The package manager of its lock file.
    pub fn manager(&self) -> Manager {
        self.manager
    }

    /// Names the product in the manifest.
    pub fn attach(manifest: &mut Manifest) {
        let webapp = manifest.webapp.get_or_insert_default();
        if webapp.bundle_path.is_empty() {
            PRODUCT.clone_into(&mut webapp.bundle_path);
        }
    }

    /// Whether there is a script to run and a program that runs it: to be asked before minutes of compiling.
    ///
    /// # Errors
    /// As [`Webapp::build`] would say it.
    pub fn ready(&self, purpose: Purpose) -> Result<(), Error> {
        let script = self.script(purpose)?;
        self.manager.script(&self.folder, script).find()
    }

    /// Installs what package.json asks for when that has changed, writes the plugin's id and version where the sources
    /// want them, and runs the build script.
    ///
    /// # Errors
    /// node or the package manager is missing, one of the steps fails, or there is no product afterwards.
    pub fn build(
        &self,
        manifest: &Manifest,
        purpose: Purpose,
        offline: bool,
        ui: &Ui,
        interrupt: &Interrupt,
    ) -> Result<Product, Error> {
        let begun = Instant::now();
        let script = self.script(purpose)?;
        identity::write(&self.folder, manifest)?;
        if self.manager.is_behind(&self.folder) {
            let install = self.manager.install(&self.folder, offline);
            ui.status("Installing", format!("{FOLDER}'s packages: {}", install.line()));
            install.run(run::Output::OnFailure, ui, interrupt)?;
            self.manager.mark(&self.folder);
        }
        let build = self.manager.script(&self.folder, script);
        ui.status("Building", format!("{FOLDER}: {}", build.line()));
        build.run(run::Output::Shown, ui, interrupt)?;
        let product = self.product(manifest, begun.elapsed(), script)?;
        let place = crate::project::shorten(&product.path, &self.root);
        ui.status("Built", format!("{place}, {}, in {}", size(product.bytes), duration(product.time)));
        ui.emit(&serde_json::json!({
            "event": "webapp", "path": product.path, "bytes": product.bytes, "manager": self.manager.name(),
            "script": script, "seconds": product.time.as_secs_f64(),
        }));
        Ok(product)
    }

    fn script(&self, purpose: Purpose) -> Result<&'static str, Error> {
        let has = |name: &str| self.scripts.iter().any(|script| script == name);
        match purpose {
            Purpose::Debug if has("debug") => Ok("debug"),
            _ if has("build") => Ok("build"),
            _ => Err(Error::new(Kind::Project, format!("{FOLDER}/package.json has no script `build`"))
                .detail(format!("bundle needs: a script that writes {PRODUCT}"))
                .help("--skip-webapp packs what is there already")),
        }
    }

    fn product(&self, manifest: &Manifest, time: Duration, script: &str) -> Result<Product, Error> {
        let named = manifest.webapp.as_ref().map(|webapp| clean_path(&webapp.bundle_path));
        let place = named.filter(|path| !path.is_empty()).unwrap_or_else(|| PRODUCT.to_owned());
        let path = self.root.join(&place);
        let bytes = fs_err::metadata(&path).map_or(0, |file| if file.is_file() { file.len() } else { 0 });
        if bytes == 0 {
            let error =
                Error::new(Kind::Build, format!("{FOLDER}'s script `{script}` did not write {place}"));
            return Err(error.help("name the file that it writes as webapp.bundle_path in the manifest"));
        }
        Ok(Product { path, bytes, time })
    }
}

/// What deserves a look in the product: a server takes everything, and a web part that does not register is just silent.
pub fn oddities(text: &[u8], manifest: &Manifest) -> Vec<manifest::Problem> {
    let has = |word: &[u8]| text.windows(word.len().max(1)).any(|window| window == word);
    let mut found = Vec::new();
    let mut odd = |what: String, help: &str| {
        found.push(manifest::Problem::new(manifest::Weight::Odd, "webapp.bundle_path", what, help));
    };
    if !has(b"registerPlugin") {
        odd(
            "never calls registerPlugin".into(),
            "window.registerPlugin(id, plugin) is how the web app gets it",
        );
    } else if !has(manifest.id.as_bytes()) {
        odd(format!("does not hold the id {}", manifest.id), "the id of registerPlugin is the manifest's");
    }
    found
}

#[cfg(test)]
mod tests;

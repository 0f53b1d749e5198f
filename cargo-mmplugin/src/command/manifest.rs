//! `cargo mmplugin manifest`: plugin.json, as it will be in the bundle.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::bundle::{Bundle, Host, Inspection, Product};
use crate::compile::{Build, PlatformOptions};
use crate::error::{Error, Kind};
use crate::interrupt::Interrupt;
use crate::manifest::{Manifest, Needs};
use crate::project::{Project, Selection};
use crate::scratch;
use crate::ui::Ui;
use crate::webapp::{PRODUCT, WebOnly, Webapp};

/// Print or write plugin.json
///
///   cargo mmplugin manifest                                 build, and print what the bundle will hold
///   cargo mmplugin manifest --output plugin.json            write it to a file
///   cargo mmplugin manifest --bundle hello-1.0.0.tar.gz     of a bundle that is there already
///   cargo mmplugin manifest -q | jq -r .version             for scripts
///
/// The manifest of a plugin with a server part is in its executable, so that is built as `bundle` would build it; nothing
/// happens when it is there already.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct ManifestArgs {
    /// Write to this file instead of stdout
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Take it from this bundle instead of building
    #[arg(long, value_name = "BUNDLE")]
    bundle: Option<PathBuf>,
    #[command(flatten)]
    platforms: PlatformOptions,
    #[command(flatten)]
    selection: Selection,
}

impl ManifestArgs {
    /// Prints or writes it.
    ///
    /// # Errors
    /// There is no package or bundle, it does not build, or the file cannot be written.
    pub fn run(self, ui: &Ui, interrupt: &Interrupt) -> Result<Manifest, Error> {
        let manifest = match &self.bundle {
            Some(bundle) => of_bundle(bundle)?,
            None => self.of_package(ui, interrupt)?,
        };
        let text = manifest.to_json();
        if let Some(path) = &self.output {
            write(path, &text)?;
            ui.status("Wrote", path.display().to_string());
        } else {
            ui.result(text.trim_end());
        }
        ui.emit(&serde_json::json!({"event": "manifest", "path": self.output, "manifest": manifest}));
        Ok(manifest)
    }

    fn of_package(&self, ui: &Ui, interrupt: &Interrupt) -> Result<Manifest, Error> {
        if let Some(mut web) = WebOnly::find(&self.selection)? {
            Webapp::attach(&mut web.manifest);
            Needs::settle_web(&mut web.manifest)
                .map_err(|problem| Error::new(Kind::Manifest, problem.to_string()))?;
            return Ok(web.manifest);
        }
        let project = Project::find(&self.selection)?;
        let wishes = self.platforms.settle(&project)?;
        let mut products = Vec::new();
        for build in Build::settle(&project, &self.selection, &wishes)? {
            let executable = build.run(&project, ui, interrupt)?;
            products.push(Product { platform: build.way.platform, executable });
        }
        if Webapp::find(&project.root)?.is_some() && !project.root.join(PRODUCT).is_file() {
            ui.warn(format!(
                "{PRODUCT} is not there yet, so the manifest does not name it: cargo mmplugin bundle"
            ));
        }
        Ok(Bundle::assemble_all(&project.root, &products)?.manifest)
    }
}

fn of_bundle(path: &Path) -> Result<Manifest, Error> {
    let (found, _) = Inspection::open(path, &Host::default())?;
    found.manifest.ok_or_else(|| {
        Error::new(Kind::Bundle, format!("{} holds no plugin.json that can be read", path.display()))
            .help(format!("cargo mmplugin check {}", path.display()))
    })
}

/// There is the whole file or the one that was there before.
fn write(path: &Path, text: &str) -> Result<(), Error> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let written = scratch::file(folder).and_then(|mut temp| temp.write_all(text.as_bytes()).map(|()| temp));
    let failed =
        |error: std::io::Error| Error::from(error).detail(format!("{} was to be written", path.display()));
    let temp = written.map_err(failed)?;
    temp.persist(path).map(drop).map_err(|error| failed(error.error))
}

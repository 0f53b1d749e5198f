//! Which plugin is meant, for commands about one on a server.

use std::time::SystemTime;

use clap::Args;

use crate::bundle;
use crate::error::{Error, Kind};
use crate::manifest::check_id;
use crate::project::{Project, Selection};
use crate::server::deploy::Package;
use crate::webapp::WebOnly;

/// The plugin's id, or this package's.
#[derive(Debug, Clone, Default, Args)]
pub struct PluginArg {
    /// Id of the plugin [default: this package's, from its newest bundle in dist or its plugin.json]
    #[arg(value_name = "ID")]
    pub id: Option<String>,
}

impl PluginArg {
    /// The id.
    ///
    /// # Errors
    /// It is none, or there is nothing to take it from.
    pub fn id(&self) -> Result<String, Error> {
        if let Some(id) = &self.id {
            return check_typed(id);
        }
        let unknown =
            || Error::new(Kind::Usage, "which plugin?").help("its id: cargo mmplugin … com.example.hello");
        let none = |error: Error| {
            unknown().detail(format!("there is no package to take the id from: {}", error.message))
        };
        // A web part alone has its manifest in a file: nothing has to be built for the id.
        if let Some(web) = WebOnly::find(&Selection::default()).map_err(none)? {
            return check_typed(&web.manifest.id);
        }
        let project = Project::find(&Selection::default()).map_err(none)?;
        let dist = bundle::dist(&project.root);
        let newest = newest_bundle(&dist).ok_or_else(|| {
            let none = format!("{} holds no bundle to take the id from", dist.display());
            unknown().detail(none).help("cargo mmplugin bundle makes one")
        })?;
        Package::open(&newest).map(|package| package.id)
    }
}

/// An id that a person wrote, in the server's small letters.
pub(super) fn check_typed(id: &str) -> Result<String, Error> {
    let id = id.trim().to_lowercase();
    check_id(&id)
        .map_err(|problem| Error::new(Kind::Usage, format!("id {}", problem.what)).help(problem.help))?;
    Ok(id)
}

fn newest_bundle(dist: &std::path::Path) -> Option<std::path::PathBuf> {
    let bundles = fs_err::read_dir(dist).ok()?.filter_map(Result::ok).map(|entry| entry.path());
    let bundles = bundles.filter(|path| path.to_string_lossy().ends_with(".tar.gz"));
    let age = |path: &std::path::PathBuf| {
        fs_err::metadata(path).and_then(|data| data.modified()).unwrap_or(SystemTime::UNIX_EPOCH)
    };
    bundles.max_by_key(age)
}

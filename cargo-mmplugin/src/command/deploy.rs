//! `cargo mmplugin deploy`: from sources to a running plugin, or to the reason why not.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::bundle::BundleArgs;
use crate::bundle::Stored;
use crate::error::{Error, Kind};
use crate::interrupt::Interrupt;
use crate::server::deploy::{Package, Times, deploy};
use crate::server::{Server, ServerOptions};
use crate::ui::Ui;

/// Build, upload and enable the plugin, and wait until it runs
///
///   cargo mmplugin deploy                              build and deploy this package
///   cargo mmplugin deploy --bundle hello-1.0.tar.gz    deploy what is there already
///   cargo mmplugin deploy --url https://chat.example.com --ca our-ca.pem
///
/// Ends with 0 when the plugin is running, with 3 when the server has it and does not run it: then the server's
/// reason, the last lines of its log and the likely fix are printed. An older version is replaced.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct Deploy {
    /// Deploy this bundle instead of building one
    #[arg(long, value_name = "FILE", conflicts_with_all = BUILDING)]
    bundle: Option<PathBuf>,
    /// How long to wait for Running
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    timeout: u64,
    #[command(flatten)]
    build: BundleArgs,
    #[command(flatten)]
    server: ServerOptions,
}

/// Options of a build, which a bundle that is there already has behind it.
const BUILDING: [&str; 20] = [
    "out_dir",
    "no_run",
    "skip_webapp",
    "sign",
    "sign_key",
    "platform",
    "all",
    "split",
    "builder",
    "target",
    "allow_abort",
    "package",
    "bin",
    "manifest_path",
    "features",
    "all_features",
    "no_default_features",
    "target_dir",
    "locked",
    "offline",
];

impl Deploy {
    /// Deploys.
    ///
    /// # Errors
    /// The build failed, the server was not reached or refused, or the plugin does not run.
    pub fn run(self, ui: &Ui, interrupt: &Interrupt) -> Result<Times, Error> {
        // Before minutes of compiling: is there a server, and does it let us in?
        let server = Server::open(&self.server, ui, interrupt)?;
        server.ping().map_err(|failure| server.explain("reach the server", &failure))?;
        let path = match self.bundle {
            Some(path) => path,
            None => only_one(self.build.run(ui, interrupt)?)?,
        };
        let package = Package::open(&path)?;
        let times = deploy(&server, &package, Duration::from_secs(self.timeout), ui)?;
        ui.emit(&serde_json::json!({
            "event": "deploy", "id": package.id, "version": package.version, "bytes": package.bytes,
            "server": server.place().to_string(), "upload_seconds": times.upload.as_secs_f64(),
            "start_seconds": times.start.as_secs_f64(),
        }));
        ui.status("Deployed", format!("to {} in {times}", server.place()));
        ui.result(format!("{} {} is running", package.id, package.version));
        Ok(times)
    }
}

/// A server takes one bundle; of several it is not known which one is for it.
fn only_one(made: Vec<Stored>) -> Result<PathBuf, Error> {
    match &made[..] {
        [one] => Ok(one.path.clone()),
        _ => Err(Error::new(Kind::Usage, "there are several bundles, and one to be deployed")
            .help("the server's platform: --platform linux-amd64")),
    }
}

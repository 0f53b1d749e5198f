//! `cargo mmplugin check`: what a server would say to a bundle, without a server.

use std::path::PathBuf;

use clap::Args;

use crate::bundle::{Inspection, Program};
use crate::error::{Error, Kind};
use crate::interrupt::Interrupt;
use crate::manifest::Weight;
use crate::probe::{self, Report};
use crate::ui::{Ui, size};

/// Check a bundle as a server would
///
/// Takes any bundle, also of a plugin written in Go: its folders, its manifest, its executables. Fails when a
/// server would refuse the upload or could not start the plugin; warns about the rest.
#[derive(Debug, Args)]
pub struct Check {
    /// The bundle, a tar.gz file
    #[arg(value_name = "BUNDLE")]
    bundle: PathBuf,
    /// Start the plugin as a server does, too: cookie, handshake, hooks, quit
    #[arg(long)]
    run: bool,
}

impl Check {
    /// Checks the bundle.
    ///
    /// # Errors
    /// It cannot be read, a server would not run it, or with `--run` it did not start.
    pub fn run(self, ui: &Ui, interrupt: &Interrupt) -> Result<Inspection, Error> {
        let name = self.bundle.display().to_string();
        let bytes = fs_err::read(&self.bundle)?;
        let found = Inspection::of(&name, &bytes)?;
        let (refused, rest): (Vec<_>, Vec<_>) =
            found.problems.iter().partition(|problem| problem.weight == Weight::Refused);
        for problem in &rest {
            ui.warn(format!("{} {} ({})", problem.field, problem.what, problem.help));
        }
        let report = match refused.is_empty() && self.run {
            true => Some(start(&found, interrupt)?),
            false => None,
        };
        ui.emit(&serde_json::json!({
            "event": "check", "bundle": self.bundle, "ok": refused.is_empty(), "manifest": found.manifest,
            "executables": found.executables, "problems": found.problems, "bytes": bytes.len(), "run": report,
        }));
        if !refused.is_empty() {
            let mut error = Error::new(Kind::Bundle, format!("{name} would not run on a server"));
            for problem in refused {
                error = error.detail(format!("{} {} ({})", problem.field, problem.what, problem.help));
            }
            return Err(error);
        }
        ui.result(summary(&name, bytes.len() as u64, &found, report.as_ref()));
        Ok(found)
    }
}

/// Unpacks to a temporary folder and starts what a server on this machine would start.
fn start(found: &Inspection, interrupt: &Interrupt) -> Result<Report, Error> {
    let platform = probe::platform();
    let Some(program) = found.program(&platform) else {
        return Err(Error::new(
            Kind::Probe,
            format!("the bundle has no executable for this machine, {platform}"),
        )
        .help("leave out --run, or try it on a machine it is made for"));
    };
    let folder = tempfile::Builder::new().prefix("mmplugin-check-").tempdir()?;
    found.unpack(folder.path())?;
    probe::start(&folder.path().join(program), interrupt)
}

fn summary(name: &str, bytes: u64, found: &Inspection, report: Option<&Report>) -> String {
    let mut text = format!("{name}: ok, {}", size(bytes));
    if let Some(manifest) = &found.manifest {
        let or_none = |text: &str| if text.is_empty() { "(none)".to_owned() } else { text.to_owned() };
        text.push_str(&format!("\n  id           {}", manifest.id));
        text.push_str(&format!("\n  version      {}", or_none(&manifest.version)));
        text.push_str(&format!("\n  min server   {}", or_none(&manifest.min_server_version)));
    }
    for Program { platform, path, bytes, is_static } in &found.executables {
        let linking = if *is_static { "static" } else { "dynamic" };
        text.push_str(&format!("\n  {platform:<12} {path}, {}, {linking}", size(*bytes)));
    }
    if let Some(report) = report {
        text.push_str(&format!("\n  started      {}", report.line()));
    }
    text
}

//! `cargo mmplugin check`: what a server would say to a bundle, without a server.

use std::path::PathBuf;

use clap::Args;

use crate::bundle::{Host, Inspection, Program};
use crate::error::{Error, Kind};
use crate::executable::Glibc;
use crate::interrupt::Interrupt;
use crate::manifest::Weight;
use crate::probe::{self, Report};
use crate::ui::{Ui, parse_size, size};

/// Check a bundle as a server would
///
///   cargo mmplugin check dist/com.example.hello-1.0.0.tar.gz
///   cargo mmplugin check hello.tar.gz --run                         start it, too
///   cargo mmplugin check hello.tar.gz --server-version 9.11.0       for this server
///   cargo mmplugin check hello.tar.gz --max-file-size 50M --json    for a program that reads it
///
/// Takes any bundle, also of a plugin written in Go: the archive, its folders, its manifest, its executables. Fails
/// when a server would refuse the upload or could not start the plugin, and says it with the server's own words;
/// warns about the rest. Nothing of the bundle is run unless --run is given.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct Check {
    /// The bundle, a tar.gz file
    #[arg(value_name = "BUNDLE")]
    bundle: PathBuf,
    /// Start the plugin as a server does, too: cookie, handshake, hooks, quit
    #[arg(long)]
    run: bool,
    /// Version of the server it is for, such as 9.11.0 [default: the newest that is known]
    #[arg(long, value_name = "VERSION", value_parser = parse_version)]
    server_version: Option<semver::Version>,
    /// The server's FileSettings.MaxFileSize, such as 50M [default: 100M]
    #[arg(long, value_name = "SIZE", value_parser = parse_size)]
    max_file_size: Option<u64>,
    /// Version of glibc on the server's machine, for dynamic executables [default: 2.36, Mattermost's image]
    #[arg(long, value_name = "VERSION")]
    glibc: Option<Glibc>,
}

impl Check {
    /// Checks the bundle.
    ///
    /// # Errors
    /// It cannot be read, a server would not run it, or with `--run` it did not start.
    pub fn run(self, ui: &Ui, interrupt: &Interrupt) -> Result<Inspection, Error> {
        let name = self.bundle.display().to_string();
        let host = Host { version: self.server_version, glibc: self.glibc, upload_limit: self.max_file_size };
        let (found, bytes) = Inspection::open(&self.bundle, &host)?;
        let (refused, rest): (Vec<_>, Vec<_>) =
            found.problems.iter().partition(|problem| problem.weight == Weight::Refused);
        for problem in &rest {
            ui.warn(problem.to_string());
        }
        let report = match refused.is_empty() && self.run {
            true => Some(start(&found, interrupt)?),
            false => None,
        };
        ui.emit(&serde_json::json!({
            "event": "check", "bundle": self.bundle, "ok": refused.is_empty(), "manifest": found.manifest,
            "executables": found.executables, "problems": found.problems, "bytes": bytes, "run": report,
        }));
        if !refused.is_empty() {
            let mut error = Error::new(Kind::Bundle, format!("{name} would not run on a server"));
            for problem in refused {
                error = error.detail(problem.to_string());
            }
            return Err(error);
        }
        ui.result(summary(&name, bytes, &found, report.as_ref()));
        Ok(found)
    }
}

fn parse_version(text: &str) -> Result<semver::Version, String> {
    text.trim().parse().map_err(|_| "three numbers, as in 9.11.0".to_owned())
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
    for program in &found.executables {
        text.push_str(&format!("\n  {:<12} {}", program.platform, describe(program)));
    }
    let mut said: Vec<String> = found.executables.iter().map(transports).collect();
    said.dedup();
    if !said.is_empty() {
        text.push_str(&format!("\n  transports   {}", said.join("; ")));
    }
    if let Some(report) = report {
        text.push_str(&format!("\n  started      {}", report.line()));
    }
    text
}

/// What it speaks with a server.
fn transports(program: &Program) -> String {
    match program.transports.as_slice() {
        [] => "unknown; servers ask for net/rpc".to_owned(),
        all => all.join(", ").replace("netrpc", "net/rpc").replace("grpc", "gRPC"),
    }
}

fn describe(Program { path, bytes, format, is_static, glibc, .. }: &Program) -> String {
    let linking = match (*format, is_static, glibc) {
        ("ELF", true, _) => "static".to_owned(),
        ("ELF", false, Some(glibc)) => format!("dynamic, glibc {glibc} or newer"),
        ("ELF", false, None) => "dynamic".to_owned(),
        (format, ..) => format.to_owned(),
    };
    format!("{path}, {}, {linking}", size(*bytes))
}

//! The command line: one file a subcommand, each of them options and a thin `run`.

use clap::{Args, Parser, Subcommand};

use crate::error::Error;
use crate::interrupt::Interrupt;
use crate::ui::{Color, Mode, Ui};

pub mod bundle;
pub mod check;
pub mod completions;
pub mod deploy;
pub mod dev;
pub mod disable;
pub mod doctor;
pub mod enable;
pub mod list;
pub mod logs;
pub mod manifest;
pub mod new;
pub mod remove;
pub mod reset;
pub mod status;
pub mod upgrade;
pub mod which;

/// What cargo runs for `cargo mmplugin`: its first argument is the subcommand's own name.
#[derive(Debug, Parser)]
#[command(name = "cargo", bin_name = "cargo", styles = clap_styles())]
pub enum Cargo {
    /// Make, bundle, check and deploy Mattermost plugins written in Rust
    ///
    ///   cargo mmplugin new hello    a plugin that compiles, passes its tests and bundles as it is
    ///   cargo mmplugin bundle       dist/ID-VERSION.tar.gz, checked as a server would check it
    ///   cargo mmplugin deploy       onto a server, until it runs there
    ///   cargo mmplugin dev          the same at every change of a file
    ///   cargo mmplugin doctor       what is missing here or on the server
    #[command(version, verbatim_doc_comment)]
    Mmplugin(Options),
}

/// `cargo mmplugin`'s own options.
#[derive(Debug, Args)]
pub struct Options {
    #[command(subcommand)]
    command: Command,
    /// Print JSON lines for programs on stdout instead of text for people
    #[arg(long, global = true)]
    json: bool,
    /// Print results and errors only
    #[arg(long, short, global = true, conflicts_with = "json")]
    quiet: bool,
    /// Print the programs that build and sign, and what the server is asked, too
    #[arg(long, short, global = true, conflicts_with_all = ["json", "quiet"])]
    verbose: bool,
    /// Colour what people read
    #[arg(long, global = true, value_name = "WHEN", value_enum, default_value_t)]
    color: Color,
}

#[derive(Debug, Subcommand)]
enum Command {
    New(new::New),
    Bundle(bundle::BundleArgs),
    Check(check::Check),
    Manifest(manifest::ManifestArgs),
    Deploy(deploy::Deploy),
    Enable(enable::Enable),
    Disable(disable::Disable),
    Reset(reset::Reset),
    Remove(remove::Remove),
    List(list::List),
    Status(status::StatusArgs),
    Logs(logs::Logs),
    Doctor(doctor::Doctor),
    #[command(visible_alias = "watch")]
    Dev(dev::Dev),
    Upgrade(upgrade::Upgrade),
    Completions(completions::Completions),
}

impl Cargo {
    /// Reads the command line; ends the process for `--help`, `--version` and mistakes, as clap does.
    /// The subcommand's name may be missing, so that `cargo-mmplugin new` works as well.
    pub fn from_args() -> Self {
        let mut args: Vec<std::ffi::OsString> = std::env::args_os().collect();
        if args.get(1).is_none_or(|first| first != "mmplugin") {
            args.insert(1.min(args.len()), "mmplugin".into());
        }
        Self::parse_from(args)
    }

    /// The printing seam these options ask for.
    pub fn ui(&self) -> Ui {
        let Self::Mmplugin(options) = self;
        let mode = match options {
            Options { json: true, .. } => Mode::Json,
            Options { quiet: true, .. } => Mode::Quiet,
            _ => Mode::Human,
        };
        Ui::new(mode, options.color).verbose(options.verbose)
    }

    /// Does what was asked.
    ///
    /// # Errors
    /// What the subcommand's own `run` says.
    pub fn run(self, ui: &Ui, interrupt: &Interrupt) -> Result<(), Error> {
        let Self::Mmplugin(options) = self;
        match options.command {
            Command::New(new) => new.run(ui, interrupt).map(drop),
            Command::Bundle(bundle) => bundle.run(ui, interrupt).map(drop),
            Command::Check(check) => check.run(ui, interrupt).map(drop),
            Command::Manifest(manifest) => manifest.run(ui, interrupt).map(drop),
            Command::Completions(completions) => completions.run(ui),
            Command::Deploy(deploy) => deploy.run(ui, interrupt).map(drop),
            Command::Enable(enable) => enable.run(ui, interrupt),
            Command::Disable(disable) => disable.run(ui, interrupt),
            Command::Reset(reset) => reset.run(ui, interrupt),
            Command::Remove(remove) => remove.run(ui, interrupt),
            Command::List(list) => list.run(ui, interrupt).map(drop),
            Command::Status(status) => status.run(ui, interrupt),
            Command::Logs(logs) => logs.run(ui, interrupt),
            Command::Dev(dev) => dev.run(ui, interrupt),
            Command::Upgrade(upgrade) => upgrade.run(ui, interrupt),
            Command::Doctor(doctor) => doctor.run(ui, interrupt).map(drop),
        }
    }
}

fn clap_styles() -> clap::builder::Styles {
    use anstyle::{AnsiColor, Style};
    clap::builder::Styles::styled()
        .header(AnsiColor::Green.on_default().bold())
        .usage(AnsiColor::Green.on_default().bold())
        .literal(AnsiColor::Cyan.on_default().bold())
        .placeholder(Style::new().fg_color(Some(AnsiColor::Cyan.into())))
}

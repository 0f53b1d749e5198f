//! `cargo mmplugin doctor`: what is missing, and how to get it.

use clap::Args;

use crate::doctor::{Finding, Health, local, remote};
use crate::error::{Error, Kind};
use crate::interrupt::Interrupt;
use crate::server::ServerOptions;
use crate::ui::Ui;

/// Look at the tool chain and at the server, and say how to mend what is wrong
///
///   cargo mmplugin doctor
///   cargo mmplugin doctor --url https://chat.example.com    with MM_ADMIN_TOKEN in the environment
///   cargo mmplugin doctor --json                            for a program that reads it
///
/// Changes nothing. The server's part is left out when no server is named. Ends with 1 when something is bad.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct Doctor {
    #[command(flatten)]
    server: ServerOptions,
}

impl Doctor {
    /// Looks.
    ///
    /// # Errors
    /// Something is bad.
    pub fn run(self, ui: &Ui, interrupt: &Interrupt) -> Result<Vec<Finding>, Error> {
        let mut found = local();
        interrupt.check()?;
        found.extend(remote(&self.server, ui, interrupt)?);
        for finding in &found {
            ui.emit(&serde_json::json!({"event": "doctor", "finding": finding}));
        }
        ui.result(table(ui, &found));
        match found.iter().filter(|finding| finding.health == Health::Bad).count() {
            0 => Ok(found),
            1 => Err(Error::new(Kind::Toolchain, "one thing is bad; its fix is above")),
            bad => Err(Error::new(Kind::Toolchain, format!("{bad} things are bad; their fixes are above"))),
        }
    }
}

fn table(ui: &Ui, found: &[Finding]) -> String {
    let width = found.iter().map(|finding| finding.name.len()).max().unwrap_or_default();
    let mut lines = Vec::new();
    for Finding { name, health, found, fix } in found {
        let (mark, level) = match health {
            Health::Ok => ("ok  ", ""),
            Health::Warning => ("warn", "warn"),
            Health::Bad => ("bad ", "error"),
            Health::Skipped => ("-   ", ""),
        };
        lines.push(format!("{} {name:<width$}  {found}", ui.log_line(level, mark)));
        lines.extend(fix.iter().map(|fix| format!("     {:<width$}  {} {fix}", "", ui.strong("fix:"))));
    }
    lines.join("\n")
}

//! `cargo mmplugin list`: what is on the server.

use clap::Args;

use crate::error::Error;
use crate::interrupt::Interrupt;
use crate::server::{Server, ServerOptions, Status};
use crate::ui::Ui;

/// List the plugins on the server and their states
///
///   cargo mmplugin list
///   cargo mmplugin list --json    for a program that reads it
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct List {
    #[command(flatten)]
    server: ServerOptions,
}

impl List {
    /// Prints one line a plugin; in a cluster one a node.
    ///
    /// # Errors
    /// The server was not reached or refuses.
    pub fn run(self, ui: &Ui, interrupt: &Interrupt) -> Result<Vec<Status>, Error> {
        let server = Server::open(&self.server, ui, interrupt)?;
        let statuses = server.statuses();
        let mut statuses = statuses.map_err(|failure| server.explain("list the plugins", &failure))?;
        statuses.sort_by(|a, b| (&a.plugin_id, &a.cluster_id).cmp(&(&b.plugin_id, &b.cluster_id)));
        for status in &statuses {
            ui.emit(&serde_json::json!({"event": "plugin", "status": status}));
        }
        if statuses.is_empty() {
            ui.status("Empty", "the server has no plugins");
        } else {
            ui.result(table(&statuses));
        }
        Ok(statuses)
    }
}

fn table(statuses: &[Status]) -> String {
    let width = |of: fn(&Status) -> &str| statuses.iter().map(|status| of(status).chars().count()).max();
    let ids = width(|status| &status.plugin_id).unwrap_or_default();
    let versions = width(|status| &status.version).unwrap_or_default();
    let row = |status: &Status| {
        let Status { plugin_id, version, state, name, cluster_id, .. } = status;
        let node = if cluster_id.is_empty() { String::new() } else { format!("  on {cluster_id}") };
        let row = format!("{plugin_id:<ids$}  {version:<versions$}  {state:<22}  {name}{node}");
        row.trim_end().to_owned()
    };
    statuses.iter().map(row).collect::<Vec<_>>().join("\n")
}

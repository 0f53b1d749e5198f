//! `cargo mmplugin remove`: take a plugin off the server.

use clap::Args;

use super::which::check_typed;
use crate::error::Error;
use crate::interrupt::Interrupt;
use crate::server::{Server, ServerOptions};
use crate::ui::Ui;

/// Remove a plugin from the server, with its files; what it stored in the database stays
///
///   cargo mmplugin remove                      the plugin of this package
///   cargo mmplugin remove com.example.hello
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct Remove {
    /// Id of the plugin; it has to be written out
    #[arg(value_name = "ID")]
    id: String,
    #[command(flatten)]
    server: ServerOptions,
}

impl Remove {
    /// Removes it.
    ///
    /// # Errors
    /// The server refuses, or has no such plugin.
    pub fn run(self, ui: &Ui, interrupt: &Interrupt) -> Result<(), Error> {
        let id = check_typed(&self.id)?;
        let server = Server::open(&self.server, ui, interrupt)?;
        server.remove(&id).map_err(|failure| server.explain(&format!("remove {id}"), &failure))?;
        ui.emit(&serde_json::json!({"event": "remove", "id": id}));
        ui.result(format!("{id} is removed"));
        Ok(())
    }
}

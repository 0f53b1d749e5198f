//! `cargo mmplugin disable`: stop a plugin that is on the server.

use clap::Args;

use super::which::PluginArg;
use crate::error::Error;
use crate::interrupt::Interrupt;
use crate::server::deploy::stop;
use crate::server::{Server, ServerOptions};
use crate::ui::Ui;

/// Disable a plugin; it stays on the server
///
///   cargo mmplugin disable                     the plugin of this package
///   cargo mmplugin disable com.example.hello
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct Disable {
    #[command(flatten)]
    plugin: PluginArg,
    #[command(flatten)]
    server: ServerOptions,
}

impl Disable {
    /// Disables it.
    ///
    /// # Errors
    /// The server refuses.
    pub fn run(self, ui: &Ui, interrupt: &Interrupt) -> Result<(), Error> {
        let id = self.plugin.id()?;
        let server = Server::open(&self.server, ui, interrupt)?;
        stop(&server, &id)?;
        ui.emit(&serde_json::json!({"event": "disable", "id": id}));
        ui.result(format!("{id} is disabled"));
        Ok(())
    }
}

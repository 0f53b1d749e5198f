//! `cargo mmplugin enable`: start a plugin that is on the server.

use std::time::Duration;

use clap::Args;

use super::which::PluginArg;
use crate::error::Error;
use crate::interrupt::Interrupt;
use crate::server::deploy::start;
use crate::server::{Server, ServerOptions};
use crate::ui::Ui;

/// Enable a plugin and wait until it runs
///
///   cargo mmplugin enable                      the plugin of this package
///   cargo mmplugin enable com.example.hello
///
/// Ends with 3 and the server's reason when it does not run.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct Enable {
    #[command(flatten)]
    plugin: PluginArg,
    /// How long to wait for Running
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    timeout: u64,
    #[command(flatten)]
    server: ServerOptions,
}

impl Enable {
    /// Enables it.
    ///
    /// # Errors
    /// The server refuses, or the plugin does not run.
    pub fn run(self, ui: &Ui, interrupt: &Interrupt) -> Result<(), Error> {
        let id = self.plugin.id()?;
        let server = Server::open(&self.server, ui, interrupt)?;
        start(&server, &id, Duration::from_secs(self.timeout), ui, |_| Ok(()))?;
        ui.emit(&serde_json::json!({"event": "enable", "id": id}));
        ui.result(format!("{id} is running"));
        Ok(())
    }
}

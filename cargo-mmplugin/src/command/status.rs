//! `cargo mmplugin status`: does one plugin run, and why not.

use clap::Args;

use super::which::PluginArg;
use crate::error::{Error, Kind};
use crate::interrupt::Interrupt;
use crate::server::deploy::not_running;
use crate::server::{Server, ServerOptions, State, Status};
use crate::ui::Ui;

/// Say whether a plugin runs, and if not, why
///
///   cargo mmplugin status                      the plugin of this package
///   cargo mmplugin status com.example.hello
///
/// Ends with 0 when it runs on every node, with 3 when it is on the server and does not.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct StatusArgs {
    #[command(flatten)]
    plugin: PluginArg,
    #[command(flatten)]
    server: ServerOptions,
}

impl StatusArgs {
    /// Prints the state.
    ///
    /// # Errors
    /// The server has no such plugin, it does not run, or the server was not reached.
    pub fn run(self, ui: &Ui, interrupt: &Interrupt) -> Result<(), Error> {
        let id = self.plugin.id()?;
        let server = Server::open(&self.server, ui, interrupt)?;
        let statuses = server.statuses();
        let statuses = statuses.map_err(|failure| server.explain("ask for the plugin's state", &failure))?;
        let mine: Vec<Status> = statuses.into_iter().filter(|status| status.plugin_id == id).collect();
        for status in &mine {
            ui.emit(&serde_json::json!({"event": "plugin", "status": status}));
        }
        let Some(first) = mine.first() else {
            return Err(Error::new(Kind::Server, format!("{id} is not on the server"))
                .detail(format!("server: {}", server.place()))
                .help("cargo mmplugin list shows what is")
                .help("cargo mmplugin deploy brings it there"));
        };
        if let Some(bad) = mine.iter().find(|status| status.state != State::Running) {
            let error = not_running(&server, &id, bad);
            return Err(match bad.state {
                State::NotRunning if bad.error.is_empty() => {
                    error.help(format!("cargo mmplugin enable {id}"))
                }
                _ => error,
            });
        }
        ui.result(format!("{id} {} is running", first.version));
        Ok(())
    }
}

//! `cargo mmplugin logs`: the plugin's lines of the server's log.

use clap::Args;

use super::which::PluginArg;
use crate::error::{Error, Kind};
use crate::interrupt::Interrupt;
use crate::server::logs::{Follow, INTERVAL, Line};
use crate::server::{Failure, Server, ServerOptions};
use crate::ui::Ui;

/// Show what a plugin has logged
///
///   cargo mmplugin logs                        the plugin of this package
///   cargo mmplugin logs --follow               and what it logs from now on
///   cargo mmplugin logs com.example.hello
///
/// Reads the server's log file over its API: LogSettings.EnableFile has to be on, and FileJson, so that the lines
/// say whose they are. The account needs to be an administrator.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct Logs {
    #[command(flatten)]
    plugin: PluginArg,
    /// Go on until Ctrl-C; a restart of the server is waited for
    #[arg(long, short)]
    follow: bool,
    /// How many of the last lines to begin with
    #[arg(long, short = 'n', value_name = "COUNT", default_value_t = 100)]
    lines: usize,
    /// Lines of the whole server, not of one plugin
    #[arg(long, conflicts_with = "id")]
    all: bool,
    #[command(flatten)]
    server: ServerOptions,
}

impl Logs {
    /// Prints lines, oldest first.
    ///
    /// # Errors
    /// The server was not reached, refuses, or has no log file; Ctrl-C while following.
    pub fn run(self, ui: &Ui, interrupt: &Interrupt) -> Result<(), Error> {
        let id = if self.all { None } else { Some(self.plugin.id()?) };
        let server = Server::open(&self.server, ui, interrupt)?;
        let mut follow = Follow::default();
        let first =
            follow.next(&server).map_err(|failure| server.explain("read the server's log", &failure))?;
        if first.lines.is_empty() && !self.follow {
            return Err(Error::new(Kind::Server, "the server hands out no log")
                .detail(format!("server: {}", server.place()))
                .help("LogSettings.EnableFile and FileJson have to be on: System Console > Environment > Logging"));
        }
        if first.lines.last().is_some_and(|line| !line.is_json()) {
            ui.warn(
                "the server's log is not in JSON (LogSettings.FileJson): its lines do not say whose they are",
            );
        }
        let mut lines = mine(first.lines, id.as_deref());
        let excess = lines.len().saturating_sub(self.lines);
        lines.drain(..excess);
        lines.iter().for_each(|line| print(ui, line));
        if self.follow { keep_on(&server, &mut follow, id.as_deref(), ui) } else { Ok(()) }
    }
}

/// Prints what is new until Ctrl-C.
fn keep_on(server: &Server, follow: &mut Follow, id: Option<&str>, ui: &Ui) -> Result<(), Error> {
    let mut away = false;
    loop {
        let explain = |failure: &Failure| server.explain("read the server's log", failure);
        server.sleep(INTERVAL).map_err(|failure| explain(&failure))?;
        match follow.next(server) {
            Ok(new) => {
                if away {
                    ui.status("Back", "the server answers again");
                }
                away = false;
                if new.gap {
                    ui.warn("lines are missing here: more was logged than the server hands out at once");
                }
                mine(new.lines, id).iter().for_each(|line| print(ui, line));
            }
            Err(failure) if failure.is_absence() => {
                if !away {
                    ui.status("Waiting", format!("for the server: {}", explain(&failure).message));
                }
                away = true;
            }
            Err(failure) => return Err(explain(&failure)),
        }
    }
}

/// Those of one plugin, or all.
pub(super) fn mine(lines: Vec<Line>, id: Option<&str>) -> Vec<Line> {
    lines.into_iter().filter(|line| id.is_none_or(|id| line.is_about(id))).collect()
}

/// One line, for people or for programs.
pub(super) fn print(ui: &Ui, line: &Line) {
    match line.fields() {
        Some(fields) => ui.emit(&serde_json::json!({"event": "log", "line": fields})),
        None => ui.emit(&serde_json::json!({"event": "log", "text": line.raw})),
    }
    ui.result(ui.log_line(line.level(), &line.text()));
}

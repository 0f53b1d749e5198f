//! `cargo mmplugin dev`: save a file, and the server runs the new plugin.

use std::path::PathBuf;
use std::time::{Duration, Instant, SystemTime};

use clap::Args;

use super::logs::{mine, print};
use crate::bundle::{self, Beside};
use crate::compile::Profile;
use crate::error::{Error, Kind};
use crate::interrupt::Interrupt;
use crate::project::Selection;
use crate::rebuild::Rebuild;
use crate::server::deploy::{Package, deploy};
use crate::server::logs::Follow;
use crate::server::{Server, ServerOptions, State};
use crate::ui::{Ui, duration};
use crate::watch::{Snapshot, Watched};

/// Between two looks at the files.
const LOOK: Duration = Duration::from_millis(100);
/// After a change files have to stay as they are for so long: an editor writes more than one.
const QUIET: Duration = Duration::from_millis(80);
/// Between two looks at the log, or at a server that is away.
const LISTEN: Duration = Duration::from_millis(700);

/// Watch the sources; build, deploy and show the log at every change
///
///   cargo mmplugin dev              with a server from the environment, or the local-mode socket
///   cargo mmplugin dev --keep       leave the plugin on the server at the end
///
/// Builds with the dev profile, so that a change is on the server soon; errors of the compiler and of the plugin are
/// shown, and the next change is waited for. A server that restarts is waited for, too. Ctrl-C ends it and undoes what
/// can be undone: a plugin that was not on the server before is removed, one that was disabled is disabled again.
/// Only what has changed is built: cargo for the server part, the script `debug` (or `build`) for webapp/.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct Dev {
    /// Build with the release profile
    #[arg(long)]
    release: bool,
    /// Do not build webapp/; pack what another program writes into webapp/dist
    #[arg(long)]
    skip_webapp: bool,
    /// Leave the plugin on the server at the end
    #[arg(long)]
    keep: bool,
    /// How long to wait for Running
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    timeout: u64,
    #[command(flatten)]
    selection: Selection,
    #[command(flatten)]
    server: ServerOptions,
}

/// What has to be known from one change to the next.
struct Session<'a> {
    server: Server,
    rebuild: Rebuild,
    watched: Watched,
    /// The files as they were before the last build.
    built: Snapshot,
    out: tempfile::TempDir,
    limit: Duration,
    ui: &'a Ui,
    interrupt: &'a Interrupt,
    /// The plugin, once it was built, and how the server had it before.
    plugin: Option<(String, Before)>,
    follow: Follow,
    /// The last deployment failed because the server was away.
    owed: bool,
}

/// How the server had the plugin before.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Before {
    Absent,
    Disabled,
    Enabled(String),
}

impl Dev {
    /// Runs until Ctrl-C.
    ///
    /// # Errors
    /// There is no package, no server at the beginning, or no way to build; later failures are shown and survived.
    pub fn run(self, ui: &Ui, interrupt: &Interrupt) -> Result<(), Error> {
        let server = Server::open(&self.server, ui, interrupt)?;
        server.ping().map_err(|failure| server.explain("reach the server", &failure))?;
        let profile = if self.release { Profile::Release } else { Profile::Dev };
        let rebuild = Rebuild::open(&self.selection, profile, self.skip_webapp)?;
        let watched = rebuild.watched();
        let mut session = Session {
            built: watched.look(),
            watched,
            server,
            rebuild,
            out: tempfile::Builder::new().prefix("mmplugin-dev-").tempdir()?,
            limit: Duration::from_secs(self.timeout),
            ui,
            interrupt,
            plugin: None,
            follow: Follow::default(),
            owed: false,
        };
        session.turn(None);
        while !interrupt.is_set() {
            session.wait_and_turn();
        }
        session.leave(self.keep)
    }
}

impl Session<'_> {
    /// Waits for a change, showing the log meanwhile, and deploys it.
    fn wait_and_turn(&mut self) {
        let mut listened = Instant::now();
        while !self.interrupt.is_set() {
            std::thread::sleep(LOOK);
            let now = self.watched.look();
            let changed = now.changes(&self.built);
            if !changed.is_empty() {
                let saved = now.newest(&changed).unwrap_or_else(SystemTime::now);
                self.settle(now);
                return self.turn(Some((saved, changed)));
            }
            if listened.elapsed() >= LISTEN {
                listened = Instant::now();
                if self.owed && self.server.ping().is_ok() {
                    return self.turn(None);
                }
                self.show_log();
            }
        }
    }

    /// Waits until the files stay as they are.
    fn settle(&self, mut last: Snapshot) {
        while !self.interrupt.is_set() {
            std::thread::sleep(QUIET);
            let now = self.watched.look();
            if now == last {
                return;
            }
            last = now;
        }
    }

    /// One build and deployment; whatever fails is shown.
    fn turn(&mut self, change: Option<(SystemTime, Vec<PathBuf>)>) {
        if let Some((_, changed)) = &change {
            self.rebuild.touch(changed);
            let first = changed.first().map(|path| self.rebuild.short(path)).unwrap_or_default();
            let more =
                if changed.len() > 1 { format!(" and {} more", changed.len() - 1) } else { String::new() };
            self.ui.status("Changed", format!("{first}{more}"));
        }
        let begun = SystemTime::now();
        match self.build_and_deploy() {
            Ok((package, built)) => {
                // Clocks of other machines write other times into files; then the moment it was seen counts.
                let since = change.map_or(begun, |(saved, _)| saved);
                let time = since.elapsed().or_else(|_| begun.elapsed()).unwrap_or_default();
                self.ui.emit(&serde_json::json!({
                    "event": "running", "id": package.id, "version": package.version, "seconds": time.as_secs_f64(),
                    "built": built,
                }));
                let text = format!("{} {}, {} after the change", package.id, package.version, duration(time));
                self.ui.status("Running", text);
            }
            Err(error) if error.kind == Kind::Interrupted => {}
            Err(error) => self.ui.error(&error),
        }
    }

    fn build_and_deploy(&mut self) -> Result<(Package, Vec<&'static str>), Error> {
        self.owed = false;
        // Before the build: what is saved while it runs is a change for the next one.
        self.built = self.watched.look();
        let made = self.rebuild.make(self.ui, self.interrupt);
        if let Ok(executable) = made.as_ref().map(|turn| turn.executable.as_ref()) {
            executable.iter().for_each(|path| self.watched.add_sources_of(path));
            let grown = self.watched.look();
            self.built.adopt(&grown, &self.rebuild.root().join("src"));
        }
        // Also of a build that failed later.
        self.built.renew(&self.watched.look(), |path| self.rebuild.writes(path));
        let (made, built) = made.map(|turn| (turn.bundle, turn.built))?;
        let quick = Beside { quick: true, ..Beside::default() };
        let stored =
            bundle::store_with(&made.plan, self.out.path(), &made.file_name(), quick, self.interrupt)?;
        let package = Package::open(&stored.path)?;
        let deployed = self.remember(&package.id).and_then(|()| {
            // What was logged before is not news.
            self.show_log();
            deploy(&self.server, &package, self.limit, self.ui)
        });
        match deployed {
            Ok(_) => Ok((package, built)),
            Err(error) => {
                self.owed = error.kind == Kind::Server
                    && self.server.ping().is_err_and(|failure| failure.is_absence());
                Err(error)
            }
        }
    }

    /// How the server has the plugin, before it is replaced for the first time.
    fn remember(&mut self, id: &str) -> Result<(), Error> {
        if self.plugin.as_ref().is_some_and(|(known, _)| known == id) {
            return Ok(());
        }
        let explain = |failure| self.server.explain("ask for the plugin's state", &failure);
        let status =
            self.server.statuses().map_err(explain)?.into_iter().find(|status| status.plugin_id == id);
        let before = match status {
            None => Before::Absent,
            Some(status) if status.state == State::NotRunning => Before::Disabled,
            Some(status) => Before::Enabled(status.version),
        };
        // Lines of the past are not shown.
        let _ = self.follow.next(&self.server);
        self.plugin = Some((id.to_owned(), before));
        Ok(())
    }

    /// Prints what the plugin has logged since; a server that is away is for the next deployment to notice.
    fn show_log(&mut self) {
        let Some((id, _)) = &self.plugin else { return };
        if let Ok(new) = self.follow.next(&self.server) {
            mine(new.lines, Some(id)).iter().for_each(|line| print(self.ui, line));
        }
    }

    /// Undoes what can be undone, and says what cannot.
    fn leave(mut self, keep: bool) -> Result<(), Error> {
        let Some((id, before)) = self.plugin.take() else { return Ok(()) };
        // Ctrl-C has ended the watch; these last requests are a new matter. A second Ctrl-C ends the process.
        self.server.begin_anew();
        let (done, result) = match before {
            _ if keep => (format!("{id} stays on the server: cargo mmplugin remove {id}"), Ok(())),
            Before::Absent => (format!("{id} is removed again"), self.server.remove(&id)),
            Before::Disabled => (
                format!("{id} is disabled again; the version that was there before has to be deployed again"),
                self.server.disable(&id),
            ),
            Before::Enabled(version) => {
                let undo = "cargo mmplugin deploy --bundle FILE brings it back";
                (format!("{id} stays in its last version; {version} was there before: {undo}"), Ok(()))
            }
        };
        result.map_err(|failure| {
            self.server.explain("undo the deployment", &failure).help(format!("cargo mmplugin remove {id}"))
        })?;
        self.ui.emit(&serde_json::json!({"event": "end", "message": done}));
        self.ui.status("Ended", done);
        Ok(())
    }
}

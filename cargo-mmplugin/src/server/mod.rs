//! A server as the commands see it: options, advice and flows around the project's REST client, `mmplugin_rest`.

use std::cell::RefCell;
use std::path::Path;
use std::time::Duration;

mod advice;
pub mod deploy;
pub mod logs;
mod model;
mod target;
pub mod wait;

pub use advice::start_help;
pub use mmplugin_rest::{ApiError as Refusal, Error as Failure, Place, Secret, Sent};
pub use model::{Plugin, State, Status};
pub use target::{Credentials, DEFAULT_SOCKET, ServerOptions, Target};

use mmplugin_rest::model::User;
use mmplugin_rest::{Builder, Cancel, Client};

use crate::error::{Error, Kind};
use crate::interrupt::Interrupt;
use crate::ui::Ui;

/// A server, ready to be asked.
#[derive(Debug)]
pub struct Server {
    client: Client,
    ui: Ui,
    /// The last request that was shown: a wait asks the same again and again.
    shown: RefCell<String>,
}

impl Server {
    /// Settles place and credentials, tells what deserves a look, and logs in where a password has to be changed for a
    /// token. With a token or a socket nothing is sent yet.
    ///
    /// # Errors
    /// See [`Target::settle`]; or the login failed.
    pub fn open(options: &ServerOptions, ui: &Ui, interrupt: &Interrupt) -> Result<Self, Error> {
        let target = Target::settle(options)?;
        for note in &target.notes {
            ui.warn(note);
        }
        if target.insecure {
            ui.warn("the server's certificate is not verified (--insecure)");
        }
        Self::connect(target, ui, interrupt)
    }

    /// The same for a target that is settled already.
    ///
    /// # Errors
    /// The certificates are none, or the login failed.
    pub fn connect(target: Target, ui: &Ui, interrupt: &Interrupt) -> Result<Self, Error> {
        let Target { place, credentials, ca, insecure, .. } = target;
        let mut builder = Builder::from(place.clone())
            .cancel(&Cancel::from(interrupt.flag()))
            .user_agent(concat!("cargo-mmplugin/", env!("CARGO_PKG_VERSION")))
            .insecure(insecure)
            // Whether it may travel has been settled with the target.
            .allow_http(true);
        if let Some(pem) = &ca {
            builder = builder.certificates(pem.as_slice());
        }
        let client = builder.build().map_err(|failure| match failure {
            Failure::Certificates(what) => {
                Error::new(Kind::Usage, format!("the certificates in the file {what}"))
                    .help("PEM: -----BEGIN CERTIFICATE----- …")
            }
            Failure::Unreachable(what) => {
                Error::new(Kind::Usage, what).help("--url https://chat.example.com")
            }
            other => advice::explain(&place, "ask the server", &other),
        })?;
        let mut server = Self { client, ui: *ui, shown: RefCell::default() };
        match credentials {
            Credentials::None => {}
            Credentials::Token(token) => server.client.set_token(token),
            Credentials::Login { username, password } => {
                server.asks("POST /users/login");
                let login = server.client.login(&username, &password);
                login.map_err(|failure| server.explain(&format!("log in as {username}"), &failure))?;
            }
        }
        Ok(server)
    }

    /// Says what is asked, without what goes along, to those who want to see it.
    fn asks(&self, request: &str) {
        if self.shown.replace(request.to_owned()) != request {
            self.ui.request(request);
        }
    }

    /// Where it is.
    pub fn place(&self) -> &Place {
        self.client.place()
    }

    /// A failure as people read it.
    pub fn explain(&self, doing: &str, failure: &Failure) -> Error {
        advice::explain(self.place(), doing, failure)
    }

    /// Whether somebody is there; asks for no rights.
    ///
    /// # Errors
    /// A [`Failure`].
    pub fn ping(&self) -> Result<(), Failure> {
        self.asks("GET /system/ping");
        self.client.get_ping().map(drop)
    }

    /// The server's version, as it writes it.
    ///
    /// # Errors
    /// A [`Failure`].
    pub fn version(&self) -> Result<String, Failure> {
        self.asks("GET /config/client");
        self.client.get_server_version()
    }

    /// The configuration, for an administrator.
    ///
    /// # Errors
    /// A [`Failure`].
    pub fn config(&self) -> Result<serde_json::Value, Failure> {
        self.asks("GET /config");
        self.client.get_config()
    }

    /// Who the token belongs to. There is no such thing over the socket.
    ///
    /// # Errors
    /// A [`Failure`].
    pub fn me(&self) -> Result<User, Failure> {
        self.asks("GET /users/me");
        self.client.get_me()
    }

    /// Every plugin on every node; over the socket without reasons.
    ///
    /// # Errors
    /// A [`Failure`].
    pub fn statuses(&self) -> Result<Vec<Status>, Failure> {
        self.asks("GET /plugins/statuses");
        Ok(self.client.get_plugin_statuses()?.into_iter().map(Status::from).collect())
    }

    /// Whether [`Server::statuses`] says why a plugin does not run.
    pub fn gives_reasons(&self) -> bool {
        matches!(self.place(), Place::Url(_))
    }

    /// Uploads a bundle, in place of an older version.
    ///
    /// # Errors
    /// A [`Failure`]; the bundle's file cannot be read.
    pub fn upload(&self, bundle: &Path, sent: &Sent) -> Result<Plugin, Failure> {
        self.asks("POST /plugins");
        self.client.upload_plugin(bundle, sent).map(Plugin::from)
    }

    /// Enables a plugin: the server answers success also for one that does not start.
    ///
    /// # Errors
    /// A [`Failure`].
    pub fn enable(&self, id: &str) -> Result<(), Failure> {
        self.asks(&format!("POST /plugins/{id}/enable"));
        self.client.enable_plugin(id)
    }

    /// Disables a plugin.
    ///
    /// # Errors
    /// A [`Failure`].
    pub fn disable(&self, id: &str) -> Result<(), Failure> {
        self.asks(&format!("POST /plugins/{id}/disable"));
        self.client.disable_plugin(id)
    }

    /// Takes a plugin off the server.
    ///
    /// # Errors
    /// A [`Failure`].
    pub fn remove(&self, id: &str) -> Result<(), Failure> {
        self.asks(&format!("DELETE /plugins/{id}"));
        self.client.remove_plugin(id)
    }

    /// The last lines of the server's log file, oldest first.
    ///
    /// # Errors
    /// A [`Failure`].
    pub fn log_lines(&self, count: usize) -> Result<Vec<String>, Failure> {
        self.asks("GET /logs");
        self.client.get_logs(count)
    }

    /// Forgets a Ctrl-C, for the requests that tidy up after it.
    pub fn begin_anew(&mut self) {
        self.client.set_cancel(Some(Cancel::default()));
    }

    /// Waits, unless Ctrl-C is pressed.
    ///
    /// # Errors
    /// [`Failure::Cancelled`].
    pub fn sleep(&self, time: Duration) -> Result<(), Failure> {
        self.client.sleep(time)
    }
}

impl Drop for Server {
    /// A session that was made for this command ends with it; nobody waits long for that.
    fn drop(&mut self) {
        self.begin_anew();
        let _ = self.client.logout();
    }
}

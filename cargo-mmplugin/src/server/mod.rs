//! The project's client of a Mattermost server's REST API, version 4.

use std::path::Path;

use serde::de::DeserializeOwned;
use serde_json::json;

mod advice;
pub mod deploy;
mod failure;
mod http;
pub mod logs;
mod model;
mod secret;
#[cfg(unix)]
mod socket;
mod target;
mod upload;
pub mod wait;

pub use advice::start_help;
pub use failure::{Failure, Refusal};
pub use model::{Plugin, Plugins, State, Status, User};
pub use secret::Secret;
pub use target::{Credentials, DEFAULT_SOCKET, Place, ServerOptions, Target};
pub use upload::Sent;

use self::http::{ACTIVATION, ANSWER, Answer, Http, Payload};
use self::upload::Upload;
use crate::error::Error;
use crate::interrupt::Interrupt;
use crate::ui::Ui;

/// A server, ready to be asked.
#[derive(Debug)]
pub struct Server {
    http: Http,
    place: Place,
    session: bool,
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
        Self::connect(target, interrupt)
    }

    /// The same for a target that is settled already.
    ///
    /// # Errors
    /// The certificates are none, or the login failed.
    pub fn connect(target: Target, interrupt: &Interrupt) -> Result<Self, Error> {
        let http = Http::new(&target, interrupt)?;
        let mut server = Self { http, place: target.place, session: false };
        match target.credentials {
            Credentials::None => {}
            Credentials::Token(token) => server.http.token = Some(token),
            Credentials::Login { username, password } => {
                let login = server.login(&username, &password);
                login.map_err(|failure| server.explain(&format!("log in as {username}"), &failure))?;
            }
        }
        Ok(server)
    }

    /// Where it is.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// A failure as people read it.
    pub fn explain(&self, doing: &str, failure: &Failure) -> Error {
        advice::explain(&self.place, doing, failure)
    }

    fn login(&mut self, username: &str, password: &Secret) -> Result<(), Failure> {
        let body = json!({"login_id": username, "password": password.expose()});
        let answer = self.http.send("POST", "/users/login", || Ok(Payload::Json(body.clone())), ANSWER)?;
        let none = || Failure::NotMattermost("the answer to the login has no token".into());
        self.http.token = Some(answer.token.ok_or_else(none)?);
        self.session = true;
        Ok(())
    }

    /// `GET /system/ping`: whether somebody is there; asks for no rights.
    ///
    /// # Errors
    /// A [`Failure`].
    pub fn ping(&self) -> Result<serde_json::Value, Failure> {
        self.get("/system/ping")
    }

    /// `GET /config/client?format=old`: what browsers learn, the version among it.
    ///
    /// # Errors
    /// A [`Failure`].
    pub fn client_config(&self) -> Result<serde_json::Value, Failure> {
        self.get("/config/client?format=old")
    }

    /// `GET /config`, for an administrator.
    ///
    /// # Errors
    /// A [`Failure`].
    pub fn config(&self) -> Result<serde_json::Value, Failure> {
        self.get("/config")
    }

    /// `GET /users/me`: who the token belongs to. There is no such thing over the socket.
    ///
    /// # Errors
    /// A [`Failure`].
    pub fn me(&self) -> Result<User, Failure> {
        self.get("/users/me")
    }

    /// `GET /plugins`.
    ///
    /// # Errors
    /// A [`Failure`].
    pub fn plugins(&self) -> Result<Plugins, Failure> {
        self.get("/plugins")
    }

    /// `GET /plugins/statuses`. The socket has no such address; there they are made of the list, without reasons.
    ///
    /// # Errors
    /// A [`Failure`].
    pub fn statuses(&self) -> Result<Vec<Status>, Failure> {
        if let Place::Url(_) = self.place {
            return Ok(self.get::<Option<Vec<Status>>>("/plugins/statuses")?.unwrap_or_default());
        }
        let Plugins { active, inactive } = self.plugins()?;
        let status = |state| {
            move |plugin: Plugin| Status {
                plugin_id: plugin.id,
                state,
                name: plugin.name,
                version: plugin.version,
                ..Status::default()
            }
        };
        let active = active.into_iter().map(status(State::Running));
        Ok(active.chain(inactive.into_iter().map(status(State::NotRunning))).collect())
    }

    /// Whether [`Server::statuses`] says why a plugin does not run.
    pub fn gives_reasons(&self) -> bool {
        matches!(self.place, Place::Url(_))
    }

    /// `POST /plugins`: uploads a bundle, in place of an older version.
    ///
    /// # Errors
    /// A [`Failure`]; the bundle's file cannot be read.
    pub fn upload(&self, bundle: &Path, sent: &Sent) -> Result<Plugin, Failure> {
        let form = || match Upload::open(bundle, sent) {
            Ok(upload) => Ok(Payload::Upload(upload)),
            Err(error) => Err(Failure::Unreachable(error.to_string())),
        };
        read(&self.http.send("POST", "/plugins", form, ACTIVATION)?)
    }

    /// `POST /plugins/{id}/enable`: answers success also for a plugin that does not start.
    ///
    /// # Errors
    /// A [`Failure`].
    pub fn enable(&self, id: &str) -> Result<(), Failure> {
        self.order("POST", &format!("/plugins/{}/enable", escape(id)))
    }

    /// `POST /plugins/{id}/disable`.
    ///
    /// # Errors
    /// A [`Failure`].
    pub fn disable(&self, id: &str) -> Result<(), Failure> {
        self.order("POST", &format!("/plugins/{}/disable", escape(id)))
    }

    /// `DELETE /plugins/{id}`.
    ///
    /// # Errors
    /// A [`Failure`].
    pub fn remove(&self, id: &str) -> Result<(), Failure> {
        self.order("DELETE", &format!("/plugins/{}", escape(id)))
    }

    /// `GET /logs`: the last lines of the server's log file, oldest first.
    ///
    /// # Errors
    /// A [`Failure`].
    pub fn log_lines(&self, count: usize) -> Result<Vec<String>, Failure> {
        let lines: Option<Vec<String>> = self.get(&format!("/logs?page=0&logs_per_page={count}"))?;
        Ok(lines.unwrap_or_default())
    }

    /// Forgets a Ctrl-C, for the requests that tidy up after it.
    pub fn begin_anew(&mut self) {
        self.http.interrupt = Interrupt::default();
    }

    /// Waits, unless Ctrl-C is pressed.
    ///
    /// # Errors
    /// [`Failure::Interrupted`].
    pub fn sleep(&self, time: std::time::Duration) -> Result<(), Failure> {
        self.http.sleep(time)
    }

    fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Failure> {
        read(&self.http.send("GET", path, || Ok(Payload::None), ANSWER)?)
    }

    fn order(&self, method: &str, path: &str) -> Result<(), Failure> {
        self.http.send(method, path, || Ok(Payload::None), ACTIVATION).map(drop)
    }
}

impl Drop for Server {
    /// A session that was made for this command ends with it; nobody waits long for that.
    fn drop(&mut self) {
        if self.session {
            let limit = std::time::Duration::from_secs(2);
            self.begin_anew();
            let _ = self.http.send("POST", "/users/logout", || Ok(Payload::None), limit);
        }
    }
}

fn read<T: DeserializeOwned>(answer: &Answer) -> Result<T, Failure> {
    serde_json::from_slice(&answer.body).map_err(|error| {
        let start =
            String::from_utf8_lossy(answer.body.get(..200.min(answer.body.len())).unwrap_or_default());
        let page = start.trim_start().starts_with('<');
        Failure::NotMattermost(if page { "a web page".to_owned() } else { error.to_string() })
    })
}

/// An id of a plugin has no characters that need this; what people type may.
fn escape(id: &str) -> String {
    let safe = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    id.bytes().map(|b| if safe(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

//! The server: who is there, what the account may do, and the settings that uploads and logs depend on.

use serde_json::Value;

use super::{Finding, Health};
use crate::error::Error;
use crate::interrupt::Interrupt;
use crate::server::{Failure, Place, Server, ServerOptions};
use crate::ui::{Ui, size};

/// Servers before it have another protocol.
const OLDEST_SERVER: semver::Version = semver::Version::new(9, 3, 0);
/// What a server takes unless told otherwise.
const USUAL_LIMIT: u64 = 100 << 20;

/// Looks at the server the options name.
///
/// # Errors
/// Ctrl-C. Everything else is a finding.
pub fn look(options: &ServerOptions, ui: &Ui, interrupt: &Interrupt) -> Result<Vec<Finding>, Error> {
    let server = match Server::open(options, ui, interrupt) {
        Ok(server) => server,
        Err(error) => {
            interrupt.check()?;
            let unnamed = error.message == "no server is named";
            let mut finding = Finding::from_error("server", error);
            if unnamed {
                finding.health = Health::Skipped;
            }
            return Ok(vec![finding]);
        }
    };
    if let Err(failure) = server.ping() {
        interrupt.check()?;
        return Ok(vec![Finding::from_error("server", server.explain("reach the server", &failure))]);
    }
    let mut found = vec![Finding::ok("server", server.place().to_string())];
    found.extend([version(&server), account(&server)]);
    found.extend(settings(&server));
    interrupt.check()?;
    Ok(found)
}

fn version(server: &Server) -> Finding {
    let text = match server.version() {
        Ok(version) => version,
        Err(failure) => {
            return Finding::from_error("version", server.explain("ask for the version", &failure));
        }
    };
    match semver::Version::parse(&text) {
        Ok(version) if version < OLDEST_SERVER => Finding::new("version", Health::Bad, text)
            .fix(format!("plugins made with mmplugin need {OLDEST_SERVER} or newer")),
        Ok(_) => Finding::ok("version", text),
        Err(_) => Finding::new("version", Health::Warning, format!("{text:?} is no version")),
    }
}

fn account(server: &Server) -> Finding {
    if let Place::Socket(_) = server.place() {
        return Finding::ok("account", "none needed over the local-mode socket");
    }
    match server.me() {
        Ok(user) => {
            let found = format!("{} ({})", user.username, user.roles);
            if user.roles.split_whitespace().any(|role| role == "system_admin") {
                return Finding::ok("account", found);
            }
            Finding::new("account", Health::Warning, found)
                .fix("uploads need the role system_admin or the permission sysconsole_write_plugins, logs need get_logs")
        }
        Err(failure) => Finding::from_error("account", server.explain("use the token", &failure)),
    }
}

fn settings(server: &Server) -> Vec<Finding> {
    let config = match server.config() {
        Ok(config) => config,
        Err(Failure::Api(refusal)) if refusal.status == 403 => {
            return vec![Finding::skipped("settings", "the account may not read the server's configuration")];
        }
        Err(failure) => {
            return vec![Finding::from_error("settings", server.explain("read the configuration", &failure))];
        }
    };
    let config = Config(&config);
    vec![
        config.switch(
            "PluginSettings.Enable",
            true,
            Health::Bad,
            "turn plugins on: System Console > Plugins > Plugin Management",
        ),
        config.switch(
            "PluginSettings.EnableUploads",
            true,
            Health::Bad,
            "set it in config.json, or MM_PLUGINSETTINGS_ENABLEUPLOADS=true, and restart the server",
        ),
        config.switch(
            "PluginSettings.RequirePluginSignature",
            false,
            Health::Bad,
            "a server that requires signatures takes no uploads, signed or not: set it to false",
        ),
        config.limit(),
        config.switch(
            "LogSettings.EnableFile",
            true,
            Health::Warning,
            "without a log file `logs` shows nothing: System Console > Environment > Logging",
        ),
        config.switch(
            "LogSettings.FileJson",
            true,
            Health::Warning,
            "lines that are not JSON do not say whose they are: System Console > Environment > Logging",
        ),
        config.site_url(),
        config.local_mode(),
    ]
}

/// The server's configuration as JSON; an account with fewer rights sees fewer keys.
struct Config<'a>(&'a Value);

impl Config<'_> {
    fn get(&self, path: &str) -> Option<&Value> {
        path.split('.').try_fold(self.0, |value, key| value.get(key)).filter(|value| !value.is_null())
    }

    fn switch(&self, path: &'static str, wanted: bool, otherwise: Health, fix: &str) -> Finding {
        match self.get(path).and_then(Value::as_bool) {
            None => Finding::skipped(path, "not shown to this account"),
            Some(value) if value == wanted => Finding::ok(path, value.to_string()),
            Some(value) => Finding::new(path, otherwise, value.to_string()).fix(fix),
        }
    }

    fn limit(&self) -> Finding {
        const PATH: &str = "FileSettings.MaxFileSize";
        match self.get(PATH).and_then(Value::as_u64) {
            None => Finding::skipped(PATH, "not shown to this account"),
            Some(limit) if limit >= USUAL_LIMIT => Finding::ok(PATH, size(limit)),
            Some(limit) => Finding::new(PATH, Health::Warning, size(limit)).fix(
                "a bundle has to be smaller; raise it: System Console > Environment > File Storage > Maximum File Size",
            ),
        }
    }

    fn site_url(&self) -> Finding {
        const PATH: &str = "ServiceSettings.SiteURL";
        match self.get(PATH).and_then(Value::as_str) {
            None => Finding::skipped(PATH, "not shown to this account"),
            Some("") => Finding::new(PATH, Health::Warning, "empty")
                .fix("plugins make links of it: System Console > Environment > Web Server > Site URL"),
            Some(url) => Finding::ok(PATH, url),
        }
    }

    fn local_mode(&self) -> Finding {
        const PATH: &str = "ServiceSettings.EnableLocalMode";
        let socket = self.get("ServiceSettings.LocalModeSocketLocation").and_then(Value::as_str);
        match self.get(PATH).and_then(Value::as_bool) {
            None => Finding::skipped(PATH, "not shown to this account"),
            Some(true) => Finding::ok(PATH, format!("true, {}", socket.unwrap_or_default())),
            Some(false) => {
                Finding::skipped(PATH, "false: a token is needed on the server's own machine, too")
            }
        }
    }
}

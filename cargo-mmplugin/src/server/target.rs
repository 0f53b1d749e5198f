//! Which server and as whom: flags, then the environment, then a file that only its owner reads.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use mmplugin_rest::{BadAddress, Place, Secret};
use serde::Deserialize;

use crate::error::{Error, Kind};

/// Where a server with local mode listens unless told otherwise.
pub const DEFAULT_SOCKET: &str = "/var/tmp/mattermost_local.socket";

/// Options of every command that talks to a server.
///
/// Without `--url` the local-mode socket is tried first, as the official tools do, then MM_SERVICESETTINGS_SITEURL.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Server")]
pub struct ServerOptions {
    /// Address of the server [env: MM_SERVICESETTINGS_SITEURL]
    #[arg(long, value_name = "URL")]
    pub url: Option<String>,
    /// Access token of an administrator [env: MM_ADMIN_TOKEN]; the environment does not show in `ps`
    #[arg(long, value_name = "TOKEN")]
    pub token: Option<String>,
    /// Log in by name [env: MM_ADMIN_USERNAME]; the password comes from MM_ADMIN_PASSWORD
    #[arg(long, value_name = "NAME")]
    pub username: Option<String>,
    /// Local-mode socket [env: MM_LOCALSOCKETPATH] [default: /var/tmp/mattermost_local.socket]
    #[arg(long, value_name = "PATH", conflicts_with = "url")]
    pub socket: Option<PathBuf>,
    /// Do not look for the local-mode socket
    #[arg(long, conflicts_with = "socket")]
    pub no_socket: bool,
    /// File with url, token, username, password, socket, ca [default: mmplugin/server.toml in the user's config folder]
    #[arg(long, value_name = "FILE")]
    pub server_config: Option<PathBuf>,
    /// Trust the certificates in this PEM file instead of the public ones
    #[arg(long, value_name = "FILE")]
    pub ca: Option<PathBuf>,
    /// Do not verify the server's certificate
    #[arg(long, conflicts_with = "ca")]
    pub insecure: bool,
    /// Send the token over plain http to another machine
    #[arg(long)]
    pub allow_http: bool,
}

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Credentials {
    /// The socket's owner is enough.
    None,
    /// An access token.
    Token(Secret),
    /// A name and a password, changed for a session's token.
    Login {
        /// The user's name or mail address.
        username: String,
        /// The password.
        password: Secret,
    },
}

/// Everything that is settled before the first request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Where the server is.
    pub place: Place,
    /// Who asks.
    pub credentials: Credentials,
    /// Certificates to trust, as PEM.
    pub ca: Option<Arc<Vec<u8>>>,
    /// Certificates are not looked at.
    pub insecure: bool,
    /// What deserves a look: a socket that was asked for in the environment and is not there.
    pub notes: Vec<String>,
}

/// The configuration file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct File {
    url: Option<String>,
    token: Option<Secret>,
    username: Option<String>,
    password: Option<Secret>,
    socket: Option<PathBuf>,
    ca: Option<PathBuf>,
}

impl Target {
    /// Settles it for a process.
    ///
    /// # Errors
    /// No server is named, credentials are missing or would travel unprotected, or a file cannot be used.
    pub fn settle(options: &ServerOptions) -> Result<Self, Error> {
        Self::settle_with(options, &|name| std::env::var(name).ok().filter(|value| !value.trim().is_empty()))
    }

    fn settle_with(options: &ServerOptions, env: &dyn Fn(&str) -> Option<String>) -> Result<Self, Error> {
        let file = read_file(options, env)?;
        let mut notes = Vec::new();
        let place = choose_place(options, &file, env, &mut notes)?;
        let credentials = match &place {
            Place::Socket(_) => Credentials::None,
            Place::Url(url) => {
                let credentials = choose_credentials(options, &file, env, url)?;
                guard_http(&place, options.allow_http)?;
                credentials
            }
        };
        let ca = options.ca.clone().or(file.ca).map(fs_err::read).transpose()?.map(Arc::new);
        Ok(Self { place, credentials, ca, insecure: options.insecure, notes })
    }
}

fn choose_place(
    options: &ServerOptions,
    file: &File,
    env: &dyn Fn(&str) -> Option<String>,
    notes: &mut Vec<String>,
) -> Result<Place, Error> {
    if let Some(url) = &options.url {
        return check_url(url);
    }
    if let Some(socket) = &options.socket {
        return Ok(Place::Socket(socket.clone()));
    }
    if !options.no_socket {
        let named = env("MM_LOCALSOCKETPATH").map(PathBuf::from).or_else(|| file.socket.clone());
        let asked = named.is_some();
        let socket = named.unwrap_or_else(|| DEFAULT_SOCKET.into());
        match reach(&socket) {
            Ok(()) => return Ok(Place::Socket(socket)),
            Err(error) if asked => {
                notes.push(format!("no server at the socket {}: {error}", socket.display()));
            }
            Err(_) => {}
        }
    }
    let url = env("MM_SERVICESETTINGS_SITEURL").or_else(|| file.url.clone()).ok_or_else(|| {
        let mut error = Error::new(Kind::Server, "no server is named");
        error.details.append(notes);
        error
            .help("export MM_SERVICESETTINGS_SITEURL=https://chat.example.com and MM_ADMIN_TOKEN=…")
            .help("or turn on local mode on this machine's server: ServiceSettings.EnableLocalMode")
    })?;
    check_url(&url)
}

#[cfg(unix)]
fn reach(socket: &Path) -> std::io::Result<()> {
    std::os::unix::net::UnixStream::connect(socket).map(drop)
}

#[cfg(not(unix))]
fn reach(_: &Path) -> std::io::Result<()> {
    Err(std::io::ErrorKind::Unsupported.into())
}

fn check_url(text: &str) -> Result<Place, Error> {
    Place::url(text).map_err(|wrong| {
        let error = Error::new(Kind::Usage, format!("the server's address {wrong}"))
            .help("an address as people open it: --url https://chat.example.com");
        match wrong {
            BadAddress::Credentials => error.help("a token: MM_ADMIN_TOKEN"),
            _ => error,
        }
    })
}

fn choose_credentials(
    options: &ServerOptions,
    file: &File,
    env: &dyn Fn(&str) -> Option<String>,
    url: &str,
) -> Result<Credentials, Error> {
    let password =
        || env("MM_ADMIN_PASSWORD").map(|text| Secret::new(&text)).or_else(|| file.password.clone());
    let login = |username: &str| -> Result<Credentials, Error> {
        let username = username.to_owned();
        let password = password().ok_or_else(|| {
            Error::new(Kind::Usage, format!("no password for {username}")).help("export MM_ADMIN_PASSWORD=…")
        })?;
        Ok(Credentials::Login { username, password })
    };
    if let Some(token) = &options.token {
        return Ok(Credentials::Token(Secret::new(token)));
    }
    if let Some(username) = &options.username {
        return login(username);
    }
    if let Some(token) = env("MM_ADMIN_TOKEN") {
        return Ok(Credentials::Token(Secret::new(&token)));
    }
    if let Some(username) = env("MM_ADMIN_USERNAME") {
        return login(&username);
    }
    // Secrets of a file belong to the server of that file.
    let own = file.url.as_deref().map(|own| own.trim().trim_end_matches('/'));
    if own == Some(url) {
        if let Some(token) = &file.token {
            return Ok(Credentials::Token(token.clone()));
        }
        if let Some(username) = &file.username {
            return login(username);
        }
    }
    Err(Error::new(Kind::Usage, format!("no credentials for {url}"))
        .help("export MM_ADMIN_TOKEN=… (Profile > Security > Personal Access Tokens)")
        .help("or MM_ADMIN_USERNAME and MM_ADMIN_PASSWORD"))
}

/// A token in clear text is for whoever sits on the way.
fn guard_http(place: &Place, allowed: bool) -> Result<(), Error> {
    if allowed || place.is_private() {
        return Ok(());
    }
    Err(Error::new(Kind::Usage, format!("{place} is plain http: the token could be read on the way"))
        .help("take the https address")
        .help("--allow-http sends it all the same"))
}

fn read_file(options: &ServerOptions, env: &dyn Fn(&str) -> Option<String>) -> Result<File, Error> {
    let path = match &options.server_config {
        Some(path) => path.clone(),
        None => match default_file(env) {
            Some(path) if path.is_file() => path,
            _ => return Ok(File::default()),
        },
    };
    let file = fs_err::File::open(&path)?;
    check_mode(&path, &file.metadata()?)?;
    let text = std::io::read_to_string(file)?;
    // The parser's message would repeat the line, and the line may hold a secret.
    toml::from_str(&text).map_err(|error: toml::de::Error| {
        let at = error.span().map(|span| text.get(..span.start).unwrap_or_default().lines().count().max(1));
        let at = at.map(|line| format!(" (line {line})")).unwrap_or_default();
        Error::new(Kind::Usage, format!("{} is not as it should be{at}", path.display()))
            .detail("its keys: url, token, username, password, socket, ca; all of them text in quotes")
    })
}

fn default_file(env: &dyn Fn(&str) -> Option<String>) -> Option<PathBuf> {
    let folder = env("XDG_CONFIG_HOME").or_else(|| env("APPDATA")).map(PathBuf::from);
    let folder = folder.or_else(|| env("HOME").map(|home| Path::new(&home).join(".config")))?;
    Some(folder.join("mmplugin").join("server.toml"))
}

#[cfg(unix)]
fn check_mode(path: &Path, metadata: &std::fs::Metadata) -> Result<(), Error> {
    use std::os::unix::fs::PermissionsExt;
    let mode = metadata.permissions().mode() & 0o777;
    if mode & 0o077 == 0 {
        return Ok(());
    }
    Err(Error::new(Kind::Usage, format!("{} can be read by others (mode {mode:04o})", path.display()))
        .detail("it holds a token or a password, so it is not used")
        .help(format!("chmod 600 '{}'", path.display())))
}

#[cfg(not(unix))]
fn check_mode(_: &Path, _: &std::fs::Metadata) -> Result<(), Error> {
    Ok(())
}

#[cfg(test)]
mod tests;

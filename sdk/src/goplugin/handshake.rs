//! What happens before the first byte: the cookie, the choice of the transport, the listener, the line on stdout.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::COOKIE;

/// go-plugin's own protocol version and the version of Mattermost's plugin interface: both have been 1 for ever.
const VERSIONS: &str = "1|1";

/// What the host says through the environment.
#[derive(Debug, Clone, Default)]
pub struct Environment {
    cookie: Option<OsString>,
    socket_dir: Option<PathBuf>,
    socket_group: Option<String>,
    multiplex: bool,
    #[cfg_attr(
        all(unix, not(feature = "grpc")),
        expect(dead_code, reason = "only TCP listeners have a port")
    )]
    ports: (u16, u16),
    #[cfg(feature = "grpc")]
    pub(crate) client_certificate: Option<String>,
    #[cfg(feature = "grpc")]
    pub(crate) tcp: bool,
}

/// What carries the calls between host and plugin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Transport {
    /// Go's net/rpc with gob: what every released Mattermost server speaks.
    #[default]
    NetRpc,
    /// gRPC, in executables that were built with the feature `grpc`.
    Grpc,
}

/// A variable's value, if it says anything.
type Variable<'a> = &'a dyn Fn(&str) -> Option<String>;

impl Transport {
    /// A host never says which transports it takes, so what it sets tells: `MMPLUGIN_TRANSPORT` if it is there, else
    /// variables that only hosts of gRPC plugins set.
    fn choose(variable: Variable<'_>) -> Result<Self, String> {
        match variable("MMPLUGIN_TRANSPORT").as_deref() {
            Some("grpc") if !cfg!(feature = "grpc") => Err("grpc".to_owned()),
            Some("grpc") => Ok(Self::Grpc),
            Some("netrpc") => Ok(Self::NetRpc),
            Some(other) => Err(other.to_owned()),
            None => {
                let told = ["MATTERMOST_PLUGIN_API_TARGET", "PLUGIN_MULTIPLEX_GRPC"];
                let grpc = cfg!(feature = "grpc") && told.iter().any(|name| variable(name).is_some());
                Ok(if grpc { Self::Grpc } else { Self::NetRpc })
            }
        }
    }
}

/// Why a plugin cannot start to listen.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum HandshakeError {
    /// The cookie is missing or wrong: a person started the executable, not a server.
    #[error(
        "this is a Mattermost plugin: a server starts it, not a person\n\
         help: upload its bundle in System Console > Plugin Management, or run\n\
         `cargo mmplugin check --run <bundle>.tar.gz` to start it as a server does"
    )]
    NotStartedByHost,
    /// A transport was asked for that this executable does not have.
    #[error(
        "MMPLUGIN_TRANSPORT={asked}: {}",
        if asked == "grpc" {
            "this plugin was built without it\n\
             help: build it with the feature `grpc` of the crate mmplugin"
        } else {
            "there is no such transport\nhelp: use netrpc or grpc"
        }
    )]
    Transport {
        /// What was asked for.
        asked: String,
    },
    /// The host's certificate cannot be used.
    #[error("the host wants TLS (PLUGIN_CLIENT_CERT), but {reason}")]
    Tls {
        /// What is wrong with it.
        reason: String,
    },
    /// No folder for the socket could be made.
    #[error(
        "cannot make a folder for the plugin's socket in {}: {source}\n\
         help: the server's temporary folder (TMPDIR) must be writable for the server's user",
        dir.display()
    )]
    SocketDir {
        /// Where the folder was to be.
        dir: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The socket's path is longer than the system allows.
    #[error(
        "the path of the plugin's socket is too long ({} bytes, at most {MAX_SOCKET_PATH}): {}\n\
         help: set TMPDIR to a shorter path for the server",
        path.as_os_str().len(),
        path.display()
    )]
    SocketPath {
        /// The path that would be needed.
        path: PathBuf,
    },
    /// The group of the socket cannot be set.
    #[error("cannot give the plugin's socket to group {group}: {source}")]
    SocketGroup {
        /// The name or number asked for.
        group: String,
        /// Why not.
        source: io::Error,
    },
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// Socket path or host and port.
        address: String,
        /// Why not.
        source: io::Error,
    },
}

/// Longest path of a unix socket that every system takes: `sun_path` has 104 bytes on macOS, 108 on Linux, and a final zero.
const MAX_SOCKET_PATH: usize = 103;

impl Environment {
    /// Reads the variables that go-plugin hosts set.
    pub fn read() -> Self {
        let port = |name: &str, default| {
            env::var(name).ok().and_then(|text| text.trim().parse().ok()).unwrap_or(default)
        };
        Self {
            cookie: env::var_os(COOKIE.0),
            socket_dir: env::var_os("PLUGIN_UNIX_SOCKET_DIR")
                .filter(|dir| !dir.is_empty())
                .map(PathBuf::from),
            socket_group: env::var("PLUGIN_UNIX_SOCKET_GROUP").ok().filter(|group| !group.is_empty()),
            multiplex: env::var_os("PLUGIN_MULTIPLEX_GRPC").is_some_and(|value| !value.is_empty()),
            ports: (port("PLUGIN_MIN_PORT", 10_000), port("PLUGIN_MAX_PORT", 25_000)),
            #[cfg(feature = "grpc")]
            client_certificate: variable("PLUGIN_CLIENT_CERT"),
            #[cfg(feature = "grpc")]
            tcp: cfg!(not(unix)) || variable("MMPLUGIN_NETWORK").as_deref() == Some("tcp"),
        }
    }

    /// What is to carry the calls: net/rpc, unless the environment says or shows that the host speaks gRPC.
    ///
    /// # Errors
    /// [`HandshakeError::Transport`] when `MMPLUGIN_TRANSPORT` asks for what is not there.
    pub fn transport(&self) -> Result<Transport, HandshakeError> {
        Transport::choose(&variable).map_err(|asked| HandshakeError::Transport { asked })
    }

    /// Whether the host wants all connections inside of the first one.
    #[cfg(feature = "grpc")]
    pub(crate) fn multiplexes(&self) -> bool {
        self.multiplex
    }

    /// Checks that a Mattermost server started this process.
    ///
    /// # Errors
    /// [`HandshakeError::NotStartedByHost`], whose text is meant for the person at the terminal.
    pub fn check_cookie(&self) -> Result<(), HandshakeError> {
        if self.cookie.as_deref() == Some(COOKIE.1.as_ref()) {
            Ok(())
        } else {
            Err(HandshakeError::NotStartedByHost)
        }
    }
}

/// A variable of the environment that is set to something.
fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

/// A listener that is ready for the host, and the line that tells it where.
#[derive(Debug)]
pub struct Listener {
    inner: Inner,
    line: String,
}

#[cfg(unix)]
#[derive(Debug)]
struct Inner {
    listener: tokio::net::UnixListener,
    _folder: SocketFolder,
}

#[cfg(not(unix))]
#[derive(Debug)]
struct Inner {
    listener: tokio::net::TcpListener,
}

/// One connection of a host.
#[cfg(unix)]
pub(crate) type Connection = tokio::net::UnixStream;
/// One connection of a host.
#[cfg(not(unix))]
pub(crate) type Connection = tokio::net::TcpStream;

impl Listener {
    /// The line for stdout, with its line feed; print it only now that connections are accepted.
    pub fn line(&self) -> &str {
        &self.line
    }

    /// Waits for the next connection.
    pub(crate) async fn accept(&self) -> io::Result<Connection> {
        Ok(self.inner.listener.accept().await?.0)
    }

    fn new(inner: Inner, network: &str, address: &str, environment: &Environment) -> Self {
        let multiplex = if environment.multiplex { "|true" } else { "" };
        let line = format!("{VERSIONS}|{network}|{address}|netrpc|{multiplex}\n");
        Self { inner, line }
    }
}

#[cfg(unix)]
impl Listener {
    /// Listens on a unix socket in a fresh folder that only this user can enter; both go when the listener is dropped.
    ///
    /// # Errors
    /// [`HandshakeError`], with the path and what to do.
    pub fn bind(environment: &Environment) -> Result<Self, HandshakeError> {
        let (listener, folder, address) = bind_unix(environment)?;
        Ok(Self::new(Inner { listener, _folder: folder }, "unix", &address, environment))
    }
}

/// A socket in a folder of its own, and its path.
#[cfg(unix)]
pub(crate) fn bind_unix(
    environment: &Environment,
) -> Result<(tokio::net::UnixListener, SocketFolder, String), HandshakeError> {
    let base = environment.socket_dir.clone().unwrap_or_else(env::temp_dir);
    let folder = SocketFolder::make(&base, environment.socket_group.is_some())?;
    let path = folder.0.join("plugin");
    if path.as_os_str().len() > MAX_SOCKET_PATH {
        return Err(HandshakeError::SocketPath { path });
    }
    let listener = tokio::net::UnixListener::bind(&path)
        .map_err(|source| HandshakeError::Listen { address: path.display().to_string(), source })?;
    if let Some(group) = &environment.socket_group {
        give_to_group(&folder.0, &path, group)
            .map_err(|source| HandshakeError::SocketGroup { group: group.clone(), source })?;
    }
    let address = path.display().to_string();
    Ok((listener, folder, address))
}

#[cfg(not(unix))]
impl Listener {
    /// Listens on the first free port of the host's range on 127.0.0.1.
    ///
    /// # Errors
    /// [`HandshakeError::Listen`] when no port of the range is free.
    pub fn bind(environment: &Environment) -> Result<Self, HandshakeError> {
        let (listener, address) = bind_tcp(environment)?;
        Ok(Self::new(Inner { listener }, "tcp", &address, environment))
    }
}

/// A port of the host's range on 127.0.0.1, and the address.
#[cfg(any(not(unix), feature = "grpc"))]
pub(crate) fn bind_tcp(
    environment: &Environment,
) -> Result<(tokio::net::TcpListener, String), HandshakeError> {
    let (min, max) = environment.ports;
    let failed = |source| HandshakeError::Listen { address: format!("127.0.0.1:{min}-{max}"), source };
    let mut last = io::Error::from(io::ErrorKind::AddrNotAvailable);
    for port in min..=max {
        match std::net::TcpListener::bind(("127.0.0.1", port)) {
            Ok(listener) => {
                listener.set_nonblocking(true).map_err(failed)?;
                let listener = tokio::net::TcpListener::from_std(listener).map_err(failed)?;
                return Ok((listener, format!("127.0.0.1:{port}")));
            }
            Err(error) => last = error,
        }
    }
    Err(failed(last))
}

/// A folder of mode 0700 under the temporary folder, removed with what is in it when dropped.
#[derive(Debug)]
#[cfg(unix)]
pub(crate) struct SocketFolder(PathBuf);

#[cfg(unix)]
impl SocketFolder {
    fn make(base: &Path, group: bool) -> Result<Self, HandshakeError> {
        use std::hash::{BuildHasher, RandomState};
        use std::os::unix::fs::DirBuilderExt;

        let mut last = io::Error::from(io::ErrorKind::AlreadyExists);
        for _ in 0..16 {
            // A new RandomState is seeded by the system; the folder's mode, not its name, keeps others out.
            let random = RandomState::new().hash_one(std::process::id()) as u32;
            let path = base.join(format!("mmplugin-{random:08x}"));
            match fs::DirBuilder::new().mode(if group { 0o710 } else { 0o700 }).create(&path) {
                Ok(()) => return Ok(Self(path)),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => last = error,
                Err(source) => return Err(HandshakeError::SocketDir { dir: base.to_owned(), source }),
            }
        }
        Err(HandshakeError::SocketDir { dir: base.to_owned(), source: last })
    }
}

#[cfg(unix)]
impl Drop for SocketFolder {
    fn drop(&mut self) {
        // Left behind only when somebody else has put something in: nothing to be done about it at exit.
        let _ = fs::remove_file(self.0.join("plugin"));
        let _ = fs::remove_dir(&self.0);
    }
}

#[cfg(unix)]
fn give_to_group(folder: &Path, socket: &Path, group: &str) -> io::Result<()> {
    use std::os::unix::fs::{PermissionsExt, chown};

    let gid = match group.parse() {
        Ok(gid) => gid,
        Err(_) => group_id(&fs::read_to_string("/etc/group")?, group)
            .ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "no such group in /etc/group"))?,
    };
    chown(folder, None, Some(gid))?;
    chown(socket, None, Some(gid))?;
    fs::set_permissions(socket, fs::Permissions::from_mode(0o660))
}

/// The number of a group by its line `name:password:gid:members`; a static executable cannot ask the C library.
#[cfg(unix)]
fn group_id(groups: &str, name: &str) -> Option<u32> {
    groups.lines().find_map(|line| {
        let mut fields = line.split(':');
        (fields.next() == Some(name)).then(|| fields.nth(1)?.parse().ok())?
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(cookie: Option<&str>, dir: &Path) -> Environment {
        Environment {
            cookie: cookie.map(OsString::from),
            socket_dir: Some(dir.to_owned()),
            ports: (10_000, 25_000),
            ..Environment::default()
        }
    }

    #[test]
    fn the_transport_is_what_the_host_shows() {
        let choose = |set: &'static [(&str, &str)]| {
            Transport::choose(&|name: &str| {
                set.iter().find(|(set, _)| *set == name).map(|(_, value)| (*value).to_owned())
            })
        };
        let grpc = if cfg!(feature = "grpc") { Transport::Grpc } else { Transport::NetRpc };
        assert_eq!(choose(&[]), Ok(Transport::NetRpc));
        assert_eq!(choose(&[("MATTERMOST_PLUGIN_API_TARGET", "127.0.0.1:1")]), Ok(grpc));
        assert_eq!(choose(&[("PLUGIN_MULTIPLEX_GRPC", "true")]), Ok(grpc));
        assert_eq!(
            choose(&[("MMPLUGIN_TRANSPORT", "netrpc"), ("PLUGIN_MULTIPLEX_GRPC", "true")]),
            Ok(Transport::NetRpc)
        );
        assert_eq!(choose(&[("MMPLUGIN_TRANSPORT", "grpc")]).is_ok(), cfg!(feature = "grpc"));
        let unknown = choose(&[("MMPLUGIN_TRANSPORT", "smoke")]).unwrap_err();
        let text = HandshakeError::Transport { asked: unknown }.to_string();
        assert!(text.starts_with("MMPLUGIN_TRANSPORT=smoke: there is no such transport"), "{text}");
    }

    #[test]
    fn a_person_is_told_what_this_is() {
        let error = environment(None, Path::new("/")).check_cookie().unwrap_err();
        assert!(error.to_string().starts_with("this is a Mattermost plugin"));
        assert!(environment(Some("wrong"), Path::new("/")).check_cookie().is_err());
        assert!(environment(Some(COOKIE.1), Path::new("/")).check_cookie().is_ok());
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn the_line_names_a_socket_that_accepts_and_goes_with_the_listener() {
        use std::os::unix::fs::PermissionsExt;

        let listener = Listener::bind(&environment(None, &env::temp_dir())).unwrap();
        let line = listener.line().to_owned();
        let path = line.strip_prefix("1|1|unix|").and_then(|rest| rest.strip_suffix("|netrpc|\n")).unwrap();
        let folder = Path::new(path).parent().unwrap().to_owned();
        assert_eq!(fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
        let (dialled, accepted) = tokio::join!(tokio::net::UnixStream::connect(path), listener.accept());
        assert!(dialled.is_ok() && accepted.is_ok());
        drop(listener);
        assert!(!folder.exists());
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn long_and_missing_folders_are_named() {
        let missing = Listener::bind(&environment(None, Path::new("/nonexistent/folder"))).unwrap_err();
        assert!(missing.to_string().contains("/nonexistent/folder"), "{missing}");
        let base = env::temp_dir().join(format!("mmplugin-test-{}", "x".repeat(90)));
        fs::create_dir_all(&base).unwrap();
        let long = Listener::bind(&environment(None, &base)).unwrap_err();
        assert!(long.to_string().contains("too long"), "{long}");
        assert_eq!(fs::read_dir(&base).unwrap().count(), 0, "the folder made for it is gone");
        fs::remove_dir(&base).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn groups_are_found_by_name() {
        let groups = "root:x:0:\nmattermost:x:2000:a,b\n";
        assert_eq!(group_id(groups, "mattermost"), Some(2000));
        assert_eq!(group_id(groups, "matter"), None);
    }
}

//! Sockets: those that hosts come to, and those that they name.

use std::io;

use tokio::net::{TcpListener, TcpStream};
#[cfg(unix)]
use tokio::net::{UnixListener, UnixStream};

use super::connection::Connection;
use crate::goplugin::{self, Environment, HandshakeError};

/// Where connections come from.
pub(super) struct Socket {
    inner: Inner,
    address: String,
}

enum Inner {
    #[cfg(unix)]
    Unix {
        listener: UnixListener,
        _folder: goplugin::SocketFolder,
    },
    Tcp(TcpListener),
}

impl Socket {
    /// A unix socket; a TCP port on systems without, or when the environment asks for one.
    pub(super) fn bind(environment: &Environment) -> Result<Self, HandshakeError> {
        #[cfg(unix)]
        if !environment.tcp {
            let (listener, folder, address) = goplugin::bind_unix(environment)?;
            return Ok(Self { inner: Inner::Unix { listener, _folder: folder }, address });
        }
        let (listener, address) = goplugin::bind_tcp(environment)?;
        Ok(Self { inner: Inner::Tcp(listener), address })
    }

    /// As Go calls it.
    pub(super) fn network(&self) -> &'static str {
        match self.inner {
            #[cfg(unix)]
            Inner::Unix { .. } => "unix",
            Inner::Tcp(_) => "tcp",
        }
    }

    pub(super) fn address(&self) -> &str {
        &self.address
    }

    pub(super) async fn accept(&self) -> io::Result<Connection> {
        match &self.inner {
            #[cfg(unix)]
            Inner::Unix { listener, .. } => Ok(Connection::new(listener.accept().await?.0)),
            Inner::Tcp(listener) => tcp(listener.accept().await?.0),
        }
    }
}

/// Connects to an address that a host gave.
pub(super) async fn dial(network: &str, address: &str) -> io::Result<Connection> {
    match network {
        #[cfg(unix)]
        "unix" => Ok(Connection::new(UnixStream::connect(address).await?)),
        "tcp" => tcp(TcpStream::connect(address).await?),
        _ => Err(io::Error::new(io::ErrorKind::Unsupported, format!("unknown network {network:?}"))),
    }
}

fn tcp(stream: TcpStream) -> io::Result<Connection> {
    stream.set_nodelay(true)?;
    Ok(Connection::new(stream))
}

//! The few questions of a server, over the SDK's own yamux and net/rpc.

use std::future::Future;

use mmplugin::gob::Gob;
use mmplugin::netrpc::{CallError, Client, Empty};
use mmplugin::yamux::{Config, Mode, Stream};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::handshake::Address;
use super::{ANSWER, failed};
use crate::error::Error;

/// A connection to the plugin as far as a server has it before activation.
pub(super) struct Session {
    yamux: mmplugin::yamux::Session,
    control: Client,
    /// Stream 3 and 5: copies of stdout and stderr, which must be read or left alone, but open.
    _copies: [Stream; 2],
}

impl Session {
    /// Connects and opens the three streams a plugin expects first: control, stdout, stderr.
    pub(super) async fn connect(address: &Address) -> Result<Self, Error> {
        let refused = |error: std::io::Error| {
            failed(format!("nothing listens where the handshake line says: {error}"))
                .detail(format!("address: {address:?}"))
        };
        match address {
            #[cfg(unix)]
            Address::Unix(path) => {
                Self::over(tokio::net::UnixStream::connect(path).await.map_err(refused)?).await
            }
            #[cfg(not(unix))]
            Address::Unix(_) => Err(failed("this machine has no unix sockets")),
            Address::Tcp(address) => Self::over(TcpStream::connect(address).await.map_err(refused)?).await,
        }
    }

    async fn over(socket: impl AsyncRead + AsyncWrite + Send + 'static) -> Result<Self, Error> {
        let (yamux, incoming, driver) = mmplugin::yamux::connect(socket, Mode::Client, Config::default());
        tokio::spawn(driver);
        // Before activation a plugin opens no streams; the receiver must live, though.
        tokio::spawn(async move {
            let mut incoming = incoming;
            while incoming.accept().await.is_some() {}
        });
        let open =
            || async { yamux.open().await.map_err(|error| failed(format!("the connection broke: {error}"))) };
        let control = Client::new(open().await?);
        let copies = [open().await?, open().await?];
        Ok(Self { yamux, control, _copies: copies })
    }

    /// `Ping`, then the hooks service and its list.
    pub(super) async fn hooks(&self) -> Result<Vec<String>, Error> {
        let _: Empty = answer("Control.Ping", self.control.call("Control.Ping", &true)).await?;
        let id: u32 =
            answer("Dispenser.Dispense", self.control.call("Dispenser.Dispense", &"hooks".to_owned()))
                .await?;
        let hooks = Client::new(within("the hooks connection", self.dial(id)).await?);
        let names = answer("Plugin.Implemented", hooks.call("Plugin.Implemented", &Empty {})).await?;
        hooks.close();
        Ok(names)
    }

    /// Asks the plugin to end.
    pub(super) async fn quit(&self) -> Result<(), Error> {
        let _: Empty = answer("Control.Quit", self.control.call("Control.Quit", &true)).await?;
        self.yamux.close();
        Ok(())
    }

    /// A brokered stream: its id as four bytes, little-endian, there and back.
    async fn dial(&self, id: u32) -> Result<Stream, Error> {
        let broke =
            |error: String| failed(format!("the plugin did not take the connection to its hooks: {error}"));
        let mut stream =
            self.yamux.open_with(&id.to_le_bytes()).await.map_err(|error| broke(error.to_string()))?;
        let mut echo = [0; 4];
        stream.read_exact(&mut echo).await.map_err(|error| broke(error.to_string()))?;
        if u32::from_le_bytes(echo) == id { Ok(stream) } else { Err(broke("another id came back".into())) }
    }
}

async fn answer<R: Gob>(method: &str, call: impl Future<Output = Result<R, CallError>>) -> Result<R, Error> {
    within(method, async { call.await.map_err(|error| failed(format!("{method} failed: {error}"))) }).await
}

async fn within<T>(what: &str, question: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    let late = |_| failed(format!("no answer to {what} within {} s", ANSWER.as_secs()));
    timeout(ANSWER, question).await.map_err(late)?
}

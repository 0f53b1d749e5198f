//! The server's end of a connection to a plugin.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::task::JoinHandle;

use crate::goplugin::Broker;
use crate::hooks::Hooks;
use crate::netrpc::{self, CallError, Client, Empty, Service};
use crate::runtime::{self, Definition};
use crate::wire::OnActivateArgs;
use crate::yamux::{self, Config, Mode, Session, Stream};

use super::Server;
use super::streams::Api;

/// A connection with its plugin on the other end.
pub(super) struct Connection {
    control: Client,
    broker: Broker,
    plugin: JoinHandle<runtime::Outcome>,
    /// The copies of stdout and stderr, which a server keeps open.
    _stdio: [Stream; 2],
    /// Streams that the plugin opens are dropped.
    refuses: Arc<AtomicBool>,
    end: EndsWhenDropped,
}

/// The tasks of the connection hold on to it, so somebody has to say when it is over.
struct EndsWhenDropped(Session);

impl Drop for EndsWhenDropped {
    fn drop(&mut self) {
        self.0.close();
    }
}

impl Connection {
    /// Starts the plugin's side in a task and sets the connection up.
    pub(super) async fn open<P: Hooks>(server: &Server) -> Result<Self, String> {
        let (ours, theirs) = pair().map_err(|error| error.to_string())?;
        let scope = server.log_scope();
        let plugin = runtime::connection(Definition::of::<P>(), scope.clone(), theirs.0, theirs.1);
        Self::to(ours, tokio::spawn(scope.wrap(plugin))).await
    }

    /// Sets up the connection to a plugin that has been started on the other end.
    pub(super) async fn to(ours: End, plugin: JoinHandle<runtime::Outcome>) -> Result<Self, String> {
        let (session, mut incoming, driver) =
            yamux::connect_split(ours.0, ours.1, Mode::Client, Config::default());
        tokio::spawn(driver);
        let open = async || session.open().await.map_err(|error| error.to_string());
        let control = Client::new(open().await?);
        let stdio = [open().await?, open().await?];
        let end = EndsWhenDropped(session.clone());
        let broker = Broker::new(session);
        let refuses = Arc::new(AtomicBool::new(false));
        let (arriving, refusing) = (broker.clone(), refuses.clone());
        tokio::spawn(async move {
            while let Some(stream) = incoming.accept().await {
                if !refusing.load(Ordering::Relaxed) {
                    tokio::spawn(arriving.clone().arrived(stream));
                }
            }
        });
        Ok(Self { control, broker, plugin, _stdio: stdio, refuses, end })
    }

    pub(super) fn broker(&self) -> &Broker {
        &self.broker
    }

    /// Ends every stream that the plugin opens from now on.
    pub(super) fn refuse_streams(&self) {
        self.refuses.store(true, Ordering::Relaxed);
    }

    /// Asks whether the plugin is there.
    pub(super) async fn ping(&self) -> Result<(), CallError> {
        self.control.call::<_, Empty>("Control.Ping", &true).await.map(drop)
    }

    /// Asks for the hooks.
    pub(super) async fn dispense(&self) -> Result<Client, String> {
        self.dispense_stream().await.map(Client::new)
    }

    /// Asks for the hooks and gives the stream that their calls go on.
    pub(super) async fn dispense_stream(&self) -> Result<Stream, String> {
        let id: u32 = self
            .control
            .call("Dispenser.Dispense", &"hooks".to_owned())
            .await
            .map_err(|error| error.to_string())?;
        self.broker.dial(id).await.map_err(|error| error.to_string())
    }

    /// Serves the API and the database driver, each on an id of its own.
    pub(super) fn offer_api(&self, server: Server, plugin: &'static str) -> OnActivateArgs {
        plugin.clone_into(&mut server.state().plugin_id);
        OnActivateArgs {
            driver_mux_id: self.offer(Arc::new(server.database())),
            api_mux_id: self.offer(Arc::new(Api { plugin, server, broker: self.broker.clone() })),
        }
    }

    /// Serves `service` on a new id.
    pub(super) fn offer(&self, service: Arc<dyn Service>) -> u32 {
        let id = self.broker.next_id();
        let broker = self.broker.clone();
        tokio::spawn(async move {
            if let Ok(stream) = broker.accept(id).await {
                let _ = netrpc::serve(stream, service).await;
            }
        });
        id
    }

    /// Stops the plugin and waits until its side has ended.
    pub(super) async fn quit(self) -> Result<(), String> {
        let quit = self.control.call::<_, Empty>("Control.Quit", &true).await;
        quit.map_err(|error| error.to_string())?;
        drop((self.control, self.broker, self._stdio, self.end));
        self.plugin.await.map(drop).map_err(|error| error.to_string())
    }
}

/// The halves of one end of a connection.
#[cfg(unix)]
pub(super) type End = (tokio::net::unix::OwnedReadHalf, tokio::net::unix::OwnedWriteHalf);

#[cfg(unix)]
fn pair() -> std::io::Result<(End, End)> {
    let (ours, theirs) = tokio::net::UnixStream::pair()?;
    Ok((ours.into_split(), theirs.into_split()))
}

#[cfg(not(unix))]
pub(super) type End =
    (tokio::io::ReadHalf<tokio::io::DuplexStream>, tokio::io::WriteHalf<tokio::io::DuplexStream>);

#[cfg(not(unix))]
fn pair() -> std::io::Result<(End, End)> {
    let (ours, theirs) = tokio::io::duplex(256 << 10);
    Ok((tokio::io::split(ours), tokio::io::split(theirs)))
}

//! The life of a plugin process whose host speaks gRPC.

use std::future::Future;
use std::io;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use super::broker::{Broker, BrokerService};
use super::connection::Connection;
use super::drive;
use super::fixed::{self, Controller, Healthy, Stdio};
use super::limits::END_WAIT;
use super::listen::Socket;
use super::mux::Mux;
use super::proto::go_plugin::grpc_broker_server::GrpcBrokerServer;
use super::proto::go_plugin::grpc_controller_server::GrpcControllerServer;
use super::proto::go_plugin::grpc_stdio_server::GrpcStdioServer;
use super::proto::health::health_server::HealthServer;
use super::routes::{Routes, Services};
use super::tls::Tls;
use crate::goplugin::{Environment, HandshakeError, signals, stdio};
use crate::{link, log};

/// How often it is looked whether the host still lives, while it has no connection.
const ORPHAN_CHECK: Duration = Duration::from_millis(250);

/// What host and plugin must agree upon.
#[derive(Debug, Clone, Copy)]
pub struct Handshake {
    /// Name and value of the variable by which the host shows that it is one.
    pub cookie: (&'static str, &'static str),
    /// The version of the plugin's own protocol.
    pub version: u32,
}

/// What a plugin has of its host besides calls.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Link {
    /// Connections beside the first one.
    pub broker: Broker,
    /// Output that the host mirrors.
    pub stdio: Stdio,
}

/// Why the process ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    /// The host said so, or a signal did.
    Asked,
    /// The host is gone.
    Orphaned,
}

/// Runs a plugin of any go-plugin host that speaks gRPC: the whole `main`.
///
/// `services` makes the plugin's own services; those of go-plugin are there already. The function runs inside of a
/// tokio runtime. Transport and addresses follow the environment: unix socket (or TCP with `MMPLUGIN_NETWORK=tcp`),
/// TLS and multiplexing when the host asks for them. The process ends with the host's `Shutdown`, a termination
/// signal, or the host's death.
pub fn serve(handshake: Handshake, services: impl FnOnce(&Link) -> Services) -> ExitCode {
    link::pin_nss();
    let (name, value) = handshake.cookie;
    if std::env::var_os(name).as_deref() != Some(value.as_ref()) {
        eprintln!("this is a plugin: another program starts it, not a person");
        return ExitCode::FAILURE;
    }
    stdio::guarded(|guard| {
        log::install_default();
        run(handshake, guard, services)
    })
}

fn run(
    handshake: Handshake,
    guard: &stdio::Guard,
    services: impl FnOnce(&Link) -> Services,
) -> Result<(), Box<dyn std::error::Error>> {
    let runtime = tokio::runtime::Builder::new_multi_thread().thread_name("grpc").enable_all().build()?;
    let served = runtime.block_on(async {
        signals::ignore_sigint()?;
        let host = Host::bind(&Environment::read())?;
        guard.handshake(&host.line(handshake.version))?;
        let services = services(host.link());
        host.serve(services).await;
        Ok(())
    });
    runtime.shutdown_background();
    served
}

/// A socket that is ready for the host, with what go-plugin asks for.
pub(crate) struct Host {
    socket: Socket,
    tls: Option<Tls>,
    mux: Option<Mux>,
    multiplex_field: bool,
    link: Link,
    stdio: fixed::StdioService,
    shutdown: watch::Sender<bool>,
}

impl Host {
    /// Listens as the environment asks for.
    pub(crate) fn bind(environment: &Environment) -> Result<Self, HandshakeError> {
        let tls = environment.client_certificate.as_deref().map(Tls::new).transpose();
        let tls = tls.map_err(|error| HandshakeError::Tls { reason: error.to_string() })?;
        let mux = environment.multiplexes().then(Mux::new);
        let socket = Socket::bind(environment)?;
        let broker = Broker::new(environment.clone(), tls.clone(), mux.clone());
        let (output, stdio) = fixed::stdio();
        let link = Link { broker, stdio: output };
        let multiplex_field = environment.multiplexes();
        Ok(Self { socket, tls, mux, multiplex_field, link, stdio, shutdown: watch::Sender::new(false) })
    }

    /// The line for stdout: versions, address, protocol, our certificate, and whether one connection carries all.
    pub(crate) fn line(&self, version: u32) -> String {
        let certificate = self.tls.as_ref().map(|tls| base64(tls.certificate())).unwrap_or_default();
        let multiplex = if self.multiplex_field { "|true" } else { "" };
        let (network, address) = (self.socket.network(), self.socket.address());
        format!("1|{version}|{network}|{address}|grpc|{certificate}{multiplex}\n")
    }

    pub(crate) fn link(&self) -> &Link {
        &self.link
    }

    /// Serves until the host ends the plugin, a signal does, or the host is gone.
    pub(crate) async fn serve(self, services: Services) -> Ended {
        let services = services
            .with(HealthServer::new(Healthy))
            .with(GrpcBrokerServer::new(BrokerService(self.link.broker.clone())))
            .with(GrpcStdioServer::new(self.stdio))
            .with(GrpcControllerServer::new(Controller(self.shutdown.clone())));
        let routes = Arc::new(Routes::new(services));
        tracing::debug!(services = ?routes.names().collect::<Vec<_>>(), "serving gRPC");
        let connections =
            Connections { routes, tls: self.tls, shutdown: self.shutdown.clone(), open: Arc::default() };
        let asked = asked(&self.shutdown);
        let ended = tokio::select! {
            () = connections.accept(&self.socket, self.mux.as_ref()) => Ended::Orphaned,
            () = connections.orphaned() => Ended::Orphaned,
            () = asked => Ended::Asked,
            Ok(()) = signals::terminated() => Ended::Asked,
        };
        self.shutdown.send_replace(true);
        let _ = timeout(END_WAIT, connections.drained()).await;
        ended
    }
}

/// The connections to the main services.
struct Connections {
    routes: Arc<Routes>,
    tls: Option<Tls>,
    shutdown: watch::Sender<bool>,
    open: Arc<AtomicUsize>,
}

impl Connections {
    /// Takes connections; ends only with a multiplexed host.
    async fn accept(&self, socket: &Socket, mux: Option<&Mux>) {
        let Some(mux) = mux else {
            loop {
                match socket.accept().await {
                    Ok(io) => self.begin(io),
                    Err(error) => pause(&error).await,
                }
            }
        };
        let io = loop {
            match socket.accept().await {
                Ok(io) => break io,
                Err(error) => pause(&error).await,
            }
        };
        let mut streams = mux.start(io);
        while let Some(stream) = streams.next().await {
            self.begin(stream);
        }
    }

    fn begin(&self, io: Connection) {
        let counted = Counted::new(&self.open);
        let (routes, tls) = (self.routes.clone(), self.tls.clone());
        let asked = asked(&self.shutdown);
        tokio::spawn(async move {
            let _counted = counted;
            let io = match tls {
                Some(tls) => tls.accept(io).await,
                None => Ok(io),
            };
            let io = match io {
                Ok(io) => io,
                Err(fault) => return tracing::error!("a connection of the host: {fault}"),
            };
            report(drive::serve(io, routes, asked).await);
        });
    }

    /// Waits until the process that started this one is gone, and with it all connections.
    async fn orphaned(&self) {
        let parent = parent_id();
        loop {
            sleep(ORPHAN_CHECK).await;
            if self.open.load(Ordering::Relaxed) == 0 && parent_id() != parent {
                tracing::warn!("the host is gone");
                return;
            }
        }
    }

    /// Waits until all connections have ended.
    async fn drained(&self) {
        while self.open.load(Ordering::Relaxed) > 0 {
            sleep(Duration::from_millis(2)).await;
        }
    }
}

/// Serves one brokered connection to its end.
pub(super) async fn serve_connection(io: Connection, routes: Arc<Routes>) {
    report(drive::serve(io, routes, std::future::pending()).await);
}

fn report(ended: drive::Ended) {
    if let Err(error) = ended {
        tracing::debug!("a connection of the host ended: {error}");
    }
}

/// Waits until the plugin is to end.
fn asked(shutdown: &watch::Sender<bool>) -> impl Future<Output = ()> + Send + use<> {
    let mut asked = shutdown.subscribe();
    async move { drop(asked.wait_for(|asked| *asked).await) }
}

async fn pause(error: &io::Error) {
    tracing::warn!(%error, "cannot accept a connection");
    sleep(Duration::from_millis(100)).await;
}

#[cfg(unix)]
fn parent_id() -> u32 {
    std::os::unix::process::parent_id()
}

/// Hosts end their plugins here; nothing tells that one is gone.
#[cfg(not(unix))]
fn parent_id() -> u32 {
    0
}

/// One more while it lives.
struct Counted(Arc<AtomicUsize>);

impl Counted {
    fn new(count: &Arc<AtomicUsize>) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count.clone())
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Without padding, as the handshake line has it.
fn base64(bytes: &[u8]) -> String {
    crate::gob::base64::encode(bytes).trim_end_matches('=').to_owned()
}

//! Connections beside the first one, in both directions: go-plugin's broker.
//!
//! Who accepts makes a socket and tells the other side where (or, when all runs inside of one connection, waits for a
//! knock); who dials waits to be told. The ids are agreed upon by whatever the plugin's own services say.

use std::collections::HashMap;
use std::io;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{mpsc, oneshot};
use tokio::time::{sleep, timeout};
use tonic::codegen::tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status, Streaming, async_trait};

use super::channel::Channel;
use super::connection::Connection;
use super::fixed::Answers;
use super::limits::{BROKER_WAIT, MAX_UNCLAIMED};
use super::listen::{self, Socket};
use super::mux::Mux;
use super::proto::go_plugin::conn_info::Knock;
use super::proto::go_plugin::{ConnInfo, grpc_broker_server::GrpcBroker};
use super::routes::{Routes, Services};
use super::serve::serve_connection;
use super::tls::{HandshakeFault, Tls};
use crate::goplugin::{Environment, HandshakeError};

/// Makes connections beside the first one; cheap to clone.
#[derive(Clone)]
pub struct Broker(Arc<Inner>);

struct Inner {
    next_id: AtomicU32,
    environment: Environment,
    tls: Option<Tls>,
    mux: Option<Mux>,
    /// What the host is to be told.
    out: mpsc::UnboundedSender<ConnInfo>,
    told: tokio::sync::Mutex<mpsc::UnboundedReceiver<ConnInfo>>,
    waiting: Mutex<Waiting>,
    /// One knock and its stream at a time: the host goes by their order.
    dialling: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct Waiting {
    /// What the host has said of ids that it serves, for who dials them.
    dials: HashMap<u32, Slot>,
    /// Knocks at ids that nobody accepts yet.
    knocks: Vec<u32>,
}

enum Slot {
    Asked(oneshot::Sender<ConnInfo>),
    Told(ConnInfo),
}

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BrokerError {
    /// The host did not say in time where it listens.
    #[error("the host did not offer connection {id} within {} s", BROKER_WAIT.as_secs())]
    Timeout {
        /// The id that was dialled.
        id: u32,
    },
    /// The host has nobody behind this id.
    #[error("the host does not accept connection {id}: {reason}")]
    Refused {
        /// The id that was dialled.
        id: u32,
        /// What the host said.
        reason: String,
    },
    /// No socket could be made.
    #[error("{0}")]
    Listen(#[from] HandshakeError),
    /// The connection could not be made.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// The other side is not the one that it should be.
    #[error("{0}")]
    Tls(String),
}

impl From<HandshakeFault> for BrokerError {
    fn from(fault: HandshakeFault) -> Self {
        Self::Tls(fault.to_string())
    }
}

/// A place that the host connects to, under one id; gone when dropped.
pub struct Door {
    id: u32,
    broker: Broker,
    inner: DoorInner,
}

enum DoorInner {
    Socket(Box<Socket>),
    Mux(mpsc::UnboundedReceiver<Connection>),
}

impl Broker {
    pub(super) fn new(environment: Environment, tls: Option<Tls>, mux: Option<Mux>) -> Self {
        let (out, told) = mpsc::unbounded_channel();
        let told = tokio::sync::Mutex::new(told);
        let (waiting, dialling) = (Mutex::default(), tokio::sync::Mutex::default());
        let next_id = AtomicU32::new(1);
        Self(Arc::new(Inner { next_id, environment, tls, mux, out, told, waiting, dialling }))
    }

    /// An id that this side has not used yet.
    pub fn next_id(&self) -> u32 {
        self.0.next_id.fetch_add(1, Ordering::Relaxed)
    }

    /// Opens a place for the host to connect to.
    ///
    /// # Errors
    /// [`BrokerError::Listen`] when no socket can be made.
    pub fn accept(&self, id: u32) -> Result<Door, BrokerError> {
        let inner = match &self.0.mux {
            Some(mux) => {
                let streams = mux.open_door(id);
                let early = {
                    let mut waiting = self.waiting();
                    let before = waiting.knocks.len();
                    waiting.knocks.retain(|knock| *knock != id);
                    before != waiting.knocks.len()
                };
                if early {
                    self.answer_knock(id);
                }
                DoorInner::Mux(streams)
            }
            None => {
                let socket = Socket::bind(&self.0.environment)?;
                let (network, address) = (socket.network().to_owned(), socket.address().to_owned());
                self.tell(ConnInfo { service_id: id, network, address, knock: None });
                DoorInner::Socket(Box::new(socket))
            }
        };
        Ok(Door { id, broker: self.clone(), inner })
    }

    /// Connects to what the host offers under an id.
    ///
    /// # Errors
    /// [`BrokerError::Timeout`] when the host offers nothing within 5 s; otherwise what kept the connection from being
    /// made.
    pub async fn dial(&self, id: u32) -> Result<Channel, BrokerError> {
        let io = match &self.0.mux {
            Some(mux) => {
                let _one = self.0.dialling.lock().await;
                let knock = Some(Knock { knock: true, ack: false, error: String::new() });
                self.tell(ConnInfo { service_id: id, knock, ..ConnInfo::default() });
                let said = self.told_of(id).await?;
                if let Some(Knock { error, .. }) = said.knock.filter(|knock| !knock.error.is_empty()) {
                    return Err(BrokerError::Refused { id, reason: error });
                }
                mux.open().await?
            }
            None => {
                let said = self.told_of(id).await?;
                listen::dial(&said.network, &said.address).await?
            }
        };
        let io = match &self.0.tls {
            Some(tls) => tls.connect(io).await?,
            None => io,
        };
        Ok(Channel::over(io).await?)
    }

    /// What the host says of an id, now or soon.
    async fn told_of(&self, id: u32) -> Result<ConnInfo, BrokerError> {
        let told = {
            let mut waiting = self.waiting();
            if let Some(Slot::Told(info)) = waiting.dials.remove(&id) {
                return Ok(info);
            }
            let (sender, told) = oneshot::channel();
            waiting.dials.insert(id, Slot::Asked(sender));
            told
        };
        let told = timeout(BROKER_WAIT, told).await;
        if told.is_err() {
            self.waiting().dials.remove(&id);
        }
        told.ok().and_then(Result::ok).ok_or(BrokerError::Timeout { id })
    }

    fn tell(&self, info: ConnInfo) {
        // The receiver lives as long as the broker.
        let _ = self.0.out.send(info);
    }

    /// The host has said something.
    fn heard(&self, info: ConnInfo) {
        match &info.knock {
            Some(knock) if knock.knock && !knock.ack => self.knocked(info.service_id),
            _ => self.offered(info),
        }
    }

    fn offered(&self, info: ConnInfo) {
        let id = info.service_id;
        let mut waiting = self.waiting();
        match waiting.dials.remove(&id) {
            Some(Slot::Asked(sender)) => {
                let _ = sender.send(info);
            }
            _ if waiting.dials.len() < MAX_UNCLAIMED => {
                waiting.dials.insert(id, Slot::Told(info));
                self.forget(id);
            }
            _ => tracing::warn!(id, "the host offers more connections than anybody asks for"),
        }
    }

    fn knocked(&self, id: u32) {
        let Some(mux) = &self.0.mux else { return };
        if mux.knock(id) {
            return self.acknowledge(id, "");
        }
        let mut waiting = self.waiting();
        if waiting.knocks.len() < MAX_UNCLAIMED {
            waiting.knocks.push(id);
            self.forget(id);
        }
    }

    fn answer_knock(&self, id: u32) {
        if self.0.mux.as_ref().is_some_and(|mux| mux.knock(id)) {
            self.acknowledge(id, "");
        }
    }

    fn acknowledge(&self, id: u32, error: &str) {
        let knock = Some(Knock { knock: true, ack: true, error: error.to_owned() });
        self.tell(ConnInfo { service_id: id, knock, ..ConnInfo::default() });
    }

    /// What nobody has asked for in time is dropped.
    fn forget(&self, id: u32) {
        let broker = self.clone();
        tokio::spawn(async move {
            sleep(BROKER_WAIT).await;
            let knocked = {
                let mut waiting = broker.waiting();
                if let Some(Slot::Told(_)) = waiting.dials.get(&id) {
                    waiting.dials.remove(&id);
                }
                let before = waiting.knocks.len();
                waiting.knocks.retain(|knock| *knock != id);
                before != waiting.knocks.len()
            };
            if knocked {
                broker.acknowledge(id, &format!("no listener for id {id}"));
            }
        });
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.0.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Broker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Broker").finish_non_exhaustive()
    }
}

impl Door {
    /// The id that the host knows it by.
    pub fn id(&self) -> u32 {
        self.id
    }

    /// Serves each connection that the host makes, until this future is dropped or the host's connection ends.
    pub async fn serve(mut self, services: Services) {
        let routes = Arc::new(Routes::new(services));
        while let Some(io) = self.next().await {
            let (routes, tls) = (routes.clone(), self.broker.0.tls.clone());
            tokio::spawn(async move {
                let io = match tls {
                    Some(tls) => tls.accept(io).await,
                    None => Ok(io),
                };
                match io {
                    Ok(io) => serve_connection(io, routes).await,
                    Err(fault) => tracing::warn!("a brokered connection: {fault}"),
                }
            });
        }
    }

    async fn next(&mut self) -> Option<Connection> {
        match &mut self.inner {
            DoorInner::Socket(socket) => match socket.accept().await {
                Ok(io) => Some(io),
                Err(error) => {
                    tracing::warn!(%error, "cannot accept a brokered connection");
                    None
                }
            },
            DoorInner::Mux(streams) => streams.recv().await,
        }
    }
}

impl std::fmt::Debug for Door {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Door").field("id", &self.id).finish_non_exhaustive()
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        if let Some(mux) = &self.broker.0.mux {
            mux.close_door(self.id);
        }
    }
}

/// The host's stream to the broker.
pub(super) struct BrokerService(pub(super) Broker);

#[async_trait]
impl GrpcBroker for BrokerService {
    type StartStreamStream = Answers<ConnInfo>;

    async fn start_stream(
        &self,
        request: Request<Streaming<ConnInfo>>,
    ) -> Result<Response<Self::StartStreamStream>, Status> {
        let mut from_host = request.into_inner();
        let (sender, receiver) = mpsc::channel(16);
        let (broker, listening) = (self.0.clone(), self.0.clone());
        tokio::spawn(async move {
            while let Ok(Some(info)) = from_host.message().await {
                listening.heard(info);
            }
        });
        tokio::spawn(async move {
            // A host that comes anew takes over once the old one has gone.
            let mut told = tokio::select! {
                told = broker.0.told.lock() => told,
                () = sender.closed() => return,
            };
            loop {
                let Ok(place) = sender.reserve().await else { return };
                tokio::select! {
                    Some(info) = told.recv() => place.send(Ok(info)),
                    () = sender.closed() => return,
                }
            }
        });
        Ok(Response::new(Box::pin(ReceiverStream::new(receiver))))
    }
}

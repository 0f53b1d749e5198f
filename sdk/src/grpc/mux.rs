//! All connections inside of the first one, when the host wants it so: yamux, and a knock before each stream that is
//! not for the plugin's main services.

use std::collections::{HashMap, VecDeque};
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{mpsc, watch};

use super::connection::Connection;
use crate::yamux::{self, Config, Incoming, Mode, Session};

/// The one connection and who gets its streams; cheap to clone.
#[derive(Clone)]
pub(super) struct Mux(Arc<Inner>);

struct Inner {
    session: watch::Sender<Option<Session>>,
    doors: Mutex<Doors>,
}

#[derive(Default)]
struct Doors {
    /// By id.
    open: HashMap<u32, mpsc::UnboundedSender<Connection>>,
    /// Ids that the next streams are for.
    knocked: VecDeque<u32>,
}

impl Mux {
    pub(super) fn new() -> Self {
        Self(Arc::new(Inner { session: watch::Sender::new(None), doors: Mutex::default() }))
    }

    /// Takes the host's connection; the streams for the main services come out of what it returns.
    pub(super) fn start(&self, io: Connection) -> Streams {
        let (session, incoming, driver) = yamux::connect(io, Mode::Server, Config::default());
        tokio::spawn(async move {
            let reason = driver.await;
            tracing::debug!("the connection that carries all others ended: {reason}");
        });
        self.0.session.send_replace(Some(session));
        Streams { mux: self.clone(), incoming }
    }

    /// Streams for an id, from its first knock on.
    pub(super) fn open_door(&self, id: u32) -> mpsc::UnboundedReceiver<Connection> {
        let (sender, receiver) = mpsc::unbounded_channel();
        self.doors().open.insert(id, sender);
        receiver
    }

    pub(super) fn close_door(&self, id: u32) {
        let mut doors = self.doors();
        doors.open.remove(&id);
    }

    /// The next stream is for this id. False: nobody waits for it.
    pub(super) fn knock(&self, id: u32) -> bool {
        let mut doors = self.doors();
        let open = doors.open.contains_key(&id);
        if open {
            doors.knocked.push_back(id);
        }
        open
    }

    /// A stream of our own.
    pub(super) async fn open(&self) -> io::Result<Connection> {
        let mut session = self.0.session.subscribe();
        let session = session.wait_for(Option::is_some).await.map_err(io::Error::other)?.clone();
        let session = session.ok_or_else(|| io::Error::from(io::ErrorKind::NotConnected))?;
        Ok(Connection::new(session.open().await.map_err(io::Error::other)?))
    }

    fn doors(&self) -> MutexGuard<'_, Doors> {
        self.0.doors.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The streams of the host's connection.
pub(super) struct Streams {
    mux: Mux,
    incoming: Incoming,
}

impl Streams {
    /// The next stream that is for the main services; `None` when the connection has ended.
    pub(super) async fn next(&mut self) -> Option<Connection> {
        loop {
            let stream = Connection::new(self.incoming.accept().await?);
            let mut doors = self.mux.doors();
            let Some(id) = doors.knocked.pop_front() else { return Some(stream) };
            // Nobody waits any more: the stream ends here.
            if let Some(door) = doors.open.get(&id) {
                let _ = door.send(stream);
            }
        }
    }
}

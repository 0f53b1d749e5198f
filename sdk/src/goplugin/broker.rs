//! go-plugin's MuxBroker: streams that the two sides find by number.
//!
//! The side that names an id accepts it, the other dials. Both wait 5 s at most, so dial first and work later.

use std::collections::HashMap;
use std::future::Future;
use std::io;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use thiserror::Error;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::oneshot;
use tokio::time::timeout;

use crate::yamux::{self, Session, Stream};

/// How long either side waits for the other; fixed in go-plugin, counted from just before the request that names the id.
const WAIT: Duration = Duration::from_secs(5);

/// Streams that have arrived and nobody has asked for; more are dropped, so that a peer cannot make us keep thousands.
const MAX_UNCLAIMED: usize = 1024;

/// Opens and accepts brokered streams; cheap to clone.
#[derive(Debug, Clone)]
pub struct Broker {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    session: Session,
    last_id: AtomicU32,
    slots: Mutex<HashMap<u32, Slot>>,
}

/// What is known of one id.
#[derive(Debug)]
enum Slot {
    Arrived(Stream),
    Awaited(oneshot::Sender<Stream>),
}

/// Why a brokered stream did not come about.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum BrokerError {
    /// The other side did not come within 5 s.
    #[error("brokered stream {id}: the other side did not come within 5 s")]
    Timeout {
        /// The broker's id of the stream.
        id: u32,
    },
    /// The other side answered with another id.
    #[error("brokered stream {id}: answered as {answer}")]
    WrongId {
        /// The id dialled.
        id: u32,
        /// The id that came back.
        answer: u32,
    },
    /// The stream failed.
    #[error("brokered stream {id}: {source}")]
    Io {
        /// The broker's id of the stream.
        id: u32,
        /// What failed.
        source: io::Error,
    },
    /// The connection refused to open another stream.
    #[error("brokered stream {id}: {source}")]
    Session {
        /// The broker's id of the stream.
        id: u32,
        /// What failed.
        source: yamux::Error,
    },
}

/// Somebody who waits for a stream; who gives up leaves nothing behind.
struct Place<'a> {
    broker: &'a Broker,
    id: u32,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut slots = self.broker.slots();
        if matches!(slots.get(&self.id), Some(Slot::Awaited(_))) {
            slots.remove(&self.id);
        }
    }
}

impl Broker {
    pub(crate) fn new(session: Session) -> Self {
        let shared = Shared { session, last_id: AtomicU32::new(0), slots: Mutex::default() };
        Self { shared: Arc::new(shared) }
    }

    /// A new id of ours, to be told to the other side and then accepted.
    pub fn next_id(&self) -> u32 {
        self.shared.last_id.fetch_add(1, Ordering::Relaxed).wrapping_add(1)
    }

    /// Opens the stream that the other side has named `id`.
    ///
    /// There is no time limit here: the other side closes a stream that nobody accepts within 5 s.
    ///
    /// # Errors
    /// [`BrokerError`] when the other side does not accept it or the connection fails.
    pub async fn dial(&self, id: u32) -> Result<Stream, BrokerError> {
        self.dial_with(id, &[]).await
    }

    /// As [`Broker::dial`], and sends `data` with the opening: the other side finds it once it has accepted.
    pub(crate) async fn dial_with(&self, id: u32, data: &[u8]) -> Result<Stream, BrokerError> {
        // The id goes out with the SYN: the other side reads it in its accept loop, where a late one would keep every
        // following stream waiting.
        let first = [&id.to_le_bytes(), data].concat();
        let opened = self.shared.session.open_with(&first).await;
        let mut stream = opened.map_err(|source| BrokerError::Session { id, source })?;
        let mut answer = [0; 4];
        match stream.read_exact(&mut answer).await {
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                return Err(BrokerError::Timeout { id });
            }
            Err(source) => return Err(BrokerError::Io { id, source }),
        }
        match u32::from_le_bytes(answer) {
            answer if answer == id => Ok(stream),
            answer => Err(BrokerError::WrongId { id, answer }),
        }
    }

    /// Sends in one piece what one step of `future` writes to several streams; the steps must not block.
    pub(crate) async fn corked<F: Future>(&self, future: F) -> F::Output {
        self.shared.session.corked(future).await
    }

    /// Waits for the stream of an id from [`Broker::next_id`].
    ///
    /// # Errors
    /// [`BrokerError`] when it does not arrive within 5 s or the connection fails.
    pub async fn accept(&self, id: u32) -> Result<Stream, BrokerError> {
        let (sender, receiver) = oneshot::channel();
        let arrived = {
            let mut slots = self.slots();
            match slots.remove(&id) {
                Some(Slot::Arrived(stream)) => Some(stream),
                _ => {
                    slots.insert(id, Slot::Awaited(sender));
                    None
                }
            }
        };
        let mut stream = match arrived {
            Some(stream) => stream,
            None => {
                let _place = Place { broker: self, id };
                match timeout(WAIT, receiver).await {
                    Ok(Ok(stream)) => stream,
                    _ => return Err(BrokerError::Timeout { id }),
                }
            }
        };
        let answered = stream.write_all(&id.to_le_bytes()).await;
        answered.map_err(|source| BrokerError::Io { id, source })?;
        Ok(stream)
    }

    /// Takes a stream that the other side opened: reads its id and hands it to who waits, now or within 5 s.
    pub(crate) async fn arrived(self, mut stream: Stream) {
        let mut id = [0; 4];
        if !matches!(timeout(WAIT, stream.read_exact(&mut id)).await, Ok(Ok(_))) {
            return;
        }
        let id = u32::from_le_bytes(id);
        let stream_id = stream.id();
        {
            let mut slots = self.slots();
            match slots.remove(&id) {
                Some(Slot::Awaited(waiter)) => {
                    // Given up in the very moment: dropping the stream closes it.
                    let _ = waiter.send(stream);
                    return;
                }
                _ if slots.len() >= MAX_UNCLAIMED => return,
                _ => {
                    slots.insert(id, Slot::Arrived(stream));
                }
            }
        }
        tokio::time::sleep(WAIT).await;
        let mut slots = self.slots();
        if matches!(slots.get(&id), Some(Slot::Arrived(stream)) if stream.id() == stream_id) {
            slots.remove(&id);
        }
    }

    fn slots(&self) -> MutexGuard<'_, HashMap<u32, Slot>> {
        self.shared.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

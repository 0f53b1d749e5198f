//! Where records go: through a bounded queue to the server's API, or to stderr.

use std::cell::Cell;
use std::future::Future;
use std::io::Write as _;
use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{PoisonError, RwLock};
use std::time::{Duration, SystemTime};

use tokio::sync::{mpsc, oneshot};

use crate::goplugin::hclog::{Entry, Level};

/// Records that may wait for the server. A call takes about a tenth of a millisecond, so a full queue is one that the
/// server does not empty.
const CAPACITY: usize = 1024;

/// How long [`flush`] waits for the server.
const PATIENCE: Duration = Duration::from_secs(1);

/// Modules that take part in sending a record: what they say goes to stderr, or it would cause the next record.
const CARRIERS: [&str; 7] = [
    "mmplugin::api",
    "mmplugin::gob",
    "mmplugin::goplugin",
    "mmplugin::log",
    "mmplugin::netrpc",
    "mmplugin::wire",
    "mmplugin::yamux",
];

static SINK: Sink = Sink { sender: RwLock::new(None), dropped: AtomicU64::new(0) };

thread_local! {
    /// This thread is sending a record right now.
    static SENDING: Cell<bool> = const { Cell::new(false) };
}

/// One line of the server's log.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Record {
    pub(crate) level: Level,
    /// The module it comes from.
    pub(crate) target: String,
    pub(crate) message: String,
    pub(crate) fields: Vec<(String, String)>,
}

impl Record {
    /// Keys and values in turn, as the API's log methods take them. Strings only: so do Go plugins.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = &str> {
        let module = ("module", self.target.as_str());
        let fields = self.fields.iter().map(|(key, value)| (key.as_str(), value.as_str()));
        fields.chain([module]).flat_map(|(key, value)| [key, value])
    }

    /// Writes it as a line that the host understands. Under the stdio guard this does not wait for the host.
    pub(crate) fn to_stderr(&self) {
        let fields: Vec<_> = self.fields.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
        let entry =
            Entry { level: self.level, module: &self.target, message: &self.message, fields: &fields };
        let mut line = Vec::new();
        entry.write(SystemTime::now(), &mut line);
        // Nobody is left to be told.
        let _ = std::io::stderr().lock().write_all(&line);
    }
}

/// Takes a record and returns at once.
pub(super) fn submit(record: Record) {
    SINK.submit(record);
}

/// From now on records wait in the queue that is returned, until it is dropped.
pub(crate) fn open() -> Queue {
    SINK.open()
}

/// Waits until the server has got what has been logged so far, a second at most. For the end of a plugin: what is said
/// during deactivation should be in the log before the server hears that it is done.
pub(crate) async fn flush() {
    SINK.flush().await;
}

enum Item {
    Record(Record),
    Flush(oneshot::Sender<()>),
}

/// The process has one; tests have their own.
struct Sink {
    sender: RwLock<Option<mpsc::Sender<Item>>>,
    dropped: AtomicU64,
}

impl Sink {
    fn submit(&self, record: Record) {
        if let Some(record) = self.enqueue(record) {
            record.to_stderr();
        }
    }

    /// Puts a record into the queue, or counts it as dropped if that is full. Gives it back if it is for stderr.
    fn enqueue(&self, record: Record) -> Option<Record> {
        let sending = SENDING.try_with(Cell::get).unwrap_or(true);
        if sending || is_carrier(&record.target) {
            return Some(record);
        }
        let sender = self.sender.read().unwrap_or_else(PoisonError::into_inner);
        let Some(sender) = sender.as_ref() else { return Some(record) };
        match sender.try_send(Item::Record(record)) {
            Ok(()) => None,
            Err(mpsc::error::TrySendError::Closed(Item::Record(record))) => Some(record),
            Err(_) => {
                self.dropped.fetch_add(1, Relaxed);
                None
            }
        }
    }

    fn open(&'static self) -> Queue {
        let (sender, receiver) = mpsc::channel(CAPACITY);
        *self.sender.write().unwrap_or_else(PoisonError::into_inner) = Some(sender.clone());
        Queue { sink: self, own: sender.downgrade(), receiver, since_report: 0 }
    }

    async fn flush(&self) {
        let sender = self.sender.read().unwrap_or_else(PoisonError::into_inner).clone();
        let Some(sender) = sender else { return };
        let (done, answer) = oneshot::channel();
        let _ = tokio::time::timeout(PATIENCE, async {
            if sender.send(Item::Flush(done)).await.is_ok() {
                let _ = answer.await;
            }
        })
        .await;
    }
}

fn is_carrier(target: &str) -> bool {
    CARRIERS
        .iter()
        .filter_map(|carrier| target.strip_prefix(carrier))
        .any(|t| t.is_empty() || t.starts_with("::"))
}

/// The records that wait for the server. Dropped, it writes those left to stderr, and later ones go there, too.
pub(crate) struct Queue {
    sink: &'static Sink,
    own: mpsc::WeakSender<Item>,
    receiver: mpsc::Receiver<Item>,
    /// Records taken since the last report of dropped ones.
    since_report: usize,
}

impl Queue {
    /// Sends records by `send`, one after the other, until it fails or another queue is opened. What is logged while
    /// `send` runs goes to stderr.
    pub(crate) async fn forward<F, A, E>(mut self, mut send: F)
    where
        F: FnMut(Record) -> A,
        A: Future<Output = Result<(), E>>,
    {
        while let Some(item) = self.next().await {
            match item {
                Item::Flush(done) => drop(done),
                Item::Record(record) => {
                    if quietly(send(record.clone())).await.is_err() {
                        record.to_stderr();
                        break;
                    }
                }
            }
        }
    }

    /// The next record. A report of dropped ones comes when the queue has been emptied, or at least once a queue's length.
    async fn next(&mut self) -> Option<Item> {
        if self.since_report < CAPACITY
            && let Ok(item) = self.receiver.try_recv()
        {
            self.since_report += 1;
            return Some(item);
        }
        self.since_report = 0;
        match self.sink.dropped.swap(0, Relaxed) {
            0 => self.receiver.recv().await,
            count => Some(Item::Record(Record {
                level: Level::Warn,
                target: "mmplugin".into(),
                message: format!("log records dropped: {count}; the server did not take them fast enough"),
                fields: vec![("dropped".into(), count.to_string())],
            })),
        }
    }
}

impl Drop for Queue {
    fn drop(&mut self) {
        let mut current = self.sink.sender.write().unwrap_or_else(PoisonError::into_inner);
        let own = self.own.upgrade();
        if own.zip(current.as_ref()).is_some_and(|(own, current)| own.same_channel(current)) {
            *current = None;
        }
        drop(current);
        self.receiver.close();
        while let Ok(item) = self.receiver.try_recv() {
            if let Item::Record(record) = item {
                record.to_stderr();
            }
        }
    }
}

/// Polls `future` with this thread marked as sending.
async fn quietly<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    std::future::poll_fn(move |context| {
        let before = SENDING.replace(true);
        let polled = future.as_mut().poll(context);
        SENDING.set(before);
        polled
    })
    .await
}

#[cfg(test)]
mod tests;

//! The calling side.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::oneshot;

use crate::gob::{DecodeError, Decoder, EncodeError, Gob};

use super::ServeError;
use super::error::CallError;
use super::header::{RequestHead, ResponseHead};
use super::reader::Reader;
use super::sequential::Resume;
use super::writer::{SendError, Writer};

/// Calls methods of the other side; cheap to clone, calls may overlap freely.
///
/// A caller that stops waiting (a dropped future) leaves its reply to be read and dropped: the connection stays in step.
#[derive(Clone)]
pub struct Client {
    shared: Arc<Shared>,
}

struct Shared {
    writer: Writer,
    calls: Mutex<Calls>,
}

#[derive(Default)]
struct Calls {
    next_seq: u64,
    pending: HashMap<u64, Box<dyn Pending>>,
    /// Why the connection ended, once it has.
    closed: Option<Arc<str>>,
}

/// A call whose reply has not come: knows the type of its reply.
trait Pending: Send {
    /// Decodes the body; `None` when bytes are missing, then it is called again.
    fn body(&mut self, decoder: &mut Decoder) -> Result<Option<()>, DecodeError>;
    /// Ends the call with an error.
    fn fail(&mut self, error: Failure);
}

/// What a pending call can end with besides a reply; the method's name is added where it is known.
enum Failure {
    Remote(String),
    Encode(EncodeError),
    Decode(DecodeError),
    Closed(Arc<str>),
}

struct Slot<R> {
    method: String,
    /// What the reply is laid over.
    onto: Option<R>,
    reply: Option<oneshot::Sender<Result<R, CallError>>>,
}

impl Client {
    /// Starts a client on a stream; its two tasks run on the current tokio runtime and end with the stream.
    ///
    /// # Panics
    /// Outside a tokio runtime.
    pub fn new<T: AsyncRead + AsyncWrite + Send + 'static>(stream: T) -> Self {
        let (read, write) = tokio::io::split(stream);
        Self::over(read, write)
    }

    /// As [`Client::new`], on the two halves of a stream that knows a better way to split itself.
    ///
    /// # Panics
    /// Outside a tokio runtime.
    pub fn over(
        read: impl AsyncRead + Send + Unpin + 'static,
        write: impl AsyncWrite + Send + 'static,
    ) -> Self {
        Self::start_on(Reader::new(read), Writer::new(write), 0)
    }

    /// Goes on where a [`Sequential`](super::Sequential) has stopped.
    pub(crate) fn resume(
        read: impl AsyncRead + Send + Unpin + 'static,
        write: impl AsyncWrite + Send + 'static,
        from: Resume,
    ) -> Self {
        let Resume { encoder, decoder, next_seq } = from;
        Self::start_on(Reader { source: read, decoder }, Writer::resume(write, encoder), next_seq)
    }

    fn start_on(
        reader: Reader<impl AsyncRead + Send + Unpin + 'static>,
        writer: Writer,
        next_seq: u64,
    ) -> Self {
        let calls = Mutex::new(Calls { next_seq, ..Calls::default() });
        let client = Self { shared: Arc::new(Shared { writer, calls }) };
        let (reading, writing) = (client.clone(), client.clone());
        tokio::spawn(async move {
            let reason = match reading.read(reader).await {
                Ok(()) => Arc::from("the other side closed it"),
                Err(error) => Arc::from(error.to_string()),
            };
            reading.end(reason);
        });
        tokio::spawn(async move {
            if let Err(error) = writing.shared.writer.clone().run().await {
                writing.end(Arc::from(error.to_string()));
            }
        });
        client
    }

    /// Calls `method` (as `Plugin.KVGet`) and waits for the reply.
    ///
    /// # Errors
    /// [`CallError`]: the method is missing, answered an error, the connection ended, or a value cannot be coded.
    pub async fn call<A: Gob, R: Gob + Send>(&self, method: &str, args: &A) -> Result<R, CallError> {
        self.start(method, args).await.unwrap_or_else(|_| Err(self.closed_error(method)))
    }

    /// As [`Client::call`]; the reply is laid over a value, as Go does it.
    #[cfg(any(test, feature = "testing"))]
    pub(crate) async fn call_onto<A: Gob, R: Gob + Send>(
        &self,
        method: &str,
        args: &A,
        onto: R,
    ) -> Result<R, CallError> {
        self.start_onto(method, args, Some(onto)).await.unwrap_or_else(|_| Err(self.closed_error(method)))
    }

    /// Sends the call now; the future only waits for the reply.
    pub(super) fn start<A: Gob, R: Gob + Send>(
        &self,
        method: &str,
        args: &A,
    ) -> oneshot::Receiver<Result<R, CallError>> {
        self.start_onto(method, args, None)
    }

    fn start_onto<A: Gob, R: Gob + Send>(
        &self,
        method: &str,
        args: &A,
        onto: Option<R>,
    ) -> oneshot::Receiver<Result<R, CallError>> {
        let (sender, receiver) = oneshot::channel();
        let slot = Slot { method: method.to_owned(), onto, reply: Some(sender) };
        let seq = match self.register(Box::new(slot)) {
            Ok(seq) => seq,
            Err((mut slot, reason)) => {
                slot.fail(Failure::Closed(reason));
                return receiver;
            }
        };
        let head = RequestHead { service_method: method.to_owned(), seq };
        let sent = self.shared.writer.send(|encoder, out| encoder.encode_pair(&head, args, out));
        if let Err(error) = sent {
            self.not_sent(seq, error);
        }
        receiver
    }

    /// Ends the connection: every pending and later call fails.
    pub fn close(&self) {
        self.end(Arc::from("closed here"));
    }

    /// Ends our direction after what was sent; replies are still read.
    pub fn finish(&self) {
        self.shared.writer.finish();
    }

    /// True once the connection has ended.
    pub fn is_closed(&self) -> bool {
        self.calls().closed.is_some()
    }

    fn register(&self, slot: Box<dyn Pending>) -> Result<u64, (Box<dyn Pending>, Arc<str>)> {
        let mut calls = self.calls();
        if let Some(reason) = &calls.closed {
            return Err((slot, reason.clone()));
        }
        let seq = calls.next_seq;
        calls.next_seq += 1;
        calls.pending.insert(seq, slot);
        Ok(seq)
    }

    fn not_sent(&self, seq: u64, error: SendError) {
        let Some(mut slot) = self.calls().pending.remove(&seq) else { return };
        match error {
            SendError::Closed => {
                let reason = self.calls().closed.clone().unwrap_or_else(|| Arc::from("the stream failed"));
                slot.fail(Failure::Closed(reason));
            }
            SendError::Encode(error) => slot.fail(Failure::Encode(error)),
        }
    }

    async fn read(&self, mut reader: Reader<impl AsyncRead + Unpin>) -> Result<(), ServeError> {
        while let Some(head) = reader.until(|decoder| decoder.next::<ResponseHead>()).await? {
            let mut slot = self.calls().pending.remove(&head.seq);
            let outcome = reader.until(|decoder| match &mut slot {
                Some(slot) if head.error.is_empty() => settle(slot.body(decoder)),
                _ => settle(decoder.skip()),
            });
            let Some(outcome) = outcome.await? else { return Err(ServeError::UnexpectedEof) };
            if let Some(mut slot) = slot {
                if !head.error.is_empty() {
                    slot.fail(Failure::Remote(head.error));
                } else if let Err(error) = outcome {
                    slot.fail(Failure::Decode(error));
                }
            }
        }
        Ok(())
    }

    fn end(&self, reason: Arc<str>) {
        let pending = {
            let mut calls = self.calls();
            if calls.closed.is_none() {
                calls.closed = Some(reason.clone());
            }
            std::mem::take(&mut calls.pending)
        };
        self.shared.writer.close();
        for mut slot in pending.into_values() {
            slot.fail(Failure::Closed(reason.clone()));
        }
    }

    fn closed_error(&self, method: &str) -> CallError {
        let reason = self.calls().closed.clone().unwrap_or_else(|| Arc::from("no reply"));
        CallError::Closed { method: method.to_owned(), reason }
    }

    fn calls(&self) -> MutexGuard<'_, Calls> {
        self.shared.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<R: Gob + Send> Pending for Slot<R> {
    fn body(&mut self, decoder: &mut Decoder) -> Result<Option<()>, DecodeError> {
        let value = match &mut self.onto {
            // What a try in vain has changed, the next one changes alike.
            Some(onto) => decoder.next_into(onto)?.then(|| self.onto.take()).flatten(),
            None => decoder.next::<R>()?,
        };
        let Some(value) = value else { return Ok(None) };
        self.end(Ok(value));
        Ok(Some(()))
    }

    fn fail(&mut self, failure: Failure) {
        let method = std::mem::take(&mut self.method);
        let error = match failure {
            Failure::Remote(text) => CallError::remote(&method, text),
            Failure::Encode(source) => CallError::Encode { method, source: Arc::new(source) },
            Failure::Decode(source) => CallError::Decode { method, source: Arc::new(source) },
            Failure::Closed(reason) => CallError::Closed { method, reason },
        };
        self.end(Err(error));
    }
}

impl<R> Slot<R> {
    fn end(&mut self, result: Result<R, CallError>) {
        if let Some(reply) = self.reply.take() {
            // The caller may have stopped waiting: its reply is dropped.
            let _ = reply.send(result);
        }
    }
}

/// Keeps a fault of one value apart from a fault of the stream.
fn settle(step: Result<Option<()>, DecodeError>) -> Result<Option<Result<(), DecodeError>>, DecodeError> {
    match step {
        Ok(done) => Ok(done.map(Ok)),
        Err(error) if error.is_fatal() => Err(error),
        Err(error) => Ok(Some(Err(error))),
    }
}

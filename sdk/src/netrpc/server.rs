//! The answering side.
//!
//! One task reads the calls of a connection and takes the first steps of each: most hooks end there, without a task of
//! their own, and the answers of calls that came together leave together. Such a step may be author code that blocks
//! its thread. While it runs the reader lies open, so that another task can go on reading: see [`relieve`].

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::Poll;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::runtime::Handle;
use tokio::sync::oneshot;

#[cfg(any(test, feature = "testing"))]
use crate::gob::Dynamic;
use crate::gob::{DecodeError, Decoder, EncodeError, Gob};

use super::ServeError;
use super::header::{Empty, RequestHead, ResponseHead};
use super::reader::Reader;
use super::writer::{SendError, Writer};

/// What answers the calls of a connection.
pub trait Service: Send + Sync + 'static {
    /// Takes one call: reads its arguments and says what is to be done, which ends with the call's [`Responder`].
    ///
    /// Runs on the task that reads the connection, so it must neither wait nor run code of others: that is for the
    /// [`Work`] it returns.
    ///
    /// # Errors
    /// [`Refusal`]: the caller gets its text and the connection goes on.
    fn call(&self, call: &mut Call<'_>) -> Result<Work, Refusal>;
}

/// What is left to do for a call.
pub struct Work(Option<Pin<Box<dyn Future<Output = ()> + Send>>>);

impl Work {
    /// Nothing: the call has been answered.
    pub const DONE: Self = Self(None);

    /// A future that ends with the answer.
    pub fn new(work: impl Future<Output = ()> + Send + 'static) -> Self {
        Self(Some(Box::pin(work)))
    }

    /// The future, if there is something to be done.
    pub(crate) fn into_future(self) -> Option<Pin<Box<dyn Future<Output = ()> + Send>>> {
        self.0
    }
}

impl std::fmt::Debug for Work {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.0.is_some() { "Work(..)" } else { "Work::DONE" })
    }
}

/// Why a service does not take a call.
#[derive(Debug)]
pub enum Refusal {
    /// There is no such method.
    MissingMethod,
    /// The arguments cannot be read as what the method takes.
    Arguments(DecodeError),
    /// Another reason; the caller gets this text.
    Text(String),
    #[doc(hidden)]
    Incomplete,
}

/// One call: its method, its arguments still to be read, and the way to answer.
#[derive(Debug)]
pub struct Call<'a> {
    head: &'a RequestHead,
    decoder: &'a mut Decoder,
    writer: &'a Writer,
    taken: bool,
}

impl Call<'_> {
    /// The full method name, as `Plugin.ServeHTTP`.
    pub fn method(&self) -> &str {
        &self.head.service_method
    }

    /// Reads the arguments. Call it once, and pass its error on with `?`.
    ///
    /// # Errors
    /// [`Refusal::Arguments`] when they cannot be read as `T`; they are dropped then.
    pub fn args<T: Gob>(&mut self) -> Result<T, Refusal> {
        match self.decoder.next::<T>() {
            Ok(Some(value)) => {
                self.taken = true;
                Ok(value)
            }
            Ok(None) => Err(Refusal::Incomplete),
            Err(error) => {
                self.taken = true;
                Err(Refusal::Arguments(error))
            }
        }
    }

    /// As [`Call::args`]; arguments that cannot be read as `T` are read as `U`, which has less to go wrong.
    ///
    /// # Errors
    /// As [`Call::args`], when both fail.
    pub(crate) fn args_or<T: Gob, U: Gob>(&mut self) -> Result<Result<T, (U, DecodeError)>, Refusal> {
        match self.decoder.next_or::<T, U>() {
            Ok(Some(either)) => {
                self.taken = true;
                Ok(either)
            }
            Ok(None) => Err(Refusal::Incomplete),
            Err(error) => {
                self.taken = true;
                Err(Refusal::Arguments(error))
            }
        }
    }

    /// Reads the arguments whatever they are.
    ///
    /// # Errors
    /// As [`Call::args`].
    #[cfg(any(test, feature = "testing"))]
    pub(crate) fn dynamic(&mut self) -> Result<Dynamic, Refusal> {
        let read = self.decoder.next_dynamic();
        self.taken = !matches!(read, Ok(None));
        read.map_err(Refusal::Arguments)?.ok_or(Refusal::Incomplete)
    }

    /// Answers at once. A value that cannot be encoded becomes an error of the call.
    pub fn reply<R: Gob>(&self, value: &R) -> Work {
        let _ = self.responder().reply(value);
        Work::DONE
    }

    /// What answers this call, from any task. To be made once the arguments have been read, or the call is refused.
    pub fn responder(&self) -> Responder {
        self.writer.owe();
        Responder {
            writer: self.writer.clone(),
            head: Some(ResponseHead {
                service_method: self.head.service_method.clone(),
                seq: self.head.seq,
                error: String::new(),
            }),
        }
    }
}

/// Answers one call, once; dropped without an answer it sends an error, so that the caller never waits for ever.
#[derive(Debug)]
pub struct Responder {
    writer: Writer,
    head: Option<ResponseHead>,
}

impl Responder {
    /// Sends the reply.
    ///
    /// # Errors
    /// When the value cannot be encoded; the caller then gets that as the call's error. A lost connection is no
    /// error here: there is nobody to tell.
    pub fn reply<R: Gob>(mut self, value: &R) -> Result<(), EncodeError> {
        let Some(head) = self.head.take() else { return Ok(()) };
        let sent = self.writer.send(|encoder, out| encoder.encode_pair(&head, value, out));
        match sent {
            Err(SendError::Encode(error)) => {
                send_error(&self.writer, head, format!("reply {error}"));
                Err(error)
            }
            Ok(()) | Err(SendError::Closed) => Ok(()),
        }
    }

    /// Sends an error instead of a reply.
    pub fn error(mut self, text: impl Into<String>) {
        if let Some(head) = self.head.take() {
            send_error(&self.writer, head, text.into());
        }
    }
}

impl Drop for Responder {
    fn drop(&mut self) {
        if let Some(head) = self.head.take() {
            let text = format!("{}: ended without an answer", head.service_method);
            send_error(&self.writer, head, text);
        }
        self.writer.settle();
    }
}

fn send_error(writer: &Writer, mut head: ResponseHead, text: String) {
    // An empty text would mean success.
    head.error = if text.is_empty() { "unknown error".to_owned() } else { text };
    let _ = writer.send(|encoder, out| {
        encoder.encode(&head, out)?;
        encoder.encode(&Empty {}, out)
    });
}

/// Serves a connection until the other side ends its direction and the calls that run then have been answered.
///
/// # Errors
/// [`ServeError`] when the connection is lost or what comes is no net/rpc. Faults of single calls are answered
/// to the caller and do not end it.
pub async fn serve<T, S>(stream: T, service: Arc<S>) -> Result<(), ServeError>
where
    T: AsyncRead + AsyncWrite + Send + 'static,
    S: Service + ?Sized,
{
    let (read, write) = tokio::io::split(stream);
    serve_halves(read, write, service).await
}

/// As [`serve`], on the two halves of a stream that knows a better way to split itself.
///
/// # Errors
/// As [`serve`].
pub async fn serve_halves<R, W, S>(read: R, write: W, service: Arc<S>) -> Result<(), ServeError>
where
    R: AsyncRead + Send + Unpin + 'static,
    W: AsyncWrite + Send + 'static,
    S: Service + ?Sized,
{
    let writer = Writer::new(write);
    let writing = tokio::spawn(writer.clone().run());
    // Also when this future is dropped: nobody must wait for answers that cannot come.
    let _closing = CloseOnDrop(writer.clone());
    let (ended, end) = oneshot::channel();
    let connection = Arc::new(Connection {
        service,
        writer: writer.clone(),
        reader: Mutex::new(None),
        ended: Mutex::new(Some(ended)),
    });
    let weak: Weak<Connection<_, S>> = Arc::downgrade(&connection);
    lock(&CONNECTIONS).push(weak);
    connection.read_calls(Reader::new(read)).await;
    end.await.unwrap_or(Err(ServeError::UnexpectedEof))?;
    writer.settled().await;
    writer.finish();
    let _ = writing.await;
    Ok(())
}

struct CloseOnDrop(Writer);

impl Drop for CloseOnDrop {
    fn drop(&mut self) {
        self.0.close();
        lock(&CONNECTIONS).retain(|connection| connection.strong_count() > 0);
    }
}

/// The connections being served, for [`relieve`].
static CONNECTIONS: Mutex<Vec<Weak<dyn Relieve>>> = Mutex::new(Vec::new());

/// Lets new tasks of `runtime` go on reading where a reading task is held up by the code it called.
///
/// To be called by who notices that. A task that was not held up loses nothing: it ends, the new one goes on.
pub(crate) fn relieve(runtime: &Handle) {
    let connections: Vec<_> = lock(&CONNECTIONS).iter().filter_map(Weak::upgrade).collect();
    for connection in connections {
        connection.relieve(runtime);
    }
}

trait Relieve: Send + Sync {
    fn relieve(self: Arc<Self>, runtime: &Handle);
}

struct Connection<R, S: ?Sized> {
    /// The reader, while the task that reads is busy with a call.
    reader: Mutex<Option<Reader<R>>>,
    ended: Mutex<Option<oneshot::Sender<Result<(), ServeError>>>>,
    writer: Writer,
    service: Arc<S>,
}

impl<R: AsyncRead + Unpin + Send + 'static, S: Service + ?Sized> Relieve for Connection<R, S> {
    fn relieve(self: Arc<Self>, runtime: &Handle) {
        let reader = lock(&self.reader).take();
        if let Some(reader) = reader {
            runtime.spawn(self.read_calls(reader));
        }
    }
}

impl<R: AsyncRead + Unpin, S: Service + ?Sized> Connection<R, S> {
    /// Reads until the connection ends, or until another task has taken the reader over.
    async fn read_calls(self: Arc<Self>, mut reader: Reader<R>) {
        loop {
            let work = match self.next_call(&mut reader).await {
                Ok(Some(Work(None))) => continue,
                Ok(Some(Work(Some(work)))) => work,
                Ok(None) => return self.end(Ok(())),
                Err(error) => return self.end(Err(error)),
            };
            *lock(&self.reader) = Some(reader);
            Self::begin(work).await;
            let own = lock(&self.reader).take();
            match own {
                Some(own) => reader = own,
                None => return,
            }
        }
    }

    /// Takes the first step of a call here; what does not end with it becomes a task.
    async fn begin(mut work: Pin<Box<dyn Future<Output = ()> + Send>>) {
        if poll_fn(|cx| Poll::Ready(work.as_mut().poll(cx))).await.is_pending() {
            tokio::spawn(work);
        }
    }

    /// What the next call wants done; `None` at the end of the connection.
    async fn next_call(&self, reader: &mut Reader<R>) -> Result<Option<Work>, ServeError> {
        let (writer, service) = (&self.writer, &*self.service);
        let Some(mut head) = reader.batched(writer, |decoder| decoder.next::<RequestHead>()).await? else {
            return Ok(None);
        };
        let mut answered = None;
        let step = |decoder: &mut Decoder| take_call(&mut head, &mut answered, decoder, writer, service);
        match reader.batched(writer, step).await? {
            Some(work) => Ok(Some(work)),
            None => Err(ServeError::UnexpectedEof),
        }
    }

    fn end(&self, result: Result<(), ServeError>) {
        self.writer.end_batch();
        if let Some(ended) = lock(&self.ended).take() {
            let _ = ended.send(result);
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Hands one call to the service; `None` when bytes of its arguments are missing.
///
/// `answered` keeps, between two tries, that the service has done its part and only arguments that it did not read
/// are still to be dropped.
fn take_call(
    head: &mut RequestHead,
    answered: &mut Option<Result<Work, Refusal>>,
    decoder: &mut Decoder,
    writer: &Writer,
    service: &(impl Service + ?Sized),
) -> Result<Option<Work>, DecodeError> {
    while let Some(next) = stray_head(decoder)? {
        // The host failed to encode the arguments of `head`: it sends that header before the next message, and its
        // own caller has been told already. Answering would only confuse it.
        tracing::warn!(method = %head.service_method, "the host could not encode the arguments of a call");
        *head = next;
    }
    let mut taken = false;
    if answered.is_none() {
        let mut call = Call { head, decoder, writer, taken: false };
        match service.call(&mut call) {
            Err(Refusal::Incomplete) => return Ok(None),
            result => *answered = Some(result),
        }
        taken = call.taken;
    }
    if !taken && decoder.skip()?.is_none() {
        return Ok(None);
    }
    match answered.take() {
        Some(Ok(work)) => return Ok(Some(work)),
        Some(Err(Refusal::Arguments(error))) if error.is_fatal() => return Err(error),
        Some(Err(refusal)) => send_error(writer, response_head(head), refusal.text(&head.service_method)),
        None => {}
    }
    Ok(Some(Work::DONE))
}

/// A request header where arguments should be.
fn stray_head(decoder: &mut Decoder) -> Result<Option<RequestHead>, DecodeError> {
    let is_head = match decoder.peek()? {
        Some(next) => next.type_name() == "Request" && next.fields().eq(["ServiceMethod", "Seq"]),
        None => false,
    };
    if is_head { decoder.next::<RequestHead>() } else { Ok(None) }
}

fn response_head(head: &RequestHead) -> ResponseHead {
    ResponseHead { service_method: head.service_method.clone(), seq: head.seq, error: String::new() }
}

impl Refusal {
    fn text(&self, method: &str) -> String {
        match self {
            Self::MissingMethod => format!("{}{method}", super::MISSING_METHOD),
            Self::Arguments(error) => format!("{method}: arguments {error}"),
            Self::Text(text) => text.clone(),
            Self::Incomplete => String::new(),
        }
    }
}

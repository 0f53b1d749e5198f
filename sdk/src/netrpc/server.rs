//! The answering side.

use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncWrite};

use crate::gob::{DecodeError, Decoder, EncodeError, Gob};

use super::ServeError;
use super::header::{Empty, RequestHead, ResponseHead};
use super::reader::Reader;
use super::writer::{SendError, Writer};

/// What answers the calls of a connection.
pub trait Service: Send + Sync + 'static {
    /// Takes one call: reads its arguments and starts its work, which ends with the call's [`Responder`].
    ///
    /// Runs on the task that reads the connection, so it must not wait; anything longer goes into a task of its own.
    ///
    /// # Errors
    /// [`Refusal`]: the caller gets its text and the connection goes on.
    fn call(&self, call: &mut Call<'_>) -> Result<(), Refusal>;
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

    /// What answers this call, from any task.
    pub fn responder(&self) -> Responder {
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

/// Serves a connection until the other side ends it, then writes what is left to write.
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
    let writer = Writer::new(write);
    let writing = tokio::spawn(writer.clone().run());
    // Also when this future is dropped: nobody must wait for answers that cannot come.
    let _closing = CloseOnDrop(writer.clone());
    read_calls(read, &writer, &*service).await?;
    writer.finish();
    let _ = writing.await;
    Ok(())
}

struct CloseOnDrop(Writer);

impl Drop for CloseOnDrop {
    fn drop(&mut self) {
        self.0.close();
    }
}

async fn read_calls(
    read: impl AsyncRead + Unpin,
    writer: &Writer,
    service: &(impl Service + ?Sized),
) -> Result<(), ServeError> {
    let mut reader = Reader::new(read);
    while let Some(mut head) = reader.until(|decoder| decoder.next::<RequestHead>()).await? {
        let mut answered = None;
        let step = |decoder: &mut Decoder| take_call(&mut head, &mut answered, decoder, writer, service);
        let done = reader.until(step).await?;
        if done.is_none() {
            return Err(ServeError::UnexpectedEof);
        }
    }
    Ok(())
}

/// Hands one call to the service; `None` when bytes of its arguments are missing.
///
/// `answered` keeps, between two tries, that the service has done its part and only arguments that it did not read
/// are still to be dropped.
fn take_call(
    head: &mut RequestHead,
    answered: &mut Option<Result<(), Refusal>>,
    decoder: &mut Decoder,
    writer: &Writer,
    service: &(impl Service + ?Sized),
) -> Result<Option<()>, DecodeError> {
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
        Some(Err(Refusal::Arguments(error))) if error.is_fatal() => return Err(error),
        Some(Err(refusal)) => send_error(writer, response_head(head), refusal.text(&head.service_method)),
        _ => {}
    }
    Ok(Some(()))
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

//! [`Method`]: what scripts and records are typed by.

use std::any::Any;
use std::fmt::Debug;

use serde::Serialize;

use crate::api::ApiError;
use crate::gob::{DecodeError, Dynamic, Gob};
use crate::model::AppError;
use crate::netrpc::Responder;
use crate::wire::HostError;

/// One call of an API method, as a test sees it; the types in [`calls`](super::calls) are all there are.
///
/// The fields of such a type are the arguments, under the names that the method of [`Api`](crate::Api) gives them.
pub trait Method: Debug + Clone + PartialEq + Serialize + Send + Sync + Sized + 'static {
    /// Go's name of the method, as `KVGet`.
    const NAME: &'static str;
    /// What the method of [`Api`](crate::Api) gives when all goes well.
    type Output: Clone + Send + 'static;
    #[doc(hidden)]
    type Args: Gob;
    #[doc(hidden)]
    type Reply: Gob + Send + 'static;
    #[doc(hidden)]
    fn of(args: Self::Args) -> Self;
    #[doc(hidden)]
    fn success(output: Self::Output) -> Self::Reply;
    /// `None`: the method has no error among its results, so the call itself has to fail.
    #[doc(hidden)]
    fn failure(error: HostError) -> Option<Self::Reply>;
}

/// An error for methods that have no others.
pub(super) fn only_app(error: HostError) -> AppError {
    match error {
        HostError::App(error) => *error,
        error => AppError::new("testing", "testing.scripted", error.to_string(), 500),
    }
}

/// Reads a call out of what has travelled.
pub(super) fn read<M: Method>(args: &Dynamic) -> Result<M, DecodeError> {
    args.to::<M::Args>().map(M::of)
}

/// A reply of any method.
pub(super) struct Reply {
    value: Box<dyn Any + Send>,
    send: fn(Box<dyn Any + Send>, Responder),
}

impl Reply {
    /// The reply for a result, or the text with which the call itself fails.
    pub(super) fn of<M: Method>(result: Result<M::Output, ApiError>) -> Result<Self, String> {
        let value: M::Reply = match result {
            Ok(output) => M::success(output),
            Err(error) => {
                let text = error.to_string();
                let error = match error {
                    ApiError::App(error) => HostError::App(error),
                    ApiError::Host(error) => error,
                    ApiError::Rpc { text, .. } => return Err(text),
                    _ => return Err(text),
                };
                M::failure(error).ok_or(text)?
            }
        };
        Ok(Self { value: Box::new(value), send: send::<M::Reply> })
    }

    pub(super) fn send(self, responder: Responder) {
        (self.send)(self.value, responder);
    }

    /// The reply of a method whose type is known.
    pub(super) fn take<R: 'static>(self) -> Option<R> {
        self.value.downcast().ok().map(|value| *value)
    }
}

fn send<R: Gob + Send + 'static>(value: Box<dyn Any + Send>, responder: Responder) {
    if let Ok(reply) = value.downcast::<R>() {
        // The plugin's side has gone, or has been told that the reply cannot be sent.
        let _ = responder.reply(&*reply);
    }
}

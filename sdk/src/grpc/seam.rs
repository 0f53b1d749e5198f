//! What a transport must be able to do with arguments and results, for gRPC.

use bytes::Bytes;

use crate::model::AppError;

/// Arguments of a hook that can be read from a message.
#[doc(hidden)]
pub trait Arguments: Sized {
    /// Reads them; the text says what is wrong.
    fn of_message(bytes: Bytes) -> Result<Self, String>;
}

/// Results of a hook that can be written as a message.
#[doc(hidden)]
pub trait Results {
    /// The message, with room in front of it for its head.
    fn framed(&self) -> Vec<u8>;
}

impl Results for crate::netrpc::Empty {
    fn framed(&self) -> Vec<u8> {
        super::framed(&())
    }
}

/// Arguments of an API method that can go in a message, and the answer that comes back.
#[doc(hidden)]
pub trait Carry {
    /// What is sent.
    type Request: prost::Message + 'static;
    /// What comes back.
    type Response: prost::Message + Default + 'static;
    /// The answer as the API has it.
    type Answer;
    /// The path of the call; `None` when gRPC has no such call.
    const PATH: Option<&'static str>;
    /// The arguments as a message.
    fn request(&self) -> Self::Request;
    /// The answer of a message.
    fn answer(response: Self::Response) -> Result<Self::Answer, Fault>;
}

/// Why there is no answer.
#[doc(hidden)]
#[derive(Debug)]
pub enum Fault {
    /// gRPC has no such call.
    Absent,
    /// The server's error, of a method that has none in Go.
    App(Box<AppError>),
    /// The answer holds JSON that is not what it should be.
    Unreadable(String),
}

//! The seam to the transports: a call of a hook and its answer, whichever of them carries it.

use crate::gob::Gob;
#[cfg(feature = "grpc")]
use crate::grpc;
use crate::netrpc::{self, Refusal};

/// Arguments that every transport can read.
#[cfg(not(feature = "grpc"))]
pub(super) trait Arguments: Gob {}
#[cfg(not(feature = "grpc"))]
impl<T: Gob> Arguments for T {}

/// Arguments that every transport can read.
#[cfg(feature = "grpc")]
pub(super) trait Arguments: Gob + grpc::Arguments {}
#[cfg(feature = "grpc")]
impl<T: Gob + grpc::Arguments> Arguments for T {}

/// Results that every transport can write.
#[cfg(not(feature = "grpc"))]
pub(super) trait Results: Gob {}
#[cfg(not(feature = "grpc"))]
impl<T: Gob> Results for T {}

/// Results that every transport can write.
#[cfg(feature = "grpc")]
pub(super) trait Results: Gob + grpc::Results {}
#[cfg(feature = "grpc")]
impl<T: Gob + grpc::Results> Results for T {}

/// One call of a hook.
pub struct Call<'a, 'b>(pub(super) Carrier<'a, 'b>);

pub(super) enum Carrier<'a, 'b> {
    NetRpc(&'a mut netrpc::Call<'b>),
    #[cfg(feature = "grpc")]
    Grpc(&'a mut super::over_grpc::Incoming),
}

impl Call<'_, '_> {
    /// Reads the arguments. To be called once.
    pub(super) fn args<A: Arguments>(&mut self) -> Result<A, Refusal> {
        match &mut self.0 {
            Carrier::NetRpc(call) => call.args::<A>(),
            #[cfg(feature = "grpc")]
            Carrier::Grpc(incoming) => A::of_message(incoming.message()).map_err(Refusal::Text),
        }
    }

    /// What answers the call.
    pub(super) fn responder(&mut self) -> Responder {
        match &mut self.0 {
            Carrier::NetRpc(call) => Responder::NetRpc(call.responder()),
            #[cfg(feature = "grpc")]
            Carrier::Grpc(incoming) => Responder::Grpc(incoming.responder()),
        }
    }
}

/// Answers one call, once.
pub(super) enum Responder {
    NetRpc(netrpc::Responder),
    #[cfg(feature = "grpc")]
    Grpc(super::over_grpc::Answering),
}

impl Responder {
    /// Sends the answer; the text says why it cannot be sent.
    pub(super) fn reply<R: Results>(self, returns: &R) -> Result<(), String> {
        match self {
            Self::NetRpc(responder) => responder.reply(returns).map_err(|error| error.to_string()),
            #[cfg(feature = "grpc")]
            Self::Grpc(answering) => {
                answering.reply(returns.framed());
                Ok(())
            }
        }
    }

    /// Fails the call.
    pub(super) fn error(self, text: String) {
        match self {
            Self::NetRpc(responder) => responder.error(text),
            #[cfg(feature = "grpc")]
            Self::Grpc(answering) => answering.error(text),
        }
    }
}

//! What a generated API method needs of its wire types.

use crate::gob::Gob;

/// What the transports beside net/rpc ask for.
#[cfg(not(feature = "grpc"))]
pub trait Carried<R> {}
#[cfg(not(feature = "grpc"))]
impl<T, R> Carried<R> for T {}

/// What the transports beside net/rpc ask for.
#[cfg(feature = "grpc")]
pub trait Carried<R>: crate::grpc::Carry<Answer = R> {}
#[cfg(feature = "grpc")]
impl<T: crate::grpc::Carry<Answer = R>, R> Carried<R> for T {}

/// The arguments of one API method, with the method's name and reply type.
pub trait ApiCall: Gob + Send + Carried<<Self as ApiCall>::Reply> {
    /// Go's name of the method, as `KVGet`.
    const METHOD: &'static str;
    /// The server version the method appeared in, as `5.2`.
    const SINCE: &'static str;
    /// What the host answers.
    type Reply: Gob + Send;
}

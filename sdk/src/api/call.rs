//! What a generated API method needs of its wire types.

use crate::gob::Gob;

/// The arguments of one API method, with the method's name and reply type.
pub trait ApiCall: Gob + Send {
    /// Go's name of the method, as `KVGet`.
    const METHOD: &'static str;
    /// The server version the method appeared in, as `5.2`.
    const SINCE: &'static str;
    /// What the host answers.
    type Reply: Gob + Send;
}

//! What a generated call of the driver needs of its wire types.

use crate::gob::Gob;

/// The arguments of one driver method, with its name and reply.
pub(crate) trait DriverCall: Gob + Send {
    /// Go's name, as `ConnQuery`.
    const METHOD: &'static str;
    /// What the server answers.
    type Reply: Gob + Send;
}

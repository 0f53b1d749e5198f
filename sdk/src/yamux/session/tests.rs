//! Conversations of the bare protocol.

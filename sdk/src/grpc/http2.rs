//! HTTP/2 with our limits.

use bytes::Bytes;
use h2::client::{Connection as Calling, SendRequest};
use h2::server::{Connection as Answering, Handshake};

use super::cork::Corked;
use super::limits::{CONNECTION_WINDOW, EARLY_CALLS, MAX_CALLS, MAX_FRAME, MAX_HEAD, STREAM_WINDOW};

/// The answering side of a connection.
pub(super) type Server = Answering<Corked, Bytes>;

/// The calling side of a connection.
pub(super) type Client = Calling<Corked, Bytes>;

/// Begins to answer; ends when the other side has said that it speaks HTTP/2.
pub(super) fn accept(io: Corked) -> Handshake<Corked, Bytes> {
    h2::server::Builder::new()
        .initial_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW)
        .max_frame_size(MAX_FRAME)
        .max_header_list_size(MAX_HEAD)
        .max_concurrent_streams(MAX_CALLS)
        // The host may give up as many calls as it may make before any of them is looked at.
        .max_pending_accept_reset_streams(MAX_CALLS as usize)
        .handshake(io)
}

/// Begins to call.
pub(super) async fn connect(io: Corked) -> Result<(SendRequest<Bytes>, Client), h2::Error> {
    h2::client::Builder::new()
        .initial_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW)
        .max_frame_size(MAX_FRAME)
        .max_header_list_size(MAX_HEAD)
        .initial_max_send_streams(EARLY_CALLS)
        .enable_push(false)
        .handshake(io)
        .await
}

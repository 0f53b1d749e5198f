//! Why a session, an open or a stream failed.

use std::io;
use std::sync::Arc;
use std::time::Duration;

/// Why a session ended, or why a stream could not be opened.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// [`Session::close`](super::Session::close) was called or the [`Driver`](super::Driver) was dropped.
    #[error("the session was closed on this side")]
    Closed,
    /// The peer closed the connection.
    #[error("the peer closed the connection")]
    Lost,
    /// The connection broke in the middle of a frame or could not be read or written.
    #[error("the connection failed: {0}")]
    Io(#[source] Arc<io::Error>),
    /// A keep-alive ping stayed without an answer.
    #[error("the peer did not answer a ping within {0:?}")]
    Silent(Duration),
    /// The peer broke the rules of yamux; it was told so with a GoAway.
    #[error("the peer broke the protocol: {0}")]
    Violation(#[from] Violation),
    /// The peer ended the session with a GoAway that names a failure.
    #[error("the peer ended the session: {}", go_away_text(*.0))]
    EndedByPeer(u32),
    /// The peer makes so many answers necessary, without reading them, that we give up.
    #[error("the peer reads too slowly: {0} bytes of control frames are waiting")]
    Overload(usize),
    /// The peer accepts no further streams (GoAway); open ones live on.
    #[error("the peer accepts no further streams")]
    GoingAway,
    /// [`Session::go_away`](super::Session::go_away) was called here, so no stream is opened any more.
    #[error("this side is going away and opens no further streams")]
    LocalGoAway,
    /// [`Config::max_streams`](super::Config::max_streams) streams are open.
    #[error("{0} streams are open already")]
    TooManyStreams(usize),
    /// All stream ids of this side have been used.
    #[error("no stream ids are left")]
    IdsExhausted,
}

/// What the peer did against the rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Violation {
    /// The first byte of a frame was not 0; often this means that the peer does not speak yamux.
    #[error("frame version {0} instead of 0")]
    Version(u8),
    /// The second byte of a frame was above 3.
    #[error("unknown frame type {0}")]
    Type(u8),
    /// More data than the stream's window allowed.
    #[error("stream {id}: {length} bytes sent, {window} allowed")]
    WindowExceeded {
        /// The stream.
        id: u32,
        /// Length of the frame.
        length: u32,
        /// What was left of the window.
        window: u32,
    },
    /// A stream was opened twice.
    #[error("stream {0} opened twice")]
    DuplicateStream(u32),
    /// The peer opened a stream with an id of our side.
    #[error("stream {0} opened with an id that belongs to this side")]
    ForeignId(u32),
}

/// What happened to one stream; it reaches callers inside an [`io::Error`].
#[derive(Debug, Clone, thiserror::Error)]
pub(super) enum StreamError {
    #[error("the peer reset the stream")]
    Reset,
    #[error("the stream was reset on this side")]
    ResetHere,
    #[error("the stream was already shut down for writing")]
    Finished,
    #[error("{0}")]
    Session(#[source] Error),
}

impl Error {
    /// A peer that is gone shows in different ways, depending on what we were about to do.
    pub(super) fn from_io(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted => {
                Error::Lost
            }
            _ => Error::Io(Arc::new(error)),
        }
    }
}

impl From<StreamError> for io::Error {
    fn from(error: StreamError) -> Self {
        let kind = match &error {
            StreamError::Reset => io::ErrorKind::ConnectionReset,
            StreamError::Finished => io::ErrorKind::BrokenPipe,
            StreamError::ResetHere | StreamError::Session(_) => io::ErrorKind::ConnectionAborted,
        };
        io::Error::new(kind, error)
    }
}

impl From<Error> for io::Error {
    fn from(error: Error) -> Self {
        io::Error::new(io::ErrorKind::ConnectionAborted, error)
    }
}

fn go_away_text(code: u32) -> String {
    match code {
        1 => "it reports a protocol error of ours".into(),
        2 => "it reports an internal error of its own".into(),
        other => format!("GoAway with the unknown code {other}"),
    }
}

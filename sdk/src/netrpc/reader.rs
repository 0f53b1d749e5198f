//! Reads gob values from a stream, one after the other.

use tokio::io::{AsyncRead, AsyncReadExt};

use crate::gob::{DecodeError, Decoder};

use super::ServeError;

/// Bytes asked of the stream at once: a whole yamux window would waste memory on an idle connection, and a header
/// with a usual body fits well.
const READ_SIZE: usize = 16 << 10;

/// A gob stream with its source.
#[derive(Debug)]
pub(crate) struct Reader<R> {
    source: R,
    pub(crate) decoder: Decoder,
}

impl<R: AsyncRead + Unpin> Reader<R> {
    pub(crate) fn new(source: R) -> Self {
        Self { source, decoder: Decoder::new() }
    }

    /// Runs `step` until it gives something, reading on whenever it says that bytes are missing.
    ///
    /// `None`: the stream ended cleanly between two messages.
    pub(crate) async fn until<T>(
        &mut self,
        mut step: impl FnMut(&mut Decoder) -> Result<Option<T>, DecodeError>,
    ) -> Result<Option<T>, ServeError> {
        loop {
            if let Some(value) = step(&mut self.decoder)? {
                return Ok(Some(value));
            }
            if !self.fill().await? {
                return if self.decoder.buffered() == 0 { Ok(None) } else { Err(ServeError::UnexpectedEof) };
            }
        }
    }

    /// Reads once; false at the end of the stream.
    pub(crate) async fn fill(&mut self) -> Result<bool, ServeError> {
        let spare = self.decoder.spare(READ_SIZE);
        let read = self.source.read(spare).await?;
        self.decoder.filled(read);
        Ok(read > 0)
    }
}

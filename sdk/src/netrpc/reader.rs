//! Reads gob values from a stream, one after the other.

use tokio::io::{AsyncRead, AsyncReadExt};

use crate::gob::{DecodeError, Decoder};

use super::ServeError;
use super::writer::Writer;

/// Bytes asked of the stream at once: a whole yamux window would waste memory on an idle connection, and a header
/// with a usual body fits well.
const READ_SIZE: usize = 16 << 10;

/// A gob stream with its source.
#[derive(Debug)]
pub(crate) struct Reader<R> {
    pub(crate) source: R,
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
        step: impl FnMut(&mut Decoder) -> Result<Option<T>, DecodeError>,
    ) -> Result<Option<T>, ServeError> {
        self.read(None, step).await
    }

    /// As [`until`](Self::until); what is sent between two reads leaves in one piece.
    pub(crate) async fn batched<T>(
        &mut self,
        writer: &Writer,
        step: impl FnMut(&mut Decoder) -> Result<Option<T>, DecodeError>,
    ) -> Result<Option<T>, ServeError> {
        self.read(Some(writer), step).await
    }

    async fn read<T>(
        &mut self,
        writer: Option<&Writer>,
        mut step: impl FnMut(&mut Decoder) -> Result<Option<T>, DecodeError>,
    ) -> Result<Option<T>, ServeError> {
        loop {
            if let Some(value) = step(&mut self.decoder)? {
                return Ok(Some(value));
            }
            if let Some(writer) = writer {
                writer.end_batch();
            }
            let more = self.fill().await?;
            if let Some(writer) = writer {
                writer.begin_batch();
            }
            if !more {
                return if self.decoder.buffered() == 0 { Ok(None) } else { Err(ServeError::UnexpectedEof) };
            }
        }
    }

    /// Reads once; false at the end of the stream.
    async fn fill(&mut self) -> Result<bool, ServeError> {
        let read = self.source.read_buf(self.decoder.room(READ_SIZE)).await?;
        Ok(read > 0)
    }
}

//! What the Go client asks for, on any stream; the first byte says which.

use std::io::Result;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

/// As in the Go client: a sink answers one byte for each such amount.
const SINK_UNIT: u64 = 64 << 20;

/// Buffer of a plain copying program, the same as in the Go server.
const PIECE: usize = 32 * 1024;

pub(crate) async fn serve<S: AsyncRead + AsyncWrite + Unpin>(mut stream: S) {
    let Ok(op) = stream.read_u8().await else { return };
    let _ = match op {
        b'e' => echo(stream).await,
        b's' => sink(stream).await,
        b'g' => source(stream).await,
        _ => Ok(()),
    };
}

async fn echo<S: AsyncRead + AsyncWrite + Unpin>(mut stream: S) -> Result<()> {
    let mut buffer = vec![0; PIECE];
    loop {
        let count = stream.read(&mut buffer).await?;
        if count == 0 {
            return stream.shutdown().await;
        }
        stream.write_all(buffer.get(..count).unwrap_or_default()).await?;
    }
}

async fn sink<S: AsyncRead + AsyncWrite + Unpin>(mut stream: S) -> Result<()> {
    let mut buffer = vec![0; PIECE];
    let (mut total, mut answered) = (0, 0);
    loop {
        let count = stream.read(&mut buffer).await?;
        if count == 0 {
            return stream.shutdown().await;
        }
        total += count as u64;
        while total / SINK_UNIT > answered {
            answered += 1;
            stream.write_all(&[1]).await?;
        }
    }
}

async fn source<S: AsyncRead + AsyncWrite + Unpin>(mut stream: S) -> Result<()> {
    let mut left = stream.read_u64().await? as usize;
    let data = vec![7; PIECE];
    while left > 0 {
        let count = left.min(PIECE);
        stream.write_all(data.get(..count).unwrap_or_default()).await?;
        left -= count;
    }
    stream.shutdown().await
}

//! Signals: Ctrl-C goes to the whole process group and is the server's to answer; SIGTERM ends the plugin cleanly.

use std::io;

/// Ignores SIGINT for the rest of the process's life. Children that the plugin starts get the default action back.
///
/// # Errors
/// When the system refuses the handler.
///
/// # Panics
/// Outside a tokio runtime with I/O.
pub fn ignore_sigint() -> io::Result<()> {
    // tokio's handler stays installed after its stream is dropped; a signal that nobody waits for is ignored.
    #[cfg(unix)]
    drop(tokio::signal::unix::signal(tokio::signal::unix::SignalKind::interrupt())?);
    #[cfg(windows)]
    drop(tokio::signal::windows::ctrl_c()?);
    Ok(())
}

/// Ends when somebody asks the process to end by SIGTERM; on systems without it, never.
///
/// # Errors
/// When the system refuses the handler.
///
/// # Panics
/// Outside a tokio runtime with I/O.
pub async fn terminated() -> io::Result<()> {
    #[cfg(unix)]
    tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?.recv().await;
    #[cfg(not(unix))]
    std::future::pending::<()>().await;
    Ok(())
}

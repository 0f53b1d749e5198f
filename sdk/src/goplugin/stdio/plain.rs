//! The guard where there are no Unix descriptors: only the handshake.

use std::io::{self, Write as _};

pub(super) fn install() -> io::Result<()> {
    Ok(())
}

pub(super) fn handshake(line: &str) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(format!("{line}\n").as_bytes())?;
    stdout.flush()
}

pub(super) fn flush() -> bool {
    io::stdout().flush().is_ok()
}

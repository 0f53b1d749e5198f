//! The last lines of a process that dies by a signal. Runs inside a signal handler: system calls and atomics only.

use std::sync::atomic::Ordering::SeqCst;
use std::time::Duration;

use super::pump::{Shared, shared};

/// What a line begins with so that it is an error to the host and can never be read as JSON.
const PREFIX: &[u8] = b"[ERROR] ";

/// Hands on what the dying process has printed, says what it dies of, and lets what is still to come (the Rust runtime
/// explains a stack overflow only after this) go to the host directly.
pub(super) fn last_words(signal: i32) {
    let Some(shared) = shared() else { return };
    if shared.process != std::process::id() || shared.crashing.swap(true, SeqCst) {
        return;
    }
    // The thread does it properly. It cannot if it is the one that crashed, or if the crash left the allocator locked.
    if !shared.flush() {
        if shared.torn.load(SeqCst) {
            write(shared, b"\n");
        }
        drain(shared);
    }
    write(shared, obituary(signal));
    if signal != libc::SIGABRT {
        // After a line with this beginning newer hosts show all plain lines as errors.
        write(shared, b"fatal error: what the Rust runtime adds, if anything:\n");
        let _ = rustix::stdio::dup2_stderr(&shared.stderr);
    }
}

/// One whole line, so that no other thread's line can come between its parts.
fn obituary(signal: i32) -> &'static [u8] {
    match signal {
        libc::SIGABRT => b"[ERROR] the plugin process aborts (SIGABRT)\n",
        libc::SIGSEGV => b"[ERROR] the plugin process dies of SIGSEGV: stack overflow or bad memory access\n",
        libc::SIGBUS => b"[ERROR] the plugin process dies of SIGBUS: stack overflow or bad memory access\n",
        libc::SIGILL => b"[ERROR] the plugin process dies of SIGILL: illegal instruction\n",
        libc::SIGFPE => b"[ERROR] the plugin process dies of SIGFPE: arithmetic fault\n",
        _ => b"[ERROR] the plugin process dies of a signal\n",
    }
}

/// Copies the lines in the stderr pipe. At most as much as a pipe holds: others may go on printing.
fn drain(shared: &Shared) {
    let mut buffer = [0; 256];
    let mut at_start = true;
    for _ in 0..64 * 1024 / buffer.len() {
        let Ok(n @ 1..) = rustix::io::read(&shared.err, &mut buffer) else { break };
        for line in buffer.get(..n).unwrap_or_default().split_inclusive(|&b| b == b'\n') {
            if at_start && !write(shared, PREFIX) || !write(shared, line) {
                return;
            }
            at_start = line.ends_with(b"\n");
        }
    }
    if !at_start {
        write(shared, b"\n");
    }
}

/// Writes all of `bytes`; `false` if the host does not read.
fn write(shared: &Shared, mut bytes: &[u8]) -> bool {
    while !bytes.is_empty() {
        if !shared.writable(Duration::from_millis(50)) {
            return false;
        }
        let Ok(n) = shared.put(bytes) else { return false };
        bytes = bytes.get(n..).unwrap_or_default();
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read as _, Write as _};
    use std::time::Instant;

    /// What the host reads after `printed` was left in the pipe by a process whose thread is no help.
    fn drained(printed: &[u8]) -> String {
        let ((_, stdout), (mut host, stderr)) = (std::io::pipe().unwrap(), std::io::pipe().unwrap());
        let (shared, _out, mut err) = Shared::new(stdout.into(), stderr.into()).unwrap();
        err.write_all(printed).unwrap();
        drain(&shared);
        drop(shared);
        let mut text = String::new();
        host.read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn every_line_left_in_the_pipe_is_an_error_line() {
        assert_eq!(drained(b""), "");
        assert_eq!(
            drained(b"one\n{\"@message\":5}\nlast"),
            "[ERROR] one\n[ERROR] {\"@message\":5}\n[ERROR] last\n"
        );
        let long = "x".repeat(1000);
        assert_eq!(drained(long.as_bytes()), format!("[ERROR] {long}\n"));
    }

    #[test]
    fn a_host_that_does_not_read_does_not_keep_the_process() {
        let ((_, stdout), (_host, stderr)) = (std::io::pipe().unwrap(), std::io::pipe().unwrap());
        let (shared, _out, mut err) = Shared::new(stdout.into(), stderr.into()).unwrap();
        err.write_all(&[b'\n'; 60_000]).unwrap();
        let start = Instant::now();
        drain(&shared);
        assert!(start.elapsed() < Duration::from_secs(1));
    }
}

//! The descriptors and the thread that reads what the plugin prints.

use std::io::{self, PipeReader, PipeWriter, Read as _};
use std::os::fd::{AsFd as _, BorrowedFd, OwnedFd};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering::SeqCst};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;

use super::crash;
use super::lines::{Lines, Source};
use super::outbox::Outbox;
use crate::link;

/// A pipe that polls as writable takes this much at once without blocking; the real stderr stays a blocking
/// descriptor, since a terminal's would be shared with the shell.
const CHUNK: usize = if cfg!(target_os = "linux") { 4096 } else { 512 };

/// Read per turn and stream: what the outbox has room for once more when it is half full.
const PER_TURN: usize = 16 * 1024;

/// Turns of a flush: what was written before it fits into a pipe, and a thread that goes on printing must not keep the
/// flush from ending.
const FLUSH_TURNS: usize = 64 * 1024 / PER_TURN + 1;

/// How long the plugin's writers wait for a slow host, once, before lines are dropped.
const SHORT_WAIT: Duration = Duration::from_millis(100);

/// How long an unfinished line waits for its end.
const IDLE: Duration = Duration::from_secs(1);

/// How long a flush, and with it the end of the process, waits for a host that does not read.
const PATIENCE: Duration = Duration::from_millis(500);

static SHARED: OnceLock<Shared> = OnceLock::new();

/// What the thread, the callers and a crashing thread share. No locks: a crash can come at any moment.
#[derive(Debug)]
pub(super) struct Shared {
    /// The host's ends, close-on-exec.
    stdout: OwnedFd,
    pub(super) stderr: OwnedFd,
    /// Our ends of the pipes under fd 1 and fd 2, non-blocking.
    out: PipeReader,
    pub(super) err: PipeReader,
    /// Wakes the thread for a flush.
    bell: (PipeReader, PipeWriter),
    asked: AtomicU32,
    done: AtomicU32,
    pub(super) crashing: AtomicBool,
    /// The host has got half a line.
    pub(super) torn: AtomicBool,
    pub(super) process: u32,
    /// The thread that reads the pipes; 0 before it runs.
    reader: AtomicUsize,
}

pub(super) fn shared() -> Option<&'static Shared> {
    SHARED.get()
}

pub(super) fn install() -> io::Result<()> {
    let stdout = io::stdout().as_fd().try_clone_to_owned()?;
    let stderr = io::stderr().as_fd().try_clone_to_owned()?;
    let (new, out, err) = Shared::new(stdout, stderr)?;
    SHARED
        .set(new)
        .map_err(|_| io::Error::new(io::ErrorKind::AlreadyExists, "the stdio guard is installed already"))?;
    let shared = SHARED.wait();
    let thread = thread::Builder::new().name("mmplugin-stdio".into()).stack_size(256 * 1024);
    thread.spawn(move || run(shared))?;
    rustix::stdio::dup2_stdout(&out)?;
    rustix::stdio::dup2_stderr(&err)?;
    link::at_exit(flush_at_exit);
    link::on_crash(crash::last_words);
    Ok(())
}

pub(super) fn handshake(line: &str) -> io::Result<()> {
    let shared = shared().ok_or(io::ErrorKind::NotConnected)?;
    let line = format!("{line}\n");
    match rustix::io::write(&shared.stdout, line.as_bytes())? {
        n if n == line.len() => Ok(()),
        _ => Err(io::ErrorKind::WriteZero.into()),
    }
}

pub(super) fn flush() -> bool {
    shared().is_none_or(|shared| shared.flush())
}

extern "C" fn flush_at_exit() {
    flush();
}

impl Shared {
    /// With the pipes that take the place of the two given descriptors: their writers are the other two results.
    pub(super) fn new(stdout: OwnedFd, stderr: OwnedFd) -> io::Result<(Self, PipeWriter, PipeWriter)> {
        let ((out, out_writer), (err, err_writer), bell) = (io::pipe()?, io::pipe()?, io::pipe()?);
        for fd in [out.as_fd(), err.as_fd(), bell.0.as_fd(), bell.1.as_fd()] {
            rustix::io::ioctl_fionbio(fd, true)?;
        }
        let shared = Self {
            stdout,
            stderr,
            out,
            err,
            bell,
            asked: AtomicU32::new(0),
            done: AtomicU32::new(0),
            crashing: AtomicBool::new(false),
            torn: AtomicBool::new(false),
            process: std::process::id(),
            reader: AtomicUsize::new(0),
        };
        Ok((shared, out_writer, err_writer))
    }

    /// Has the thread hand on all that is in the pipes. Only system calls and atomics: a crashing thread calls it, too.
    pub(super) fn flush(&self) -> bool {
        // A child between fork and exec has no such thread, and the thread cannot wait for itself.
        if self.process != std::process::id() || self.reader.load(SeqCst) == link::this_thread() {
            return false;
        }
        let ticket = self.asked.fetch_add(1, SeqCst).wrapping_add(1);
        // A full bell rings already.
        let _ = rustix::io::write(&self.bell.1, &[0]);
        let start = Instant::now();
        while self.done.load(SeqCst).wrapping_sub(ticket) > u32::MAX / 2 {
            if start.elapsed() > PATIENCE {
                return false;
            }
            pause(Duration::from_millis(1));
        }
        true
    }

    /// Whether the real stderr takes at least [`CHUNK`] bytes within `patience`.
    pub(super) fn writable(&self, patience: Duration) -> bool {
        let mut fds = [PollFd::new(&self.stderr, PollFlags::OUT)];
        matches!(poll(&mut fds, Some(&timespec(patience))), Ok(1..))
    }

    /// Writes the beginning of `bytes` to the real stderr; call it when that is [writable](Self::writable).
    pub(super) fn put(&self, bytes: &[u8]) -> Result<usize, Errno> {
        rustix::io::write(&self.stderr, bytes.get(..CHUNK).unwrap_or(bytes))
    }
}

fn pause(time: Duration) {
    let _ = poll(&mut [], Some(&timespec(time)));
}

fn timespec(time: Duration) -> Timespec {
    Timespec { tv_sec: time.as_secs() as i64, tv_nsec: time.subsec_nanos() as _ }
}

fn run(shared: &'static Shared) {
    shared.reader.store(link::this_thread(), SeqCst);
    // If this thread ended, the next `println!` would wait for ever; so not even a fault in here may end it.
    while std::panic::catch_unwind(|| Pump::new(shared).run()).is_err() {}
}

/// The thread's own state.
struct Pump {
    shared: &'static Shared,
    out: Option<Lines>,
    err: Option<Lines>,
    outbox: Outbox,
    /// Nobody reads the real stderr any more.
    gone: bool,
    buffer: Vec<u8>,
}

impl Pump {
    fn new(shared: &'static Shared) -> Self {
        Self {
            shared,
            out: Some(Lines::new(Source::Stdout)),
            err: Some(Lines::new(Source::Stderr)),
            outbox: Outbox::default(),
            gone: false,
            buffer: vec![0; 8 * 1024],
        }
    }

    fn run(&mut self) {
        loop {
            if self.wait() {
                self.read();
            } else {
                self.finish_lines();
            }
            let patience = if self.outbox.is_filling() { SHORT_WAIT } else { Duration::ZERO };
            self.write(Instant::now() + patience);
            if self.bell_rang() {
                self.flush();
            }
        }
    }

    /// Waits for something to do; `false` if nothing came after an unfinished line. A closed pipe and a host that is gone
    /// are left out: they would poll as ready for ever.
    fn wait(&self) -> bool {
        let mut fds = vec![PollFd::new(&self.shared.bell.0, PollFlags::IN)];
        let mut watch = |fd: BorrowedFd<'static>, flags, on| {
            if on {
                fds.push(PollFd::from_borrowed_fd(fd, flags));
            }
        };
        watch(self.shared.out.as_fd(), PollFlags::IN, self.out.is_some());
        watch(self.shared.err.as_fd(), PollFlags::IN, self.err.is_some());
        watch(self.shared.stderr.as_fd(), PollFlags::OUT, !self.outbox.pending().is_empty());
        let unfinished = [&self.out, &self.err].into_iter().flatten().any(Lines::is_unfinished);
        poll(&mut fds, unfinished.then_some(&timespec(IDLE))) != Ok(0)
    }

    fn finish_lines(&mut self) {
        let now = SystemTime::now();
        for lines in [&mut self.out, &mut self.err].into_iter().flatten() {
            lines.finish(now, &mut self.outbox);
        }
    }

    fn bell_rang(&self) -> bool {
        matches!((&self.shared.bell.0).read(&mut [0; 64]), Ok(1..))
    }

    /// Reads a turn's worth from both pipes. `true` if there may be more.
    fn read(&mut self) -> bool {
        let now = SystemTime::now();
        let mut turn = |mut pipe: &PipeReader, lines: &mut Option<Lines>| {
            let mut taken = 0;
            while let Some(open) = lines
                && taken < PER_TURN
            {
                match pipe.read(&mut self.buffer) {
                    Ok(0) => *lines = None,
                    Ok(n) => {
                        taken += n;
                        let bytes = self.buffer.get(..n).unwrap_or_default();
                        open.feed(bytes, now, &mut self.outbox);
                    }
                    Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                    // Nothing there now.
                    Err(_) => break,
                }
            }
            taken >= PER_TURN
        };
        let more = turn(&self.shared.out, &mut self.out);
        turn(&self.shared.err, &mut self.err) | more
    }

    /// Writes what the host takes, waiting for it until `deadline`.
    fn write(&mut self, deadline: Instant) {
        while !self.outbox.pending().is_empty() {
            if self.gone {
                self.outbox.clear();
            } else if self.shared.writable(deadline.saturating_duration_since(Instant::now())) {
                match self.shared.put(self.outbox.pending()) {
                    Ok(n) => self.outbox.wrote(n, SystemTime::now()),
                    Err(Errno::INTR | Errno::AGAIN) => {}
                    Err(_) => self.gone = true,
                }
                self.shared.torn.store(self.outbox.is_torn(), SeqCst);
            } else {
                return;
            }
        }
    }

    /// Hands on what is in the pipes and then says so to whoever waits.
    fn flush(&mut self) {
        let ticket = self.shared.asked.load(SeqCst);
        if let (true, Some(err)) = (self.shared.crashing.load(SeqCst), &mut self.err) {
            err.expect_trouble(SystemTime::now());
        }
        let deadline = Instant::now() + PATIENCE * 4 / 5;
        for _ in 0..FLUSH_TURNS {
            let more = self.read();
            self.write(deadline);
            if !more {
                break;
            }
        }
        self.finish_lines();
        self.write(deadline);
        self.shared.done.store(ticket, SeqCst);
    }
}

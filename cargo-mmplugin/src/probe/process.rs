//! The plugin's process as a server has it: its environment, its pipes, its end.

use std::path::Path;
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, BufReader};
use tokio::process::{Child, ChildStdout, Command};
use tokio::time::timeout;

use super::{EXIT, START, failed};
use crate::error::Error;

/// What a server sets; the cookie is there so that a plugin can tell a server from a person.
const ENVIRONMENT: [(&str, &str); 4] = [
    ("MATTERMOST_PLUGIN", "Securely message teams, anywhere."),
    ("PLUGIN_PROTOCOL_VERSIONS", "1"),
    ("PLUGIN_MIN_PORT", "10000"),
    ("PLUGIN_MAX_PORT", "25000"),
];
/// What other go-plugin hosts set and a server does not.
const ABSENT: [&str; 4] =
    ["PLUGIN_CLIENT_CERT", "PLUGIN_UNIX_SOCKET_DIR", "PLUGIN_UNIX_SOCKET_GROUP", "PLUGIN_MULTIPLEX_GRPC"];
/// A server's line scanner gives up beyond it.
const LONGEST_LINE: u64 = 64 << 10;
/// How much of stderr is kept for the error message.
const LAST_WORDS: usize = 4 << 10;

pub(super) struct Process {
    child: Child,
    stdout: BufReader<ChildStdout>,
    stderr: Arc<Mutex<Vec<u8>>>,
    started: Instant,
}

impl Process {
    /// Starts it without arguments, in the temporary folder; it is killed when this value goes.
    pub(super) fn start(executable: &Path) -> Result<Self, Error> {
        let executable = std::path::absolute(executable)?;
        let mut command = Command::new(&executable);
        command.envs(ENVIRONMENT).current_dir(std::env::temp_dir()).kill_on_drop(true);
        for name in ABSENT {
            command.env_remove(name);
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        // Ctrl-C in the terminal is for this tool, which then ends the plugin.
        #[cfg(unix)]
        command.process_group(0);
        let started = Instant::now();
        let mut child = command.spawn().map_err(|error| {
            failed(format!("the plugin could not be started: {error}"))
                .detail(executable.display().to_string())
        })?;
        let (Some(stdout), Some(stderr)) = (child.stdout.take(), child.stderr.take()) else {
            return Err(failed("the plugin has no stdout or stderr"));
        };
        let kept = Arc::default();
        tokio::spawn(keep_end(stderr, Arc::clone(&kept)));
        Ok(Self { child, stdout: BufReader::new(stdout), stderr: kept, started })
    }

    /// The handshake line and the time it took; what comes after it is read and thrown away, as a server does.
    pub(super) async fn first_line(&mut self) -> Result<(String, Duration), Error> {
        let mut line = Vec::new();
        let mut reader = (&mut self.stdout).take(LONGEST_LINE);
        match timeout(START, reader.read_until(b'\n', &mut line)).await {
            Err(_) => Err(failed(format!("no handshake line on stdout within {} s", START.as_secs()))
                .detail("a server says: timeout while waiting for plugin to start")
                .help("main does nothing but: mmplugin::run::<…>()")),
            Ok(Err(error)) => Err(failed(format!("the plugin's stdout could not be read: {error}"))),
            Ok(Ok(_)) if line.last() == Some(&b'\n') => {
                Ok((String::from_utf8_lossy(&line).into_owned(), self.started.elapsed()))
            }
            Ok(Ok(read)) if read as u64 >= LONGEST_LINE => Err(failed("64 KiB on stdout without a line end")
                .detail("a server says: Unrecognized remote plugin message")
                .help("print nothing before mmplugin::run, and nothing to stdout at all: use tracing")),
            Ok(Ok(_)) => Err(self.ended_early().await),
        }
    }

    async fn ended_early(&mut self) -> Error {
        let status = timeout(EXIT, self.child.wait()).await;
        let how = match status {
            Ok(Ok(status)) => status.to_string(),
            _ => "closed its stdout".to_owned(),
        };
        failed(format!("the plugin ended before its handshake line ({how})"))
            .detail("a server says: Unrecognized remote plugin message")
            .help("main does nothing but: mmplugin::run::<…>()")
    }

    /// Waits for the end that `Quit` asked for.
    pub(super) async fn ended(&mut self) -> Result<Duration, Error> {
        let asked = Instant::now();
        let end = async {
            // Reading on keeps a plugin that prints from blocking.
            let _ = tokio::io::copy(&mut self.stdout, &mut tokio::io::sink()).await;
            self.child.wait().await
        };
        match timeout(EXIT, end).await {
            Ok(Ok(status)) if status.success() => Ok(asked.elapsed()),
            Ok(Ok(status)) => Err(failed(format!("the plugin ended with {status} after Quit"))),
            Ok(Err(error)) => Err(error.into()),
            Err(_) => Err(failed(format!(
                "the plugin still ran {} s after Quit; a server kills it then",
                EXIT.as_secs()
            ))
            .help("something in the plugin holds the process: a thread that does not end, or a child of it")),
        }
    }

    /// Adds the end of the plugin's stderr to an error.
    pub(super) async fn last_words(mut self, error: Error) -> Error {
        self.kill();
        let _ = timeout(EXIT, self.child.wait()).await;
        tokio::time::sleep(Duration::from_millis(20)).await;
        let kept = self.stderr.lock().map(|kept| kept.clone()).unwrap_or_default();
        let text = String::from_utf8_lossy(&kept).trim().to_owned();
        let lines: Vec<&str> = text.lines().collect();
        let last = lines.get(lines.len().saturating_sub(10)..).unwrap_or_default();
        if last.is_empty() {
            error
        } else {
            error.detail(format!("the plugin's stderr:\n  {}", last.join("\n  ")))
        }
    }
}

impl Process {
    /// Ends the plugin and, where there are process groups, what it has started.
    fn kill(&mut self) {
        #[cfg(unix)]
        if let Some(group) =
            self.child.id().and_then(|id| rustix::process::Pid::from_raw(i32::try_from(id).ok()?))
        {
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
        let _ = self.child.start_kill();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

async fn keep_end(mut from: impl AsyncRead + Unpin, kept: Arc<Mutex<Vec<u8>>>) {
    let mut buffer = [0; 4096];
    while let Ok(read @ 1..) = from.read(&mut buffer).await {
        let Ok(mut kept) = kept.lock() else { return };
        kept.extend(&buffer[..read]);
        let excess = kept.len().saturating_sub(LAST_WORDS);
        kept.drain(..excess);
    }
}

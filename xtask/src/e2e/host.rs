//! The Go host as a child process: one JSON request a line, one JSON answer a line.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};

use crate::shell::{self, program};

/// The real go-plugin in the versions that servers have: the module file of `tests/gohost`, and the version.
pub(super) const VERSIONS: &[(&str, &str)] = &[("go.mod", "1.7.0"), ("go148.mod", "1.4.8")];

/// Builds the host with one version of go-plugin.
pub(super) fn build(module_file: &str, version: &str) -> Result<PathBuf> {
    shell::need("go")?;
    let root = crate::root();
    let executable = root.join("target/gohost").join(format!("gohost-{version}"));
    let modules = format!("-modfile={module_file}");
    let mut go = program("go", &root.join("tests/gohost"));
    shell::run(go.args(["build", &modules, "-o"]).arg(&executable).arg("./cmd/gohost"))?;
    Ok(executable)
}

/// How long a log line may take.
const LOG_WAIT: Duration = Duration::from_secs(5);

pub(super) struct Host {
    child: Child,
    requests: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Host {
    /// Starts the host and, in it, the plugin of a bundle; gives the answer to that.
    pub(super) fn start(
        executable: &Path,
        bundle: &Path,
        mode: &str,
        config: &Value,
    ) -> Result<(Self, Value)> {
        let mut child = Command::new(executable)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("starting {}", executable.display()))?;
        let requests = child.stdin.take().context("the host has no stdin")?;
        let answers = BufReader::new(child.stdout.take().context("the host has no stdout")?);
        let mut host = Self { child, requests, answers };
        let answer = host.ask(json!({"op": "start", "bundle": bundle, "mode": mode, "config": config}))?;
        Ok((host, answer))
    }

    /// Sends a request; an answer that is not `ok` is an error.
    pub(super) fn ask(&mut self, request: Value) -> Result<Value> {
        writeln!(self.requests, "{request}").context("the host is gone")?;
        self.requests.flush()?;
        let mut line = String::new();
        self.answers.read_line(&mut line).context("reading the host's answer")?;
        let answer: Value = serde_json::from_str(&line)
            .with_context(|| format!("{request}: the host answered `{}`", line.trim()))?;
        ensure!(answer["ok"] == true, "{request}: {}", answer["error"]);
        Ok(answer)
    }

    pub(super) fn activate(&mut self) -> Result<()> {
        let answer = self.ask(json!({"op": "activate"}))?;
        ensure!(answer["plugin_error"] == "", "OnActivate: {}", answer["plugin_error"]);
        Ok(())
    }

    /// Posts a message; gives what is stored.
    pub(super) fn post(&mut self, message: &str) -> Result<String> {
        let answer = self.ask(json!({
            "op": "hook", "name": "MessageWillBePosted",
            "post": {"message": message, "user_id": "user00000000000000000000aa", "channel_id": "chan00000000000000000000aa"},
        }))?;
        let returns = &answer["returns"];
        ensure!(answer["rpc_error"] == "" && returns["B"] == "", "MessageWillBePosted: {answer}");
        text(&returns["A"]["message"]).with_context(|| format!("no message in {returns}"))
    }

    /// A GET request; gives status and body.
    pub(super) fn get(&mut self, path: &str) -> Result<(u64, String)> {
        let answer = self.http(json!({"path": path}))?;
        Ok((answer["status"].as_u64().unwrap_or_default(), text(&answer["body"]).unwrap_or_default()))
    }

    pub(super) fn http(&mut self, mut request: Value) -> Result<Value> {
        request["op"] = "http".into();
        self.ask(request)
    }

    /// Waits for a log entry that contains all of `parts`: the plugin sends them beside its answers.
    pub(super) fn log_with(&mut self, parts: &[&str]) -> Result<()> {
        let deadline = Instant::now() + LOG_WAIT;
        loop {
            let logs = self.ask(json!({"op": "logs"}))?["logs"].take();
            let mut entries = logs.as_array().into_iter().flatten().map(ToString::to_string);
            if entries.any(|entry| parts.iter().all(|part| entry.contains(part))) {
                return Ok(());
            }
            ensure!(Instant::now() < deadline, "no log entry with {parts:?}; there are: {logs}");
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Ends the plugin as the server does, which must work without force.
    pub(super) fn stop(mut self) -> Result<()> {
        let answer = self.ask(json!({"op": "kill"}))?;
        let stopped = &answer["stopped"];
        if stopped["graceful"] != true {
            bail!("the plugin did not stop by itself: {stopped}");
        }
        Ok(())
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        // It ends by itself when its stdin closes; this is for a host that hangs.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(super) fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

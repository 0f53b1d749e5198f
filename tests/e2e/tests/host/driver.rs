//! Drives `gohost`: one request a line, one answer a line, each within a time limit.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::OnceLock;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

/// How long any one answer may take on a busy machine; far more than it takes on an idle one.
const LIMIT: Duration = Duration::from_secs(120);

/// How long what must come soon may take on a busy machine.
pub(crate) const SOON: Duration = Duration::from_secs(40);

/// A generation of servers, with the go-plugin that it is built on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Server {
    /// 9.3 on go-plugin 1.4.8: sends whole requests, cannot flush.
    Old,
    /// 11.x on go-plugin 1.7.0.
    New,
}

/// Runs a test as the old and as the new server; says so when it cannot.
pub(crate) fn each(test: impl Fn(Server)) {
    for server in [Server::Old, Server::New] {
        if server.gohost().is_some() {
            test(server);
        }
    }
}

/// Runs a test as the new server only, for what does not depend on the server.
pub(crate) fn newest(test: impl Fn(Server)) {
    if Server::New.gohost().is_some() {
        test(Server::New);
    }
}

impl Server {
    fn mode(self) -> &'static str {
        match self {
            Self::Old => "9.3",
            Self::New => "11",
        }
    }

    /// The executable, built at most once a run; `None` when there is no Go.
    fn gohost(self) -> Option<&'static Path> {
        static OLD: OnceLock<Option<PathBuf>> = OnceLock::new();
        static NEW: OnceLock<Option<PathBuf>> = OnceLock::new();
        let built = match self {
            Self::Old => OLD.get_or_init(|| build("gohost148", &["-modfile=go148.mod"])),
            Self::New => NEW.get_or_init(|| build("gohost", &[])),
        };
        if built.is_none() {
            println!("skipped: go is not installed");
        }
        built.as_deref()
    }

    /// A gohost without a plugin.
    pub(crate) fn spawn(self) -> Host {
        Host::spawn(self)
    }

    /// A started plugin that has not been activated.
    pub(crate) fn start(self, config: Value) -> Host {
        let mut host = self.spawn();
        host.start(json!({ "config": config }));
        host
    }

    /// An activated plugin.
    pub(crate) fn activate(self, config: Value) -> Host {
        let mut host = self.start(config);
        assert_eq!(host.ask(json!({ "op": "activate" }))["plugin_error"], "");
        host
    }
}

fn build(name: &str, flags: &[&str]) -> Option<PathBuf> {
    if Command::new("go").arg("version").output().is_err() {
        return None;
    }
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let mut go = Command::new("go");
    go.current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../gohost")).arg("build").args(flags);
    let built = go.arg("-o").arg(&target).arg("./cmd/gohost").output().unwrap();
    assert!(built.status.success(), "go build: {}", String::from_utf8_lossy(&built.stderr));
    Some(target)
}

/// A `gohost` with a folder for temporary files of its own; it and its plugin end when it is dropped.
pub(crate) struct Host {
    server: Server,
    child: Child,
    requests: ChildStdin,
    answers: Receiver<Value>,
    /// The plugin's process, once there was one.
    pub(crate) pid: u64,
    pub(crate) temp: TempDir,
    /// What this process had open before.
    inherited: Vec<String>,
}

/// A request that is under way.
pub(crate) struct Task(u64);

impl Host {
    fn spawn(server: Server) -> Self {
        let temp = TempDir::with_prefix("mm").unwrap();
        let inherited = open_files("self");
        let mut command = Command::new(server.gohost().unwrap());
        command.env("TMPDIR", temp.path()).stdin(Stdio::piped()).stdout(Stdio::piped());
        for name in ["MMPLUGIN_LOG", "PLUGIN_UNIX_SOCKET_DIR", "RUST_BACKTRACE"] {
            command.env_remove(name);
        }
        let mut child = command.spawn().unwrap();
        let (sender, answers) = channel();
        let out = BufReader::new(child.stdout.take().unwrap());
        std::thread::spawn(move || {
            for line in out.lines().map_while(Result::ok) {
                if sender.send(serde_json::from_str(&line).unwrap()).is_err() {
                    return;
                }
            }
        });
        let requests = child.stdin.take().unwrap();
        Self { server, child, requests, answers, pid: 0, temp, inherited }
    }

    /// Starts the plugin from a folder that looks like an unpacked bundle.
    #[track_caller]
    pub(crate) fn start(&mut self, fields: Value) -> Value {
        let answer = self.try_start(fields);
        assert_eq!(answer["ok"], true, "{answer}\n{}", self.log_text());
        answer
    }

    /// The same where it may fail.
    pub(crate) fn try_start(&mut self, mut fields: Value) -> Value {
        let bundle = self.temp.path().join("bundle");
        prepare(&bundle);
        for (key, value) in
            [("op", json!("start")), ("dir", json!(bundle)), ("mode", json!(self.server.mode()))]
        {
            fields[key] = value;
        }
        let answer = self.exchange(&fields);
        self.pid = answer["pid"].as_u64().unwrap_or_default();
        answer
    }

    /// Carries out one request.
    #[track_caller]
    pub(crate) fn ask(&mut self, request: Value) -> Value {
        let answer = self.exchange(&request);
        assert_eq!(answer["ok"], true, "{request}: {answer}\n{}", self.log_text());
        answer
    }

    /// Carries out one request that may fail.
    #[track_caller]
    pub(crate) fn exchange(&mut self, request: &Value) -> Value {
        self.send(request);
        match self.answers.recv_timeout(LIMIT) {
            Ok(answer) => answer,
            Err(error) => panic!("no answer to {request}: {error}"),
        }
    }

    /// Sends a request and does not wait.
    pub(crate) fn send(&mut self, request: &Value) {
        writeln!(self.requests, "{request}").unwrap();
    }

    /// Starts a request; the next ones go on beside it.
    #[track_caller]
    pub(crate) fn begin(&mut self, mut request: Value) -> Task {
        request["async"] = json!(true);
        Task(self.ask(request)["task"].as_u64().unwrap())
    }

    /// The answer of such a request.
    #[track_caller]
    pub(crate) fn wait(&mut self, task: &Task) -> Value {
        self.ask(json!({ "op": "wait", "task": task.0, "timeout_ms": 100_000 }))
    }

    /// Whether it is under way still.
    pub(crate) fn is_waiting(&mut self, task: &Task) -> bool {
        self.exchange(&json!({ "op": "wait", "task": task.0, "timeout_ms": 300 }))["timeout"] == true
    }

    /// Calls `MessageWillBePosted` for a message.
    #[track_caller]
    pub(crate) fn post(&mut self, message: &str) -> Value {
        self.ask(json!({ "op": "hook", "name": "MessageWillBePosted", "message": message }))
    }

    /// The message as it is stored after `MessageWillBePosted`.
    #[track_caller]
    pub(crate) fn stored(&mut self, message: &str) -> String {
        let answer = self.post(message);
        assert_eq!(answer["rpc_error"], "", "{answer}");
        answer["returns"]["A"]["message"].as_str().unwrap_or_default().to_owned()
    }

    /// An HTTP request that is answered.
    #[track_caller]
    pub(crate) fn get(&mut self, path: &str) -> Value {
        self.ask(json!({ "op": "http", "path": path }))
    }

    /// The JSON that a page answers.
    #[track_caller]
    pub(crate) fn json(&mut self, path: &str) -> Value {
        let answer = self.get(path);
        assert_eq!(answer["status"], 200, "{answer}");
        serde_json::from_str(answer["body"].as_str().unwrap()).unwrap()
    }

    /// All log lines so far.
    pub(crate) fn logs(&mut self) -> Vec<Value> {
        match self.exchange(&json!({ "op": "logs" }))["logs"].take() {
            Value::Array(lines) => lines,
            other => panic!("logs: {other}"),
        }
    }

    /// The first log line with this text in its message; waits for it.
    #[track_caller]
    pub(crate) fn log(&mut self, part: &str) -> Value {
        let mut found = Value::Null;
        let mut lines = Vec::new();
        let came = soon(|| {
            lines = self.logs();
            found = lines.iter().find(|line| message(line).contains(part)).cloned().unwrap_or_default();
            !found.is_null()
        });
        assert!(came, "no line with {part:?} in {lines:#?}");
        found
    }

    /// Whether there is such a line now.
    pub(crate) fn has_log(&mut self, part: &str) -> bool {
        self.logs().iter().any(|line| message(line).contains(part))
    }

    fn log_text(&mut self) -> String {
        let lines = self.logs();
        lines.iter().map(|line| format!("{line}\n")).collect()
    }

    /// Deactivates and stops the plugin; it must go by itself and take its socket's folder along.
    #[track_caller]
    pub(crate) fn stop(&mut self) -> Value {
        let stopped = self.ask(json!({ "op": "kill" }))["stopped"].take();
        assert_eq!((&stopped["graceful"], &stopped["exit_code"]), (&json!(true), &json!(0)), "{stopped}");
        assert_eq!(self.socket_folders(), Vec::<PathBuf>::new());
        stopped
    }

    /// What the server's process has open and has not got from the test's own parents.
    pub(crate) fn descriptors(&self) -> Vec<String> {
        let mut open = open_files(&self.child.id().to_string());
        open.retain(|target| target != "/dev/null" && !self.inherited.contains(target));
        open
    }

    /// The folders of sockets in this host's temporary folder.
    pub(crate) fn socket_folders(&self) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(self.temp.path()).unwrap().map(|entry| entry.unwrap().path());
        entries.filter(|path| path.to_string_lossy().contains("mmplugin-")).collect()
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        // The plugin notices by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Writes `plugin.json` and links the probe's executable to where it says.
fn prepare(dir: &Path) {
    let executable = dir.join("server/dist/plugin-linux-amd64");
    if !executable.exists() {
        std::fs::create_dir_all(executable.parent().unwrap()).unwrap();
        std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_mmplugin-probe"), &executable).unwrap();
        let manifest = json!({
            "id": "com.example.probe", "name": "Probe", "version": "0.1.0", "min_server_version": "9.3.0",
            "server": { "executable": "server/dist/plugin-linux-amd64" },
        });
        std::fs::write(dir.join("plugin.json"), manifest.to_string()).unwrap();
    }
}

/// The targets of a process's descriptors.
fn open_files(pid: &str) -> Vec<String> {
    let entries = std::fs::read_dir(format!("/proc/{pid}/fd")).unwrap();
    let targets = entries.filter_map(|entry| std::fs::read_link(entry.ok()?.path()).ok());
    targets.map(|target| target.to_string_lossy().into_owned()).collect()
}

fn message(line: &Value) -> &str {
    line["message"].as_str().unwrap_or_default()
}

/// Waits until `condition` holds; whether it did.
pub(crate) fn soon(mut condition: impl FnMut() -> bool) -> bool {
    let begin = Instant::now();
    while begin.elapsed() < SOON {
        if condition() {
            return true;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    false
}

/// Whether a process runs; one that nobody has waited for yet does not.
pub(crate) fn runs(pid: u64) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit_once(") ").is_some_and(|(_, rest)| !rest.starts_with('Z'))
}

//! Our yamux against Go's: `tests/yamuxpeer` dials as the Mattermost server would, this side serves as a plugin would.
//!
//! Each scenario runs against hashicorp/yamux 0.1.2 and 0.1.1. Without a Go toolchain the tests say so and pass.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;

use mmplugin::yamux::{Config, Incoming, Mode, Session, Stream, connect_split};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::UnixListener;

/// As in the Go program: a sink answers one byte for each such amount.
const SINK_UNIT: u64 = 64 << 20;

/// A folder of our own, removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("mmplugin-yamux-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The Go programs, one for each version; `None` without Go.
fn peers() -> Option<&'static [PathBuf]> {
    static PEERS: OnceLock<Option<Vec<PathBuf>>> = OnceLock::new();
    PEERS
        .get_or_init(|| {
            if Command::new("go").arg("version").output().is_err() {
                println!("skipped: no Go toolchain, so nothing to talk to");
                return None;
            }
            Some(vec![build("go.mod", "yamuxpeer"), build("go_0.1.1.mod", "yamuxpeer_0.1.1")])
        })
        .as_deref()
}

fn build(modfile: &str, name: &str) -> PathBuf {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/yamuxpeer");
    let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let built = Command::new("go")
        .args(["build", "-modfile", modfile, "-o"])
        .arg(&program)
        .arg(".")
        .current_dir(source)
        .output()
        .unwrap();
    assert!(built.status.success(), "go build: {}", String::from_utf8_lossy(&built.stderr));
    program
}

fn run(scenario: &str) {
    let Some(peers) = peers() else { return };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    for (index, peer) in peers.iter().enumerate() {
        let folder = Folder::new(&format!("{scenario}-{index}"));
        runtime.block_on(against(peer, &folder.0.join("s"), scenario));
    }
}

async fn against(peer: &Path, socket: &Path, scenario: &str) {
    let listener = UnixListener::bind(socket).unwrap();
    let mut go = tokio::process::Command::new(peer)
        .arg("check")
        .arg(socket)
        .arg(scenario)
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let (connection, _) = tokio::select! {
        accepted = listener.accept() => accepted.unwrap(),
        ended = go.wait() => panic!("the Go peer ended before dialling: {ended:?}"),
    };
    let (read, write) = connection.into_split();
    let (session, incoming, driver) = connect_split(read, write, Mode::Server, Config::default());
    let driver = tokio::spawn(driver);
    tokio::spawn(serve(session, incoming));
    let output = go.wait_with_output().await.unwrap();
    let reason = tokio::time::timeout(Duration::from_secs(5), driver).await.unwrap().unwrap();
    let stdout = String::from_utf8_lossy(&output.stdout);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{stdout}{stderr}our side: {reason}");
    print!("{stdout}");
}

async fn serve(session: Session, mut incoming: Incoming) {
    while let Some(stream) = incoming.accept().await {
        tokio::spawn(serve_stream(session.clone(), stream));
    }
}

/// The operation is the first byte; an error ends the stream, the Go side notices what is missing.
async fn serve_stream(session: Session, mut stream: Stream) {
    let Ok(op) = stream.read_u8().await else { return };
    let _ = match op {
        b'e' => echo(stream).await,
        b's' => sink(stream).await,
        b'g' => source(stream).await,
        b'u' => unread(stream).await,
        b'h' => hold(stream).await,
        b'r' => until_reset(stream).await,
        b'o' => open_streams(&session, stream).await,
        b'w' => {
            session.go_away();
            stream.write_u8(1).await
        }
        _ => Ok(()),
    };
}

async fn echo(stream: Stream) -> std::io::Result<()> {
    let (mut read, mut write) = stream.into_split();
    while let Some(chunk) = read.chunk().await? {
        write.write_all(&chunk).await?;
    }
    write.shutdown().await
}

async fn sink(mut stream: Stream) -> std::io::Result<()> {
    let (mut total, mut answered) = (0, 0);
    while let Some(chunk) = stream.chunk().await? {
        total += chunk.len() as u64;
        while total / SINK_UNIT > answered {
            answered += 1;
            stream.write_u8(1).await?;
        }
    }
    Ok(())
}

async fn source(mut stream: Stream) -> std::io::Result<()> {
    let mut left = stream.read_u64().await? as usize;
    let data: Vec<u8> = (0..32 * 1024).map(|i| (i % 251) as u8).collect();
    while left > 0 {
        let count = left.min(data.len());
        stream.write_all(&data[..count]).await?;
        left -= count;
    }
    stream.shutdown().await
}

/// Drops the stream after data has certainly arrived.
async fn unread(mut stream: Stream) -> std::io::Result<()> {
    stream.read_u8().await.map(drop)
}

async fn hold(stream: Stream) -> std::io::Result<()> {
    let _held = stream;
    std::future::pending().await
}

async fn until_reset(mut stream: Stream) -> std::io::Result<()> {
    loop {
        stream.write_u8(1).await?;
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

async fn open_streams(session: &Session, mut stream: Stream) -> std::io::Result<()> {
    let count = stream.read_u64().await?;
    let tasks: Vec<_> = (0..count as u32)
        .map(|i| {
            let session = session.clone();
            tokio::spawn(async move {
                let mut stream = session.open_with(&i.to_le_bytes()).await?;
                let mut back = [0; 4];
                stream.read_exact(&mut back).await?;
                assert_eq!(u32::from_le_bytes(back), i);
                stream.write_all(b"more").await?;
                stream.shutdown().await?;
                let mut rest = Vec::new();
                stream.read_to_end(&mut rest).await?;
                assert_eq!(rest, b"more");
                std::io::Result::Ok(())
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap()?;
    }
    stream.write_u8(1).await
}

macro_rules! scenarios {
    ($($name:ident),* $(,)?) => { $(
        #[test]
        fn $name() {
            run(stringify!($name));
        }
    )* };
}

scenarios!(
    echo_and_half_close,
    silent_stream_acked,
    silent_opens,
    opened_by_plugin,
    keep_alive,
    parallel_echoes,
    many_streams,
    blocked_stream,
    go_away_from_host,
    go_away_from_plugin,
    dropped_stream,
    dropped_unread,
    dropped_while_sent,
    huge_writes,
    open_echo_close,
    both_at_full_speed,
    ping_pong,
    pings_while_streaming,
    reset_by_host,
);

//! Measures yamux over a unix socket: the same Go client against Go's server, ours and the crate goplugin's.
//!
//! `cargo run --release -p bench-yamux -- [ROUNDS] [--pin]`. The peers take turns in short blocks; medians over the rounds and
//! ratios to Go are printed. `--pin` puts both processes on one core.

mod ops;

use std::collections::BTreeMap;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use mmplugin::yamux::{Config, Mode, connect_split};
use tokio::net::{UnixListener, UnixStream};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Who serves.
const PEERS: [&str; 3] = ["go", "mmplugin", "goplugin"];

/// One run's figures by name.
type Figures = BTreeMap<String, f64>;

fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if let [command, peer, socket] = args.as_slice()
        && command == "serve"
    {
        return serve(peer, Path::new(socket));
    }
    let rounds = args.iter().find_map(|arg| arg.parse().ok()).unwrap_or(5);
    compare(rounds, args.iter().any(|arg| arg == "--pin"))
}

fn compare(rounds: usize, pin: bool) -> Result<()> {
    let folder = std::env::temp_dir().join(format!("bench-yamux-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let go = build_go(&folder)?;
    let mut runs: BTreeMap<&str, Vec<Figures>> = BTreeMap::new();
    for round in 0..rounds {
        for step in 0..PEERS.len() {
            let peer = PEERS[(round + step) % PEERS.len()];
            runs.entry(peer).or_default().push(measure(peer, &go, &folder, pin)?);
        }
        eprintln!("round {} of {rounds}", round + 1);
    }
    std::fs::remove_dir_all(&folder)?;
    print_table(&runs);
    Ok(())
}

fn build_go(folder: &Path) -> Result<PathBuf> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/yamuxpeer");
    let program = folder.join("yamuxpeer");
    let status =
        Command::new("go").args(["build", "-o"]).arg(&program).arg(".").current_dir(source).status()?;
    if status.success() { Ok(program) } else { Err("go build failed".into()) }
}

fn measure(peer: &str, go: &Path, folder: &Path, pin: bool) -> Result<Figures> {
    let socket = folder.join("socket");
    let _ = std::fs::remove_file(&socket);
    let mut server = if peer == "go" {
        command(go, pin).arg("serve").arg(&socket).spawn()?
    } else {
        command(&std::env::current_exe()?, pin).args(["serve", peer]).arg(&socket).spawn()?
    };
    wait_for(&socket, &mut server)?;
    let output = command(go, pin)
        .arg("bench")
        .arg(&socket)
        .arg(server.id().to_string())
        .stdout(Stdio::piped())
        .output()?;
    let ended = server.wait()?;
    if !output.status.success() || !ended.success() {
        return Err(format!("{peer}: client {}, server {ended}", output.status).into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

fn command(program: &Path, pin: bool) -> Command {
    if !pin {
        return Command::new(program);
    }
    let mut command = Command::new("taskset");
    command.args(["-c", "1"]).arg(program);
    command
}

fn wait_for(socket: &Path, server: &mut Child) -> Result<()> {
    let start = Instant::now();
    while !socket.exists() {
        if start.elapsed() > Duration::from_secs(10) || server.try_wait()?.is_some() {
            return Err("the server did not start".into());
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    Ok(())
}

fn print_table(runs: &BTreeMap<&str, Vec<Figures>>) {
    let Some(names) = runs.get("go").and_then(|runs| runs.first()) else { return };
    println!("{:<36}{:>24}{:>32}{:>32}", "", "go", "mmplugin (x go)", "goplugin (x go)");
    for name in names.keys() {
        let base = quartiles(runs, "go", name)[1];
        print!("{name:<36}");
        for (column, peer) in PEERS.into_iter().enumerate() {
            let [low, middle, high] = quartiles(runs, peer, name);
            print!("{middle:>10.1} [{low:.1}-{high:.1}]");
            if column > 0 {
                print!(" {:.2}x", middle / base);
            }
            print!("  ");
        }
        println!();
    }
}

fn quartiles(runs: &BTreeMap<&str, Vec<Figures>>, peer: &str, name: &str) -> [f64; 3] {
    let mut values: Vec<f64> =
        runs.get(peer).into_iter().flatten().filter_map(|run| run.get(name)).copied().collect();
    values.sort_by(f64::total_cmp);
    let at = |share: f64| values.get((share * (values.len().max(1) - 1) as f64).round() as usize).copied();
    [at(0.25), at(0.5), at(0.75)].map(Option::unwrap_or_default)
}

/// The accept loop runs on a worker, as in a plugin, so that waking it needs no other thread.
#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn serve(peer: &str, socket: &Path) -> Result<()> {
    let (connection, _) = UnixListener::bind(socket)?.accept().await?;
    match peer {
        "mmplugin" => tokio::spawn(serve_ours(connection)).await?,
        "goplugin" => {
            let session = goplugin::yamux::Session::server(connection, goplugin::yamux::Config::default())?;
            tokio::spawn(async move {
                while let Ok(stream) = session.accept().await {
                    tokio::spawn(ops::serve(stream));
                }
            })
            .await?;
        }
        other => return Err(format!("unknown peer {other}").into()),
    }
    Ok(())
}

async fn serve_ours(connection: UnixStream) {
    let (read, write) = connection.into_split();
    let (_session, mut incoming, driver) = connect_split(read, write, Mode::Server, Config::default());
    tokio::spawn(driver);
    while let Some(stream) = incoming.accept().await {
        tokio::spawn(ops::serve(stream));
    }
}

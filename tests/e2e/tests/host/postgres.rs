//! A PostgreSQL of our own, on a socket in a temporary folder, for as long as the tests run.

use std::io::{BufRead as _, BufReader};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

use tempfile::TempDir;

use crate::driver::soon;

/// What a data source for it looks like; `None`, and a line that says so, where PostgreSQL is not installed.
pub(crate) fn url() -> Option<&'static str> {
    static RUNNING: OnceLock<Option<(String, Postgres)>> = OnceLock::new();
    let running = RUNNING.get_or_init(|| {
        let started = Postgres::start();
        if started.is_none() {
            println!("skipped: PostgreSQL is not installed");
        }
        started
    });
    running.as_ref().map(|(url, _)| url.as_str())
}

struct Postgres {
    /// Ends the server and removes its folder when this process ends, however it does: it sees the end of its input.
    _keeper: Child,
}

impl Postgres {
    fn start() -> Option<(String, Self)> {
        let programs = programs()?;
        let folder = TempDir::with_prefix("mmpg").unwrap().keep();
        let path = folder.to_str().unwrap().to_owned();
        let owner = owner();
        if owner.is_some() {
            assert!(Command::new("chown").args(["postgres", &path]).status().unwrap().success());
        }
        let as_owner = |command: &mut Command| {
            if let Some(id) = owner {
                command.uid(id).gid(id).current_dir("/");
            }
        };
        let mut init = Command::new(programs.join("initdb"));
        init.args([
            "-D",
            &format!("{path}/data"),
            "-U",
            "probe",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
            "-N",
        ]);
        as_owner(&mut init);
        let made = init.output().unwrap();
        assert!(made.status.success(), "initdb: {}", String::from_utf8_lossy(&made.stderr));
        // The shell outlives nobody: it ends the server when this process has closed its end of the pipe.
        let script = format!(
            "'{}/postgres' -D {path}/data -k {path} -c listen_addresses= -c fsync=off & server=$!; \
             cat >/dev/null; kill -QUIT $server; wait $server; rm -rf {path}",
            programs.display()
        );
        let mut keeper = Command::new("sh");
        keeper.args(["-c", &script]).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
        as_owner(&mut keeper);
        let mut keeper = keeper.spawn().unwrap();
        let log = BufReader::new(keeper.stderr.take().unwrap());
        std::thread::spawn(move || log.lines().map_while(Result::ok).for_each(drop));
        let ready = || {
            let mut ask = Command::new(programs.join("pg_isready"));
            ask.args(["-q", "-h", &path]).status().is_ok_and(|status| status.success())
        };
        assert!(soon(ready), "PostgreSQL in {} does not start", programs.display());
        let url = format!("postgres://probe@/postgres?host={path}&sslmode=disable");
        Some((url, Self { _keeper: keeper }))
    }
}

/// The folder of `initdb` and `postgres`: Debian keeps them away from the path.
fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = versions.map(|entry| entry.path().join("bin")).collect();
    folders.sort();
    folders.reverse();
    let on_path = std::env::var_os("PATH").unwrap_or_default();
    folders.extend(std::env::split_paths(&on_path));
    let needed = ["initdb", "postgres", "pg_isready"];
    folders.into_iter().find(|folder| needed.iter().all(|name| folder.join(name).exists()))
}

/// PostgreSQL refuses to run as root: then it runs as the user of its own package.
fn owner() -> Option<u32> {
    let id = |arguments: &[&str]| -> Option<u32> {
        let output = Command::new("id").args(arguments).output().ok()?;
        String::from_utf8(output.stdout).ok()?.trim().parse().ok()
    };
    if id(&["-u"]) != Some(0) {
        return None;
    }
    id(&["-u", "postgres"]).filter(|_| Path::new("/usr/lib/postgresql").exists())
}

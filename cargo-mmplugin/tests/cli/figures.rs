//! How long the tool takes: `--help`, `bundle` beyond cargo's own time, and from a save to a running plugin.
//!
//! Measured when MMPLUGIN_FIGURES names the tool, in its release build:
//! `MMPLUGIN_FIGURES=target/release/cargo-mmplugin cargo test -p cargo-mmplugin --test cli figures -- --nocapture`.
#![cfg(all(target_os = "linux", target_arch = "x86_64"))]

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::fake::{Fake, TOKEN};
use crate::support::{folder, said, tool, write};

/// Each is the best of so many: what others do on the machine is no figure of the tool.
const ROUNDS: usize = 7;

fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace")
}

/// The tool that was named, in `folder`.
fn measured(program: &Path, folder: &Path, args: &[&str]) -> Command {
    let like = tool(folder, args);
    let mut command = Command::new(program);
    command.current_dir(folder).args(like.get_args()).stdin(Stdio::null());
    for (name, value) in like.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    command
}

/// The best of several.
fn best(mut once: impl FnMut() -> Duration) -> Duration {
    (0..ROUNDS).map(|_| once()).min().unwrap_or_default()
}

/// A plugin of the template `server`, whose SDK has been built for the release and the dev profile.
fn plugin(here: &Path) -> PathBuf {
    assert_eq!(crate::support::run(here, &["new", "figures", "--vcs", "none"]).code, Some(0));
    let plugin = here.join("figures");
    fs_err::copy(workspace().join("Cargo.lock"), plugin.join("Cargo.lock")).expect("a lock file");
    plugin
}

#[test]
fn the_tool_takes_as_long_as_it_may() {
    let Some(program) = std::env::var_os("MMPLUGIN_FIGURES").filter(|name| !name.is_empty()) else {
        return println!("skipped: MMPLUGIN_FIGURES does not name a tool to be measured");
    };
    let program = fs_err::canonicalize(workspace().join(program)).expect("the tool");
    let here = folder();
    let help = best(|| {
        let begun = Instant::now();
        assert_eq!(said(&mut measured(&program, here.path(), &["--help"])).code, Some(0));
        begun.elapsed()
    });
    println!("--help: {help:?}");

    let plugin = plugin(here.path());
    let target = workspace().join("target/bundles").display().to_string();
    let beyond = bundle_beyond_cargo(&program, &plugin, &target);
    println!("bundle beyond cargo: {beyond:?}");
    let mut saves = saves_to_running(&program, &plugin, &target);
    saves.sort_by(f64::total_cmp);
    println!("save to Running: {:.2} s (best), {:.2} s (median)", saves[0], saves[ROUNDS / 2]);
    assert!(help <= Duration::from_millis(30) && beyond <= Duration::from_secs(1), "{help:?}, {beyond:?}");
}

/// What is left of a `bundle` without a change when the time of cargo's build is taken away.
fn bundle_beyond_cargo(program: &Path, plugin: &Path, target: &str) -> Duration {
    let (cargo, times) = (plugin.join("../cargo"), plugin.join("../times"));
    let script = format!(
        "#!/bin/sh\n[ \"$1\" = build ] || exec '{cargo}' \"$@\"\nbegun=$(date +%s%N)\n'{cargo}' \"$@\"\n\
         code=$?\necho $(($(date +%s%N) - begun)) >'{}'\nexit $code\n",
        times.display(),
        cargo = env!("CARGO"),
    );
    write(cargo.clone(), &script);
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    fs_err::set_permissions(&cargo, mode).expect("a mode");
    let once = || {
        let mut bundle = measured(program, plugin, &["bundle", "--target-dir", target]);
        let begun = Instant::now();
        let said = said(bundle.env("CARGO", &cargo));
        let whole = begun.elapsed();
        assert_eq!(said.code, Some(0), "{}", said.stderr);
        let built = fs_err::read_to_string(&times).expect("a time").trim().parse().expect("nanoseconds");
        whole.saturating_sub(Duration::from_nanos(built))
    };
    once(); // The first one compiles.
    best(once)
}

/// Ends what it holds.
struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Edits one line again and again, under `dev`.
fn saves_to_running(program: &Path, plugin: &Path, target: &str) -> Vec<f64> {
    let fake = Fake::start();
    let mut dev = measured(program, plugin, &["dev", "--json", "--no-socket", "--target-dir", target]);
    dev.env("XDG_CONFIG_HOME", plugin)
        .env("MM_SERVICESETTINGS_SITEURL", &fake.url)
        .env("MM_ADMIN_TOKEN", TOKEN);
    let mut dev = Killed(dev.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("it starts"));
    let mut lines = BufReader::new(dev.0.stdout.take().expect("stdout")).lines().map_while(Result::ok);
    let mut running = || {
        let events = lines.by_ref().filter_map(|line| serde_json::from_str::<Value>(&line).ok());
        let event = events.inspect(|event| assert_ne!(event["event"], "error", "{event}"));
        event.into_iter().find(|event| event["event"] == "running").expect("it runs")
    };
    running(); // The first one compiles.
    let main = plugin.join("src/main.rs");
    let text = fs_err::read_to_string(&main).expect("a file");
    assert!(text.contains("Hello from"), "{text}");
    let save = |round: usize| {
        write(main.clone(), &text.replace("Hello from", &format!("Hello {round} from")));
        running()["seconds"].as_f64().expect("a time")
    };
    (0..ROUNDS).map(save).collect()
}

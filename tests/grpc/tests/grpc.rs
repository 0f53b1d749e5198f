//! The plugins under the real go-plugin as a gRPC host: the oldest version and the newest that servers may have.
//! Without Go it says so and passes.
#![cfg(target_os = "linux")]

use std::path::{Path, PathBuf};
use std::process::Command;

/// The executables, and the folder in which Go finds all of them.
const PLUGINS: [&str; 3] =
    [env!("CARGO_BIN_EXE_peer"), env!("CARGO_BIN_EXE_every"), env!("CARGO_BIN_EXE_http")];

/// Runs the Go tests with one of the lists of modules.
fn hosts(modules: &str) {
    if Command::new("go").arg("version").output().is_err() {
        eprintln!("skipped: there is no `go` here to be the host");
        return;
    }
    let folders = PLUGINS.map(|plugin| Path::new(plugin).parent().map(PathBuf::from));
    assert!(folders.iter().all(|folder| folder == &folders[0]), "{PLUGINS:?}");
    let output = Command::new("go")
        .args(["test", "-count=1", &format!("-modfile={modules}"), "./..."])
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../grpchost"))
        .env("GRPC_PLUGINS", folders[0].as_ref().unwrap())
        .output()
        .unwrap();
    let said =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    println!("{said}");
}

#[test]
fn the_oldest_go_plugin_is_served() {
    hosts("go.mod");
}

#[test]
fn the_newest_go_plugin_is_served() {
    hosts("go180.mod");
}

//! A static glibc binary resolves names whatever modules the machine has.
//!
//! Needs root, `unshare`, `setpriv` and glibc's static libraries; says what it skips. The machine's own `nsswitch.conf` is
//! not touched: each run has a mount namespace of its own.
#![cfg(all(target_os = "linux", target_env = "gnu", target_arch = "x86_64"))]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const TARGET: &str = "x86_64-unknown-linux-gnu";

/// With modules that crash a static binary; Debian's setting for users.
const SWITCH: &str = "passwd: files systemd\ngroup: files systemd\nhosts: files myhostname dns\n";

/// The probe as a static binary, in a folder that any user can read.
fn static_probe() -> Option<PathBuf> {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("crt-static");
    let built = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--package", "stdio-probe", "--target", TARGET, "--target-dir"])
        .arg(&target)
        .env("RUSTFLAGS", "-C target-feature=+crt-static")
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .status();
    if !built.is_ok_and(|status| status.success()) {
        eprintln!("skipped: no static glibc here");
        return None;
    }
    let folder = std::env::temp_dir().join(format!("stdio-probe-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
    fs::copy(target.join(TARGET).join("debug/stdio-probe"), folder.join("probe")).unwrap();
    fs::write(folder.join("nsswitch.conf"), SWITCH).unwrap();
    Some(folder)
}

/// Runs the probe with the hostile `nsswitch.conf`, as a user that `/etc/passwd` does not know.
fn with_modules(folder: &Path, case: &str) -> Option<Output> {
    let script = "mount --bind \"$1/nsswitch.conf\" /etc/nsswitch.conf || exit 77
        exec setpriv --reuid 65533 --clear-groups env -u HOME \"$1/probe\" \"$2\" name.localhost";
    let output =
        Command::new("unshare").args(["-m", "sh", "-c", script, "sh"]).arg(folder).arg(case).output().ok()?;
    (output.status.code() != Some(77)).then_some(output)
}

fn in_empty_root(folder: &Path, case: &str) -> Option<Output> {
    Command::new("chroot").arg(folder).args(["/probe", case, "name.localhost"]).output().ok()
}

#[test]
fn look_ups_of_a_static_binary_load_no_modules() {
    if !rustix::process::geteuid().is_root() {
        return eprintln!("skipped: only root can try another nsswitch.conf");
    }
    let Some(folder) = static_probe() else { return };
    for (place, run) in [
        ("with the machine's modules", with_modules as fn(&Path, &str) -> Option<Output>),
        ("in an empty root", in_empty_root),
    ] {
        let (Some(free), Some(pinned)) = (run(&folder, "resolve"), run(&folder, "resolve-pinned")) else {
            eprintln!("skipped: no unshare, setpriv or chroot here");
            continue;
        };
        // Not asserted: whether it crashes depends on the machine's modules.
        eprintln!(
            "{place}, without the pin: {}, {}",
            free.status,
            String::from_utf8_lossy(&free.stdout).trim()
        );
        let said = String::from_utf8_lossy(&pinned.stdout);
        assert!(pinned.status.success(), "{place}: {}, {said}", pinned.status);
        assert!(said.ends_with("modules: 0\n"), "{place}: {said}");
    }
    fs::remove_dir_all(folder).unwrap();
}

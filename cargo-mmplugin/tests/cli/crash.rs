//! Killed or out of room at any step: nothing half-written is taken for something whole, and the next run works.
#![cfg(target_os = "linux")]

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use cargo_mmplugin::archive;

use crate::fake::{Fake, TOKEN};
use crate::support::{Said, bare_plugin, files, folder, run, said, tool, write};

const BUNDLE: &str = "com.example.bare-0.1.0.tar.gz";

/// System calls of which each could be the last one.
const STEPS: [&str; 5] = ["openat", "write", "mkdir", "rename", "unlink"];

/// The same command, killed at the n-th of these system calls.
fn killed_at(command: &Command, call: &str, number: usize) -> Command {
    let mut strace = tampered(command, call, &format!("signal=KILL:when={number}"), Path::new("/dev/null"));
    strace.stdout(Stdio::null()).stderr(Stdio::null());
    strace
}

/// The same command under strace, which does `what` to some of these system calls and notes them in `log`.
fn tampered(command: &Command, call: &str, what: &str, log: &Path) -> Command {
    // Newer C libraries and kernels have the same calls under other names.
    let calls = match call {
        "rename" => "rename,renameat,renameat2",
        "unlink" => "unlink,unlinkat",
        "mkdir" => "mkdir,mkdirat",
        call => call,
    };
    let mut strace = Command::new("strace");
    strace.arg("-qq").arg("-o").arg(log).args(["-e", &format!("trace={calls}"), "-e"]);
    strace.arg(format!("inject={calls}:{what}"));
    strace.arg(command.get_program()).args(command.get_args());
    if let Some(folder) = command.get_current_dir() {
        strace.current_dir(folder);
    }
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => strace.env(name, value),
            None => strace.env_remove(name),
        };
    }
    strace.stdin(Stdio::null());
    strace
}

fn has_strace() -> bool {
    let mut strace = Command::new("strace");
    let works = strace.args(["-qq", "-o", "/dev/null", "-e", "trace=openat", "true"]).status();
    let works = works.is_ok_and(|status| status.success());
    if !works {
        println!("skipped: strace is not there, or is not allowed here");
    }
    works
}

/// Kills the command at each of its steps in turn, looks, and sees that it ends by itself at last.
fn kill_at_each_step(command: impl Fn() -> Command, look: impl Fn(&str, usize)) {
    if !has_strace() {
        return;
    }
    for call in STEPS {
        // The first ones are the loader's; far more than any of the commands needs is an error of this test.
        for number in (1..).step_by(if call == "openat" || call == "write" { 7 } else { 1 }) {
            assert!(number < 2000, "{call} without end");
            let status = killed_at(&command(), call, number).status().expect("strace runs");
            look(call, number);
            if status.success() {
                break;
            }
        }
    }
}

#[test]
fn new_makes_a_whole_crate_or_none_wherever_it_is_killed() {
    let here = folder();
    let whole = here.path().join("whole");
    assert_eq!(run(here.path(), &["new", "hello", "--path", "whole", "--vcs", "none"]).code, Some(0));
    let expected = files(&whole);
    let place = here.path().join("hello");
    let again = || {
        let _ = fs_err::remove_dir_all(&place);
        tool(here.path(), &["new", "hello", "--vcs", "none"])
    };
    kill_at_each_step(again, |call, number| {
        if place.exists() {
            assert_eq!(files(&place), expected, "killed at {call} {number}");
        }
    });
    let _ = fs_err::remove_dir_all(&place);
    assert_eq!(run(here.path(), &["new", "hello", "--vcs", "none"]).code, Some(0));
    assert_eq!(files(&place), expected);
    let mut left: Vec<_> = fs_err::read_dir(here.path())
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name())
        .collect();
    left.sort();
    assert_eq!(left, ["hello", "whole"], "what the killed ones left behind is gone");
}

/// There is no bundle, or a whole one; a checksum belongs to it.
#[track_caller]
fn whole_or_none(dist: &Path, when: &str) {
    let bundle = dist.join(BUNDLE);
    let Ok(bytes) = fs_err::read(&bundle) else { return };
    assert!(archive::read(&bytes).is_ok(), "{when}: half a bundle");
    let sum = dist.join(format!("{BUNDLE}.sha256"));
    if sum.exists() {
        let check =
            Command::new("sha256sum").args(["--check", "--status"]).arg(&sum).current_dir(dist).status();
        assert!(check.is_ok_and(|status| status.success()), "{when}: the checksum of another bundle");
    }
}

#[test]
fn bundle_writes_a_whole_file_or_none_wherever_it_is_killed() {
    let here = folder();
    bare_plugin(here.path(), "", "");
    assert_eq!(run(here.path(), &["bundle", "--no-run"]).code, Some(0));
    let dist = here.path().join("dist");
    let time = std::cell::Cell::new(1_000_000_000_u64);
    let again = || {
        // Another time makes another bundle: an old checksum would not fit.
        time.set(time.get() + 1);
        let mut command = tool(here.path(), &["bundle", "--no-run", "--offline"]);
        command.env("SOURCE_DATE_EPOCH", time.get().to_string());
        command
    };
    if has_strace() {
        // The steps of packing: what comes before them is cargo's.
        for call in ["rename", "unlink", "write"] {
            for number in 1..=40 {
                let status = killed_at(&again(), call, number).status().expect("strace runs");
                whole_or_none(&dist, &format!("killed at {call} {number}"));
                if status.success() {
                    break;
                }
            }
        }
    }
    for delay in [1, 30, 80, 150, 250, 400] {
        let mut child = again().stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
        std::thread::sleep(Duration::from_millis(delay));
        let _ = child.kill();
        let _ = child.wait();
        whole_or_none(&dist, &format!("killed after {delay} ms"));
    }
    let said = run(here.path(), &["bundle", "--no-run"]);
    assert_eq!(said.code, Some(0), "{}", said.stderr);
    assert_eq!(files(&dist), [BUNDLE.to_owned(), format!("{BUNDLE}.sha256")]);
    whole_or_none(&dist, "at the end");
}

#[test]
fn a_file_that_may_not_grow_kills_the_packing_and_leaves_the_old_bundle() {
    let here = folder();
    bare_plugin(here.path(), "", "");
    assert_eq!(run(here.path(), &["bundle", "--no-run"]).code, Some(0));
    let dist = here.path().join("dist");
    let old = fs_err::read(dist.join(BUNDLE)).expect("a bundle");
    // Noise does not compress: the bundle would grow to a megabyte.
    let mut seed = 1_u32;
    let noise: Vec<u8> = std::iter::repeat_with(|| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 24) as u8
    })
    .take(1 << 20)
    .collect();
    fs_err::write(here.path().join("assets/noise"), noise).expect("a file");
    let command = tool(here.path(), &["bundle", "--no-run", "--offline"]);
    let mut limited = Command::new("sh");
    // In blocks of 512 or 1024 bytes, as the shell has it: less than a megabyte in any case.
    limited
        .args(["-c", "ulimit -f 900; exec \"$@\"", "sh"])
        .arg(command.get_program())
        .args(command.get_args());
    limited.current_dir(here.path()).env("CARGO_NET_OFFLINE", "true");
    let said = said(&mut limited);
    assert_ne!(said.code, Some(0), "{said:?}");
    assert_eq!(fs_err::read(dist.join(BUNDLE)).expect("a bundle"), old);
    assert_eq!(run(here.path(), &["bundle", "--no-run"]).code, Some(0));
    assert_eq!(files(&dist), [BUNDLE.to_owned(), format!("{BUNDLE}.sha256")]);
}

/// Has the disk be full at each of the command's writes, new folders and renames in turn: once (an error message still
/// finds its way), and from there on. `look` sees how it ended and says whether that was well.
fn fill_at_each_step(command: impl Fn() -> Command, look: impl Fn(&Said, &str)) {
    if !has_strace() {
        return;
    }
    let log = tempfile::NamedTempFile::new().expect("a file");
    for call in ["write", "mkdir", "rename"] {
        let mut filled = 0;
        'steps: for number in (1..=12).chain((13..400).step_by(11)) {
            for when in [format!("{number}"), format!("{number}+")] {
                let what = format!("error=ENOSPC:when={when}");
                let said = said(&mut tampered(&command(), call, &what, log.path()));
                if !fs_err::read_to_string(log.path()).expect("a log").contains("(INJECTED)") {
                    break 'steps;
                }
                filled += 1;
                look(&said, &format!("full at {call} {when}"));
            }
        }
        assert!(filled > 0, "{call} is no step of it");
    }
}

/// The end of a command that was told: it has done all, or it says why not.
#[track_caller]
fn done_or_told(said: &Said, when: &str) -> bool {
    let done = said.code == Some(0);
    // A disk that stays full may be a log's, too: then nobody hears anything, but the code tells.
    let told =
        said.code == Some(1) && (when.ends_with('+') || said.stderr.contains("No space left on device"));
    assert!(done || told, "{when}: {said:?}");
    done
}

#[test]
fn new_makes_a_whole_crate_or_none_wherever_the_disk_is_full() {
    let here = folder();
    assert_eq!(run(here.path(), &["new", "hello", "--path", "whole", "--vcs", "none"]).code, Some(0));
    let expected = files(&here.path().join("whole"));
    let place = here.path().join("hello");
    let again = || {
        let _ = fs_err::remove_dir_all(&place);
        tool(here.path(), &["new", "hello", "--vcs", "none"])
    };
    fill_at_each_step(again, |said, when| {
        let done = done_or_told(said, when);
        assert_eq!(place.exists(), done, "{when}: {said:?}");
        let names = fs_err::read_dir(here.path()).expect("a folder").count();
        assert_eq!(names, 1 + usize::from(done), "{when}: nothing else is left");
        assert!(!done || files(&place) == expected, "{when}");
    });
}

#[test]
fn bundle_and_deploy_write_a_whole_file_or_none_wherever_the_disk_is_full() {
    let (here, fake) = (folder(), Fake::start());
    bare_plugin(here.path(), "", "");
    assert_eq!(run(here.path(), &["bundle", "--no-run"]).code, Some(0));
    let dist = here.path().join("dist");
    let time = std::cell::Cell::new(1_100_000_000_u64);
    let again = || {
        time.set(time.get() + 1);
        fake.inner().requests.clear();
        let args = ["deploy", "--no-run", "--offline", "--no-socket", "--url", &fake.url];
        let mut command = tool(here.path(), &args);
        command.env("XDG_CONFIG_HOME", here.path()).env("MM_ADMIN_TOKEN", TOKEN);
        command.env("SOURCE_DATE_EPOCH", time.get().to_string());
        command
    };
    fill_at_each_step(again, |said, when| {
        let done = done_or_told(said, when);
        assert_eq!(fake.asked("POST /plugins"), usize::from(done), "{when}: half a bundle does not travel");
        whole_or_none(&dist, when);
        let left = files(&dist);
        assert!(left.iter().all(|file| file.starts_with(BUNDLE)), "{when}: {left:?}");
    });
    assert_eq!(said(&mut again()).code, Some(0));
    assert_eq!(files(&dist), [BUNDLE.to_owned(), format!("{BUNDLE}.sha256")]);
}

#[test]
fn a_full_disk_stops_new_and_deploy_and_leaves_nothing() {
    let Some(small) = crate::bundle::SmallDisk::mount("24k") else {
        return println!("skipped: only root may mount");
    };
    let disk = small.0.path();
    let place = disk.join("hello").display().to_string();
    let full = run(disk, &["new", "hello", "--path", &place, "--vcs", "none"]);
    assert_eq!(full.code, Some(1), "{full:?}");
    assert!(
        full.stderr.contains("No space left on device") && full.stderr.contains("make room"),
        "{}",
        full.stderr
    );
    assert_eq!(files(disk), [] as [String; 0]);

    let (here, fake) = (folder(), Fake::start());
    bare_plugin(here.path(), "", "");
    let out = disk.display().to_string();
    let deploy = |args: &[&str]| {
        let mut command =
            tool(here.path(), &[&["deploy", "--no-run", "--no-socket", "--url", &fake.url], args].concat());
        said(command.env("XDG_CONFIG_HOME", here.path()).env("MM_ADMIN_TOKEN", TOKEN))
    };
    let full = deploy(&["--out-dir", &out]);
    assert_eq!(full.code, Some(1), "{full:?}");
    assert!(full.stderr.contains("No space left on device"), "{}", full.stderr);
    assert_eq!(files(disk), [] as [String; 0]);
    assert_eq!(fake.asked("POST /plugins"), 0);
    assert_eq!(deploy(&[]).code, Some(0));
}

#[test]
fn a_deploy_that_was_killed_is_done_by_the_next_one() {
    let (here, fake) = (folder(), Fake::start());
    bare_plugin(here.path(), "", "");
    write(here.path().join("assets/a"), "a");
    let deploy = || {
        let args = ["deploy", "--no-run", "--offline", "--no-socket", "--url", &fake.url];
        let mut command = tool(here.path(), &args);
        command.env("XDG_CONFIG_HOME", here.path()).env("MM_ADMIN_TOKEN", TOKEN);
        command
    };
    assert_eq!(said(&mut deploy()).code, Some(0));
    // With each of its requests under way.
    for request in [
        "GET /system/ping",
        "POST /plugins",
        "POST /plugins/com.example.bare/enable",
        "GET /plugins/statuses",
    ] {
        fake.inner().requests.clear();
        fake.inner().slow = Some((request.to_owned(), Duration::from_secs(600)));
        let mut child = deploy().stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
        let begun = Instant::now();
        while fake.asked(request) == 0 {
            assert!(begun.elapsed() < Duration::from_secs(60), "no {request}");
            std::thread::sleep(Duration::from_millis(5));
        }
        let _ = child.kill();
        let _ = child.wait();
        fake.inner().slow = None;
        whole_or_none(&here.path().join("dist"), request);
        let next = said(&mut deploy());
        assert_eq!(next.code, Some(0), "killed at {request}: {next:?}");
    }
    fake.inner().delay = Duration::from_millis(60);
    for delay in [20, 150, 300, 450, 600, 800] {
        let mut child = deploy().stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
        std::thread::sleep(Duration::from_millis(delay));
        let _ = child.kill();
        let _ = child.wait();
        whole_or_none(&here.path().join("dist"), &format!("killed after {delay} ms"));
    }
    let said = said(&mut deploy());
    assert_eq!(
        (said.code, said.stdout.ends_with("com.example.bare 0.1.0 is running\n")),
        (Some(0), true),
        "{said:?}"
    );
    assert_eq!(files(&here.path().join("dist")), [BUNDLE.to_owned(), format!("{BUNDLE}.sha256")]);
}

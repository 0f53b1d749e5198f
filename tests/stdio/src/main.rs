//! A plugin process without a plugin: installs the guard, prints the handshake and then does what its argument names.

use std::hint::black_box;
use std::io::{self, Write as _};
use std::net::ToSocketAddrs as _;
use std::process::{Command, ExitCode};
use std::time::Duration;

use mmplugin::goplugin::stdio::Guard;

fn main() -> ExitCode {
    let (case, name) = (std::env::args().nth(1).unwrap_or_default(), std::env::args().nth(2));
    if let Some(name) = name {
        return resolve(case == "resolve-pinned", &name);
    }
    let guard = Guard::install().expect("first call");
    println!("noise before the handshake");
    guard.handshake("1|1|unix|/tmp/nowhere|netrpc|").expect("the host reads");
    match case.as_str() {
        "print" => print(),
        "hostile" => hostile(),
        "long" => long(),
        "junk" => junk(),
        "flood" => flood(),
        "flood-and-wait" => {
            flood();
            std::thread::sleep(Duration::from_secs(2));
        }
        "flush" => {
            eprint!("unfinished");
            eprintln!("{}", guard.flush());
            std::thread::sleep(Duration::from_secs(60));
        }
        "twice" => eprintln!("{}", Guard::install().expect_err("second call").kind()),
        "child" => child(),
        "exit" => {
            eprint!("last words");
            std::process::exit(3);
        }
        "code" => return ExitCode::from(4),
        "events" => events(),
        "thread-panic" => {
            mmplugin::log::install_default();
            let thread = std::thread::Builder::new().name("author".into());
            drop(thread.spawn(|| panic!("with\nlines")).expect("a thread").join());
        }
        "logged-double-panic" => {
            mmplugin::log::install_default();
            double_panic();
        }
        "flood-and-abort" => {
            flood();
            std::process::abort();
        }
        "unfinished" => {
            eprint!("unfinished");
            std::thread::sleep(Duration::from_secs(60));
        }
        "abort" => {
            eprint!("last words");
            std::process::abort();
        }
        "panic" => panic!("main panics"),
        "double-panic" => double_panic(),
        "overflow" => overflow(),
        "overflow-in-thread" => {
            let thread = std::thread::Builder::new().name("deep".into());
            thread.spawn(overflow).expect("a thread").join().expect("it never ends");
        }
        "out-of-memory" => drop(black_box(Vec::<u8>::with_capacity(black_box(isize::MAX as usize)))),
        "segv" => kill_self(),
        other => panic!("unknown case {other:?}"),
    }
    ExitCode::SUCCESS
}

/// Looks up a host and the user's home, as the first thing the process does, and says which modules that loaded. No
/// guard: what happens is to be seen as it is.
fn resolve(pinned: bool, name: &str) -> ExitCode {
    if pinned {
        mmplugin::__private::pin_nss();
    }
    println!("found: {}", (name, 80).to_socket_addrs().is_ok_and(|mut found| found.next().is_some()));
    println!("home: {:?}", std::env::home_dir());
    let maps = std::fs::read_to_string("/proc/self/maps").unwrap_or_default();
    println!("modules: {}", maps.lines().filter(|line| line.contains("libnss_")).count());
    ExitCode::SUCCESS
}

fn print() {
    println!("from println");
    eprintln!("from eprintln");
    eprintln!("[WARN] with a level");
    // As a C library would, past Rust's own buffers.
    #[cfg(unix)]
    rustix::io::write(rustix::stdio::stdout(), b"from write\n").expect("a pipe");
}

fn hostile() {
    for line in [
        r#"{"@message":5}"#,
        r#"{"@message":"m","@level":3}"#,
        r#"{"@message":"m","@level":"info","@timestamp":7}"#,
        r#"{"@message":"m","@level":"info","@timestamp":"yesterday"}"#,
        r#"{"@message":"kept","@level":"error","@timestamp":"2026-01-02T03:04:05.000006Z","n":1}"#,
        r#"{"@message":null}"#,
        r#"{"level":"WARN","msg":"another logger"}"#,
        r#"{"@message""#,
        "null",
        "[]",
    ] {
        eprintln!("{line}");
        println!("{line}");
    }
}

fn events() {
    mmplugin::log::install_default();
    tracing::info_span!("outer", request = 7).in_scope(|| tracing::warn!(user = "ada", "slow"));
    tracing::debug!("details");
    tracing::trace!("not shown");
    tracing::info!(big = "\u{1}".repeat(100_000), "{}", "long ".repeat(20_000));
}

fn long() {
    let text = "é".repeat(100 * 1024);
    print!("{text}");
    eprint!("{text}");
}

fn junk() {
    let bytes: Vec<u8> = (0..=255).rev().cycle().take(300_000).collect();
    io::stderr().write_all(&bytes).expect("a pipe");
    io::stdout().write_all(&bytes).expect("a pipe");
}

fn flood() {
    for n in 0..100_000 {
        println!("line {n} of many on stdout");
        eprintln!("line {n} of many on stderr");
    }
}

fn child() {
    let mut child = Command::new("sh");
    child.args(["-c", "echo from the child; echo to stderr >&2; exec 0<&- ; exec sleep 30"]);
    eprintln!("pid {}", child.spawn().expect("a shell").id());
    std::thread::sleep(Duration::from_millis(300));
}

struct PanicsWhenDropped;

impl Drop for PanicsWhenDropped {
    fn drop(&mut self) {
        panic!("second panic");
    }
}

fn double_panic() {
    let _dropped = PanicsWhenDropped;
    panic!("first panic");
}

fn overflow() {
    fn deeper(n: u64) -> u64 {
        let room = black_box([n; 128]);
        if room[0] == u64::MAX { 0 } else { deeper(n + 1) + room[1] }
    }
    eprint!("unfinished line before");
    black_box(deeper(0));
}

#[cfg(unix)]
fn kill_self() {
    use rustix::process::{Signal, getpid, kill_process};
    eprintln!("before the signal");
    kill_process(getpid(), Signal::SEGV).expect("our own process");
    std::thread::sleep(Duration::from_secs(60));
}

#[cfg(not(unix))]
fn kill_self() {}

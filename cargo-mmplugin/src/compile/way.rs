//! Which target makes a static linux-amd64 executable from here.

use std::process::Command;

use crate::error::{Error, Kind};

const GNU: &str = "x86_64-unknown-linux-gnu";
const MUSL: &str = "x86_64-unknown-linux-musl";

/// Target and linker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    /// The target triple; always given to cargo, since static linking must not reach proc-macros.
    pub target: String,
    /// A linker to be used unless the author has set one.
    pub linker: Option<&'static str>,
    /// One phrase for the output.
    pub why: &'static str,
}

impl Way {
    /// Asks the compiler for its host, and looks for what the chosen target needs.
    ///
    /// # Errors
    /// There is no compiler, or a library is missing; the help says how to get it.
    pub fn choose() -> Result<Self, Error> {
        let host = host()?;
        let way = Self::for_host(&host);
        if way.target == GNU && !has_static_glibc() {
            if has_std(MUSL) {
                return Ok(Self {
                    target: MUSL.into(),
                    linker: None,
                    why: "static musl, since there is no static glibc",
                });
            }
            return Err(Error::new(Kind::Toolchain, "there is no static C library to link with")
                .detail("looked for: libc.a of glibc, and the target x86_64-unknown-linux-musl")
                .help("Debian, Ubuntu: apt install libc6-dev · Fedora, RHEL: dnf install glibc-static")
                .help(format!("or, with rustup: rustup target add {MUSL}")));
        }
        if way.target != host && !has_std(&way.target) {
            return Err(Error::new(
                Kind::Toolchain,
                format!("the Rust target {} is not installed", way.target),
            )
            .detail(format!("this machine builds for {host}; the server needs a static {}", super::PLATFORM))
            .help(format!("rustup target add {}", way.target)));
        }
        Ok(way)
    }

    fn for_host(host: &str) -> Self {
        let own = |why| Self { target: host.to_owned(), linker: None, why };
        match host.split('-').collect::<Vec<_>>()[..] {
            _ if host == GNU => own("static glibc"),
            ["x86_64", _, "linux", "musl"] => own("static musl"),
            ["x86_64", _, "linux", _] => Self { target: MUSL.into(), linker: None, why: "static musl" },
            // The machine's own linker makes other formats; Rust brings one that makes this.
            _ => Self { target: MUSL.into(), linker: Some("rust-lld"), why: "static musl, cross-compiled" },
        }
    }
}

fn rustc() -> Command {
    Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()))
}

fn host() -> Result<String, Error> {
    let output = rustc().arg("-vV").output().map_err(|error| {
        Error::new(Kind::Toolchain, "rustc could not be started")
            .detail(error.to_string())
            .help("install Rust: https://rustup.rs")
    })?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).ok_or_else(|| {
        Error::new(Kind::Toolchain, "rustc does not say for which machine it builds")
            .detail(String::from_utf8_lossy(&output.stderr).trim().to_owned())
    })
}

/// Whether the target's standard library is there, however Rust was installed.
fn has_std(target: &str) -> bool {
    let output = rustc().args(["--print", "target-libdir", "--target", target]).output();
    let folder =
        output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()).unwrap_or_default();
    fs_err::read_dir(&folder).is_ok_and(|mut files| files.next().is_some())
}

/// Asks the C compiler where libc.a is: it answers with a path, or with the bare name when it has none.
/// Without a C compiler the linker will say more than we could.
fn has_static_glibc() -> bool {
    let output = Command::new("cc").arg("-print-file-name=libc.a").output();
    let Ok(output) = output else { return true };
    let path = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    path != "libc.a"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_host_has_its_way() {
        for (host, target, linker) in [
            (GNU, GNU, None),
            (MUSL, MUSL, None),
            ("x86_64-alpine-linux-musl", "x86_64-alpine-linux-musl", None),
            ("x86_64-unknown-linux-gnux32", MUSL, None),
            ("aarch64-unknown-linux-gnu", MUSL, Some("rust-lld")),
            ("aarch64-apple-darwin", MUSL, Some("rust-lld")),
            ("x86_64-pc-windows-msvc", MUSL, Some("rust-lld")),
        ] {
            let way = Way::for_host(host);
            assert_eq!((way.target.as_str(), way.linker), (target, linker), "{host}");
        }
    }
}

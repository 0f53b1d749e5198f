//! What this machine can build with, asked for only when it matters.

use std::process::{Command, Stdio};

use crate::error::{Error, Kind};

/// The questions that the choice of a way asks; tests answer them for other machines.
pub(super) trait Machine {
    /// The target that the compiler itself runs on.
    fn host(&self) -> &str;
    /// Whether the standard library of a target is installed.
    fn has_std(&self, target: &str) -> bool;
    /// Whether a C compiler finds a static C library; without a C compiler the linker will say more than we could.
    fn has_static_libc(&self, cc: &str) -> bool;
    /// Whether a program is there.
    fn has_program(&self, name: &str) -> bool;
    /// Whether `cargo zigbuild` is there.
    fn has_zigbuild(&self) -> bool;
}

/// This machine.
pub(super) struct ThisMachine {
    host: String,
}

impl ThisMachine {
    /// Asks the compiler for its host.
    pub(super) fn ask() -> Result<Self, Error> {
        let output = rustc().arg("-vV").output().map_err(|error| {
            Error::new(Kind::Toolchain, "rustc could not be started")
                .detail(error.to_string())
                .help("install Rust: https://rustup.rs")
        })?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let host = text.lines().find_map(|line| line.strip_prefix("host: ")).map(str::to_owned);
        let host = host.ok_or_else(|| {
            Error::new(Kind::Toolchain, "rustc does not say for which machine it builds")
                .detail(String::from_utf8_lossy(&output.stderr).trim().to_owned())
        })?;
        Ok(Self { host })
    }
}

impl Machine for ThisMachine {
    fn host(&self) -> &str {
        &self.host
    }

    /// However Rust was installed: the compiler knows the folder.
    fn has_std(&self, target: &str) -> bool {
        let output = rustc().args(["--print", "target-libdir", "--target", target]).output();
        let folder = output
            .map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned())
            .unwrap_or_default();
        fs_err::read_dir(&folder).is_ok_and(|mut files| files.next().is_some())
    }

    /// The compiler answers with a path, or with the bare name when it has none.
    fn has_static_libc(&self, cc: &str) -> bool {
        let output = Command::new(cc).arg("-print-file-name=libc.a").output();
        let Ok(output) = output else { return true };
        String::from_utf8_lossy(&output.stdout).trim() != "libc.a"
    }

    fn has_program(&self, name: &str) -> bool {
        works(Command::new(name).arg("--version"))
    }

    fn has_zigbuild(&self) -> bool {
        works(cargo().args(["zigbuild", "--help"]))
    }
}

fn works(command: &mut Command) -> bool {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

fn rustc() -> Command {
    Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()))
}

/// The cargo that runs this tool, else the one in the path.
pub(super) fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

//! Whether an executable would start on a server.

use std::collections::BTreeMap;

use super::host::Host;
use crate::archive::{Member, MemberKind};
use crate::executable::{Executable, embedded_manifest};
use crate::manifest::{Problem, Weight};

/// An executable that plugin.json names.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Program {
    /// Key in `server.executables`, or `any` for `server.executable`.
    pub platform: String,
    /// Path inside the plugin's folder.
    pub path: String,
    /// Size in bytes.
    pub bytes: u64,
    /// `ELF`, `Mach-O` or `PE`.
    pub format: &'static str,
    /// It needs no loader and no libraries.
    pub is_static: bool,
    /// The loader it asks for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interpreter: Option<String>,
    /// The libraries it asks for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub libraries: Vec<String>,
    /// The newest glibc that one of its symbols needs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub glibc: Option<String>,
    /// What it can speak with a server: `netrpc`, `grpc`. Nothing when it does not say: only plugins of this SDK do.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub transports: Vec<String>,
}

/// What was found at one path.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) program: Option<Program>,
    pub(super) problems: Vec<Problem>,
}

impl Found {
    fn add(&mut self, problem: Problem) {
        self.problems.push(problem);
    }
}

/// What a shell says, and a server's log with it, of a file that is no program for its machine.
const NO_PROGRAM: &str = "fork/exec …: exec format error";
/// What a server says of whatever ends before it has spoken.
pub(super) const UNRECOGNIZED: &str = "Unrecognized remote plugin message";

/// Looks at the file that plugin.json names for a platform; `any` stands for `server.executable`.
pub(super) fn check(platform: &str, path: &str, files: &BTreeMap<String, Member>, host: &Host) -> Found {
    let mut found = Found::default();
    let Some(member) = files.get(path) else {
        let field = match platform {
            "any" => "server.executable".to_owned(),
            _ => format!("server.executables.{platform}"),
        };
        let what = format!("names a file that is not in the bundle: {path}");
        let problem = Problem::new(Weight::Refused, field, what, "pack it, or take the line out");
        found.add(problem.says("unable to generate plugin checksum: no such file"));
        return found;
    };
    if member.kind != MemberKind::File {
        let what = "is no regular file; servers leave links out";
        let problem = Problem::new(Weight::Refused, path, what, "pack the file itself");
        found.add(problem.says("unable to generate plugin checksum: no such file"));
        return found;
    }
    if member.mode & 0o111 == 0 {
        let what = format!("has mode {:04o}: it cannot be started", member.mode);
        let problem = Problem::new(Weight::Refused, path, what, "store it with mode 0755");
        found.add(problem.says("permission denied"));
    }
    match Executable::inspect(&member.bytes) {
        Ok(executable) => look_at(platform, path, member, &executable, host, &mut found),
        Err(what) if what == "is a script" => {
            let what = "is a script; it needs its interpreter on the server";
            found.add(Problem::new(Weight::Odd, path, what, "Mattermost's image has no shell"));
        }
        Err(what) => {
            let help = format!("an executable for {platform}");
            found.add(Problem::new(Weight::Refused, path, what, help).says(NO_PROGRAM));
        }
    }
    found
}

fn look_at(
    platform: &str,
    path: &str,
    member: &Member,
    executable: &Executable,
    host: &Host,
    found: &mut Found,
) {
    if platform != "any" && executable.platform() != platform {
        let what = format!("is a {} executable, not {platform}", executable.platform());
        let help = format!("build it for {platform}, or give it its own key");
        found.add(Problem::new(Weight::Refused, path, what, help).says(NO_PROGRAM));
    }
    if !executable.has_entry {
        let what = "is no program: it has no address to start at";
        let help = "a library or an object file was packed in place of the program";
        found.add(Problem::new(Weight::Refused, path, what, help).says(UNRECOGNIZED));
    }
    if let Some(loader) = executable.interpreter.as_deref().filter(|_| executable.os == "linux") {
        let help = "Rust: cargo mmplugin bundle; Go: CGO_ENABLED=0";
        found.add(match host.lacks(loader, &executable.libraries, executable.glibc) {
            Some((weight, what)) => Problem::new(weight, path, what, help).says(UNRECOGNIZED),
            None => {
                let what = format!("is not static: it asks for {loader} and its libraries on the server");
                Problem::new(Weight::Odd, path, what, help)
            }
        });
    }
    found.program = Some(Program {
        platform: platform.to_owned(),
        path: path.to_owned(),
        bytes: member.bytes.len() as u64,
        format: executable.format,
        is_static: executable.is_static(),
        interpreter: executable.interpreter.clone(),
        libraries: executable.libraries.clone(),
        glibc: executable.glibc.map(|version| version.to_string()),
        transports: embedded_manifest(&member.bytes).map(|embedded| embedded.transports).unwrap_or_default(),
    });
}

//! This machine: compiler, target, linker, node where there is a web part.

use std::process::Command;

use super::{Finding, Health};
use crate::compile::{Builder, PlatformOptions, Way};
use crate::project::{Project, Selection};

/// The oldest Rust that the SDK builds with.
const OLDEST_RUST: semver::Version = semver::Version::new(1, 88, 0);

/// Looks at everything that building and bundling need.
pub fn look() -> Vec<Finding> {
    let project = Project::find(&Selection::default());
    let settled = project.as_ref().ok().map(|project| PlatformOptions::default().settle(project));
    let wrong = settled.as_ref().and_then(|wishes| wishes.clone().err());
    let wishes = settled.and_then(Result::ok).unwrap_or_default();
    let ways: Vec<_> = wishes.platforms.iter().map(|platform| Way::choose(*platform, &wishes)).collect();
    let plain = |way: &Way| way.linker.is_none() && way.builder == Builder::Cargo;
    let needs_linker = ways.iter().flatten().any(plain);
    let mut found = vec![rustc(), program("cargo", "CARGO", "install Rust: https://rustup.rs")];
    found.extend(wrong.map(|error| Finding::from_error("platforms", error)));
    found.extend(ways.into_iter().map(|way| match way {
        Ok(way) => Finding::ok("target", format!("{}: {}", way.target, way.why)),
        Err(error) => Finding::from_error("target", error),
    }));
    if needs_linker {
        let fix = "Debian, Ubuntu: apt install gcc · Fedora, RHEL: dnf install gcc";
        found.push(program("cc", "CC", fix));
    }
    let webapp = project.as_ref().is_ok_and(|project| project.root.join("webapp/package.json").is_file());
    found.push(match project {
        Ok(project) => Finding::ok("package", format!("{} {}", project.package, project.version)),
        Err(error) => Finding::skipped("package", error.message),
    });
    if webapp {
        let fix = "install Node.js: https://nodejs.org";
        found.extend([program("node", "NODE", fix), program("npm", "NPM", fix)]);
    } else {
        found.push(Finding::skipped("node", "not needed: the package has no webapp/package.json"));
    }
    found
}

fn rustc() -> Finding {
    let finding = program("rustc", "RUSTC", "install Rust: https://rustup.rs");
    if finding.health != Health::Ok {
        return finding;
    }
    let version = finding.found.split_whitespace().nth(1).and_then(|text| semver::Version::parse(text).ok());
    match version {
        Some(version) if version < OLDEST_RUST => Finding::new("rustc", Health::Bad, finding.found)
            .fix(format!("mmplugin needs {OLDEST_RUST} or newer: rustup update")),
        _ => finding,
    }
}

/// The first line that `program --version` says.
fn program(name: &'static str, variable: &str, fix: &str) -> Finding {
    let program = std::env::var_os(variable).unwrap_or_else(|| name.into());
    match Command::new(&program).arg("--version").output() {
        Ok(output) if output.status.success() => {
            let text = String::from_utf8_lossy(&output.stdout);
            Finding::ok(name, text.lines().next().unwrap_or_default())
        }
        Ok(output) => {
            Finding::new(name, Health::Bad, format!("{} --version: {}", program.display(), output.status))
                .fix(fix)
        }
        Err(error) => Finding::new(name, Health::Bad, format!("{}: {error}", program.display())).fix(fix),
    }
}

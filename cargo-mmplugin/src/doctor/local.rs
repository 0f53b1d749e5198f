//! This machine: compiler, target, linker, node where there is a web part.

use std::path::Path;
use std::process::Command;

use super::{Finding, Health};
use crate::compile::{Builder, PlatformOptions, Way};
use crate::error::{Error, Kind};
use crate::project::{Project, Selection};
use crate::webapp::{Manager, WebOnly, Webapp};

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
    let web = WebOnly::find(&Selection::default());
    let root = match (&web, &project) {
        (Ok(Some(web)), _) => Some(web.root.clone()),
        (_, Ok(project)) => Some(project.root.clone()),
        _ => None,
    };
    found.push(match (project, web) {
        (_, Err(error)) => no_package(error),
        (_, Ok(Some(web))) => Finding::ok("package", format!("{} {}", web.manifest.id, web.manifest.version)),
        (Ok(project), _) => Finding::ok("package", format!("{} {}", project.package, project.version)),
        (Err(error), _) => no_package(error),
    });
    found.extend(node(root.as_deref()));
    found
}

/// In a folder without a package there is nothing to look at; one that cannot be used is another matter.
fn no_package(error: Error) -> Finding {
    let here = std::env::current_dir().unwrap_or_default();
    let has = |folder: &Path| ["Cargo.toml", "plugin.json"].iter().any(|file| folder.join(file).is_file());
    if !here.ancestors().any(has) {
        return Finding::skipped("package", error.message);
    }
    // A workspace in which a package has to be named works as it is.
    let health = if error.kind == Kind::Project && error.help.iter().any(|help| help.contains("-p NAME")) {
        Health::Warning
    } else {
        Health::Bad
    };
    let why = error.details.first().and_then(|why| why.lines().next());
    let found = why.map_or_else(|| error.message.clone(), |why| format!("{}: {why}", error.message));
    Finding { fix: error.help, ..Finding::new("package", health, found) }
}

/// node and the package manager that the web part's lock file names.
fn node(root: Option<&Path>) -> Vec<Finding> {
    let webapp = match root.map_or(Ok(None), Webapp::find) {
        Ok(Some(webapp)) => webapp,
        Ok(None) => {
            return vec![Finding::skipped("node", "not needed: the package has no webapp/package.json")];
        }
        Err(error) => return vec![Finding::from_error("webapp", error)],
    };
    let node = "install Node.js: https://nodejs.org";
    vec![
        program("node", "NODE", node),
        match webapp.manager() {
            Manager::Npm { .. } => program("npm", "NPM", node),
            Manager::Pnpm => program("pnpm", "PNPM", "npm install --global pnpm"),
            Manager::YarnClassic | Manager::Yarn => {
                program("yarn", "YARN", "npm install --global yarn, or corepack enable")
            }
        },
    ]
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

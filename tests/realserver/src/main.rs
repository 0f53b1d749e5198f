//! The examples on a real server: each is brought there, does its job and is taken away; a table says how it went.
//!
//! `.ci/e2e` starts it. The server is the one of `MM_SERVICESETTINGS_SITEURL` and `MM_ADMIN_TOKEN`; `MM_E2E_HOST` is the name
//! by which that server reaches this machine, for examples that it calls. Without a server all are skipped. Names of examples as
//! arguments: only those.

mod plugins;
mod programs;
mod site;
mod table;

use std::process::ExitCode;
use std::time::Instant;

use anyhow::Result;

use site::Site;
use table::{Line, Outcome};

/// Looks at what an example does; gives what was seen.
type Check = fn(&Site) -> Result<String>;

/// How an example is tried.
enum Way {
    /// A plugin: bundled, deployed, looked at, removed.
    Plugin { id: &'static str, check: Check },
    /// A program beside the server; it is started by its check.
    Program { check: Check },
    /// Not at all, and why.
    Never { why: &'static str },
}

struct Example {
    /// Its folder in `examples/`.
    name: &'static str,
    /// What it needs beside the server.
    needs: &'static [Need],
    way: Way,
}

/// What not every machine has.
#[derive(Clone, Copy, PartialEq)]
enum Need {
    /// npm, for the web part.
    Npm,
    /// The server calls this machine.
    Call,
}

const fn plugin(name: &'static str, id: &'static str, needs: &'static [Need], check: Check) -> Example {
    Example { name, needs, way: Way::Plugin { id, check } }
}

const fn program(name: &'static str, needs: &'static [Need], check: Check) -> Example {
    Example { name, needs, way: Way::Program { check } }
}

const EXAMPLES: &[Example] = &[
    program("rest-api", &[], programs::rest_api),
    program("incoming-webhook", &[], programs::incoming_webhook),
    program("outgoing-webhook", &[Need::Call], programs::outgoing_webhook),
    program("slash-command", &[Need::Call], programs::slash_command),
    plugin("command-plugin", "com.example.time-command", &[Need::Call], plugins::command),
    plugin("worldtime", "com.example.my-rust-plugin", &[], plugins::worldtime),
    plugin("webapp-header-button", "com.example.my-react-plugin", &[Need::Npm], plugins::header_button),
    plugin("full", "com.example.zone-clock", &[Need::Npm, Need::Call], plugins::full),
    plugin("timezone", "com.example.timezone", &[Need::Call], plugins::timezone),
    plugin("settings", "com.example.greeter", &[], plugins::settings),
    plugin("database", "com.example.notes", &[], plugins::database),
    plugin("bench-plugin", "com.example.bench", &[], plugins::bench),
    Example {
        name: "timezone-app",
        needs: &[],
        way: Way::Never { why: "needs the Apps plugin, which ended with Mattermost 10" },
    },
];

fn main() -> ExitCode {
    let site = match Site::of_environment() {
        Ok(site) => site,
        Err(error) => {
            eprintln!("error: {error:#}");
            return ExitCode::FAILURE;
        }
    };
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    let examples =
        EXAMPLES.iter().filter(|one| wanted.is_empty() || wanted.iter().any(|name| name == one.name));
    let lines: Vec<Line> = examples.map(|example| line(example, site.as_ref())).collect();
    println!("\n{}", table::text(&lines));
    if lines.iter().any(|line| matches!(line.outcome, Outcome::Failed(_))) {
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

fn line(example: &Example, site: Option<&Site>) -> Line {
    let begun = Instant::now();
    let outcome = match why_not(example, site) {
        Err(why) => Outcome::Skipped(why.to_owned()),
        Ok(site) => {
            println!("\n== {}", example.name);
            let seen = match &example.way {
                Way::Plugin { id, check } => plugins::on(site, example.name, id, *check),
                Way::Program { check } => check(site).map(Outcome::Seen),
                Way::Never { why } => Ok(Outcome::Skipped((*why).to_owned())),
            };
            seen.unwrap_or_else(|error| Outcome::Failed(format!("{error:#}")))
        }
    };
    Line { name: example.name, outcome, time: begun.elapsed() }
}

/// The server to try it on, or why that is impossible here.
fn why_not<'a>(example: &Example, site: Option<&'a Site>) -> Result<&'a Site, &'static str> {
    if let Way::Never { why } = example.way {
        return Err(why);
    }
    if !site::examples().join(example.name).exists() {
        return Err("is not in this checkout");
    }
    let site = site.ok_or("no server: set MM_SERVICESETTINGS_SITEURL and MM_ADMIN_TOKEN, or have Docker")?;
    if example.needs.contains(&Need::Npm) && !site::has("npm") {
        return Err("no npm to build its web part with");
    }
    if example.needs.contains(&Need::Call) && site.this_machine.is_none() {
        return Err("set MM_E2E_HOST to the name by which the server reaches this machine");
    }
    Ok(site)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Folders of `examples/` that are no example to try.
    const OTHERS: [&str; 2] = ["server", "time-service"];

    #[test]
    fn every_example_is_tried() {
        for entry in std::fs::read_dir(site::examples()).expect("the examples") {
            let name = entry.expect("an entry").file_name().to_string_lossy().into_owned();
            let known = EXAMPLES.iter().any(|example| example.name == name);
            assert!(known || OTHERS.contains(&name.as_str()), "{name} is not in the list");
        }
    }

    #[test]
    fn the_ids_are_those_of_the_plugins() {
        for example in EXAMPLES {
            let Way::Plugin { id, .. } = example.way else { continue };
            let folder = site::examples().join(example.name);
            let read = |file: &str| std::fs::read_to_string(folder.join(file)).unwrap_or_default();
            let source = read("src/main.rs") + &read("plugin.json");
            assert!(source.contains(&format!("\"{id}\"")), "{}: {id}", example.name);
        }
    }

    #[test]
    fn without_a_server_all_are_skipped_and_say_why() {
        for example in EXAMPLES {
            let outcome = line(example, None).outcome;
            assert!(matches!(&outcome, Outcome::Skipped(why) if !why.is_empty()), "{}", example.name);
        }
    }
}

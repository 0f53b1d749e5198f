//! What `--help` says is a snapshot: a change of it is seen in review.

use crate::support::{folder, run};

#[test]
fn help_of_every_command_is_as_committed() {
    let here = folder();
    for (name, args) in [
        ("mmplugin", &["--help"][..]),
        ("new", &["new", "--help"]),
        ("bundle", &["bundle", "--help"]),
        ("check", &["check", "--help"]),
        ("manifest", &["manifest", "--help"]),
        ("completions", &["completions", "--help"]),
        ("deploy", &["deploy", "--help"]),
        ("status", &["status", "--help"]),
        ("logs", &["logs", "--help"]),
        ("doctor", &["doctor", "--help"]),
        ("dev", &["dev", "--help"]),
        ("upgrade", &["upgrade", "--help"]),
        ("enable", &["enable", "--help"]),
        ("disable", &["disable", "--help"]),
        ("reset", &["reset", "--help"]),
        ("remove", &["remove", "--help"]),
        ("list", &["list", "--help"]),
    ] {
        let said = run(here.path(), args);
        assert_eq!((said.code, said.stderr.as_str()), (Some(0), ""));
        insta::assert_snapshot!(name, said.stdout);
    }
}

#[test]
fn examples_come_before_the_options() {
    let here = folder();
    let all = run(here.path(), &["--help"]).stdout;
    let commands =
        all.split("Commands:\n").nth(1).and_then(|rest| rest.split("\n\n").next()).expect("commands");
    let names: Vec<&str> = commands.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert!(names.len() > 12, "{all}");
    let usage = all.find("Usage:").expect("a usage");
    assert!(all.find("\n  cargo mmplugin new hello ").is_some_and(|example| example < usage), "{all}");
    for name in names.into_iter().filter(|name| *name != "help") {
        let help = run(here.path(), &[name, "--help"]).stdout;
        let before = help.split("Usage:").next().unwrap_or_default();
        assert!(before.contains(&format!("\n  cargo mmplugin {name}")), "{name} has no example: {before}");
    }
}

#[test]
fn mistakes_on_the_command_line_end_with_2() {
    let here = folder();
    for args in [&[][..], &["bundel"], &["new", "--no-such"], &["--json", "--quiet", "new", "x"]] {
        let said = run(here.path(), args);
        assert_eq!(said.code, Some(2), "{args:?}");
        assert!(said.stderr.contains("Usage: cargo mmplugin"), "{}", said.stderr);
    }
}

#[test]
fn the_name_of_the_subcommand_may_be_missing() {
    let here = folder();
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_cargo-mmplugin"));
    let said = crate::support::said(command.current_dir(here.path()).arg("--version"));
    assert!(said.stdout.contains(env!("CARGO_PKG_VERSION")), "{said:?}");
}

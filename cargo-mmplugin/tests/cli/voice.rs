//! How the tool speaks: to a terminal, to a pipe, to a program, and with --quiet and --verbose; every command alike.

use std::path::Path;
use std::process::Command;

use crate::fake::{Fake, TOKEN, nobody};
use crate::support::{Said, bare_plugin, event, events, folder, run, said, tool};

const ID: &str = "com.example.bare";
const BUNDLE: &str = "dist/com.example.bare-0.1.0.tar.gz";

/// A folder with a plugin and its bundle.
fn bundled() -> tempfile::TempDir {
    let here = folder();
    bare_plugin(here.path(), "", "");
    let made = run(here.path(), &["bundle", "--no-run", "--quiet"]);
    assert_eq!((made.code, made.stderr.as_str()), (Some(0), ""));
    assert!(made.stdout.starts_with(BUNDLE), "{}", made.stdout);
    here
}

fn at(url: &str, here: &Path, args: &[&str]) -> Command {
    let mut command = tool(here, args);
    for name in ["MM_ADMIN_USERNAME", "MM_ADMIN_PASSWORD", "MM_LOCALSOCKETPATH", "APPDATA", "http_proxy"] {
        command.env_remove(name);
    }
    command.env("XDG_CONFIG_HOME", here).env("MM_ADMIN_TOKEN", TOKEN);
    command.args(["--no-socket", "--url", url]);
    command
}

/// The same command on a terminal of its own, as script(1) makes one; both outputs are in `stdout`.
#[cfg(target_os = "linux")]
fn on_a_terminal(command: &Command, term: &str, colors: bool) -> Option<Said> {
    typed_on_a_terminal(command, term, colors, "")
}

/// The same with something typed into it.
#[cfg(target_os = "linux")]
fn typed_on_a_terminal(command: &Command, term: &str, colors: bool, typed: &str) -> Option<Said> {
    use std::io::Write;
    use std::process::Stdio;

    let words = [command.get_program()].into_iter().chain(command.get_args());
    let words: Vec<String> = words.map(|word| format!("'{}'", word.to_string_lossy())).collect();
    let mut script = Command::new("script");
    script.args(["-qec", &words.join(" "), "/dev/null"]);
    script.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.get_current_dir().map(|folder| script.current_dir(folder));
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => script.env(name, value),
            None => script.env_remove(name),
        };
    }
    script.env("TERM", term);
    if colors {
        script.env_remove("NO_COLOR");
    }
    let mut child = script.spawn().inspect_err(|error| println!("skipped: script: {error}")).ok()?;
    child.stdin.take().expect("stdin").write_all(typed.as_bytes()).expect("it listens");
    let output = child.wait_with_output().expect("it ends");
    Some(Said {
        code: output.status.code(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    })
}

#[cfg(target_os = "linux")]
#[test]
fn new_asks_a_person_until_the_answer_can_be_used() {
    let here = folder();
    let new = tool(here.path(), &["new", "--vcs", "none"]);
    let typed = "Hello\nhello-bot\nab\norg.acme.bot\n\nnope\ncommand\n";
    let Some(asked) = typed_on_a_terminal(&new, "xterm", false, typed) else { return };
    assert_eq!(asked.code, Some(0), "{asked:?}");
    for text in [
        "? Name of the plugin's crate [hello]: ",
        "error: `Hello` cannot name a crate",
        "? Plugin id, your domain reversed and a name [com.example.hello-bot]: ",
        "shorter than 3 characters",
        "? Name people read [Hello Bot]: ",
        "error: there is no template `nope`",
        "Created plugin `org.acme.bot` in hello-bot",
    ] {
        assert!(asked.stdout.contains(text), "{text}: {}", asked.stdout);
    }
    assert!(here.path().join("hello-bot/src/command.rs").is_file());

    let new = tool(here.path(), &["new", "other"]);
    let Some(gone) = typed_on_a_terminal(&new, "xterm", false, "") else { return };
    assert!(gone.code == Some(130) && gone.stdout.contains("--yes asks nothing"), "{gone:?}");
    assert!(!here.path().join("other").exists());
    let yes = tool(here.path(), &["new", "other", "--yes"]);
    let Some(yes) = typed_on_a_terminal(&yes, "xterm", false, "") else { return };
    assert!(yes.code == Some(0) && !yes.stdout.contains("? "), "{yes:?}");
}

/// Whether a line is written over.
fn moves(text: &str) -> bool {
    text.replace("\r\n", "\n").contains('\r')
}

#[cfg(target_os = "linux")]
#[test]
fn a_terminal_gets_a_line_that_moves_and_a_pipe_whole_lines() {
    let here = bundled();
    let deploy = |fake: &Fake| {
        fake.inner().starting = 8;
        at(&fake.url, here.path(), &["deploy", "--bundle", BUNDLE])
    };
    let fake = Fake::start();
    let piped = said(&mut deploy(&fake));
    assert_eq!(piped.code, Some(0), "{piped:?}");
    assert!(
        !piped.stderr.contains(['\r', '\u{1b}']) && !piped.stdout.contains(['\r', '\u{1b}']),
        "{piped:?}"
    );

    let fake = Fake::start();
    let Some(shown) = on_a_terminal(&deploy(&fake), "xterm", false) else { return };
    assert_eq!(shown.code, Some(0), "{shown:?}");
    for text in ["\r   Uploading [", "\r     Waiting for com.example.bare: starting, 0 s", "is running"] {
        assert!(shown.stdout.contains(text), "{text:?}: {:?}", shown.stdout);
    }

    // An editor's terminal, for example, cannot move its cursor.
    let fake = Fake::start();
    let Some(dumb) = on_a_terminal(&deploy(&fake), "dumb", true) else { return };
    assert_eq!(dumb.code, Some(0), "{dumb:?}");
    assert!(!moves(&dumb.stdout) && !dumb.stdout.contains('\u{1b}'), "{:?}", dumb.stdout);
}

#[test]
fn a_long_wait_says_so_where_lines_stay() {
    let (here, fake) = (bundled(), Fake::start());
    fake.inner().starting = 1000;
    let args = ["deploy", "--bundle", BUNDLE, "--timeout", "6"];
    let late = said(&mut at(&fake.url, here.path(), &args));
    assert_eq!(late.code, Some(3), "{late:?}");
    assert_eq!(late.stderr.matches("     Waiting for com.example.bare: starting, 5.").count(), 1, "{late:?}");
}

#[cfg(target_os = "linux")]
#[test]
fn colours_are_for_terminals_unless_somebody_says_otherwise() {
    let here = folder();
    let red = |text: &str| text.contains("\u{1b}[31m");
    let missing = |more: &[&str]| tool(here.path(), &[&["check", "missing.tar.gz"], more].concat());
    for (args, colors, expected) in [
        (&[][..], true, true),
        (&[], false, false), // NO_COLOR
        (&["--color", "never"], true, false),
        (&["--color", "always"], false, true),
    ] {
        let Some(shown) = on_a_terminal(&missing(args), "xterm", colors) else { return };
        assert_eq!((red(&shown.stdout), shown.code), (expected, Some(1)), "{args:?}: {shown:?}");
    }
    let plain = |more: &[&str], forced: bool, no_color: bool| {
        let mut command = missing(more);
        if !no_color {
            command.env_remove("NO_COLOR");
        }
        if forced {
            command.env("CLICOLOR_FORCE", "1");
        }
        red(&said(&mut command).stderr)
    };
    assert!(!plain(&[], false, false), "a pipe");
    assert!(plain(&[], true, false) && plain(&["--color", "always"], false, true));
    assert!(!plain(&[], true, true), "NO_COLOR comes first");
    // Help is no exception.
    let mut help = tool(here.path(), &["--help"]);
    let Some(shown) = on_a_terminal(help.arg("--color=auto"), "xterm", false) else { return };
    assert!(!shown.stdout.contains("\u{1b}[3"), "{:?}", shown.stdout);
}

/// Every command that ends by itself, in an order in which each works, and the event that it ends with.
const COMMANDS: [(&[&str], &str, bool); 16] = [
    (&["new", "hello", "--vcs", "none"], "new", false),
    (&["bundle", "--no-run"], "bundle", false),
    (&["check", BUNDLE], "check", false),
    (&["manifest"], "manifest", false),
    (&["completions", "fish"], "completions", false),
    (&["deploy", "--bundle", BUNDLE], "deploy", true),
    (&["status", ID], "plugin", true),
    (&["list"], "plugin", true),
    (&["logs", ID], "log", true),
    (&["disable", ID], "disable", true),
    (&["enable", ID], "enable", true),
    (&["reset", ID], "reset", true),
    (&["doctor"], "doctor", true),
    (&["remove", ID], "remove", true),
    (&["upgrade"], "upgrade", false),
    (&["deploy", "--no-run"], "deploy", true),
];

fn command(url: &str, here: &Path, args: &[&str], asks: bool) -> Command {
    let hello = here.join("hello");
    match args {
        ["upgrade"] => tool(&hello, args), // what `new` has made
        _ if asks => at(url, here, args),
        _ => tool(here, args),
    }
}

#[test]
fn every_command_speaks_json_to_programs() {
    let (here, fake) = (folder(), Fake::start());
    bare_plugin(here.path(), "", "");
    for (args, name, asks) in COMMANDS {
        let said = said(command(&fake.url, here.path(), args, asks).arg("--json"));
        assert_eq!((said.code, said.stderr.as_str()), (Some(0), ""), "{args:?}: {said:?}");
        let events = events(&said);
        event(&events, name);
        assert!(events.iter().all(|event| event["event"].is_string()), "{args:?}: {events:#?}");
    }
}

#[test]
fn every_command_is_quiet_when_that_is_asked_for() {
    let (here, fake) = (folder(), Fake::start());
    bare_plugin(here.path(), "", "");
    for (args, _, asks) in COMMANDS {
        let said = said(command(&fake.url, here.path(), args, asks).arg("--quiet"));
        assert_eq!((said.code, said.stderr.as_str()), (Some(0), ""), "{args:?}: {said:?}");
        assert!(!said.stdout.trim().is_empty(), "{args:?} has a result");
    }
}

#[test]
fn a_server_that_is_not_there_is_one_error_for_programs_and_people() {
    let here = bundled();
    let url = format!("http://{}", nobody());
    for (args, _, _) in COMMANDS.iter().filter(|(args, _, asks)| *asks && args[0] != "doctor") {
        let json = said(at(&url, here.path(), args).arg("--json"));
        assert_eq!((json.code, json.stderr.as_str()), (Some(1), ""), "{args:?}: {json:?}");
        assert_eq!(events(&json).len(), 1, "{args:?}: {json:?}");
        let error = &events(&json)[0];
        assert_eq!((&error["event"], &error["kind"]), (&"error".into(), &"server".into()), "{args:?}");
        let text = said(at(&url, here.path(), args).arg("--quiet"));
        assert!(text.stderr.starts_with("error: could not ") && text.stdout.is_empty(), "{args:?}: {text:?}");
    }
}

#[test]
fn what_is_asked_of_a_server_is_shown_to_those_who_want_to_see_it() {
    let (here, fake) = (bundled(), Fake::start());
    fake.inner().starting = 5;
    let shown = said(at(&fake.url, here.path(), &["deploy", "--bundle", BUNDLE, "--verbose"]).arg("-v"));
    assert_eq!(shown.code, Some(2), "twice is once too often: {shown:?}");
    let shown = said(&mut at(&fake.url, here.path(), &["deploy", "--bundle", BUNDLE, "--verbose"]));
    assert_eq!(shown.code, Some(0), "{shown:?}");
    for request in ["GET /system/ping", "POST /plugins", "POST /plugins/com.example.bare/enable"] {
        assert!(shown.stderr.contains(&format!("      Asking {request}\n")), "{request}: {}", shown.stderr);
    }
    assert_eq!(shown.stderr.matches("GET /plugins/statuses").count(), 1, "a wait is one: {}", shown.stderr);
    assert!(!shown.stderr.contains(TOKEN), "{}", shown.stderr);
    let plain = said(&mut at(&fake.url, here.path(), &["list"]));
    assert!(!plain.stderr.contains("Asking"), "{}", plain.stderr);
}

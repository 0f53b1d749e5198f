//! `dev` against the fake server: saves, compile errors, a server that goes away, and Ctrl-C.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::fake::{Fake, TOKEN, odd_folder};
use crate::support::{bare_plugin, folder, tool, write};

const ID: &str = "com.example.bare";

/// A running `dev --json`; killed when the test fails.
struct Dev {
    child: Child,
    events: Receiver<Value>,
}

impl Dev {
    fn start(fake: &Fake, here: &Path) -> Self {
        Self::start_with(tool(here, &["dev", "--json", "--no-socket"]), fake, here)
    }

    fn start_with(mut command: Command, fake: &Fake, here: &Path) -> Self {
        command.env("XDG_CONFIG_HOME", here).env("MM_SERVICESETTINGS_SITEURL", &fake.url);
        command.env("MM_ADMIN_TOKEN", TOKEN).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().expect("it starts");
        let stdout = BufReader::new(child.stdout.take().expect("stdout"));
        let (sender, events) = channel();
        std::thread::spawn(move || {
            for line in stdout.lines().map_while(Result::ok) {
                let _ = sender.send(serde_json::from_str(&line).expect("a JSON line"));
            }
        });
        Self { child, events }
    }

    fn wait_for(&self, name: &str) -> Value {
        let begun = Instant::now();
        loop {
            let left = Duration::from_secs(60).saturating_sub(begun.elapsed());
            let event = self.events.recv_timeout(left).unwrap_or_else(|_| panic!("no event {name}"));
            if event["event"] == name {
                return event;
            }
        }
    }

    fn ctrl_c(self) -> Option<i32> {
        self.end().1
    }

    /// Presses Ctrl-C; what it says then, and its code.
    fn end(mut self) -> (String, Option<i32>) {
        let kill = Command::new("kill").args(["-INT", &self.child.id().to_string()]).status();
        assert!(kill.is_ok_and(|status| status.success()));
        let message = self.wait_for("end")["message"].as_str().expect("a text").to_owned();
        (message, self.child.wait().expect("it ends").code())
    }
}

impl Drop for Dev {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[cfg(unix)]
#[test]
fn deploys_every_save_survives_errors_and_cleans_up() {
    let (fake, here) = (Fake::start(), folder());
    let here = odd_folder(here.path());
    bare_plugin(&here, "", "");
    let dev = Dev::start(&fake, &here);
    assert_eq!(dev.wait_for("running")["id"], ID);
    let uploads = || fake.asked("POST /plugins");
    assert_eq!(uploads(), 1);

    let good = fs_err::read_to_string(here.join("src/main.rs")).expect("a file");
    write(here.join("src/main.rs"), "this is no Rust");
    assert_eq!(dev.wait_for("error")["kind"], "build");
    assert_eq!(uploads(), 1, "what does not compile is not deployed");

    // Two saves in a row: the last one counts, however often it is built.
    write(here.join("src/main.rs"), &good.replace("fn main() {  }", "fn main() { let _first = 1; }"));
    write(here.join("src/main.rs"), &good.replace("fn main() {  }", "fn main() { let _second = 2; }"));
    let running = dev.wait_for("running");
    assert!(running["seconds"].as_f64().is_some_and(|seconds| seconds > 0.0), "{running}");

    // The server is away while a file is saved, and comes back.
    fake.inner().down_until = Some(Instant::now() + Duration::from_secs(600));
    write(here.join("assets/icon.svg"), "<svg xmlns=\"http://www.w3.org/2000/svg\" id=\"new\"/>\n");
    assert_eq!(dev.wait_for("error")["kind"], "server");
    fake.inner().down_until = None;
    dev.wait_for("running");

    fake.inner().note(ID, "info", "a line of the plugin", "");
    while dev.wait_for("log")["line"]["msg"] != "a line of the plugin" {}
    assert!(fake.inner().plugins.contains_key(ID));
    assert_eq!(dev.ctrl_c(), Some(0));
    assert!(!fake.inner().plugins.contains_key(ID), "it was not there before");
    assert!(!here.join("dist").exists());
}

#[cfg(unix)]
#[test]
fn a_plugin_that_ran_before_stays_and_how_to_undo_is_said() {
    let (fake, here) = (Fake::start(), folder());
    bare_plugin(here.path(), "", "");
    let old = crate::fake::Plugin { version: "0.0.9".into(), enabled: true, state: 2, ..Default::default() };
    fake.inner().plugins.insert(ID.into(), old);
    let dev = Dev::start(&fake, here.path());
    dev.wait_for("running");
    let (message, code) = dev.end();
    assert!(message.contains("0.0.9 was there before") && code == Some(0), "{code:?} {message}");
    assert_eq!(fake.inner().plugins[ID].version, "0.1.0");
}

#[cfg(unix)]
#[test]
fn a_plugin_that_was_disabled_is_disabled_again_and_one_to_keep_stays() {
    let (fake, here) = (Fake::start(), folder());
    bare_plugin(here.path(), "", "");
    let old = crate::fake::Plugin { version: "0.0.9".into(), ..Default::default() };
    fake.inner().plugins.insert(ID.into(), old);
    let dev = Dev::start(&fake, here.path());
    dev.wait_for("running");
    assert!(fake.inner().plugins[ID].enabled);
    let (message, code) = dev.end();
    assert!(message.contains("is disabled again") && code == Some(0), "{code:?} {message}");
    assert!(!fake.inner().plugins[ID].enabled);

    fake.inner().plugins.clear();
    let dev =
        Dev::start_with(tool(here.path(), &["dev", "--json", "--no-socket", "--keep"]), &fake, here.path());
    dev.wait_for("running");
    let (message, code) = dev.end();
    assert!(message.contains("stays on the server: cargo mmplugin remove") && code == Some(0), "{message}");
    assert!(fake.inner().plugins[ID].enabled);
}

#[cfg(unix)]
#[test]
fn a_plugin_that_does_not_start_is_shown_and_the_next_save_helps() {
    let (fake, here) = (Fake::start(), folder());
    bare_plugin(here.path(), "", "");
    fake.inner().start_fails = Some("the token of the ticket system is not set".into());
    let dev = Dev::start(&fake, here.path());
    let error = dev.wait_for("error");
    assert_eq!(error["kind"], "not-running");
    assert!(error["details"][0].as_str().is_some_and(|text| text.ends_with("is not set")), "{error}");
    fake.inner().start_fails = None;
    write(here.path().join("assets/icon.svg"), "<svg xmlns=\"http://www.w3.org/2000/svg\" id=\"new\"/>\n");
    dev.wait_for("running");
    assert_eq!(dev.ctrl_c(), Some(0));
}

/// `npm` that notes what it is asked and makes a file of the sources.
#[cfg(unix)]
fn with_npm(here: &Path) -> Command {
    let npm = "#!/bin/sh\nmkdir -p node_modules dist\n[ \"$1\" = run ] || exit 0\necho \"$3\" >>calls.log\n\
        grep -q broken src/index.js && exit 1\n{ echo \"registerPlugin('com.example.bare')\"; cat src/*; } >dist/main.js\n";
    write(here.join("bin/npm"), npm);
    let mut chmod = Command::new("chmod");
    assert!(chmod.arg("755").arg(here.join("bin/npm")).status().is_ok_and(|status| status.success()));
    write(here.join("webapp/package.json"), r#"{"scripts": {"build": "x", "debug": "x"}}"#);
    write(here.join("webapp/package-lock.json"), "{}");
    write(here.join("webapp/src/index.js"), "one\n");
    write(
        here.join("webapp/src/manifest.js"),
        "// Written by `cargo mmplugin` from the plugin's manifest. Do not edit.\n",
    );
    let mut command = tool(here, &["dev", "--json", "--no-socket"]);
    let path = std::env::var("PATH").expect("a PATH");
    command.env("PATH", format!("{}:{path}", here.join("bin").display()));
    command
}

#[cfg(unix)]
#[test]
fn builds_only_the_part_that_changed() {
    let (fake, here) = (Fake::start(), folder());
    bare_plugin(here.path(), "", "");
    let dev = Dev::start_with(with_npm(here.path()), &fake, here.path());
    let built = || dev.wait_for("running")["built"].clone();
    let uploads = || fake.asked("POST /plugins");
    assert_eq!(built(), serde_json::json!(["server", "webapp"]));
    write(here.path().join("webapp/src/index.js"), "two\n");
    assert_eq!(built(), serde_json::json!(["webapp"]));
    write(here.path().join("webapp/src/index.js"), "broken\n");
    assert_eq!(dev.wait_for("error")["kind"], "build");
    write(here.path().join("assets/icon.svg"), "<svg xmlns=\"http://www.w3.org/2000/svg\"  />\n");
    assert_eq!(dev.wait_for("error")["kind"], "build", "what failed is still due");
    write(here.path().join("webapp/src/index.js"), "three\n");
    assert_eq!(built(), serde_json::json!(["webapp"]));
    let main = fs_err::read_to_string(here.path().join("src/main.rs")).expect("a file");
    write(here.path().join("src/main.rs"), &format!("{main}// changed\n"));
    assert_eq!(built(), serde_json::json!(["server"]));
    write(here.path().join("assets/icon.svg"), "<svg xmlns=\"http://www.w3.org/2000/svg\"/>\n");
    assert_eq!(built(), serde_json::json!([]));
    assert_eq!(uploads(), 5, "what the build itself writes is no change");
    let calls = fs_err::read_to_string(here.path().join("webapp/calls.log")).expect("calls");
    assert_eq!(calls.lines().collect::<Vec<_>>(), ["debug"; 5]);
    assert_eq!(dev.ctrl_c(), Some(0));
}

#[cfg(unix)]
#[test]
fn a_web_part_alone_is_deployed_too() {
    let (fake, here) = (Fake::start(), folder());
    let command = with_npm(here.path());
    let manifest = |version: &str| {
        format!(r#"{{"id": "{ID}", "name": "Bare", "version": "{version}", "min_server_version": "9.3.0"}}"#)
    };
    write(here.path().join("plugin.json"), &manifest("0.1.0"));
    let dev = Dev::start_with(command, &fake, here.path());
    assert_eq!(dev.wait_for("running")["built"], serde_json::json!(["webapp"]));
    write(here.path().join("plugin.json"), &manifest("0.2.0"));
    let running = dev.wait_for("running");
    assert_eq!((&running["version"], &running["built"]), (&"0.2.0".into(), &serde_json::json!(["webapp"])));
    let module = fs_err::read_to_string(here.path().join("webapp/src/manifest.js")).expect("a module");
    assert!(module.contains("version = \"0.2.0\""), "{module}");
    assert_eq!(dev.ctrl_c(), Some(0));
}

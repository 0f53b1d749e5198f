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
        let mut command = tool(here, &["dev", "--json", "--no-socket"]);
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

    fn ctrl_c(mut self) -> Option<i32> {
        let kill = Command::new("kill").args(["-INT", &self.child.id().to_string()]).status();
        assert!(kill.is_ok_and(|status| status.success()));
        self.wait_for("end");
        self.child.wait().expect("it ends").code()
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
    let mut dev = Dev::start(&fake, here.path());
    dev.wait_for("running");
    let kill = Command::new("kill").args(["-INT", &dev.child.id().to_string()]).status();
    assert!(kill.is_ok_and(|status| status.success()));
    let end = dev.wait_for("end");
    assert!(end["message"].as_str().is_some_and(|text| text.contains("0.0.9 was there before")), "{end}");
    assert_eq!(dev.child.wait().expect("it ends").code(), Some(0));
    assert_eq!(fake.inner().plugins[ID].version, "0.1.0");
}

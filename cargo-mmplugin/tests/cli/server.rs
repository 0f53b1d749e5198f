//! The commands that talk to a server, against the fake one, and the whole way against a real one where there is one.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use crate::fake::{Fake, PASSWORD, SESSION, TOKEN, app_error, nobody, odd_folder};
use crate::support::{Said, bare_plugin, event, events, folder, run, said, tool, write};

const ID: &str = "com.example.bare";

/// A bundle on a path with blanks and letters that are not ASCII; built once.
fn bundle() -> &'static Path {
    static BUNDLE: OnceLock<PathBuf> = OnceLock::new();
    BUNDLE.get_or_init(|| {
        let here = odd_folder(&folder().keep());
        bare_plugin(&here, "", "");
        let said = run(&here, &["bundle", "--no-run"]);
        assert_eq!(said.code, Some(0), "{}", said.stderr);
        here.join("dist/com.example.bare-0.1.0.tar.gz")
    })
}

/// The tool with nothing of the caller's servers, and this one in the environment.
pub(crate) fn at(url: &str, here: &Path, args: &[&str]) -> Command {
    let mut command = tool(here, args);
    for name in [
        "MM_ADMIN_USERNAME",
        "MM_ADMIN_PASSWORD",
        "MM_LOCALSOCKETPATH",
        "APPDATA",
        "http_proxy",
        "HTTP_PROXY",
    ] {
        command.env_remove(name);
    }
    command.env("XDG_CONFIG_HOME", here).env("MM_SERVICESETTINGS_SITEURL", url).env("MM_ADMIN_TOKEN", TOKEN);
    command.arg("--no-socket");
    command
}

pub(crate) fn ask(fake: &Fake, args: &[&str]) -> Said {
    said(&mut at(&fake.url, folder().path(), args))
}

fn deploy(fake: &Fake) -> Said {
    ask(fake, &["deploy", "--bundle", &bundle().display().to_string()])
}

#[test]
fn deploys_waits_for_running_and_says_so() {
    let fake = Fake::start();
    fake.inner().starting = 4;
    let first = deploy(&fake);
    assert_eq!(
        (first.code, first.stdout.as_str()),
        (Some(0), "com.example.bare 0.1.0 is running\n"),
        "{first:?}"
    );
    assert!(fake.asked("GET /plugins/statuses") >= 4);
    let path = bundle().display().to_string();
    let again = ask(&fake, &["deploy", "--json", "--bundle", &path]);
    assert_eq!((again.code, again.stderr.as_str()), (Some(0), ""));
    let events = events(&again);
    assert_eq!(event(&events, "deploy")["id"], ID);
    assert!(!format!("{first:?}{again:?}").contains(TOKEN));
}

#[test]
fn builds_before_it_deploys() {
    let fake = Fake::start();
    let here = folder();
    let here = odd_folder(here.path());
    bare_plugin(&here, "", "");
    let said = said(&mut at(&fake.url, &here, &["deploy", "--no-run"]));
    assert_eq!(said.code, Some(0), "{}", said.stderr);
    assert!(said.stdout.ends_with("com.example.bare 0.1.0 is running\n"), "{}", said.stdout);
    assert_eq!(fake.inner().plugins[ID].version, "0.1.0");
}

#[test]
fn a_plugin_that_does_not_start_ends_with_3_reason_log_and_fix() {
    for upgrade in [false, true] {
        let fake = Fake::start();
        if upgrade {
            assert_eq!(deploy(&fake).code, Some(0));
        }
        let reason = "fork/exec plugins/com.example.bare/server/dist/plugin-linux-amd64: exec format error";
        fake.inner().start_fails = Some(reason.into());
        let said = deploy(&fake);
        assert_eq!((said.code, said.stdout.as_str()), (Some(3), ""), "{}", said.stderr);
        // A server says nothing more about an upgrade under the plugin's id.
        let log =
            if upgrade { "info  Installing extracted plugin" } else { "error Unable to activate plugin" };
        let expected = [
            "error: com.example.bare did not start",
            "the server says: fork/exec",
            "last lines of its log:",
            log,
            "help: the executable is for another processor",
        ];
        for text in expected {
            assert!(said.stderr.contains(text), "{text}: {}", said.stderr);
        }
    }
}

#[test]
fn each_refusal_of_an_upload_is_explained() {
    let page =
        "<html>\r\n<head><title>413 Request Entity Too Large</title></head>\r\n<body>nginx</body></html>\r\n";
    let json = "application/json";
    let too_large = "Uploaded plugin size exceeds limit.";
    for (name, status, kind, body) in [
        ("nginx_413", 413, "text/html", page.to_owned()),
        ("too_large_11", 413, json, app_error("api.plugin.upload.file_too_large.app_error", too_large, 413)),
        ("too_large_9", 400, "text/plain", "http: request body too large\n".to_owned()),
        (
            "uploads_off",
            501,
            json,
            app_error(
                "app.plugin.upload_disabled.app_error",
                "Plugins and/or plugin uploads have been disabled.",
                501,
            ),
        ),
        (
            "no_rights",
            403,
            json,
            app_error(
                "api.context.permissions.app_error",
                "You do not have the appropriate permissions.",
                403,
            ),
        ),
        (
            "extract",
            400,
            json,
            app_error("app.plugin.extract.app_error", "An error occurred extracting the plugin bundle.", 400),
        ),
    ] {
        let fake = Fake::start();
        fake.answer("POST /plugins", 1, status, kind, &body);
        let said = ask(&fake, &["deploy", "--quiet", "--bundle", &bundle().display().to_string()]);
        assert_eq!((said.code, said.stdout.as_str()), (Some(1), ""));
        assert_eq!(fake.asked("POST /plugins"), 1, "an upload that was refused is not repeated");
        insta::assert_snapshot!(name, said.stderr.replace(&fake.url, "http://SERVER"));
    }
}

#[test]
fn a_wrong_token_and_a_wrong_password_are_told_apart() {
    let fake = Fake::start();
    let here = folder();
    let mut command = at(&fake.url, here.path(), &["list"]);
    let refused = said(command.env("MM_ADMIN_TOKEN", "wr0ng"));
    assert_eq!(refused.code, Some(1));
    insta::assert_snapshot!("wrong_token", refused.stderr.replace(&fake.url, "http://SERVER"));

    let login = |password: &str| {
        let mut command = at(&fake.url, here.path(), &["list", "--username", "admin"]);
        said(command.env("MM_ADMIN_PASSWORD", password))
    };
    let refused = login("wr0ng");
    assert_eq!(refused.code, Some(1));
    insta::assert_snapshot!("wrong_password", refused.stderr.replace(&fake.url, "http://SERVER"));
    assert!(!format!("{refused:?}").contains("wr0ng"));
    assert_eq!(login(PASSWORD).code, Some(0));
    assert_eq!(fake.asked("POST /users/logout"), 1, "its own session is ended");
    let inner = fake.inner();
    let last = inner.requests.iter().find(|(request, _)| request == "POST /users/logout");
    assert_eq!(last.map(|(_, auth)| auth.as_str()), Some(format!("Bearer {SESSION}").as_str()));
}

#[test]
fn a_redirect_is_not_followed_and_gets_no_token() {
    let (fake, other) = (Fake::start(), Fake::start());
    for path in ["GET /system/ping", "GET /plugins/statuses"] {
        fake.answer(path, 9, 302, "", &format!("{}/api/v4/elsewhere", other.url));
    }
    for said in [ask(&fake, &["list"]), deploy(&fake)] {
        assert_eq!(said.code, Some(1));
        assert!(
            said.stderr.contains("the server sends elsewhere") && said.stderr.contains(&other.url),
            "{said:?}"
        );
    }
    assert_eq!(other.inner().requests, []);
}

#[test]
fn a_server_that_restarts_in_the_middle_is_waited_for() {
    let fake = Fake::start();
    fake.inner().down_after_enable = Some(Duration::from_millis(1500));
    let begun = Instant::now();
    let said = deploy(&fake);
    assert_eq!(said.code, Some(0), "{}", said.stderr);
    assert!(begun.elapsed() >= Duration::from_millis(1500));

    let fake = Fake::start();
    fake.answer("GET /plugins/statuses", 6, 502, "text/html", "<html><title>502 Bad Gateway</title></html>");
    assert_eq!(deploy(&fake).code, Some(0));
}

#[test]
fn nobody_there_and_no_mattermost_there_are_errors_at_once() {
    let here = folder();
    let begun = Instant::now();
    let said_nobody = said(&mut at(&format!("http://{}", nobody()), here.path(), &["deploy"]));
    assert_eq!(said_nobody.code, Some(1));
    assert!(said_nobody.stderr.contains("could not reach the server: no connection"), "{said_nobody:?}");
    assert!(begun.elapsed() < Duration::from_secs(5));

    let fake = Fake::start();
    for (kind, body) in
        [("text/html", "<!doctype html><title>Welcome</title>"), ("application/json", "[{\"plugin_i")]
    {
        fake.answer("GET /plugins/statuses", 1, 200, kind, body);
        let said = ask(&fake, &["list"]);
        assert_eq!(said.code, Some(1));
        assert!(said.stderr.contains("the answer is not a Mattermost server's"), "{}", said.stderr);
    }
    fake.answer("GET /plugins/statuses", 1, 404, "text/plain", "404 page not found");
    assert!(ask(&fake, &["list"]).stderr.contains("is the address right"));
}

#[test]
fn a_slow_server_is_waited_for_and_its_rate_limit_kept() {
    let fake = Fake::start();
    fake.inner().delay = Duration::from_millis(300);
    fake.answer("POST /plugins", 1, 429, "text/plain", "limit exceeded\n");
    let said = deploy(&fake);
    assert_eq!(said.code, Some(0), "{}", said.stderr);
    assert_eq!(fake.asked("POST /plugins"), 2);
}

#[test]
fn a_version_that_is_not_the_deployed_one_is_no_success() {
    let fake = Fake::start();
    let row = serde_json::json!([{"plugin_id": ID, "state": 2, "version": "0.0.9", "error": ""}]).to_string();
    fake.answer("GET /plugins/statuses", 1, 200, "application/json", &row);
    let said = deploy(&fake);
    assert_eq!(said.code, Some(3));
    assert!(said.stderr.contains("the server runs com.example.bare 0.0.9, not 0.1.0"), "{}", said.stderr);
}

#[test]
fn a_plugin_that_stays_starting_is_late() {
    let fake = Fake::start();
    fake.inner().starting = 1000;
    let path = bundle().display().to_string();
    let said = ask(&fake, &["deploy", "--bundle", &path, "--timeout", "1"]);
    assert_eq!(said.code, Some(3));
    assert!(
        said.stderr.contains("is still starting") && said.stderr.contains("--timeout"),
        "{}",
        said.stderr
    );
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_a_deploy_at_once_whatever_is_waited_for() {
    for (request, starting) in [("POST /plugins", 0), ("GET /plugins/statuses", 1000)] {
        let fake = Fake::start();
        fake.inner().starting = starting;
        if starting == 0 {
            // The upload is sent and never answered.
            fake.inner().slow = Some((request.to_owned(), Duration::from_secs(600)));
        }
        let path = bundle().display().to_string();
        let mut command = at(&fake.url, folder().path(), &["deploy", "--bundle", &path]);
        command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
        let child = command.current_dir("/").spawn().expect("it starts");
        let begun = Instant::now();
        while fake.asked(request) == 0 {
            assert!(begun.elapsed() < Duration::from_secs(30), "no {request}");
            std::thread::sleep(Duration::from_millis(10));
        }
        let kill = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
        assert!(kill.is_ok_and(|status| status.success()));
        let asked = Instant::now();
        let output = child.wait_with_output().expect("it ends");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(130), "{request}: {stderr}");
        assert!(stderr.ends_with("error: interrupted\n"), "{request}: {stderr}");
        assert!(asked.elapsed() < Duration::from_secs(5), "{request}: {:?}", asked.elapsed());
    }
}

#[test]
fn logs_are_the_plugins_own_and_followed_over_a_restart() {
    let fake = Fake::start();
    {
        let mut inner = fake.inner();
        inner.note(ID, "info", "first", "");
        inner.note("com.example.other", "info", "not mine", "");
        inner.note(ID, "error", "second", "a \u{1b}[31mcause");
    }
    let shown = ask(&fake, &["logs", ID]);
    assert_eq!(
        shown.stdout, "12:30:00.000 info  first\n12:30:00.002 error second error=a [31mcause\n",
        "{shown:?}"
    );
    let all = ask(&fake, &["logs", "--all", "--json", "-n", "2"]);
    assert_eq!(events(&all).len(), 2);

    let here = folder();
    let mut command = at(&fake.url, here.path(), &["logs", ID, "--follow", "--json"]);
    let mut child = command
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut lines = std::io::BufRead::lines(std::io::BufReader::new(child.stdout.take().expect("stdout")));
    let mut next = || lines.next().expect("a line").expect("text");
    assert!(next().contains("first") && next().contains("second"));
    fake.inner().down_until = Some(Instant::now() + Duration::from_millis(1200));
    fake.inner().note(ID, "warn", "third", "");
    assert!(next().contains("third"));
    let kill = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(kill.is_ok_and(|status| status.success()));
    assert_eq!(child.wait().expect("it ends").code(), Some(130));
}

#[test]
fn a_server_without_a_log_file_says_how_to_get_one() {
    let fake = Fake::start();
    fake.answer("GET /logs", 1, 200, "application/json", "[\"\"]");
    let said = ask(&fake, &["logs", ID]);
    assert_eq!(said.code, Some(1));
    assert!(said.stderr.contains("LogSettings.EnableFile"), "{}", said.stderr);
}

#[test]
fn the_id_comes_from_the_package_or_is_asked_for() {
    let fake = Fake::start();
    assert_eq!(deploy(&fake).code, Some(0));
    let package = bundle().parent().and_then(Path::parent).expect("the package");
    let status = said(&mut at(&fake.url, package, &["status"]));
    assert_eq!(status.stdout, "com.example.bare 0.1.0 is running\n", "{status:?}");
    let web = folder();
    write(
        web.path().join("plugin.json"),
        &format!(r#"{{"id": "{ID}", "name": "Bare", "version": "0.1.0"}}"#),
    );
    write(web.path().join("webapp/package.json"), "{}");
    let status = said(&mut at(&fake.url, &web.path().join("webapp"), &["status"]));
    assert_eq!(
        status.stdout, "com.example.bare 0.1.0 is running\n",
        "a web part has no bundle yet: {status:?}"
    );
    let nowhere = ask(&fake, &["status"]);
    assert!(nowhere.code == Some(1) && nowhere.stderr.contains("error: which plugin?"), "{nowhere:?}");
    let odd = ask(&fake, &["disable", "../users"]);
    assert!(odd.code == Some(1) && odd.stderr.contains("holds '/'"), "{odd:?}");
    assert_eq!(ask(&fake, &["status", "com.example.absent"]).code, Some(1));
}

/// The way of a plugin on a server from its arrival to its end, with the codes that a script relies on.
fn journey(id: &str, bundle: &str, mut ask: impl FnMut(&[&str]) -> Said) {
    let mut step = |args: &[&str], code: i32, text: &str| {
        let said = ask(args);
        assert_eq!(said.code, Some(code), "{args:?}: {said:?}");
        assert!(format!("{}{}", said.stdout, said.stderr).contains(text), "{args:?}: {said:?}");
    };
    step(&["deploy", "--bundle", bundle], 0, "is running");
    step(&["status", id], 0, "is running");
    step(&["list"], 0, id);
    step(&["deploy", "--bundle", bundle], 0, "is running");
    step(&["logs", id], 0, "");
    step(&["disable", id], 0, "is disabled");
    step(&["status", id], 3, "does not run");
    step(&["enable", id], 0, "is running");
    step(&["reset", id], 0, "is running again");
    step(&["remove", id], 0, "is removed");
    step(&["remove", id], 1, "could not remove");
    step(&["status", id], 1, "is not on the server");
}

#[test]
fn the_whole_way_over_http() {
    let fake = Fake::start();
    journey(ID, &bundle().display().to_string(), |args| ask(&fake, args));
    let expected = format!("Bearer {TOKEN}");
    assert!(fake.inner().requests.iter().all(|(_, auth)| *auth == expected));
}

#[cfg(unix)]
#[test]
fn the_whole_way_over_the_local_socket() {
    let here = folder();
    let socket = here.path().join("lokal mode.socket");
    let fake = Fake::start_local(socket.clone());
    let over = |args: &[&str]| {
        let mut command = tool(here.path(), args);
        command.env("MM_LOCALSOCKETPATH", &socket).env("XDG_CONFIG_HOME", here.path());
        // There is another server, too; the socket comes first, and the token stays at home.
        said(command.env("MM_SERVICESETTINGS_SITEURL", "http://127.0.0.1:1").env("MM_ADMIN_TOKEN", TOKEN))
    };
    journey(ID, &bundle().display().to_string(), over);
    assert!(fake.inner().requests.iter().all(|(_, auth)| auth.is_empty()));

    fake.inner().start_fails = Some("timeout while waiting for plugin to start".into());
    let said = over(&["deploy", "--bundle", &bundle().display().to_string()]);
    assert_eq!(said.code, Some(3), "{}", said.stderr);
    assert!(said.stderr.contains("a server waits 3 seconds"), "{}", said.stderr);
    // The server has it enabled now and starts the next one at its upload: the reason stands elsewhere then.
    let said = over(&["deploy", "--bundle", &bundle().display().to_string()]);
    assert_eq!(said.code, Some(3), "{}", said.stderr);
    assert!(said.stderr.contains("the server says: timeout while waiting"), "{}", said.stderr);
    assert!(said.stderr.contains("a server waits 3 seconds"), "{}", said.stderr);
}

/// With MM_SERVICESETTINGS_SITEURL and MM_ADMIN_TOKEN the same way is gone on that server, with a real plugin.
#[test]
fn the_whole_way_on_a_real_server() {
    let set = |name: &str| std::env::var(name).is_ok_and(|value| !value.is_empty());
    if !set("MM_SERVICESETTINGS_SITEURL") || !set("MM_ADMIN_TOKEN") {
        eprintln!("skipped: no real server (set MM_SERVICESETTINGS_SITEURL and MM_ADMIN_TOKEN)");
        return;
    }
    let here = folder();
    let new = run(here.path(), &["new", "hello", "--id", "com.example.mmplugin-test"]);
    assert_eq!(new.code, Some(0), "{}", new.stderr);
    let plugin = here.path().join("hello");
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
    fs_err::copy(workspace.join("Cargo.lock"), plugin.join("Cargo.lock")).expect("a lock file");
    let target = workspace.join("target/bundles").display().to_string();
    let bundled = run(&plugin, &["bundle", "--target-dir", &target]);
    assert_eq!(bundled.code, Some(0), "{}", bundled.stderr);
    let bundle = "dist/com.example.mmplugin-test-0.1.0.tar.gz";
    journey("com.example.mmplugin-test", bundle, |args| {
        let mut command = tool(&plugin, args);
        said(command.arg("--no-socket"))
    });
}

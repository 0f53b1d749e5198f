//! `doctor`: what it finds on a server and on this machine, and that every finding says what to do.

use std::path::Path;

use serde_json::{Value, json};

use crate::fake::{Fake, app_error};
use crate::server::{ask, at};
use crate::support::{Said, bare_plugin, event, events, folder, said, tool, write};

fn config(uploads: bool, limit: u64) -> Value {
    json!({
        "PluginSettings": {"Enable": true, "EnableUploads": uploads, "RequirePluginSignature": false},
        "FileSettings": {"MaxFileSize": limit},
        "LogSettings": {"EnableFile": true, "FileJson": true},
        "ServiceSettings": {"SiteURL": "https://chat.example.com", "EnableLocalMode": false},
    })
}

#[test]
fn doctor_finds_what_is_wrong_on_the_server_and_says_the_fix() {
    let fake = Fake::start();
    fake.inner().config = config(true, 100 << 20);
    let well = ask(&fake, &["doctor"]);
    assert_eq!(well.code, Some(0), "{well:?}");
    for text in ["rustc", "version", "11.6.0", "admin (system_admin system_user)", "100.0 MiB"] {
        assert!(well.stdout.contains(text), "{text}: {}", well.stdout);
    }

    fake.inner().config = config(false, 10 << 20);
    let ill = ask(&fake, &["doctor", "--json"]);
    assert_eq!(ill.code, Some(1), "{ill:?}");
    let events = events(&ill);
    let finding = |name: &str| {
        let found = events.iter().find(|event| event["finding"]["name"] == name);
        found.unwrap_or_else(|| panic!("no finding {name}"))["finding"].clone()
    };
    let uploads = finding("PluginSettings.EnableUploads");
    assert_eq!((&uploads["health"], &uploads["found"]), (&"bad".into(), &"false".into()));
    assert!(uploads["fix"][0].as_str().is_some_and(|fix| fix.contains("MM_PLUGINSETTINGS_ENABLEUPLOADS")));
    assert_eq!(finding("FileSettings.MaxFileSize")["health"], "warning");
    assert_eq!(finding("ServiceSettings.EnableLocalMode")["health"], "skipped");
    assert_eq!(event(&events, "error")["message"], "one thing is bad; its fix is above");
}

#[test]
fn doctor_goes_on_without_server_token_or_rights() {
    let here = folder();
    let alone = said(at("", here.path(), &["doctor"]).env_remove("MM_SERVICESETTINGS_SITEURL"));
    assert_eq!(alone.code, Some(0), "{alone:?}");
    assert!(alone.stdout.contains("no server is named"), "{}", alone.stdout);

    let fake = Fake::start();
    let denied =
        app_error("api.context.permissions.app_error", "You do not have the appropriate permissions.", 403);
    fake.answer("GET /config", 1, 403, "application/json", &denied);
    let user = r#"{"id": "u", "username": "bob", "roles": "system_user"}"#;
    fake.answer("GET /users/me", 1, 200, "application/json", user);
    let low = ask(&fake, &["doctor"]);
    assert_eq!(low.code, Some(0), "{low:?}");
    assert!(
        low.stdout.contains("bob (system_user)") && low.stdout.contains("may not read"),
        "{}",
        low.stdout
    );

    let mut command = at(&fake.url, here.path(), &["doctor"]);
    let wrong = said(command.env("MM_ADMIN_TOKEN", "wr0ng"));
    assert_eq!(wrong.code, Some(1));
    assert!(wrong.stdout.contains("could not use the token") && !wrong.stdout.contains("wr0ng"), "{wrong:?}");
}

/// The finding of that name.
#[track_caller]
fn finding(said: &Said, name: &str) -> Value {
    let events = events(said);
    let found = events.iter().find(|event| event["finding"]["name"] == name);
    found.unwrap_or_else(|| panic!("no finding {name} in {events:#?}"))["finding"].clone()
}

/// Bad findings fail the command, warnings do not; both have a fix.
#[track_caller]
fn expect(said: &Said, name: &str, health: &str, fix: &str) {
    let found = finding(said, name);
    assert_eq!(found["health"], health, "{found}");
    let fixes = found["fix"].as_array().expect("a list");
    let fits = |text: &Value| text.as_str().is_some_and(|text| text.contains(fix));
    assert_eq!(fixes.iter().any(fits), !fix.is_empty(), "{fix}: {found}");
    assert_eq!(said.code, Some(i32::from(health == "bad")), "{said:?}");
}

#[test]
fn every_setting_that_matters_is_looked_at() {
    for (path, value, health, fix) in [
        ("PluginSettings.Enable", json!(false), "bad", "System Console > Plugins"),
        ("PluginSettings.EnableUploads", json!(false), "bad", "MM_PLUGINSETTINGS_ENABLEUPLOADS=true"),
        ("PluginSettings.RequirePluginSignature", json!(true), "bad", "set it to false"),
        ("FileSettings.MaxFileSize", json!(50 << 20), "warning", "Maximum File Size"),
        ("FileSettings.MaxFileSize", json!(200 << 20), "ok", ""),
        ("LogSettings.EnableFile", json!(false), "warning", "Environment > Logging"),
        ("LogSettings.FileJson", json!(false), "warning", "Environment > Logging"),
        ("ServiceSettings.SiteURL", json!(""), "warning", "Site URL"),
        ("ServiceSettings.EnableLocalMode", json!(true), "ok", ""),
        ("ServiceSettings.EnableLocalMode", Value::Null, "skipped", ""),
    ] {
        let fake = Fake::start();
        let mut config = config(true, 100 << 20);
        let (section, key) = path.split_once('.').expect("a path");
        config[section][key] = value;
        fake.inner().config = config;
        expect(&ask(&fake, &["doctor", "--json"]), path, health, fix);
    }
}

#[test]
fn a_server_that_is_too_old_and_one_that_is_not_there_are_bad() {
    let fake = Fake::start();
    fake.answer("GET /config/client", 1, 200, "application/json", r#"{"Version": "9.2.0"}"#);
    expect(&ask(&fake, &["doctor", "--json"]), "version", "bad", "9.3.0 or newer");
    let here = folder();
    let url = format!("http://{}", crate::fake::nobody());
    expect(
        &said(&mut at(&url, here.path(), &["doctor", "--json"])),
        "server",
        "bad",
        "is the server running",
    );
}

/// Of this machine only.
fn local(here: &Path, change: impl FnOnce(&mut std::process::Command)) -> Said {
    let mut command = tool(here, &["doctor", "--json", "--no-socket"]);
    for name in ["MM_SERVICESETTINGS_SITEURL", "MM_LOCALSOCKETPATH", "APPDATA", "CC"] {
        command.env_remove(name);
    }
    command.env("XDG_CONFIG_HOME", here);
    change(&mut command);
    said(&mut command)
}

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
#[test]
fn what_is_missing_on_this_machine_says_how_to_get_it() {
    let here = folder();
    bare_plugin(here.path(), "", "");
    let script = |name: &str, text: &str| {
        let path = here.path().join(name);
        write(path.clone(), &format!("#!/bin/sh\n{text}\n"));
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        fs_err::set_permissions(&path, mode).expect("a mode");
        path
    };
    let well = local(here.path(), |_| {});
    for (name, health) in
        [("rustc", "ok"), ("cargo", "ok"), ("target", "ok"), ("cc", "ok"), ("node", "skipped")]
    {
        expect(&well, name, health, "");
    }
    let cargo = Path::new(env!("CARGO"));
    let rustc = cargo.with_file_name("rustc");
    let old =
        script("old", "case \"$*\" in --version) echo 'rustc 1.80.0 (x)';; *) exec rustc \"$@\";; esac");
    expect(
        &local(here.path(), |tool| {
            tool.env("RUSTC", old);
        }),
        "rustc",
        "bad",
        "rustup update",
    );
    let none = here.path().join("none");
    expect(
        &local(here.path(), |tool| {
            tool.env("RUSTC", none);
        }),
        "rustc",
        "bad",
        "https://rustup.rs",
    );

    // A package that cannot be used, none at all, and one of several.
    let toml = fs_err::read_to_string(here.path().join("Cargo.toml")).expect("a file");
    write(here.path().join("Cargo.toml"), "[package\n");
    expect(&local(here.path(), |_| {}), "package", "bad", "");
    write(here.path().join("Cargo.toml"), &toml);
    let (nowhere, web, workspace) = (folder(), folder(), folder());
    expect(&local(nowhere.path(), |_| {}), "package", "skipped", "");
    write(web.path().join("plugin.json"), "{");
    expect(&local(web.path(), |_| {}), "package", "bad", "");
    write(workspace.path().join("Cargo.toml"), "[workspace]\nresolver = \"3\"\nmembers = [\"a\"]\n");
    write(workspace.path().join("a/Cargo.toml"), "[package]\nname = \"a\"\nedition = \"2024\"\n");
    write(workspace.path().join("a/src/lib.rs"), "");
    expect(&local(workspace.path(), |_| {}), "package", "warning", "-p NAME");

    // Neither a linker nor node on the PATH, and a platform whose target is not installed.
    let metadata = "[package.metadata.mattermost]\nplatforms = [\"linux-amd64\", \"windows-amd64\"]\n";
    bare_plugin(here.path(), metadata, "");
    write(here.path().join("webapp/package.json"), "{}");
    write(here.path().join("webapp/pnpm-lock.yaml"), "");
    let alone = script(
        "alone",
        &format!("case \"$*\" in *pc-windows-gnu*) exit 1;; *) exec '{}' \"$@\";; esac", rustc.display()),
    );
    let poor = local(here.path(), |tool| {
        tool.env("PATH", here.path().join("empty")).env("CARGO", cargo).env("RUSTC", alone);
    });
    for (name, fix) in
        [("cc", "apt install gcc"), ("node", "https://nodejs.org"), ("pnpm", "npm install --global pnpm")]
    {
        expect(&poor, name, "bad", fix);
    }
    let targets: Vec<Value> =
        events(&poor).into_iter().filter(|event| event["finding"]["name"] == "target").collect();
    assert_eq!(targets[0]["finding"]["health"], "ok", "{targets:#?}");
    let missing = &targets[1]["finding"];
    assert_eq!(
        (&missing["health"], &missing["fix"][0]),
        (&"bad".into(), &"rustup target add x86_64-pc-windows-gnu".into())
    );
}

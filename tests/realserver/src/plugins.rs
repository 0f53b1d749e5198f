//! Plugins: bundled with the tool, brought to the server, looked at, and removed.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use mmplugin_rest::Sent;
use mmplugin_rest::model::PluginRunState;
use serde_json::{Value, json};

use crate::Check;
use crate::site::{Site, eventually, examples, root, run};
use crate::table::Outcome;

/// The whole way of one plugin. It is removed also when it does not do what it should.
pub(crate) fn on(site: &Site, name: &str, id: &str, check: Check) -> Result<Outcome> {
    let dist = tempfile::tempdir()?;
    let bundle = bundle(name, dist.path())?;
    let settings = json!({
        "timeserviceurl": site.time_service,
        "timeapiurl": format!("{}/Asia/Tokyo", site.time_service),
    });
    let patch = json!({"PluginSettings": {"Plugins": {id: settings}}});
    site.client.put::<Value>("/config/patch", &patch).context("settings")?;
    let manifest = site.client.upload_plugin(&bundle, &Sent::default()).context("upload")?;
    let version = site.client.get_server_version()?;
    let seen = if older(&version, &manifest.min_server_version) {
        Ok(Outcome::Skipped(format!("needs a server {}, this is {version}", manifest.min_server_version)))
    } else {
        started(site, id).and_then(|()| check(site)).map(Outcome::Seen)
    };
    let removed = site.client.remove_plugin(id).context("removal");
    let seen = seen?;
    removed?;
    Ok(seen)
}

/// Whether a server's version is below what a plugin asks for.
fn older(version: &str, needed: &str) -> bool {
    let numbers = |text: &str| -> Vec<u64> { text.split('.').filter_map(|part| part.parse().ok()).collect() };
    numbers(version) < numbers(needed)
}

fn bundle(name: &str, dist: &Path) -> Result<PathBuf> {
    let tool = root().join("target/debug/cargo-mmplugin");
    run(Command::new(env!("CARGO")).current_dir(root()).args([
        "build",
        "--quiet",
        "--locked",
        "--package",
        "cargo-mmplugin",
    ]))?;
    run(Command::new(tool)
        .current_dir(examples().join(name))
        .args(["mmplugin", "bundle", "--out-dir"])
        .arg(dist)
        .env("CARGO_TARGET_DIR", root().join("target/bundles")))?;
    let files = std::fs::read_dir(dist)?.flatten().map(|entry| entry.path());
    files.into_iter().find(|file| file.to_string_lossy().ends_with(".tar.gz")).context("no bundle was made")
}

fn started(site: &Site, id: &str) -> Result<()> {
    site.client.enable_plugin(id).context("enabling")?;
    eventually("plugin that runs", || {
        let statuses = site.client.get_plugin_statuses()?;
        Ok(statuses.into_iter().find(|one| one.plugin_id == id && one.state == PluginRunState::Running))
    })?;
    Ok(())
}

pub(crate) fn command(site: &Site) -> Result<String> {
    site.client.execute_command(&site.channel.id, "/time Europe/Berlin")?;
    Ok(site.posted("It is noon in Europe/Berlin.")?.message)
}

pub(crate) fn worldtime(site: &Site) -> Result<String> {
    let page = site.ask("/plugins/com.example.my-rust-plugin/", None)?;
    ensure!(page == "Hello, WorldtimeAPI!", "{page}");
    let post = site.post("hoge?")?;
    // Without the time where the server does not reach this machine: the message passes unchanged.
    let expected = if site.this_machine.is_some() { "hoge?\nnoon" } else { "hoge?" };
    ensure!(post.message.starts_with(expected), "{}", post.message);
    Ok(format!("{page} {}", post.message))
}

pub(crate) fn header_button(site: &Site) -> Result<String> {
    let parts: Value = site.client.get("/plugins/webapp")?;
    let ours =
        parts.as_array().into_iter().flatten().find(|part| part["id"] == "com.example.my-react-plugin");
    let path = ours.and_then(|part| part["webapp"]["bundle_path"].as_str()).context("it has no web part")?;
    // The path that the server tells has no `plugins` in it; the web app puts it in.
    let path = path.replacen("/static/", "/static/plugins/", 1);
    let script = site.ask(&path, None)?;
    ensure!(script.contains("Hello World!"), "{path} is another file");
    Ok(format!("{path}, {} bytes", script.len()))
}

pub(crate) fn full(site: &Site) -> Result<String> {
    let path = "/plugins/com.example.zone-clock/api/v1/time";
    let answer: Value = serde_json::from_str(&site.ask(path, Some(&json!({"zone": "Europe/Berlin"})))?)?;
    let message = answer["message"].as_str().unwrap_or_default().to_owned();
    ensure!(message.ends_with("It is noon in Europe/Berlin."), "{answer}");
    Ok(message)
}

pub(crate) fn timezone(site: &Site) -> Result<String> {
    site.client.execute_command(&site.channel.id, "/timezone").context("opening the dialog")?;
    // What the client sends when somebody has chosen.
    let submitted = json!({
        "url": "/plugins/com.example.timezone/dialog", "callback_id": "", "state": "",
        "channel_id": site.channel.id, "team_id": site.team.id, "submission": {"zone": "Asia/Tokyo"}, "cancelled": false,
    });
    let answer: Value = site.client.post("/actions/dialogs/submit", &submitted)?;
    ensure!(answer["error"].is_null() && answer["errors"].is_null(), "{answer}");
    Ok(site.posted("It is noon in Asia/Tokyo.")?.message)
}

pub(crate) fn settings(_site: &Site) -> Result<String> {
    Ok("runs with its defaults".into())
}

pub(crate) fn database(site: &Site) -> Result<String> {
    let said = |line: &str| site.client.execute_command(&site.channel.id, line).map(|answer| answer.text);
    said("/note add milk")?;
    let notes = said("/note list")?;
    ensure!(notes.contains("milk"), "{notes:?}");
    Ok(notes)
}

pub(crate) fn bench(site: &Site) -> Result<String> {
    let page = site.ask("/plugins/com.example.bench/hello", None)?;
    ensure!(page == "Hello, world!", "{page}");
    Ok(page)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_by_their_numbers() {
        for (version, needed, expected) in [
            ("9.10.0", "10.0.0", true),
            ("9.3.0", "9.10.0", true),
            ("11.6.0", "9.3.0", false),
            ("9.3.0", "9.3.0", false),
            ("9.3.0", "", false),
        ] {
            assert_eq!(older(version, needed), expected, "{version} {needed}");
        }
    }
}

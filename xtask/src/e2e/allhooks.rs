//! Every hook of a server, called by Go with arguments made up, on the plugin that has them all.

use anyhow::{Result, ensure};
use serde_json::{Map, Value, json};

use super::Run;
use super::host::{Host, text};

/// What the plugin appends where it changes a text, and what it says where it refuses.
const CHANGED: &str = " (changed)";
const REASON: &str = "told to refuse";

/// Hooks that can change what they are given.
const REPLACING: &[&str] = &[
    "ChannelMemberWillBeAdded",
    "ConfigurationWillBeSaved",
    "EmailNotificationWillBeSent",
    "MessageWillBePosted",
    "MessageWillBeUpdated",
    "MessagesWillBeConsumed",
    "NotificationWillBePushed",
    "TeamMemberWillBeAdded",
];

/// Hooks that can refuse or fail.
const REFUSING: &[&str] = &[
    "ChannelMemberWillBeAdded",
    "ChannelWillBeArchived",
    "ConfigurationWillBeSaved",
    "EmailNotificationWillBeSent",
    "ExecuteCommand",
    "FileWillBeDownloaded",
    "GenerateSupportData",
    "MessageWillBePosted",
    "MessageWillBeUpdated",
    "NotificationWillBePushed",
    "OnInstall",
    "OnSAMLLogin",
    "OnSharedChannelsAttachmentSyncMsg",
    "OnSharedChannelsProfileImageSyncMsg",
    "OnSharedChannelsSyncMsg",
    "RunDataRetention",
    "TeamMemberWillBeAdded",
    "UserWillLogIn",
];

/// All hooks in all the ways that they can answer.
pub(super) fn allhooks(run: &mut Run<'_>) -> Result<()> {
    let (mut host, started) = run.start(&json!({}))?;
    let implemented = started["implemented"].as_array().map_or(0, Vec::len);
    ensure!(implemented > 44, "{implemented} hooks implemented");
    for (seed, how) in [(1, "allow"), (2, "allow"), (3, "replace"), (4, "reject"), (5, "error"), (6, "panic")]
    {
        let answers = host.ask(json!({"op": "every_hook", "seed": seed, "how": how}))?["hooks"].take();
        let answers = answers.as_object().cloned().unwrap_or_default();
        ensure!(answers.len() >= 27, "only {} hooks", answers.len());
        for (hook, answer) in &answers {
            let context = || format!("{hook}, told to {how}: {answer}");
            // A hook that panics has remembered its arguments before.
            ensure!(answer["difference"] == "", "{}", context());
            ensure!(how == "panic" || answer["rpc_error"] == "", "{}", context());
        }
        said(&answers, how)?;
    }
    streams(&mut host, run.mode)?;
    host.ask(json!({"op": "config", "config": {}}))?;
    ensure!(host.get("/seen/OnConfigurationChange")?.1.contains("[]"), "OnConfigurationChange was not seen");
    host.stop()
}

/// The hooks that can say what they were told have said it.
fn said(answers: &Map<String, Value>, how: &str) -> Result<()> {
    let (hooks, words) = match how {
        "replace" => (REPLACING, CHANGED),
        "reject" => (REFUSING, REASON),
        _ => return Ok(()),
    };
    for hook in hooks.iter().filter_map(|hook| answers.get(*hook).map(|answer| (hook, answer))) {
        ensure!(hook.1["returns"].to_string().contains(words), "{}, told to {how}: {}", hook.0, hook.1);
    }
    Ok(())
}

/// The hooks with streams beside the call.
fn streams(host: &mut Host, mode: &str) -> Result<()> {
    ensure!(host.get("/anything")? == (200, "served".to_owned()), "ServeHTTP");
    ensure!(host.get("/seen/ServeHTTP")?.1.contains("/anything"), "ServeHTTP was not seen");
    if mode != "9.3" {
        let metrics = host.http(json!({"path": "/metrics", "metrics": true}))?;
        ensure!(
            metrics["status"] == 200 && text(&metrics["body"]).as_deref() == Some("metric 1\n"),
            "{metrics}"
        );
        ensure!(host.get("/seen/ServeMetrics")?.1.contains("/metrics"), "ServeMetrics was not seen");
    }
    for (how, replaced) in [("allow", 0), ("reject", 0), ("replace", 70_000 + CHANGED.len())] {
        host.http(json!({"method": "POST", "path": "/answer/FileWillBeUploaded", "body": how}))?;
        let sent = json!({"op": "upload", "info": {"name": "a.bin", "mime_type": "x/y"}, "size": 70_000});
        let answer = host.ask(sent)?;
        ensure!(answer["rpc_error"] == "" && answer["replaced"] == replaced, "{how}: {answer}");
        let expected = if how == "replace" { "a.bin (changed)" } else { "a.bin" };
        ensure!(how == "reject" || answer["info"]["name"] == expected, "{how}: {answer}");
        ensure!((how == "reject") == (answer["reason"] == REASON), "{how}: {answer}");
    }
    Ok(())
}

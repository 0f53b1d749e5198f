//! Deviations of hooks from the rules, one row each, and what the docs say beyond the docs table.
//!
//! The rules: `OnActivate` … is called `on_activate`; arguments are those on the wire, without the pointer; the answer
//! follows from the results (see `Answer` in `emit_hooks.rs`); what is missing in a call is Go's zero.

/// A hook that does not follow the rules.
pub(crate) struct Row {
    pub(crate) go: &'static str,
    /// Arguments as authors see them: name and type.
    pub(crate) args: Option<&'static [(&'static str, &'static str)]>,
    /// The answer's type, and what a plugin without the hook would answer.
    pub(crate) answer: Option<(&'static str, &'static str)>,
    /// Who does the call: the generated code, or a function in `runtime/by_hand.rs` of the hook's name.
    pub(crate) call: ByHand,
    #[allow(dead_code, reason = "for readers, and for the test that there is one")]
    pub(crate) why: &'static str,
}

/// What of a call is written by hand.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum ByHand {
    /// Nothing.
    No,
    /// What happens around the author's future: `around::<hook>`.
    Around,
    /// Everything but the future: `streams::<hook>`.
    Streams,
    /// There is no call: the runtime keeps the hook for itself.
    Runtime,
}

const PLAIN: Row = Row { go: "", args: None, answer: None, call: ByHand::No, why: "" };

pub(crate) const ROWS: &[Row] = &[
    Row {
        go: "OnActivate",
        args: Some(&[("ctx", "Activation<Self::Settings>")]),
        answer: Some(("Result<Self, Error>", "")),
        call: ByHand::Runtime,
        why: "makes the plugin's value",
    },
    Row { go: "OnDeactivate", call: ByHand::Runtime, why: "ends the plugin's life", ..PLAIN },
    Row {
        go: "OnConfigurationChange",
        args: Some(&[("settings", "Arc<Self::Settings>")]),
        call: ByHand::Runtime,
        why: "the runtime reads the settings first",
        ..PLAIN
    },
    Row {
        go: "ServeHTTP",
        args: Some(&[("ctx", "Context"), ("request", "Request<Body>")]),
        answer: Some(("Response<Body>", "crate::http::not_found()")),
        call: ByHand::Streams,
        why: "speaks in `http` types over streams",
    },
    Row {
        go: "ServeMetrics",
        args: Some(&[("ctx", "Context"), ("request", "Request<Body>")]),
        answer: Some(("Response<Body>", "crate::http::not_found()")),
        call: ByHand::Streams,
        why: "speaks in `http` types over streams",
    },
    Row {
        go: "ExecuteCommand",
        answer: Some((
            "Result<CommandResponse, AppError>",
            "Err(AppError::new(\"ExecuteCommand\", \"mmplugin.command.missing\", \"this plugin has no commands\", 404))",
        )),
        why: "an empty answer would look as if the command had worked",
        ..PLAIN
    },
    Row {
        go: "MessageWillBePosted",
        answer: Some(("PostDecision", "PostDecision::Allow")),
        call: ByHand::Around,
        why: "can be dismissed, too; props that are taken away stay",
        ..PLAIN
    },
    Row {
        go: "MessageWillBeUpdated",
        call: ByHand::Around,
        why: "no post means a refusal, so letting it through sends the new one back",
        ..PLAIN
    },
    Row {
        go: "ChannelMemberWillBeAdded",
        call: ByHand::Around,
        why: "keys that are taken away from its map stay",
        ..PLAIN
    },
    Row {
        go: "FileWillBeUploaded",
        args: Some(&[("ctx", "Context"), ("info", "FileInfo"), ("content", "Body")]),
        answer: Some(("UploadDecision", "UploadDecision::Allow")),
        call: ByHand::Streams,
        why: "the file and its replacement are streams",
    },
    Row {
        go: "OnSharedChannelsPing",
        answer: Some(("bool", "true")),
        why: "a plugin that is not asked is well",
        ..PLAIN
    },
];

/// Names of arguments that the rule would get wrong: Go, Rust, why.
pub(crate) const ARGS: &[(&str, &str, &str)] = &[
    ("c", "ctx", "a letter says too little"),
    ("new_config", "config", "there is no old one beside it"),
    ("push_notification", "notification", "the type says the rest"),
    ("email_notification", "notification", "the type says the rest"),
    ("file_info", "info", "as in FileWillBeUploaded"),
    ("channel_member", "member", "the type says the rest"),
    ("team_member", "member", "the type says the rest"),
];

/// Pointers that may be nil.
pub(crate) const OPTIONAL: &[(&str, &str)] = &[("actor", "nobody else did it")];

/// Versions that upstream gets wrong.
pub(crate) const SINCE: &[(&str, &str, &str)] = &[("ServeMetrics", "9.4", "says 9.2, first seen in 9.4.0")];

/// Hooks whose answer the server lays over what it sent: what does not travel stays as it was.
pub(crate) const MERGED: &[(&str, &str)] = &[
    (
        "MessageWillBePosted",
        "keys of `props` cannot be removed, only set to [`Value::Nil`](crate::gob::Value::Nil)",
    ),
    ("FileWillBeUploaded", ""),
    ("ChannelMemberWillBeAdded", "keys of `notify_props` cannot be removed"),
    ("TeamMemberWillBeAdded", ""),
];

/// Time limits of the server; it waits for all others.
pub(crate) const LIMITS: &[(&str, &str)] = &[
    ("OnDeactivate", "At the end of the whole server there are 10 s for it."),
    (
        "FileWillBeDownloaded",
        "The server waits 30 s for all its plugins together, then it refuses the download.",
    ),
];

/// Hooks that the test server sends by hand, besides those with streams.
pub(crate) const TESTING_BY_HAND: &[(&str, &str)] = &[("MessageWillBeUpdated", "no post means a refusal")];

/// What the server makes of a fault: a panic of the hook, arguments that cannot be read.
pub(crate) const FAULTS: &[(&str, &str)] = &[
    ("OnActivate", "A fault stops the plugin as an error does."),
    ("OnDeactivate", "A fault is logged by the server; the plugin stops anyway."),
    ("OnConfigurationChange", "A fault is logged by the server."),
    ("ServeHTTP", "A fault answers status 500."),
    ("ServeMetrics", "A fault answers status 500."),
    ("ExecuteCommand", "A fault is shown to the person as an error of the command."),
    ("MessageWillBePosted", "A fault lets the post through unchanged."),
    ("MessageWillBeUpdated", "A fault lets the new post through."),
    ("MessagesWillBeConsumed", "A fault shows the posts unchanged."),
    ("ChannelWillBeArchived", "A fault lets it be archived."),
    ("ChannelMemberWillBeAdded", "A fault lets the membership through unchanged."),
    ("TeamMemberWillBeAdded", "A fault lets the membership through unchanged."),
    ("UserWillLogIn", "A fault lets the user in."),
    ("FileWillBeUploaded", "A fault lets the file through unchanged."),
    ("FileWillBeDownloaded", "A fault lets the file out."),
    ("RunDataRetention", "A fault is an error to the server."),
    ("OnInstall", "A fault is logged by the server."),
    ("ConfigurationWillBeSaved", "A fault refuses the configuration, as an error does."),
    ("NotificationWillBePushed", "A fault lets the notification through unchanged."),
    ("EmailNotificationWillBeSent", "A fault lets the notification through unchanged."),
    ("OnSharedChannelsSyncMsg", "A fault is an error to the server."),
    ("OnSharedChannelsPing", "A fault counts as `false`."),
    ("OnSharedChannelsAttachmentSyncMsg", "A fault is an error to the server."),
    ("OnSharedChannelsProfileImageSyncMsg", "A fault is an error to the server."),
    ("GenerateSupportData", "A fault is an error to the server."),
    ("OnSAMLLogin", "A fault keeps the user out, as an error does."),
];

/// What the server makes of a fault in a hook that answers nothing.
pub(crate) const NO_ANSWER: &str = "A fault changes nothing for the server.";

/// The row of a hook.
pub(crate) fn row(go: &str) -> &'static Row {
    ROWS.iter().find(|row| row.go == go).unwrap_or(&PLAIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_has_a_reason_and_stands_once() {
        assert!(ROWS.iter().all(|row| !row.why.is_empty()));
        assert!(ARGS.iter().chain(SINCE).all(|row| !row.2.is_empty()));
        assert!(OPTIONAL.iter().chain(TESTING_BY_HAND).all(|row| !row.1.is_empty()));
        let mut names: Vec<_> = ROWS.iter().map(|row| row.go).collect();
        names.sort_unstable();
        assert!(names.windows(2).all(|pair| pair[0] != pair[1]));
    }
}

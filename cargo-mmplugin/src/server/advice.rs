//! From a failure to what people read: what the server said, and what to do about it.

use super::{Failure, Place, Refusal};
use crate::error::{Error, Kind};

const UPLOADS_OFF: [&str; 3] = [
    "PluginSettings.Enable and EnableUploads have to be true: in config.json (the System Console has no switch for uploads), \
     or MM_PLUGINSETTINGS_ENABLEUPLOADS=true for the server, and restart it",
    "PluginSettings.RequirePluginSignature has to be false: a server that requires signatures takes no uploads, signed or not",
    "cargo mmplugin doctor shows what the server has",
];

/// One error for a failed request.
pub(super) fn explain(place: &Place, doing: &str, failure: &Failure) -> Error {
    let error = |what: &str| Error::new(Kind::Server, format!("could not {doing}: {what}"));
    let at = format!("server: {place}");
    match failure {
        Failure::Cancelled => Error::interrupted(),
        Failure::Unreachable(why) => {
            let error = error("no connection to the server").detail(why.clone()).detail(at);
            if let Place::Socket(_) = place {
                return error
                    .help("is the server running, with ServiceSettings.EnableLocalMode, on this machine?");
            }
            error.help("is the server running, and is the address the one that people open?")
        }
        Failure::Tls(why) => {
            tls(error("the encrypted connection failed").detail(why.clone()).detail(at), why)
        }
        Failure::TimedOut => error("the server did not answer in time").detail(at),
        Failure::Redirected { to } => error("the server sends elsewhere")
            .detail(at)
            .detail(format!("to: {to}"))
            .detail("a token is not taken along, so this is not followed")
            .help(
                "the address that the server itself has as its SiteURL: --url or MM_SERVICESETTINGS_SITEURL",
            ),
        Failure::NotMattermost(what) => error("the answer is not a Mattermost server's")
            .detail(what.clone())
            .detail(at)
            .help("is there a path that belongs to the address, as in https://example.com/chat?"),
        Failure::Api(refusal) => refused(place, doing, refusal),
        // What has no advice of its own says itself what is wrong.
        other => error(&other.to_string()).detail(at),
    }
}

fn tls(error: Error, why: &str) -> Error {
    if why.contains("InvalidContentType") || why.contains("corrupt message") {
        return error.help("that port may speak plain http: http://…");
    }
    if why.contains("Expired") || why.contains("NotValidYet") {
        return error.help("look at the certificate's dates and at this machine's clock");
    }
    error
        .help("a certificate of your own: --ca FILE with the PEM of its issuer")
        .help("--insecure does not look at the certificate; on a network you trust only")
}

fn refused(place: &Place, doing: &str, refusal: &Refusal) -> Error {
    let mut error = Error::new(Kind::Server, format!("could not {doing}: the server refuses it"))
        .detail(format!("answer: {refusal}"));
    if !refusal.detailed_error.is_empty() && refusal.detailed_error != refusal.message {
        error = error.detail(format!("details: {}", refusal.detailed_error));
    }
    if refusal.html {
        error = error.detail("the page is a proxy's or another program's, not the Mattermost server's");
    }
    if !refusal.request_id.is_empty() {
        error = error.detail(format!("in the server's log: request_id {}", refusal.request_id));
    }
    error = error.detail(format!("server: {place}"));
    refusal_help(refusal).into_iter().fold(error, Error::help)
}

fn refusal_help(refusal: &Refusal) -> Vec<&'static str> {
    if refusal.is_too_large() {
        return if refusal.html {
            vec![
                "nginx in front of the server: raise client_max_body_size (50m in Mattermost's own example) and reload it",
                "or go past it: the server's own port with --url, or its local-mode socket with --socket",
            ]
        } else {
            vec![
                "raise FileSettings.MaxFileSize: System Console > Environment > File Storage > Maximum File Size",
                "a smaller bundle: cargo mmplugin bundle lists what is in it",
            ]
        };
    }
    match (refusal.id.as_str(), refusal.status) {
        ("app.plugin.upload_disabled.app_error" | "app.plugin.disabled.app_error", _) | (_, 501) => {
            UPLOADS_OFF.to_vec()
        }
        ("app.plugin.not_installed.app_error", _) => vec!["cargo mmplugin list shows what is installed"],
        (
            "app.plugin.extract.app_error"
            | "app.plugin.manifest.app_error"
            | "app.plugin.invalid_id.app_error",
            _,
        ) => vec!["cargo mmplugin check BUNDLE says what is wrong with it"],
        ("app.plugin.mvdir.app_error", _) => vec!["two uploads at once? wait a moment and try again"],
        ("app.plugin.webapp_bundle.app_error", _) => {
            vec![
                "webapp.bundle_path in plugin.json names a file that is not in the bundle: cargo mmplugin check BUNDLE",
            ]
        }
        ("api.context.mfa_required.app_error", _) => {
            vec!["use a personal access token (MM_ADMIN_TOKEN) instead of a password"]
        }
        ("api.context.session_expired.app_error", _) | (_, 401)
            if !refusal.id.starts_with("api.user.login") =>
        {
            vec![
                "the token is wrong, expired or revoked; a new one: Profile > Security > Personal Access Tokens",
                "personal access tokens have to be on: System Console > Integrations > Integration Management",
            ]
        }
        (_, 401) => {
            vec!["MM_ADMIN_USERNAME and MM_ADMIN_PASSWORD; accounts of single sign-on need a token instead"]
        }
        (_, 403) if refusal.html => vec!["a proxy or firewall keeps the API closed: ask who runs it"],
        (_, 403) => vec![
            "the account needs the role system_admin, or sysconsole_write_plugins (and get_logs for logs)",
            "a server in Mattermost's cloud takes no uploads of plugins",
        ],
        (_, 404) => {
            vec!["is the address right, with its path if there is one, and is it a Mattermost server?"]
        }
        (_, 429) => vec!["the server's rate limit: try again in a moment, or raise RateLimitSettings"],
        (_, 502..=504) => vec!["the proxy does not reach the Mattermost server: is it running?"],
        (_, 500..) => vec!["the server's own log says more"],
        _ => Vec::new(),
    }
}

/// Words of servers about plugins that do not start, and what helps; the first that fit count.
const CAUSES: [(&str, &[&str]); 15] = [
    (
        "exec format error",
        &[
            "the executable is for another processor, or is none: cargo mmplugin check BUNDLE; the server may be on arm64",
        ],
    ),
    (
        "backend executable not found for environment",
        &[
            "the bundle has no executable for the server's platform: cargo mmplugin check BUNDLE shows which it has",
        ],
    ),
    ("backend executable not found", &["cargo mmplugin check BUNDLE shows which executables it has"]),
    (
        "Unrecognized remote plugin message",
        &[
            "the program ended or printed before its first line: cargo mmplugin check --run BUNDLE starts it here",
            "main does nothing but: mmplugin::run::<…>()",
            "on the server, run the executable by hand: a missing library or loader shows there",
        ],
    ),
    (
        "timeout while waiting for plugin to start",
        &["a server waits 3 seconds for the first line: main does nothing before mmplugin::run::<…>()"],
    ),
    (
        "permission denied",
        &[
            "the file's executable bit, or a plugin folder on a file system mounted noexec (a hardened container)",
        ],
    ),
    (
        "plugin requires Mattermost",
        &[
            "the server is older than min_server_version: update the server, or lower it where the manifest is written",
        ],
    ),
    ("failed to parse MinServerVersion", &["min_server_version has three numbers, such as 9.3.0"]),
    (
        "unable to generate plugin checksum",
        &[
            "server.executables in plugin.json names a file that is not in the bundle: cargo mmplugin check BUNDLE",
        ],
    ),
    ("invalid backend executable", &["server.executables in plugin.json leads out of the bundle"]),
    (
        "must at least have a web app or server component",
        &["plugin.json has neither server nor webapp: cargo mmplugin check BUNDLE"],
    ),
    (
        "unsupported plugin protocol",
        &["the plugin speaks gRPC; a server speaks net/rpc only, as mmplugin does"],
    ),
    ("API version", &["the plugin speaks another version of go-plugin's protocol than the server"]),
    (
        "no such file or directory",
        &[
            "a dynamic executable whose loader the server does not have: cargo mmplugin bundle makes static ones",
        ],
    ),
    (
        "multiple plugins found",
        &["two folders on the server hold this id: remove the plugin, then deploy again"],
    ),
];

/// What to do about a plugin that did not start: by the server's words for it.
pub fn start_help(reason: &str) -> Vec<&'static str> {
    let found = CAUSES.iter().find(|(words, _)| reason.contains(words));
    found.map(|(_, help)| help.to_vec()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn help(status: u16, body: &str) -> String {
        let failure = Failure::Api(Box::new(Refusal::read(status, body.as_bytes())));
        explain(&Place::Url("https://x".into()), "upload the bundle", &failure).to_string()
    }

    #[test]
    fn every_known_refusal_has_its_fix() {
        let app = |id: &str| format!("{{\"id\": \"{id}\", \"message\": \"m\"}}");
        for (status, body, fix) in [
            (413, "<html><title>413 Request Entity Too Large</title>".to_owned(), "client_max_body_size"),
            (413, app("api.plugin.upload.file_too_large.app_error"), "FileSettings.MaxFileSize"),
            (400, "http: request body too large\n".to_owned(), "FileSettings.MaxFileSize"),
            (501, app("app.plugin.upload_disabled.app_error"), "MM_PLUGINSETTINGS_ENABLEUPLOADS"),
            (501, app("app.plugin.upload_disabled.app_error"), "RequirePluginSignature"),
            (400, app("app.plugin.extract.app_error"), "check BUNDLE"),
            (401, app("api.context.session_expired.app_error"), "Personal Access Tokens"),
            (401, app("api.user.login.invalid_credentials_email_username"), "MM_ADMIN_PASSWORD"),
            (403, app("api.context.permissions.app_error"), "system_admin"),
            (403, "<html>".to_owned(), "firewall"),
            (404, "404 page not found".to_owned(), "is the address right"),
            (429, "limit exceeded".to_owned(), "rate limit"),
            (502, "<html>".to_owned(), "does not reach"),
        ] {
            let text = help(status, &body);
            assert!(text.contains(fix), "{status} {body}: {text}");
        }
    }

    #[test]
    fn every_known_reason_of_a_failed_start_has_its_fix() {
        for (reason, fix) in [
            ("fork/exec /mattermost/plugins/x/plugin-linux-amd64: exec format error", "another processor"),
            ("Unrecognized remote plugin message: hello", "check --run"),
            ("timeout while waiting for plugin to start", "3 seconds"),
            ("fork/exec …: permission denied", "noexec"),
            ("plugin requires Mattermost 99.0.0: …", "min_server_version"),
            ("backend executable not found for environment: linux/arm64", "platform"),
            ("unable to generate plugin checksum: open …: no such file or directory", "not in the bundle"),
            ("Incompatible core API version with plugin. Plugin version: 2, Core version: 1", "go-plugin"),
        ] {
            let help = start_help(reason).join("\n");
            assert!(help.contains(fix), "{reason}: {help}");
        }
        assert!(start_help("the token of the ticket system is not set").is_empty());
    }

    #[test]
    fn the_book_has_every_reason() {
        let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/troubleshooting.md");
        let page = fs_err::read_to_string(page).expect("the page");
        for (words, _) in CAUSES {
            assert!(page.contains(&format!("`{words}`")), "docs/troubleshooting.md lacks `{words}`");
        }
    }

    #[test]
    fn the_servers_own_words_are_kept() {
        let text = help(
            400,
            r#"{"id": "app.plugin.extract.app_error", "message": "An error occurred extracting the plugin bundle.",
                "detailed_error": "gzip: invalid header", "request_id": "abc"}"#,
        );
        for part in [
            "An error occurred extracting",
            "app.plugin.extract.app_error",
            "gzip: invalid header",
            "400",
            "abc",
        ] {
            assert!(text.contains(part), "{text}");
        }
    }
}

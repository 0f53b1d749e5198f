//! What a manifest must hold: the server's own checks, the rules of Mattermost's tooling, and common slips.

use std::borrow::Cow;

use super::Manifest;

/// How bad a problem is. `bundle` refuses the first two; `check` fails on the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Weight {
    /// A server refuses the upload or cannot start the plugin.
    Refused,
    /// Servers take it; Mattermost's tooling does not, or people are misled.
    Broken,
    /// Works; deserves a look.
    Odd,
}

/// One broken rule: `{field} {what}`.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Problem {
    /// How bad it is.
    pub weight: Weight,
    /// Where, as a path into plugin.json or into the bundle.
    pub field: String,
    /// What is wrong.
    pub what: String,
    /// What to do.
    pub help: String,
    /// What a server says to it, in its own words, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server: Option<Cow<'static, str>>,
}

/// `{field} {what} ({help})`, with the server's words before the help.
impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.field, self.what)?;
        if let Some(server) = &self.server {
            write!(f, "; a server says: {server}")?;
        }
        write!(f, " ({})", self.help)
    }
}

impl Problem {
    pub(crate) fn new(
        weight: Weight,
        field: impl Into<String>,
        what: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Self { weight, field: field.into(), what: what.into(), help: help.into(), server: None }
    }

    /// Adds what a server says to it.
    pub(crate) fn says(mut self, server: impl Into<Cow<'static, str>>) -> Self {
        self.server = Some(server.into());
        self
    }
}

/// Shortest and longest id a server takes.
const ID_LENGTH: std::ops::RangeInclusive<usize> = 3..=190;

/// The rule for ids, which the server enforces at upload (capitals excepted: it lower-cases them).
///
/// # Errors
/// The broken rule.
pub fn check_id(id: &str) -> Result<(), Problem> {
    let help = "3 to 190 of a-z 0-9 - _ . such as com.example.hello";
    let problem = |weight, what: String| {
        let problem = Problem::new(weight, "id", what, help);
        Err(if weight == Weight::Refused {
            problem.says("400 app.plugin.invalid_id.app_error")
        } else {
            problem
        })
    };
    if id.is_empty() {
        return problem(Weight::Refused, "is missing".into());
    }
    if !ID_LENGTH.contains(&id.len()) {
        let what = if id.len() < *ID_LENGTH.start() { "shorter than 3" } else { "longer than 190" };
        return problem(Weight::Refused, format!("`{id}` is {what} characters"));
    }
    if let Some(bad) = id.chars().find(|c| !(c.is_ascii_alphanumeric() || "-_.".contains(*c))) {
        return problem(Weight::Refused, format!("`{id}` holds {bad:?}"));
    }
    if id.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return problem(Weight::Broken, format!("`{id}` has capitals, which the server would lower-case"));
    }
    if id.bytes().all(|byte| byte == b'.') {
        return problem(Weight::Broken, format!("`{id}` is no name for a folder"));
    }
    Ok(())
}

/// Everything wrong with a manifest, the worst first.
pub fn problems(manifest: &Manifest) -> Vec<Problem> {
    let mut found: Vec<Problem> = check_id(&manifest.id).err().into_iter().collect();
    if manifest.name.trim().is_empty() {
        found.push(Problem::new(
            Weight::Broken,
            "name",
            "is missing",
            "what people read in the System Console",
        ));
    }
    versions(manifest, &mut found);
    let urls = [
        ("homepage_url", &manifest.homepage_url),
        ("support_url", &manifest.support_url),
        ("release_notes_url", &manifest.release_notes_url),
    ];
    for (field, url) in urls {
        if !url.is_empty() && !is_http_url(url) {
            let help = "an address with http:// or https://";
            found.push(Problem::new(Weight::Broken, field, format!("`{url}` is no web address"), help));
        }
    }
    if !manifest.icon_path.is_empty() && !manifest.icon_path.ends_with(".svg") {
        let what = format!("`{}` is no SVG", manifest.icon_path);
        found.push(Problem::new(Weight::Odd, "icon_path", what, "the marketplace list shows SVG files only"));
    }
    parts(manifest, &mut found);
    if let Some(schema) = &manifest.settings_schema {
        schema.problems(&mut found);
    }
    let unknown: Vec<&str> = manifest.extra.keys().map(String::as_str).collect();
    if !unknown.is_empty() {
        let what = format!("holds unknown keys: {}", unknown.join(", "));
        found.push(Problem::new(
            Weight::Odd,
            "plugin.json",
            what,
            "servers ignore them; look for a typing slip",
        ));
    }
    found.sort_by_key(|problem| problem.weight);
    found
}

fn versions(manifest: &Manifest, found: &mut Vec<Problem>) {
    let version = manifest.version.as_str();
    if version.is_empty() {
        found.push(Problem::new(Weight::Broken, "version", "is missing", "SemVer such as 0.1.0"));
    } else if let Err(error) = semver::Version::parse(version) {
        let help = match version.strip_prefix(['v', 'V']) {
            Some(rest) => format!("leave out the v: {rest}"),
            None => "three numbers, as in 0.1.0 or 0.1.0-rc.1".into(),
        };
        found.push(Problem::new(
            Weight::Broken,
            "version",
            format!("`{version}` is not SemVer: {error}"),
            help,
        ));
    }
    let min = manifest.min_server_version.as_str();
    let help = "three numbers, as in 9.3.0";
    match semver::Version::parse(min) {
        _ if min.is_empty() => {
            let what = "is missing: old servers will try to run the plugin, too";
            found.push(Problem::new(Weight::Odd, "min_server_version", what, help));
        }
        Err(error) => {
            let what = format!("`{min}` is not x.y.z ({error}); no server would activate the plugin");
            let problem = Problem::new(Weight::Refused, "min_server_version", what, help);
            found.push(problem.says("failed to parse MinServerVersion"));
        }
        Ok(parsed) if !parsed.pre.is_empty() || !parsed.build.is_empty() => {
            found.push(Problem::new(
                Weight::Broken,
                "min_server_version",
                format!("`{min}` is not plain x.y.z"),
                help,
            ));
        }
        Ok(_) => {}
    }
}

fn parts(manifest: &Manifest, found: &mut Vec<Problem>) {
    let server = manifest.server.as_ref();
    if server.is_none() && manifest.webapp.is_none() {
        let what = "has neither a server nor a webapp part";
        let problem =
            Problem::new(Weight::Refused, "plugin.json", what, "name the executable in server.executables");
        found.push(problem.says("must at least have a web app or server component"));
    }
    if let Some(webapp) = &manifest.webapp {
        let clean = clean_path(&webapp.bundle_path);
        if clean.is_empty() || clean.starts_with('.') {
            let what = format!("`{}` is no path inside the bundle", webapp.bundle_path);
            let problem =
                Problem::new(Weight::Refused, "webapp.bundle_path", what, "e.g. webapp/dist/main.js");
            found.push(problem.says("500 app.plugin.webapp_bundle.app_error: invalid webapp bundle path"));
        }
    }
    let executables = server.into_iter().flat_map(|server| {
        let named = server.executables.iter().map(|(key, path)| (format!("server.executables.{key}"), path));
        named.chain([("server.executable".to_owned(), &server.executable)])
    });
    for (field, path) in executables.filter(|(_, path)| !path.is_empty()) {
        if clean_path(path).starts_with("..") || path.starts_with('/') {
            let what = format!("`{path}` leaves the bundle");
            let problem = Problem::new(Weight::Refused, field, what, "a path relative to the bundle's root");
            found.push(problem.says("invalid backend executable"));
        }
    }
    if server.is_some_and(|server| server.executables.is_empty() && server.executable.is_empty()) {
        let help = "e.g. \"linux-amd64\": \"server/dist/plugin-linux-amd64\"";
        let problem = Problem::new(Weight::Refused, "server", "names no executable", help);
        found.push(problem.says("backend executable not found for environment: linux/amd64"));
    }
}

/// A path as Go's `filepath.Clean` leaves it, without the `.` for nothing.
pub(crate) fn clean_path(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// The scheme and a host without blanks; more than that the server does not ask.
fn is_http_url(url: &str) -> bool {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    rest.is_some_and(|rest| {
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        !host.is_empty() && !url.chars().any(|c| c.is_whitespace() || c.is_control())
    })
}

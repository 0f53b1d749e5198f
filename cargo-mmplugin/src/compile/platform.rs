//! The platforms a bundle can hold an executable for, as plugin.json names them.

use std::fmt;
use std::str::FromStr;

use crate::error::{Error, Kind};
use crate::project::Project;

/// A platform with builds of Mattermost, or on which developers run one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Platform {
    /// Nearly every server.
    LinuxAmd64,
    /// Servers on ARM.
    LinuxArm64,
    /// A developer's older Mac.
    DarwinAmd64,
    /// A developer's Mac.
    DarwinArm64,
    /// A developer's PC.
    WindowsAmd64,
}

impl Platform {
    /// All of them, the commonest first.
    pub const ALL: [Self; 5] =
        [Self::LinuxAmd64, Self::LinuxArm64, Self::DarwinAmd64, Self::DarwinArm64, Self::WindowsAmd64];

    /// The key in plugin.json's `server.executables`.
    pub fn key(self) -> &'static str {
        match self {
            Self::LinuxAmd64 => "linux-amd64",
            Self::LinuxArm64 => "linux-arm64",
            Self::DarwinAmd64 => "darwin-amd64",
            Self::DarwinArm64 => "darwin-arm64",
            Self::WindowsAmd64 => "windows-amd64",
        }
    }

    /// Where its executable lies in the bundle.
    pub fn executable(self) -> String {
        let suffix = if self == Self::WindowsAmd64 { ".exe" } else { "" };
        format!("server/dist/plugin-{}{suffix}", self.key())
    }

    /// Its executables bring all they need.
    pub fn is_linux(self) -> bool {
        matches!(self, Self::LinuxAmd64 | Self::LinuxArm64)
    }

    /// The platform of a Rust target.
    pub fn of_target(triple: &str) -> Option<Self> {
        let parts: Vec<&str> = triple.split('-').collect();
        match parts[..] {
            ["x86_64", _, "linux", ..] => Some(Self::LinuxAmd64),
            ["aarch64", _, "linux", ..] => Some(Self::LinuxArm64),
            ["x86_64", "apple", "darwin"] => Some(Self::DarwinAmd64),
            ["aarch64", "apple", "darwin"] => Some(Self::DarwinArm64),
            ["x86_64", _, "windows", ..] => Some(Self::WindowsAmd64),
            _ => None,
        }
    }
}

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.key())
    }
}

impl FromStr for Platform {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|platform| platform.key() == text.trim());
        found.ok_or_else(|| format!("one of: {}", Self::ALL.map(Self::key).join(", ")))
    }
}

/// What `[package.metadata.mattermost]` says: `platforms`, and whether each gets a bundle of its own (`split`).
pub(super) fn of_package(project: &Project) -> Result<(Vec<Platform>, bool), Error> {
    let wrong = |what: String| {
        Error::new(Kind::Project, format!("[package.metadata.mattermost] {what}"))
            .detail(format!("found in: {}", project.manifest.display()))
    };
    let list = match &project.metadata["platforms"] {
        serde_json::Value::Null => Vec::new(),
        serde_json::Value::Array(list) => list.clone(),
        _ => return Err(wrong("platforms is no list".into()).help("platforms = [\"linux-amd64\"]")),
    };
    let mut platforms = Vec::new();
    for value in &list {
        let text = value.as_str().unwrap_or_default();
        let platform = text.parse::<Platform>();
        platforms.push(platform.map_err(|help| wrong(format!("platforms holds {value}")).help(help))?);
    }
    match &project.metadata["split"] {
        serde_json::Value::Null => Ok((platforms, false)),
        serde_json::Value::Bool(split) => Ok((platforms, *split)),
        other => Err(wrong(format!("split is {other}")).help("split = true")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_plugin_json() {
        for platform in Platform::ALL {
            assert_eq!(platform.key().parse(), Ok(platform));
        }
        assert!("linux-386".parse::<Platform>().is_err_and(|help| help.contains("linux-amd64")));
        assert_eq!(Platform::WindowsAmd64.executable(), "server/dist/plugin-windows-amd64.exe");
        assert_eq!(Platform::LinuxAmd64.executable(), crate::bundle::EXECUTABLE);
    }

    #[test]
    fn targets_belong_to_platforms() {
        for (triple, platform) in [
            ("x86_64-unknown-linux-musl", Some(Platform::LinuxAmd64)),
            ("aarch64-unknown-linux-gnu", Some(Platform::LinuxArm64)),
            ("aarch64-apple-darwin", Some(Platform::DarwinArm64)),
            ("x86_64-pc-windows-msvc", Some(Platform::WindowsAmd64)),
            ("wasm32-unknown-unknown", None),
            ("i686-unknown-linux-gnu", None),
            ("", None),
        ] {
            assert_eq!(Platform::of_target(triple), platform, "{triple}");
        }
    }
}

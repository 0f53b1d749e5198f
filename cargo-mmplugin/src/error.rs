//! The one error of this tool: what is wrong, what was found, what to do.

use std::fmt;

/// What sort of failure it was; `--json` carries it, and tests match it instead of reading texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Kind {
    /// The command line or an answer to a prompt.
    Usage,
    /// No package, no binary, or more than one to choose from.
    Project,
    /// `[profile.release]` or the tool chain does not allow a bundle.
    Toolchain,
    /// cargo failed; its own messages have been shown.
    Build,
    /// The manifest breaks a rule.
    Manifest,
    /// The executable is of the wrong sort.
    Executable,
    /// The bundle (archive) breaks a rule.
    Bundle,
    /// The plugin did not start or answer as the server wants it.
    Probe,
    /// The server was not reached, or it refused.
    Server,
    /// The server has the plugin and it does not run.
    NotRunning,
    /// Reading or writing a file.
    Io,
    /// Ctrl-C or a request to terminate.
    Interrupted,
}

/// A failure as a person reads it: one line, facts below it, help at the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    /// See [`Kind`].
    pub kind: Kind,
    /// One line: the thing and what is wrong with it.
    pub message: String,
    /// Facts: causes, what was expected, what was found.
    pub details: Vec<String>,
    /// What to do; commands where there is one.
    pub help: Vec<String>,
}

impl Error {
    /// An error with its first line only.
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), details: Vec::new(), help: Vec::new() }
    }

    /// Adds a fact below the first line.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.details.push(detail.into());
        self
    }

    /// Adds a line that says what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }

    /// A stop that the user asked for.
    pub fn interrupted() -> Self {
        Self::new(Kind::Interrupted, "interrupted")
    }

    /// The exit code `main` ends with: 130 as shells say it for Ctrl-C, 3 for a plugin that is on the server and does
    /// not run, else 1 (clap itself ends with 2).
    pub fn exit_code(&self) -> u8 {
        match self.kind {
            Kind::Interrupted => 130,
            Kind::NotRunning => 3,
            _ => 1,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        self.details.iter().try_for_each(|line| write!(f, "\n  {line}"))?;
        self.help.iter().try_for_each(|line| write!(f, "\n  help: {line}"))
    }
}

impl std::error::Error for Error {}

/// `fs_err` messages already name the path and the operation.
impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        let mut causes = Vec::new();
        let mut source = std::error::Error::source(&error);
        while let Some(cause) = source {
            causes.push(cause.to_string());
            source = cause.source();
        }
        let kind = std::io::Error::kind(&error);
        let help = match kind {
            std::io::ErrorKind::PermissionDenied => Some("check the permissions of that path and its folder"),
            std::io::ErrorKind::ReadOnlyFilesystem => {
                Some("the file system is read-only; choose another place")
            }
            std::io::ErrorKind::StorageFull => Some("the disk is full; make room or choose another place"),
            _ => None,
        };
        let message = error.to_string();
        causes.retain(|cause| !message.contains(cause.as_str()));
        Self { kind: Kind::Io, message, details: causes, help: help.into_iter().map(String::from).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_facts_and_help_below_the_first_line() {
        let error = Error::new(Kind::Executable, "plugin is an aarch64 binary")
            .detail("bundle needs: x86_64")
            .help("cargo mmplugin bundle");
        assert_eq!(
            error.to_string(),
            "plugin is an aarch64 binary\n  bundle needs: x86_64\n  help: cargo mmplugin bundle"
        );
    }

    #[test]
    fn io_errors_keep_path_and_cause() {
        let error = Error::from(fs_err::read("does/not/exist").expect_err("no such file"));
        assert_eq!(error.kind, Kind::Io);
        let text = error.to_string();
        assert!(text.contains("does/not/exist") && text.contains("No such file"), "{text}");
    }
}

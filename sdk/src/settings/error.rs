//! What is wrong with a configuration.

use std::fmt;

/// A configuration whose values do not fit the settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingsError {
    faults: Vec<Fault>,
}

/// One setting whose value does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Fault {
    /// The setting's key as declared; empty when the author's own check refuses them together.
    pub key: String,
    /// What the setting takes, like `a whole number from 0 to 255`, or what the author's own check says.
    pub expected: String,
    /// What the configuration has; of a secret setting only its kind. Empty for the author's own checks.
    pub found: String,
}

impl SettingsError {
    pub(super) fn new(faults: Vec<Fault>) -> Self {
        Self { faults }
    }

    /// All settings that do not fit, in the order of the struct's fields.
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, fault) in self.faults.iter().enumerate() {
            let separator = if i == 0 { "" } else { "; " };
            write!(f, "{separator}{fault}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { key, expected, found } = self;
        match (key.as_str(), found.as_str()) {
            ("", _) => f.write_str(expected),
            (_, "") => write!(f, "setting {key}: {expected}"),
            _ => write!(f, "setting {key}: expected {expected}, found {found}"),
        }
    }
}

impl std::error::Error for SettingsError {}

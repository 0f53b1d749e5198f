//! `settings_schema`: the plugin's page in the System Console.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::rules::{Problem, Weight};

/// The page: settings on top level, or in sections (servers from 11.0).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SettingsSchema {
    /// Markdown above the settings.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub header: String,
    /// Markdown below them.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub footer: String,
    /// In the order shown.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub settings: Vec<Setting>,
    /// Groups of settings.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sections: Vec<Section>,
    /// Keys that this tool does not know.
    #[serde(flatten)]
    pub extra: BTreeMap<String, Value>,
}

/// A group of settings with its own heading.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Section {
    /// Names the section; required.
    pub key: String,
    /// Heading.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// Line below the heading.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub subtitle: String,
    /// In the order shown.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub settings: Vec<Setting>,
    /// Markdown above the settings.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub header: String,
    /// Markdown below them.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub footer: String,
    /// Drawn by the plugin's web part.
    #[serde(skip_serializing_if = "is_false")]
    pub custom: bool,
    /// Draw the plain settings when the web part is missing.
    #[serde(skip_serializing_if = "is_false")]
    pub fallback: bool,
    /// Keys that this tool does not know.
    #[serde(flatten)]
    pub extra: BTreeMap<String, Value>,
}

/// One setting.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Setting {
    /// The configuration's key; the server compares without regard to case.
    pub key: String,
    /// Label.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub display_name: String,
    /// One of `TYPES`.
    pub r#type: String,
    /// Markdown below the field.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub help_text: String,
    /// Below the button of a `generated` setting.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub regenerate_help_text: String,
    /// Grey text in an empty field.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub placeholder: String,
    /// What the server fills in when nothing was saved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<Value>,
    /// Choices of `radio` and `dropdown`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<SettingOption>,
    /// `cloud` or `on-prem`: show it only there.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub hosting: String,
    /// Masked when the configuration is shown (servers from 11.0).
    #[serde(skip_serializing_if = "is_false")]
    pub secret: bool,
    /// Keys that this tool does not know.
    #[serde(flatten)]
    pub extra: BTreeMap<String, Value>,
}

/// One choice.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SettingOption {
    /// What people read.
    pub display_name: String,
    /// What is stored.
    pub value: String,
}

/// Every type the System Console draws.
pub(crate) const TYPES: [&str; 9] =
    ["bool", "dropdown", "generated", "radio", "text", "longtext", "number", "username", "custom"];

fn is_false(value: &bool) -> bool {
    !value
}

impl SettingsSchema {
    /// What breaks the rules of the System Console.
    pub(super) fn problems(&self, found: &mut Vec<Problem>) {
        let mut keys = BTreeSet::new();
        for (index, setting) in self.settings.iter().enumerate() {
            setting.problems(&format!("settings_schema.settings[{index}]"), &mut keys, found);
        }
        for (number, section) in self.sections.iter().enumerate() {
            let place = format!("settings_schema.sections[{number}]");
            if section.key.trim().is_empty() {
                found.push(Problem::new(
                    Weight::Broken,
                    format!("{place}.key"),
                    "is empty",
                    "give the section a key",
                ));
            }
            for (index, setting) in section.settings.iter().enumerate() {
                setting.problems(&format!("{place}.settings[{index}]"), &mut keys, found);
            }
        }
        if !self.sections.is_empty() {
            self.console_slips(found);
        }
    }

    /// What some System Consoles do not show of a page with sections.
    fn console_slips(&self, found: &mut Vec<Problem>) {
        let mut odd = |field: &str, what: &str, help: &str| {
            found.push(Problem::new(Weight::Odd, format!("settings_schema.{field}"), what, help));
        };
        if self.footer.trim().is_empty() {
            let what = "is missing: with sections some servers show no way to the page, or nobody can change anything";
            odd("footer", what, "a line of text");
        }
        if !self.settings.is_empty() {
            let what = "stand beside sections: many servers show the sections only";
            odd("settings", what, "put them into a section");
        }
    }
}

impl Setting {
    fn problems(&self, place: &str, keys: &mut BTreeSet<String>, found: &mut Vec<Problem>) {
        let place = if self.key.is_empty() { place.to_owned() } else { format!("{place} ({})", self.key) };
        let mut broken = |field: &str, what: String, help: &str| {
            found.push(Problem::new(Weight::Broken, format!("{place}.{field}"), what, help));
        };
        if self.key.trim().is_empty() {
            broken("key", "is empty".into(), "give the setting a key");
        } else if !keys.insert(self.key.to_lowercase()) {
            broken(
                "key",
                "occurs twice (the server compares without regard to case)".into(),
                "rename one of the two",
            );
        }
        let kind = self.r#type.as_str();
        if !TYPES.contains(&kind) {
            broken("type", format!("`{kind}` is no setting type"), &format!("one of: {}", TYPES.join(", ")));
            return;
        }
        if !self.regenerate_help_text.is_empty() && kind != "generated" {
            broken(
                "regenerate_help_text",
                format!("has no place in a `{kind}` setting"),
                "only `generated` has it",
            );
        }
        let placeholders = ["generated", "text", "longtext", "number", "username", "custom"];
        if !self.placeholder.is_empty() && !placeholders.contains(&kind) {
            let help = format!("only these have one: {}", placeholders.join(", "));
            broken("placeholder", format!("has no place in a `{kind}` setting"), &help);
        }
        let choice = matches!(kind, "radio" | "dropdown");
        if !self.options.is_empty() && !choice {
            broken(
                "options",
                format!("have no place in a `{kind}` setting"),
                "only `radio` and `dropdown` have them",
            );
        }
        for (index, option) in self.options.iter().enumerate() {
            if option.display_name.is_empty() || option.value.is_empty() {
                broken(&format!("options[{index}]"), "has no display_name or no value".into(), "give both");
            }
        }
        if !matches!(self.hosting.as_str(), "" | "cloud" | "on-prem") {
            broken("hosting", format!("`{}` is unknown", self.hosting), "`cloud`, `on-prem` or nothing");
        }
        if let Some(what) = self.odd_default() {
            found.push(Problem::new(
                Weight::Odd,
                format!("{place}.default"),
                what,
                "give a default of the setting's type",
            ));
        }
    }

    /// A default the console cannot show; the server itself takes anything.
    fn odd_default(&self) -> Option<String> {
        let default = self.default.as_ref().filter(|value| !value.is_null())?;
        let fits = match self.r#type.as_str() {
            "bool" => default.is_boolean(),
            "number" => default.is_number(),
            "radio" | "dropdown" => self.options.iter().any(|option| default.as_str() == Some(&option.value)),
            "custom" => true,
            _ => default.is_string(),
        };
        (!fits).then(|| match self.r#type.as_str() {
            kind @ ("radio" | "dropdown") => format!("{default} is none of the {kind}'s options"),
            kind => format!("{default} does not fit a `{kind}` setting"),
        })
    }
}

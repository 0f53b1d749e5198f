//! Reads `proto/pluginapi`: messages with their fields, in the one form in which those files are written.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Context, Result};

/// What the files say.
#[derive(Default)]
pub(crate) struct Proto {
    pub(crate) messages: BTreeMap<String, Vec<Field>>,
    pub(crate) enums: BTreeSet<String>,
    /// Names of the calls of all services.
    pub(crate) calls: BTreeSet<String>,
}

/// A field of a message.
#[derive(Debug, Clone)]
pub(crate) struct Field {
    pub(crate) name: String,
    /// Of a list its elements, of a map its values.
    pub(crate) ty: String,
    pub(crate) label: Label,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Label {
    Single,
    Optional,
    Repeated,
    Map,
}

impl Proto {
    pub(crate) fn read(root: &Path) -> Result<Self> {
        let folder = root.join("proto/pluginapi");
        let mut paths = Vec::new();
        for entry in std::fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
            paths.push(entry?.path());
        }
        paths.sort();
        let mut proto = Self::default();
        for path in paths {
            let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
            proto.parse(&text).with_context(|| path.display().to_string())?;
        }
        Ok(proto)
    }

    fn parse(&mut self, text: &str) -> Result<()> {
        let mut message: Option<String> = None;
        for line in text.lines().map(str::trim) {
            let words: Vec<&str> = line.split_whitespace().collect();
            match words.as_slice() {
                ["message", name, "{}"] => drop(self.messages.insert((*name).to_owned(), Vec::new())),
                ["message", name, "{"] => {
                    self.messages.insert((*name).to_owned(), Vec::new());
                    message = Some((*name).to_owned());
                }
                ["enum", name, "{"] => drop(self.enums.insert((*name).to_owned())),
                ["rpc", call, ..] => {
                    let name = call.split('(').next().unwrap_or_default();
                    self.calls.insert(name.to_owned());
                }
                ["}"] => message = None,
                _ => {
                    let fields = message.as_ref().and_then(|name| self.messages.get_mut(name));
                    if let (Some(fields), false) = (fields, line.is_empty() || line.starts_with("//")) {
                        fields.push(field(line).with_context(|| line.to_owned())?);
                    }
                }
            }
        }
        Ok(())
    }

    pub(crate) fn is_message(&self, ty: &str) -> bool {
        self.messages.contains_key(ty) || ty.starts_with("google.protobuf.")
    }
}

fn field(line: &str) -> Option<Field> {
    let (declared, _) = line.split_once(" = ")?;
    let (label, rest) = match declared.split_once(' ')? {
        ("optional", rest) => (Label::Optional, rest),
        ("repeated", rest) => (Label::Repeated, rest),
        _ if declared.starts_with("map<") => (Label::Map, declared.strip_prefix("map<string, ")?),
        _ => (Label::Single, declared),
    };
    let (ty, name) = rest.rsplit_once(' ')?;
    Some(Field { name: name.to_owned(), ty: ty.trim_end_matches('>').to_owned(), label })
}

/// The name that prost gives to a message: words begin with a capital and are small otherwise.
pub(crate) fn message_name(proto: &str) -> String {
    let letters: Vec<char> = proto.chars().collect();
    let mut name = String::new();
    for (at, letter) in letters.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| letters.get(at));
        let after = letters.get(at + 1);
        let begins = match before {
            None => true,
            Some(before) if before.is_lowercase() => letter.is_uppercase(),
            Some(_) => letter.is_uppercase() && after.is_some_and(|after| after.is_lowercase()),
        };
        name.push(if begins { letter.to_ascii_uppercase() } else { letter.to_ascii_lowercase() });
    }
    name
}

/// The name that prost gives to a field.
pub(crate) fn field_name(proto: &str) -> String {
    let mut name = String::new();
    for letter in proto.chars() {
        if letter.is_ascii_uppercase() {
            name.push('_');
        }
        name.push(letter.to_ascii_lowercase());
    }
    if ["type", "where"].contains(&name.as_str()) { format!("r#{name}") } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_prost() {
        for (proto, rust) in [
            ("KVSetRequest", "KvSetRequest"),
            ("OAuthApp", "OAuthApp"),
            ("OnSAMLLoginRequest", "OnSamlLoginRequest"),
            ("GetPluginIDResponse", "GetPluginIdResponse"),
            ("Post", "Post"),
        ] {
            assert_eq!(message_name(proto), rust);
        }
        assert_eq!(field_name("mattermostAppId"), "mattermost_app_id");
        assert_eq!(field_name("type"), "r#type");
    }

    #[test]
    fn fields_of_all_labels_are_read() {
        let mut proto = Proto::default();
        let text = "message A {\n  string id = 1;\n  optional bool b = 2;\n  repeated Post c = 3;\n  map<string, Post> d = 4;\n}\n\
                    message E {}\nservice S {\n  rpc Go(A) returns (E);\n}\n";
        proto.parse(text).unwrap();
        let fields = &proto.messages["A"];
        let read: Vec<_> = fields.iter().map(|f| (f.name.as_str(), f.ty.as_str(), f.label)).collect();
        assert_eq!(
            read,
            [
                ("id", "string", Label::Single),
                ("b", "bool", Label::Optional),
                ("c", "Post", Label::Repeated),
                ("d", "Post", Label::Map)
            ]
        );
        assert!(proto.messages["E"].is_empty() && proto.calls.contains("Go"));
    }
}

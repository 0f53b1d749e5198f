//! Forms: dialogs, and the arguments of commands.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::{Call, short};
use crate::model::json;
use crate::model::open::open_enum;

/// What a person fills in, in a dialog or as arguments of a command. It needs a `submit` or a `source`.
///
/// Go: `apps.Form`.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Form {
    /// Asked for the form when it has no fields, or when a field with `refresh` changed.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub source: Option<Call>,
    /// Of the dialog.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub title: String,
    /// Of the dialog, above the fields.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub header: String,
    /// Of the dialog, below the fields.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub footer: String,
    /// A file below `/static/`, or a whole URL.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub icon: String,
    /// Called with what was filled in.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub submit: Option<Call>,
    /// The name of a field with choices that become the dialog's buttons.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub submit_buttons: String,
    /// What there is to fill in.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub fields: Vec<Field>,
}

/// The path of the `source` alone stands for a form, too.
impl<'de> Deserialize<'de> for Form {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Default, Deserialize)]
        #[serde(default)]
        struct Full {
            source: Option<Call>,
            title: String,
            header: String,
            footer: String,
            icon: String,
            submit: Option<Call>,
            submit_buttons: String,
            #[serde(deserialize_with = "json::or_null")]
            fields: Vec<Field>,
        }
        let Full { source, title, header, footer, icon, submit, submit_buttons, fields } =
            short::read(deserializer, |path| Full { source: Some(Call::new(path)), ..Full::default() })?;
        Ok(Self { source, title, header, footer, icon, submit, submit_buttons, fields })
    }
}

/// One thing to fill in.
///
/// Go: `apps.Field`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Field {
    /// One word: the key in the call's values.
    pub name: String,
    /// What it is.
    #[serde(rename = "type")]
    pub type_: FieldType,
    /// It must be filled in.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub is_required: bool,
    /// It cannot be changed.
    #[serde(rename = "readonly", skip_serializing_if = "json::is_empty")]
    pub read_only: bool,
    /// What it holds at first: a text, a boolean, or a [`SelectOption`] as JSON.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub value: Value,
    /// Below the field.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub description: String,
    /// One word: the flag of a command, without `--`; the name by default.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub label: String,
    /// Beside the argument of a command. Go `AutocompleteHint`.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub hint: String,
    /// The place among the arguments of a command, from 1, -1 for the rest of the line; 0: it is a flag.
    /// Go `AutocompletePosition`.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub position: i64,
    /// Above the field in a dialog; the label by default.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub modal_label: String,
    /// More than one can be chosen.
    #[serde(rename = "multiselect", skip_serializing_if = "json::is_empty")]
    pub multi_select: bool,
    /// A change asks for the form again.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub refresh: bool,
    /// The choices of a static select: at least one, all with other labels and values.
    #[serde(deserialize_with = "json::or_null", skip_serializing_if = "json::is_empty")]
    pub options: Vec<SelectOption>,
    /// Asked for the choices of a dynamic select.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub lookup: Option<Call>,
    /// Which text.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub subtype: TextFieldSubtype,
    /// Of a text.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub min_length: i64,
    /// Of a text.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub max_length: i64,
}

/// One choice.
///
/// Go: `apps.SelectOption`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SelectOption {
    /// What people read; the value by default.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub label: String,
    /// What the app gets.
    pub value: String,
    /// A picture beside it: a `data:` URL, or any.
    #[serde(skip_serializing_if = "json::is_empty")]
    pub icon_data: String,
}

impl SelectOption {
    /// A choice whose label is its value.
    pub fn new(value: impl Into<String>) -> Self {
        let value = value.into();
        Self { label: value.clone(), value, icon_data: String::new() }
    }
}

open_enum! {
/// What a field of a form is.
///
/// Go: `apps.FieldType`.
pub enum FieldType {
/// `text`
Text = "text",
/// A menu with the field's own choices. `static_select`
StaticSelect = "static_select",
/// A menu whose choices the app looks up. `dynamic_select`
DynamicSelect = "dynamic_select",
/// A tick. `bool`
Bool = "bool",
/// `user`
User = "user",
/// `channel`
Channel = "channel",
/// Nothing to fill in: text between the fields of a dialog. `markdown`
Markdown = "markdown",
}
}

open_enum! {
/// Which text a field is for.
///
/// Go: `apps.TextFieldSubtype`.
pub enum TextFieldSubtype {
/// `input`
Input = "input",
/// More than one line. `textarea`
Textarea = "textarea",
/// `number`
Number = "number",
/// `email`
Email = "email",
/// `tel`
Telephone = "tel",
/// `url`
Url = "url",
/// `password`
Password = "password",
}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_written_as_the_server_reads_them() {
        let zone = Field {
            name: "zone".into(),
            type_: FieldType::StaticSelect,
            is_required: true,
            position: 1,
            options: vec![SelectOption::new("UTC")],
            ..Field::default()
        };
        let form = Form {
            title: "Time".into(),
            submit: Some(Call::new("/send")),
            fields: vec![zone],
            ..Form::default()
        };
        let json = r#"{"title":"Time","submit":{"path":"/send"},"fields":[{"name":"zone","type":"static_select","is_required":true,"position":1,"options":[{"label":"UTC","value":"UTC"}]}]}"#;
        assert_eq!(serde_json::to_string(&form).unwrap(), json);
        assert_eq!(serde_json::from_str::<Form>(json).unwrap(), form);
    }

    #[test]
    fn forms_have_a_short_form() {
        let source = Some(Call::new("/form"));
        assert_eq!(serde_json::from_str::<Form>(r#""/form""#).unwrap(), Form { source, ..Form::default() });
    }
}

//! What the command looks like to those who type it, and what they have typed.

use mmplugin::Error;
use mmplugin::gob::Value;
use mmplugin::model::{
    AutocompleteArg, AutocompleteArgType, AutocompleteData, AutocompleteListItem,
    AutocompleteStaticListArg, AutocompleteTextArg, Command,
};

/// The word behind the slash.
pub const TRIGGER: &str = "hello-template";

/// The answer to what the command does not know.
pub const HELP: &str = "- `/hello-template greet morning` or `evening`: says hello\n\
    - `/hello-template remember TEXT`: keeps a line for you\n\
    - `/hello-template recall`: says it again";

/// The times of day it can greet at.
const TIMES: [(&str, &str); 2] = [("morning", "before noon"), ("evening", "after work")];

/// What somebody typed.
#[derive(Debug, PartialEq, Eq)]
pub enum Said<'a> {
    Greet(&'a str),
    Remember(&'a str),
    Recall,
    Else,
}

impl<'a> Said<'a> {
    /// Reads the whole line, slash and trigger included.
    pub fn parse(line: &'a str) -> Self {
        let words = line.trim().strip_prefix('/').unwrap_or(line);
        let words = words.strip_prefix(TRIGGER).unwrap_or(words).trim();
        let (verb, rest) = words.split_once(char::is_whitespace).unwrap_or((words, ""));
        match (verb, rest.trim()) {
            ("greet", time) if TIMES.iter().any(|(known, _)| *known == time) => Self::Greet(time),
            ("remember", text) if !text.is_empty() => Self::Remember(text),
            ("recall", "") => Self::Recall,
            _ => Self::Else,
        }
    }
}

/// What clients offer while somebody types.
pub fn describe() -> Result<Command, Error> {
    let times = TIMES.map(|(item, help)| AutocompleteListItem {
        item: item.into(),
        help_text: help.into(),
        ..AutocompleteListItem::default()
    });
    let time = AutocompleteArg {
        help_text: "The time of day".into(),
        type_: AutocompleteArgType::StaticList,
        required: true,
        data: Value::registered(&AutocompleteStaticListArg {
            possible_arguments: times.into(),
        })?,
        ..AutocompleteArg::default()
    };
    let line = AutocompleteArg {
        help_text: "The line to keep".into(),
        type_: AutocompleteArgType::Text,
        required: true,
        data: Value::registered(&AutocompleteTextArg {
            hint: "[text]".into(),
            ..AutocompleteTextArg::default()
        })?,
        ..AutocompleteArg::default()
    };
    let sub_commands = vec![
        sub_command("greet", "Says hello", Some(time)),
        sub_command("remember", "Keeps a line for you", Some(line)),
        sub_command("recall", "Says it again", None),
    ];
    Ok(Command {
        trigger: TRIGGER.into(),
        auto_complete: true,
        auto_complete_hint: "[command]".into(),
        auto_complete_desc: "Says hello and remembers a line".into(),
        autocomplete_data: Some(AutocompleteData {
            trigger: TRIGGER.into(),
            hint: "[command]".into(),
            help_text: "Says hello and remembers a line".into(),
            sub_commands,
            ..AutocompleteData::default()
        }),
        ..Command::default()
    })
}

fn sub_command(trigger: &str, help: &str, argument: Option<AutocompleteArg>) -> AutocompleteData {
    AutocompleteData {
        trigger: trigger.into(),
        help_text: help.into(),
        arguments: argument.into_iter().collect(),
        ..AutocompleteData::default()
    }
}

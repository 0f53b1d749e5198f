//! The form: one field, a time zone.

use mmplugin::integrations::apps::{Call, Expand, ExpandLevel, Field, FieldType, Form, SelectOption};
use time_service::Zone;

/// The name of the field.
pub(crate) const ZONE: &str = "zone";

/// Most zones offered at once.
const MOST: usize = 50;

/// A dialog for the button, arguments for the command.
pub(crate) fn form() -> Form {
    let zone = Field {
        name: ZONE.into(),
        type_: FieldType::DynamicSelect,
        modal_label: "Time zone".into(),
        description: format!("{} by default", Zone::DEFAULT),
        hint: "zone".into(),
        position: 1,
        lookup: Some(Call::new("/zones")),
        ..Field::default()
    };
    // The answer names who asked, so the call has to come with that.
    let expand = Expand { acting_user: ExpandLevel::RequiredSummary, ..Expand::default() };
    Form {
        title: "Time zones".into(),
        icon: "icon.png".into(),
        submit: Some(Call::new("/send").expand(expand)),
        fields: vec![zone],
        ..Form::default()
    }
}

/// The zones that fit what was typed.
pub(crate) fn matching(query: &str) -> Vec<SelectOption> {
    Zone::matching(query).take(MOST).map(|zone| SelectOption::new(zone.name())).collect()
}

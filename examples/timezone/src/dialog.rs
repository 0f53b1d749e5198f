//! What the dialog looks like, and where its answers go.

use mmplugin::model::{
    DataSource, Dialog, DialogElement, DialogElementType, OpenDialogRequest, PostActionOptions, TriggerId,
};
use time_service::Zone;

use crate::Timezone;

/// Below the plugin's address: where the filled-in dialog goes.
pub(crate) const SUBMIT: &str = "/dialog";
/// Where the choices come from that fit what is typed.
pub(crate) const LOOKUP: &str = "/zones";
/// The name of the field.
pub(crate) const ZONE: &str = "zone";

/// The choices on servers without lookups: a menu of 600 is no help.
const SOME_ZONES: [&str; 12] = [
    "America/Los_Angeles",
    "America/New_York",
    "America/Sao_Paulo",
    "Africa/Cairo",
    "Asia/Dubai",
    "Asia/Kolkata",
    "Asia/Shanghai",
    "Asia/Tokyo",
    "Australia/Sydney",
    "Europe/Berlin",
    "Europe/London",
    "UTC",
];

/// Whether fields of dialogs can look their choices up: since server 11.
pub(crate) fn has_lookups(version: &str) -> bool {
    let major = version.split('.').next().and_then(|major| major.parse::<u32>().ok());
    major.is_some_and(|major| major >= 11)
}

/// The dialog for whoever has the trigger id.
pub(crate) fn open(trigger_id: TriggerId, lookups: bool) -> OpenDialogRequest {
    OpenDialogRequest {
        trigger_id,
        url: address(SUBMIT),
        dialog: Dialog {
            title: "What time is it?".into(),
            submit_label: "Ask".into(),
            elements: vec![zone(lookups)],
            ..Dialog::default()
        },
    }
}

fn zone(lookups: bool) -> DialogElement {
    let choices = if lookups {
        DialogElement {
            data_source: DataSource::Dynamic,
            data_source_url: address(LOOKUP),
            ..DialogElement::default()
        }
    } else {
        let option = |zone: &str| PostActionOptions { text: zone.into(), value: zone.into() };
        DialogElement {
            options: SOME_ZONES.map(option).into(),
            default: Zone::DEFAULT.name().into(),
            ..DialogElement::default()
        }
    };
    DialogElement {
        display_name: "Time zone".into(),
        name: ZONE.into(),
        type_: DialogElementType::Select,
        placeholder: "Type a part of its name".into(),
        ..choices
    }
}

/// As the server finds it: with the plugin's id.
fn address(path: &str) -> String {
    format!("/plugins/{}{path}", <Timezone as mmplugin::hooks::Plugin>::ID)
}

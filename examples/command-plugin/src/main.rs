//! `/time [zone]` in a plugin: what `examples/slash-command` does, without a server of its own, a token and a set-up.
//!
//! Shown here: a command with completion whose choices the plugin serves over HTTP (a dynamic list), and answers for
//! everybody or only for who typed.

#[cfg(test)]
mod tests;

use std::process::ExitCode;

use mmplugin::gob::Value;
use mmplugin::model::{
    AutocompleteArg, AutocompleteArgType, AutocompleteData, AutocompleteDynamicListArg, AutocompleteListItem,
    Command, CommandResponseType,
};
use mmplugin::prelude::*;
use time_service::{TimeService, Zone};

/// The word behind the slash.
const TRIGGER: &str = "time";

/// Where clients get the zones, below the plugin's own address.
const ZONES: &str = "/zones";

/// What an administrator sets in the System Console.
#[derive(Debug, Clone, Settings)]
struct Config {
    /// Address of the time service's zones; the name of a zone is appended. It answers JSON with a field `datetime`.
    #[setting(default = "https://worldtimeapi.org/api/timezone")]
    time_service_url: String,
}

struct TimeCommand {
    service: TimeService,
    settings: Current<Config>,
    /// All zones as JSON: the server picks those that begin with what was typed.
    zones: String,
}

#[mmplugin::plugin(
    id = "com.example.time-command",
    name = "Time command",
    min_server_version = "9.3.0",
    settings = Config,
)]
impl Hooks for TimeCommand {
    async fn activate(ctx: Activation<Config>) -> Result<Self, Error> {
        ctx.api.register_command(&describe()?).await?;
        let item = |zone: Zone| AutocompleteListItem { item: zone.name().into(), ..Default::default() };
        let zones = serde_json::to_string(&Zone::all().map(item).collect::<Vec<_>>())?;
        Ok(Self { service: TimeService::new(), settings: ctx.settings, zones })
    }

    async fn execute_command(&self, _ctx: Context, args: CommandArgs) -> Result<CommandResponse, AppError> {
        let zone = args.command.split_once(char::is_whitespace).map_or("", |(_, zone)| zone);
        let url = &self.settings.get().time_service_url;
        let (response_type, text) = match self.service.tell(url, zone).await {
            Ok(time) => (CommandResponseType::InChannel, time),
            Err(error) => (CommandResponseType::Ephemeral, error.to_string()),
        };
        Ok(CommandResponse { response_type, text, ..CommandResponse::default() })
    }

    async fn serve_http(&self, _ctx: Context, request: Request<Body>) -> Response<Body> {
        if request.uri().path() != ZONES {
            return mmplugin::http::text(StatusCode::NOT_FOUND, "not found");
        }
        Response::new(self.zones.clone().into())
    }
}

/// What clients offer while somebody types.
fn describe() -> Result<Command, Error> {
    let zone = AutocompleteArg {
        help_text: "Where; Asia/Tokyo by default".into(),
        type_: AutocompleteArgType::DynamicList,
        data: Value::registered(&AutocompleteDynamicListArg { fetch_url: ZONES.into() })?,
        ..AutocompleteArg::default()
    };
    let (hint, help) = ("[zone]", "Tells what time it is");
    Ok(Command {
        trigger: TRIGGER.into(),
        auto_complete: true,
        auto_complete_hint: hint.into(),
        auto_complete_desc: help.into(),
        autocomplete_data: Some(AutocompleteData {
            trigger: TRIGGER.into(),
            hint: hint.into(),
            help_text: help.into(),
            arguments: vec![zone],
            ..AutocompleteData::default()
        }),
        ..Command::default()
    })
}

fn main() -> ExitCode {
    mmplugin::run::<TimeCommand>()
}

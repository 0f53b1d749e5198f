//! `/timezone` opens a dialog with a time zone to choose; its answer is a post with the time there.
//!
//! Shown here: a dialog whose field looks its choices up while somebody types (servers 11 and newer) or has them all from the
//! start, errors that are shown beside the field, a bot that posts, and the permission to ask for before it does. What
//! `examples/timezone-app` is for the Apps framework, which ended with Mattermost 10.

mod dialog;
#[cfg(test)]
mod tests;

use std::process::ExitCode;

use mmplugin::integrations::{LookupDialogResponse, SubmitDialogRequest, SubmitDialogResponse};
use mmplugin::model::{Bot, ChannelId, Command, Permission};
use mmplugin::prelude::*;
use serde::Serialize;
use time_service::{TimeError, TimeService, Zone};

/// The word behind the slash.
const TRIGGER: &str = "timezone";
/// Choices shown at once while somebody types.
const MOST_CHOICES: usize = 50;
/// A submission with one field is short; nobody may make the plugin keep more in memory.
const LONGEST_BODY: usize = 16 << 10;

/// What an administrator sets in the System Console.
#[derive(Debug, Clone, Settings)]
struct Config {
    /// Address of the time service's zones; the name of a zone is appended. It answers JSON with a field `datetime`.
    #[setting(default = "https://worldtimeapi.org/api/timezone")]
    time_service_url: String,
}

struct Timezone {
    api: Api,
    bot: UserId,
    /// The server can look choices up.
    lookups: bool,
    service: TimeService,
    settings: Current<Config>,
}

#[mmplugin::plugin(
    id = "com.example.timezone",
    name = "Time zone",
    icon = "assets/icon.svg",
    min_server_version = "9.3.0",
    settings = Config,
)]
impl Hooks for Timezone {
    async fn activate(ctx: Activation<Config>) -> Result<Self, Error> {
        let bot = Bot { username: TRIGGER.into(), display_name: "Time zone".into(), ..Bot::default() };
        let bot = ctx.api.ensure_bot_user(&bot).await?;
        let lookups = dialog::has_lookups(&ctx.api.get_server_version().await?);
        ctx.api.register_command(&command()).await?;
        Ok(Self { api: ctx.api, bot, lookups, service: TimeService::new(), settings: ctx.settings })
    }

    /// Opens the dialog. The trigger id says on whose screen, and counts for a few seconds only.
    async fn execute_command(&self, _ctx: Context, args: CommandArgs) -> Result<CommandResponse, AppError> {
        let request = dialog::open(args.trigger_id, self.lookups);
        let text = match self.api.open_interactive_dialog(&request).await {
            Ok(()) => String::new(),
            Err(error) => format!("The dialog does not open: {error}"),
        };
        Ok(CommandResponse { text, ..CommandResponse::default() })
    }

    /// What the server passes on from the dialog. Anybody who is logged in can send the same, so nothing in the body is
    /// believed before it is checked, and who sends it is what the server says.
    async fn serve_http(&self, _ctx: Context, request: Request<Body>) -> Response<Body> {
        let path = request.uri().path().to_owned();
        let Identity::User(user) = Identity::of(&request) else {
            return mmplugin::http::text(StatusCode::UNAUTHORIZED, "Log in first.");
        };
        let body = request.into_body().bytes(LONGEST_BODY).await.unwrap_or_default();
        let Ok(request) = serde_json::from_slice::<SubmitDialogRequest>(&body) else {
            return mmplugin::http::text(StatusCode::BAD_REQUEST, "That is no dialog's request.");
        };
        match path.as_str() {
            dialog::SUBMIT => json(&self.submitted(&user, &request).await),
            dialog::LOOKUP => json(&lookup(request.query())),
            _ => mmplugin::http::text(StatusCode::NOT_FOUND, "There is nothing here."),
        }
    }
}

impl Timezone {
    /// Posts the time, which closes the dialog; what is wrong keeps it open.
    async fn submitted(&self, user: &UserId, request: &SubmitDialogRequest) -> SubmitDialogResponse {
        let zone = request.text(dialog::ZONE).unwrap_or_default();
        let time = match self.service.tell(&self.settings.get().time_service_url, zone).await {
            Ok(time) => time,
            Err(error @ TimeError::Zone(_)) => {
                return SubmitDialogResponse::field_error(dialog::ZONE, error.to_string());
            }
            Err(error) => return SubmitDialogResponse::error(error.to_string()),
        };
        match self.post(user, &request.channel_id, time).await {
            Ok(()) => SubmitDialogResponse::default(),
            Err(text) => SubmitDialogResponse::error(text),
        }
    }

    /// The bot may post anywhere, so it does only where the person could.
    async fn post(&self, user: &UserId, channel_id: &ChannelId, message: String) -> Result<(), &'static str> {
        let allowed = self
            .api
            .has_permission_to_channel(user, channel_id, &Permission::new(Permission::CREATE_POST))
            .await;
        if !matches!(allowed, Ok(true)) {
            return Err("You cannot post in this channel.");
        }
        let (user_id, channel_id) = (self.bot.clone(), channel_id.clone());
        let post = Post { user_id, channel_id, message, ..Post::default() };
        match self.api.create_post(&post).await {
            Ok(_) => Ok(()),
            Err(error) => {
                tracing::error!(%error, "the time was not posted");
                Err("The answer could not be posted.")
            }
        }
    }
}

/// The zones that fit what was typed so far.
fn lookup(query: &str) -> LookupDialogResponse {
    Zone::matching(query).take(MOST_CHOICES).map(|zone| (zone.name(), zone.name())).collect()
}

fn command() -> Command {
    Command {
        trigger: TRIGGER.into(),
        auto_complete: true,
        auto_complete_desc: "Asks for a time zone and posts what time it is there".into(),
        ..Command::default()
    }
}

fn json(answer: &impl Serialize) -> Response<Body> {
    match serde_json::to_vec(answer) {
        Ok(json) => Response::new(json.into()),
        Err(error) => mmplugin::http::text(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()),
    }
}

fn main() -> ExitCode {
    mmplugin::run::<Timezone>()
}

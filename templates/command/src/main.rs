//! Hello Template: a slash command that clients complete, and that remembers a line for each person.

use mmplugin::model::CommandResponseType;
use mmplugin::prelude::*;

mod command;
#[cfg(test)]
mod tests;

use command::Said;

/// Lives from activation to deactivation; all hook calls share it.
struct HelloTemplatePlugin {
    api: Api,
}

#[mmplugin::plugin(
    id = "com.example.hello-template",
    name = "Hello Template",
    min_server_version = "9.3.0",
    icon = "assets/icon.svg"
)]
impl Hooks for HelloTemplatePlugin {
    /// Runs when the plugin is enabled. An error here is what the System Console shows.
    async fn activate(ctx: Activation) -> Result<Self, Error> {
        ctx.api.register_command(&command::describe()?).await?;
        Ok(Self { api: ctx.api })
    }

    /// Somebody has sent the command. Without a session there are no commands, so `user_id` is who it says.
    async fn execute_command(
        &self,
        _ctx: Context,
        args: CommandArgs,
    ) -> Result<CommandResponse, AppError> {
        let text = match self.answer(&args).await {
            Ok(text) => text,
            // What went wrong is in the server's log; a person is told that something did.
            Err(error) => {
                let message = format!("{} failed: {error}", args.command);
                self.api.log_error(&message, &[]).await.ok();
                "That did not work. The server's log says why.".to_owned()
            }
        };
        Ok(CommandResponse {
            response_type: CommandResponseType::Ephemeral,
            text,
            ..CommandResponse::default()
        })
    }
}

impl HelloTemplatePlugin {
    async fn answer(&self, args: &CommandArgs) -> Result<String, ApiError> {
        let key = format!("line-{}", args.user_id);
        Ok(match Said::parse(&args.command) {
            Said::Greet(time) => {
                let user = self.api.get_user(&args.user_id).await?;
                format!("Good {time}, {}!", user.username)
            }
            Said::Remember(line) => {
                self.api.kv_set(&key, line.as_bytes()).await?;
                "I will remember that.".to_owned()
            }
            Said::Recall => match self.api.kv_get(&key).await? {
                Some(line) => format!("You said: {}", String::from_utf8_lossy(&line)),
                None => "You have said nothing yet.".to_owned(),
            },
            Said::Else => command::HELP.to_owned(),
        })
    }
}

fn main() -> std::process::ExitCode {
    mmplugin::run::<HelloTemplatePlugin>()
}

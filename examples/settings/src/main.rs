//! Greets people who join a channel, as its settings say.
//!
//! Shown here: settings in sections, an enum as a choice, a secret, ranges and checks of one's own, and work that goes on
//! beside the hooks and hears of changes.

#![forbid(unsafe_code)]

mod config;

use std::process::ExitCode;
use std::time::Duration;

use mmplugin::model::{ChannelMember, User};
use mmplugin::prelude::*;

use config::{Config, Tone};

struct Greeter {
    api: Api,
    settings: Current<Config>,
}

// No `min_server_version`: `cargo mmplugin bundle` finds that sections need a server 10.0.
#[mmplugin::plugin(id = "com.example.greeter", name = "Greeter", settings = Config)]
impl Hooks for Greeter {
    async fn activate(ctx: Activation<Config>) -> Result<Self, Error> {
        let mut changes = ctx.settings.changes();
        ctx.spawn(async move {
            loop {
                let settings = changes.next().await;
                // The token is a `Secret`, so this line does not show it.
                tracing::info!(?settings, "the settings have changed");
            }
        });
        Ok(Self { api: ctx.api, settings: ctx.settings })
    }

    async fn user_has_joined_channel(&self, _ctx: Context, member: ChannelMember, _actor: Option<User>) {
        // One snapshot for the whole greeting, even if somebody saves new settings while it waits.
        let settings = self.settings.get();
        if !settings.enabled {
            return;
        }
        tokio::time::sleep(Duration::from_secs(settings.greeting.delay.into())).await;
        let Ok(user) = self.api.get_user(&member.user_id).await else { return };
        let post = Post {
            channel_id: member.channel_id,
            message: greeting(&settings, &user.username),
            ..Post::default()
        };
        if let Err(error) = self.api.create_post(&post).await {
            tracing::warn!(%error, "nobody was greeted");
        }
    }
}

fn greeting(settings: &Config, name: &str) -> String {
    let text = settings.greeting.text.replace("{name}", name);
    match settings.greeting.tone {
        Tone::Plain => text,
        Tone::Warm => format!("{text} :smile:"),
    }
}

fn main() -> ExitCode {
    mmplugin::run::<Greeter>()
}

#[cfg(test)]
mod tests {
    use mmplugin::Settings as _;
    use serde_json::json;

    use super::*;

    fn read(stored: &serde_json::Value) -> Result<Config, String> {
        let stored = stored.as_object().expect("an object");
        Config::from_json(stored).map_err(|error| error.to_string())
    }

    #[test]
    fn the_tone_changes_the_greeting() {
        let plain = read(&json!({})).expect("the defaults");
        assert_eq!(greeting(&plain, "ann"), "Welcome, ann!");
        let warm = read(&json!({"tone": "warm", "text": "Hi {name}"})).expect("good settings");
        assert_eq!(greeting(&warm, "ann"), "Hi ann :smile:");
    }

    #[test]
    fn bad_settings_are_refused_with_words_for_an_administrator() {
        for (stored, words) in [
            (json!({"text": "Hi"}), "setting Text: must contain {name}"),
            (json!({"delay": 61}), "setting Delay: expected a whole number from 0 to 60, found a number, 61"),
            (json!({"hookurl": "https://x"}), "a webhook needs a token: press Regenerate"),
        ] {
            assert_eq!(read(&stored).expect_err("bad settings"), words);
        }
    }
}

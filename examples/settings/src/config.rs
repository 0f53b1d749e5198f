//! What an administrator sets in the System Console.

use mmplugin::Settings;
use mmplugin::settings::Secret;

/// The page: one setting outside of sections, two sections.
#[derive(Debug, Settings)]
#[settings(
    header = "Greets people who join a channel. [How to set it up](https://example.com/greeter).",
    footer = "Changes count at once.",
    validate = reachable
)]
pub(crate) struct Config {
    /// Greet at all.
    #[setting(default = true)]
    pub(crate) enabled: bool,
    /// What is said.
    #[setting(section)]
    pub(crate) greeting: Greeting,
    /// Who else hears of it.
    #[setting(section, display_name = "Webhook")]
    pub(crate) hook: Webhook,
}

#[derive(Debug, Settings)]
pub(crate) struct Greeting {
    /// `{name}` becomes the name of whoever joined.
    #[setting(kind = "longtext", default = "Welcome, {name}!", validate = names_somebody)]
    pub(crate) text: String,
    /// How warm it sounds.
    #[setting(kind = "radio")]
    pub(crate) tone: Tone,
    /// Waits so many seconds, since clients show the channel first.
    #[setting(min = 0, max = 60, default = 2)]
    pub(crate) delay: u8,
}

/// Each variant is an option; the first one is the default.
#[derive(Debug, Clone, Copy, PartialEq, Settings)]
pub(crate) enum Tone {
    Plain,
    #[setting(display_name = "With a smile")]
    Warm,
}

#[derive(Debug, Settings)]
pub(crate) struct Webhook {
    /// Empty: nobody.
    #[setting(key = "HookUrl", placeholder = "https://…")]
    pub(crate) url: Option<String>,
    /// Sent along with each call.
    #[setting(
        key = "HookToken",
        kind = "generated",
        regenerate_help_text = "The old one stops working at once."
    )]
    pub(crate) token: Secret,
}

fn names_somebody(text: &str) -> Result<(), &'static str> {
    if text.contains("{name}") { Ok(()) } else { Err("must contain {name}") }
}

fn reachable(config: &Config) -> Result<(), &'static str> {
    match &config.hook.url {
        Some(_) if config.hook.token.expose().is_empty() => Err("a webhook needs a token: press Regenerate"),
        _ => Ok(()),
    }
}

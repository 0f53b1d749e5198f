//! Settings of the author's own types, aliases, and macros that pass fragments on.

use mmplugin::Settings;
use mmplugin::settings::{Expected, SettingValue};

#[derive(Debug, Default, PartialEq)]
enum Level {
    #[default]
    Low,
    High,
}

impl SettingValue for Level {
    const KIND: &'static str = "text";

    fn from_json(value: &serde_json::Value) -> Result<Option<Self>, Expected> {
        match value.as_str() {
            Some("low") => Ok(Some(Self::Low)),
            Some("high") => Ok(Some(Self::High)),
            _ => Err(Expected::new("low or high")),
        }
    }
}

impl From<&str> for Level {
    fn from(text: &str) -> Self {
        if text == "high" { Self::High } else { Self::Low }
    }
}

type Seconds = u32;

macro_rules! config {
    ($name:ident, $count:literal, $type:ty) => {
        #[derive(Settings)]
        struct $name {
            #[setting(default = $count)]
            count: $type,
            #[setting(default = 30)]
            timeout: Seconds,
            #[setting(kind = "dropdown", options("low" = "Low", "high" = "High"), default = "high")]
            level: Level,
            other: Level,
        }
    };
}

config!(Config, 4, i32);

fn main() {
    let config = Config::default();
    assert_eq!((config.count, config.timeout, config.level, config.other), (4, 30, Level::High, Level::Low));
}

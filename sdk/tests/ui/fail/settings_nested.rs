//! What only the compiler can see of types inside settings.

use mmplugin::Settings;

#[derive(Settings)]
enum Level {
    Low,
}

#[derive(Settings)]
struct Kinds {
    #[setting(kind = "text")]
    level: Level,
    #[setting(placeholder = "x")]
    other: Level,
    #[setting(kind = "radio")]
    json: serde_json::Value,
}

#[derive(Settings)]
struct Connection {
    url: String,
}

#[derive(Settings)]
struct Twice {
    url: String,
    #[setting(flatten)]
    connection: Connection,
}

#[derive(Settings)]
#[settings(footer = "x")]
struct Outer {
    #[setting(section)]
    connection: Connection,
}

#[derive(Settings)]
#[settings(footer = "x")]
struct Nested {
    #[setting(section)]
    outer: Outer,
}

#[derive(Settings)]
struct Unsettled {
    #[setting(flatten)]
    level: Level,
}

fn main() {}

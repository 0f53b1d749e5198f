//! Kinds, types and keys that do not go together.

#[derive(mmplugin::Settings)]
struct Config {
    #[setting(kind = "number")]
    count: String,
    #[setting(kind = "longtext")]
    flag: bool,
    #[setting(placeholder = "x")]
    switch: bool,
    #[setting(regenerate_help_text = "x")]
    token: String,
    #[setting(options("a" = "A"))]
    text: String,
    #[setting(kind = "dropdown")]
    choice: String,
    #[setting(kind = "radio", options())]
    radio: String,
}

fn main() {}

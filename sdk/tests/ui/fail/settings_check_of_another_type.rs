//! The author's own check takes another type.

fn short(text: &str) -> Result<(), String> {
    if text.len() < 5 { Ok(()) } else { Err("too long".into()) }
}

#[derive(mmplugin::Settings)]
struct Config {
    #[setting(validate = short)]
    text: String,
    #[setting(validate = short)]
    count: u8,
}

fn main() {}

//! A default must fit its field.

const FIVE: u32 = 5;

#[derive(mmplugin::Settings)]
struct Config {
    #[setting(default = 5)]
    text: String,
    #[setting(default = "5")]
    number: u32,
    #[setting(default = 0.5)]
    whole: i64,
    #[setting(default = "yes")]
    flag: bool,
    #[setting(default = FIVE)]
    constant: u32,
    #[setting(kind = "radio", options("a" = "A"), default = "b")]
    choice: String,
}

fn main() {}

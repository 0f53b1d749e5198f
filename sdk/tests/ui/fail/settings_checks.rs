//! Ranges and checks that cannot be.

#[derive(mmplugin::Settings)]
#[settings(validate = "check")]
struct Config {
    #[setting(min = 1)]
    text: String,
    #[setting(min = 5, max = 2)]
    empty: u8,
    #[setting(min = 1, default = 0)]
    outside: u8,
    #[setting(min = "one")]
    no_number: u8,
    #[setting(validate = 5)]
    no_function: u8,
    #[setting(default = Level::Low)]
    no_enum: String,
}

fn main() {}

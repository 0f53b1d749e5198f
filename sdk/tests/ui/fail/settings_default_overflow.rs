//! The compiler checks ranges.

#[derive(mmplugin::Settings)]
struct Config {
    #[setting(default = 300)]
    small: u8,
}

fn main() {
    let _ = Config::default().small;
}

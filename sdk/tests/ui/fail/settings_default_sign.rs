//! The compiler checks signs.

#[derive(mmplugin::Settings)]
struct Config {
    #[setting(default = -1)]
    unsigned: Option<u32>,
}

fn main() {}

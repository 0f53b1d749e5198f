//! A type that no setting can have.

#[derive(mmplugin::Settings)]
struct Config {
    words: Vec<String>,
}

fn main() {}

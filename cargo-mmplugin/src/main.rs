//! `cargo mmplugin`: make, bundle and check Mattermost server plugins written in Rust.

fn main() {}

//! Settings are a struct with named fields.

#[derive(mmplugin::Settings)]
enum Choice {
    One,
    Other,
}

#[derive(mmplugin::Settings)]
struct Pair(String, bool);

#[derive(mmplugin::Settings)]
struct Generic<T> {
    value: T,
}

fn main() {}

//! Settings are a struct with named fields or an enum whose variants hold nothing.

#[derive(mmplugin::Settings)]
enum Choice {
    #[setting(value = "same", default)]
    One,
    #[setting(value = "same", default)]
    Other,
    #[setting(display_name = " ", kind = "text")]
    Blank,
    Holds(String),
}

#[derive(mmplugin::Settings)]
#[settings(header = "x")]
enum Headed {
    One,
}

#[derive(mmplugin::Settings)]
enum Never {}

#[derive(mmplugin::Settings)]
struct Pair(String, bool);

#[derive(mmplugin::Settings)]
struct Generic<T> {
    value: T,
}

fn main() {}

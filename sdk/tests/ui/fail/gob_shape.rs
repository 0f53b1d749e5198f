//! What gob cannot say is refused with advice.
use mmplugin::gob::Gob;

#[derive(Gob)]
struct Generic<T> {
    a: T,
}

#[derive(Gob)]
struct Pair(String, String);

#[derive(Gob)]
union Bits {
    a: u32,
    b: f32,
}

#[derive(Gob)]
struct Options {
    #[gob(nmae = "X")]
    a: String,
}

#[derive(Gob)]
struct Words {
    #[gob(keep)]
    a: String,
    b: String,
}

#[derive(Gob)]
struct Small {
    #[gob(name = "lower")]
    a: String,
}

#[derive(Gob)]
struct Twice {
    a: String,
    #[gob(name = "A")]
    b: String,
}

#[derive(Gob)]
struct Misplaced {
    #[gob(other)]
    a: String,
}

fn main() {}

//! Enums must say what they are in Go and keep unknown values.
use mmplugin::gob::Gob;

#[derive(Gob)]
enum Plain {
    A,
    B,
}

#[derive(Gob)]
#[gob(string)]
enum Closed {
    #[gob("a")]
    A,
}

#[derive(Gob)]
#[gob(i64)]
enum Mixed {
    #[gob("a")]
    A,
    #[gob(other)]
    Other(i64),
}

#[derive(Gob)]
#[gob(string)]
enum Unnamed {
    A,
    #[gob(other)]
    Other(String),
}

#[derive(Gob)]
#[gob(string)]
enum Fields {
    #[gob("a")]
    A(u8),
    #[gob(other)]
    Other(String),
}

fn main() {}

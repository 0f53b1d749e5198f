//! All that the derive takes.
use std::collections::{BTreeMap, HashMap};

use mmplugin::gob::{BinaryText, Gob, GobBytes, GoString, IntEnum, StringEnum, Time, Value};

#[derive(Gob)]
struct Empty;

#[derive(Gob)]
struct NoFields {}

#[derive(Clone, Gob)]
struct Id(String);

#[derive(Gob)]
#[gob(string)]
enum Kind {
    #[gob("")]
    None,
    #[gob("O")]
    Open,
    #[gob(other)]
    Other(Id2),
}

struct Id2(String);

impl From<&str> for Id2 {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl std::ops::Deref for Id2 {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

#[derive(Gob)]
#[gob(u32)]
enum Number {
    #[gob(1)]
    One,
    #[gob(other)]
    Other(u32),
}

#[derive(Gob)]
#[gob(name = "Post", explicit)]
struct All {
    id: Id,
    r#type: Kind,
    number: Number,
    #[gob(name = "URL")]
    url: Option<BinaryText>,
    #[gob(explicit)]
    list: Vec<Option<All>>,
    map: BTreeMap<String, HashMap<i64, Vec<u8>>>,
    #[gob(embedded)]
    inner: Option<Box<NoFields>>,
    any: Value,
    at: Time,
    opaque: GobBytes,
    raw: GoString,
    array: [u8; 4],
    empty: Empty,
    #[gob(skip)]
    local: usize,
}

fn main() {
    let all = All::zero();
    assert!(matches!(all.r#type, Kind::None));
    assert_eq!(Kind::from_text("O").as_str(), "O");
    assert_eq!(Number::from_int(7).as_int(), 7);
    assert_eq!(Number::One.as_int(), 1);
}

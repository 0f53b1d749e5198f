//! There and back, for any value.

use std::collections::BTreeMap;

use mmplugin::gob::{Dynamic, Encoder, Gob, Time, Value};
use proptest::prelude::*;

use crate::types::{ErrorString, Small, decode};

pub(crate) fn encode<T: Gob>(value: &T) -> Vec<u8> {
    let mut out = Vec::new();
    Encoder::new().encode(value, &mut out).unwrap_or_else(|error| panic!("{error}"));
    out
}

/// One of everything.
#[derive(Debug, Clone, PartialEq, Gob)]
pub(crate) struct All {
    flag: bool,
    int: i64,
    small: i16,
    uint: u64,
    float: f64,
    half: f32,
    text: String,
    bytes: Vec<u8>,
    array: [u8; 3],
    list: Vec<String>,
    lists: Vec<Vec<u32>>,
    map: BTreeMap<String, Small>,
    numbers: BTreeMap<i32, bool>,
    pointer: Option<String>,
    inner: Small,
    next: Option<Box<All>>,
    any: Value,
    at: Time,
    maybe_at: Option<Time>,
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Nil),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Int),
        any::<i64>().prop_map(Value::Int64),
        any::<u16>().prop_map(Value::Uint16),
        (-1e300..1e300).prop_map(Value::Float64),
        ".{0,200}".prop_map(Value::String),
        any::<Vec<u8>>().prop_map(Value::Bytes),
        any::<Vec<String>>().prop_map(Value::Strings),
        (any::<i64>(), ".*")
            .prop_map(|(code, err)| { Value::registered(&ErrorString { code, err }).expect("encodes") }),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::List),
            prop::collection::btree_map(".{0,10}", inner, 0..6).prop_map(Value::Map),
        ]
    })
}

fn small() -> impl Strategy<Value = Small> {
    (any::<i64>(), ".*").prop_map(|(a, s)| Small { a, s })
}

fn time() -> impl Strategy<Value = Time> {
    let seconds = -62_135_596_800..253_402_300_799i64;
    let offset = prop::option::of(-86_400..86_400i32);
    (seconds, 0..1_000_000_000u32, offset)
        .prop_map(|(seconds, nanos, offset)| Time::from_unix(seconds, nanos).with_offset(offset))
}

pub(crate) fn everything() -> impl Strategy<Value = All> {
    let scalars = (any::<bool>(), any::<i64>(), any::<i16>(), any::<u64>(), -1e300..1e300, -1e30f32..1e30);
    let lists = (".*", any::<Vec<u8>>(), any::<[u8; 3]>(), any::<Vec<String>>(), any::<Vec<Vec<u32>>>());
    let maps = (prop::collection::btree_map(".{0,8}", small(), 0..4), any::<BTreeMap<i32, bool>>());
    let rest = (any::<Option<String>>(), small(), value(), time(), prop::option::of(time()));
    let one = (scalars, lists, maps, rest).prop_map(|(scalars, lists, maps, rest)| {
        let (flag, int, small, uint, float, half) = scalars;
        let (text, bytes, array, list, lists) = lists;
        let (map, numbers) = maps;
        let (pointer, inner, any, at, maybe_at) = rest;
        All {
            flag,
            int,
            small,
            uint,
            float,
            half,
            text,
            bytes,
            array,
            list,
            lists,
            map,
            numbers,
            pointer,
            inner,
            next: None,
            any,
            at,
            maybe_at,
        }
    });
    let one = one.boxed();
    (one.clone(), prop::option::of(one)).prop_map(|(first, next)| All { next: next.map(Box::new), ..first })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_value_goes_there_and_back(value in everything()) {
        let bytes = encode(&value);
        prop_assert_eq!(&decode::<All>(&bytes)[..], std::slice::from_ref(&value));
        prop_assert_eq!(Dynamic::new(&value).expect("encodes").to::<All>().expect("decodes"), value);
    }

    #[test]
    fn any_interface_value_goes_there_and_back(value in value()) {
        let bytes = encode(&vec![value.clone()]);
        prop_assert_eq!(decode::<Vec<Value>>(&bytes), [vec![value]]);
    }

    #[test]
    fn any_time_is_read_back_from_its_text(at in time()) {
        let seconds = at.offset().unwrap_or(0) % 60;
        // The text has no seconds in its offsets.
        if seconds == 0 {
            let again: Time = at.to_string().parse().expect("is a time");
            prop_assert_eq!((again.unix(), again.nanos()), (at.unix(), at.nanos()));
        }
    }
}

#[test]
fn types_are_described_once_a_stream() {
    let (mut encoder, mut first, mut second) = (Encoder::new(), Vec::new(), Vec::new());
    let value = Value::registered(&ErrorString { code: 1, err: "EOF".into() }).expect("encodes");
    let list = vec![value, Value::Map(BTreeMap::new())];
    encoder.encode(&list, &mut first).expect("encodes");
    encoder.encode(&list, &mut second).expect("encodes");
    assert!(first.ends_with(&second) && first.len() > second.len());
    first.extend(&second);
    assert_eq!(decode::<Vec<Value>>(&first), [list.clone(), list]);
}

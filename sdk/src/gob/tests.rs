//! Tests of the format as a whole: typed values against bytes that Go wrote, and there and back.

use std::collections::BTreeMap;

use super::*;
use crate::gob::Gob;

#[derive(Debug, Clone, PartialEq, Gob)]
struct Request {
    service_method: String,
    seq: u64,
}

#[derive(Debug, Clone, PartialEq, Gob)]
struct ErrorString {
    code: i64,
    err: String,
}

impl Registered for ErrorString {
    const NAME: &'static str = "*plugin.ErrorString";
}

#[derive(Debug, Clone, PartialEq, Gob)]
struct RetErr {
    a: Value,
}

#[derive(Debug, Clone, PartialEq, Gob)]
struct Props {
    p: BTreeMap<String, Value>,
    z: String,
}

#[derive(Debug, Clone, PartialEq, Gob)]
#[gob(string)]
enum ChannelType {
    #[gob("O")]
    Open,
    #[gob("P")]
    Private,
    #[gob(other)]
    Other(String),
}

#[derive(Debug, Clone, PartialEq, Gob)]
#[gob(i64)]
enum Level {
    #[gob(0)]
    None,
    #[gob(-5)]
    Low,
    #[gob(other)]
    Other(i64),
}

#[derive(Debug, Clone, PartialEq, Gob)]
struct UserId(String);

#[derive(Debug, Clone, PartialEq, Gob)]
struct Node {
    id: UserId,
    kind: ChannelType,
    level: Level,
    next: Option<Box<Node>>,
    all: Vec<Node>,
    flag: Option<bool>,
    bytes: [u8; 2],
    raw: Vec<u8>,
    at: Time,
    ratio: f32,
    #[gob(skip)]
    local: u8,
}

fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.bytes().filter_map(|b| char::from(b).to_digit(16).map(|d| d as u8)).collect();
    digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect()
}

fn bytes_of<T: Gob>(values: &[T]) -> Vec<u8> {
    let (mut encoder, mut out) = (Encoder::new(), Vec::new());
    for value in values {
        encoder.encode(value, &mut out).expect("encodes");
    }
    out
}

fn all<T: Gob>(bytes: &[u8]) -> Vec<T> {
    let mut decoder = Decoder::new();
    decoder.feed(bytes);
    std::iter::from_fn(|| decoder.next().expect("decodes")).collect()
}

fn there_and_back<T: Gob + PartialEq + std::fmt::Debug>(value: T) {
    let bytes = bytes_of(std::slice::from_ref(&value));
    assert_eq!(all::<T>(&bytes), [value]);
}

#[test]
fn a_request_header_has_go_s_bytes() {
    let bytes = bytes_of(&[
        Request { service_method: "Plugin.KVGet".into(), seq: 0 },
        Request { service_method: "Plugin.KVGet".into(), seq: 1 },
    ]);
    let want = hex(
        "2f ff81 03 0101 07 52657175657374 01 ff82 00 0102 01 0d 536572766963654d6574686f64 01 0c 00 01 03 536571 01 06 00 00 00 \
         11 ff82 01 0c 506c7567696e2e4b56476574 00 \
         13 ff82 01 0c 506c7567696e2e4b56476574 01 01 00",
    );
    assert_eq!(bytes, want);
}

#[test]
fn a_split_interface_value_is_read_and_goes_out_in_one_piece() {
    let first = hex("1a ff8f 03 0101 06 526574457272 01 ff90 00 0101 01 01 41 01 10 00 00 00 \
         41 ff90 01 13 2a706c7567696e2e4572726f72537472696e67 ff91 03 0101 0b 4572726f72537472696e67 01 ff92 00 0102 \
         01 04 436f6465 01 04 00 01 03 457272 01 0c 00 00 00 \
         0a ff92 06 02 03 62 61 64 00 00 \
         23 ff90 01 13 2a706c7567696e2e4572726f72537472696e67 ff92 08 01 02 01 03 45 4f 46 00 00 \
         03 ff90 00");
    let values = all::<RetErr>(&first);
    let errors: Vec<_> =
        values.iter().map(|value| value.a.expect_as::<ErrorString>().expect("is one")).collect();
    let want = |code, err: &str| Some(ErrorString { code, err: err.into() });
    assert_eq!(errors, [want(0, "bad"), want(1, "EOF"), None]);
    assert_eq!(all::<RetErr>(&bytes_of(&values)), values);
    let typed = Value::registered(&ErrorString { code: 1, err: "EOF".into() }).expect("encodes");
    assert_eq!(typed, values[1].a);
}

#[test]
fn a_value_cut_inside_a_nested_interface_is_read() {
    let bytes = hex(
        "20 ff99 03 0101 05 50726f7073 01 ff9a 00 0102 01 01 50 01 ff9c 00 01 01 5a 01 0c 00 00 00 \
         0e ff9b 04 01 02 ff9c 00 01 0c 01 10 00 00 \
         6e ff9a 01 01 01 6b 17 6d61705b737472696e675d696e74657266616365207b7d ff9c 1f 00 01 01 61 \
         0e 5b5d696e74657266616365207b7d ff9d 02 0102 ff9e 00 01 10 00 00 \
         29 ff9e 26 00 04 06 737472696e67 0c 03 00 01 78 00 04 626f6f6c 02 02 00 01 07 666c6f61743634 08 04 00 fe f83f 01 01 7a 00",
    );
    let list = vec![Value::from("x"), Value::Nil, true.into(), 1.5.into()];
    let want = Props { p: [("k".to_owned(), [("a", list)].into())].into(), z: "z".into() };
    assert_eq!(all::<Props>(&bytes), [want]);
    let mut decoder = Decoder::new();
    decoder.feed(&bytes);
    assert_eq!(decoder.skip(), Ok(Some(())));
    assert_eq!(decoder.buffered(), 0);
}

#[test]
fn derived_types_go_there_and_back() {
    let leaf = Node::zero();
    there_and_back(leaf.clone());
    there_and_back(Node {
        id: UserId("u".into()),
        kind: ChannelType::Private,
        level: Level::Low,
        next: Some(Box::new(Node {
            kind: ChannelType::Other("X".into()),
            level: Level::Other(7),
            ..leaf.clone()
        })),
        all: vec![leaf.clone(), Node { kind: ChannelType::Open, flag: Some(false), ..leaf }],
        flag: Some(true),
        bytes: [200, 1],
        raw: vec![0; 300],
        at: Time::from_unix_millis(1_700_000_000_123),
        ratio: -1.5,
        local: 0,
    });
}

/// Two fields; the other two structs read one of them, or none as it is.
#[derive(Debug, Clone, PartialEq, Gob)]
struct Both {
    id: u32,
    text: String,
}

#[derive(Debug, Clone, PartialEq, Gob)]
struct TextIsNumber {
    id: u32,
    text: i64,
}

#[derive(Debug, Clone, PartialEq, Gob)]
struct OnlyId {
    id: u32,
}

#[test]
fn a_value_that_does_not_fit_is_read_as_the_other_type_and_the_stream_goes_on() {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new();
    for id in [7, 8] {
        encoder.encode(&Both { id, text: "x".repeat(50) }, &mut bytes).unwrap();
    }
    for step in [1, 7, bytes.len()] {
        let mut decoder = Decoder::new();
        let mut read = Vec::new();
        for piece in bytes.chunks(step) {
            decoder.feed(piece);
            while let Some(either) = decoder.next_or::<TextIsNumber, OnlyId>().unwrap() {
                let (OnlyId { id }, error) = either.unwrap_err();
                assert!(error.to_string().contains("Text"), "{error}");
                read.push(id);
            }
        }
        assert_eq!(read, [7, 8], "in pieces of {step}");
    }
    let mut decoder = Decoder::new();
    decoder.feed(&bytes);
    assert_eq!(decoder.next_or::<Both, OnlyId>().unwrap().unwrap().unwrap().id, 7);
    assert!(decoder.next_or::<TextIsNumber, TextIsNumber>().is_err());
    assert_eq!(decoder.buffered(), 0);
}

#[test]
fn filled_pointers_to_what_go_loses_are_zeros_and_others_stay_nil() {
    #[derive(Debug, Clone, PartialEq, Gob)]
    struct Pointers {
        flag: Option<bool>,
        text: Option<String>,
        number: Option<i64>,
        list: Option<Vec<String>>,
        inner: Option<OnlyId>,
        at: Option<Time>,
    }
    let nil = Pointers { flag: None, text: None, number: None, list: None, inner: None, at: None };
    let mut bytes = Vec::new();
    Encoder::new().encode(&Filled(nil.clone()), &mut bytes).unwrap();
    let zeros = Pointers {
        flag: Some(false),
        text: Some(String::new()),
        number: Some(0),
        list: Some(Vec::new()),
        ..nil
    };
    assert_eq!(all::<Pointers>(&bytes), [zeros]);
}

//! Gob streams of a hostile peer, decoded in every way the SDK has.

use std::collections::BTreeMap;
use std::fmt::Debug;

use mmplugin::gob::{DecodeError, Decoder, Dynamic, Encoder, Gob, Time, Value};
use mmplugin::wire::{ExecuteCommandReturns, MessageWillBePostedArgs};

/// Smaller pieces find more, larger inputs cost more: byte by byte only up to here.
const SLOW: usize = 512;

/// A field of every kind.
#[derive(Debug, Gob)]
struct Everything {
    #[gob(name = "Bool")]
    bool: bool,
    #[gob(name = "Int")]
    int: i64,
    #[gob(name = "Small")]
    small: i8,
    #[gob(name = "Uint")]
    uint: u32,
    #[gob(name = "Float")]
    float: f64,
    #[gob(name = "Text")]
    text: String,
    #[gob(name = "Bytes")]
    bytes: Vec<u8>,
    #[gob(name = "List")]
    list: Vec<String>,
    #[gob(name = "Array")]
    array: [u16; 3],
    #[gob(name = "Map")]
    map: BTreeMap<String, Vec<i64>>,
    #[gob(name = "Pointer")]
    pointer: Option<String>,
    #[gob(name = "Next")]
    next: Option<Box<Everything>>,
    #[gob(name = "Any")]
    any: Value,
    #[gob(name = "Props")]
    props: BTreeMap<String, Value>,
    #[gob(name = "At")]
    at: Time,
}

/// What is sound must come out the same however it is cut, and survive being sent on.
pub fn gob(bytes: &[u8]) {
    same_in_pieces(bytes, Decoder::next_dynamic);
    same_in_pieces(bytes, Decoder::next::<Everything>);
    same_in_pieces(bytes, Decoder::next::<Value>);
    same_in_pieces(bytes, Decoder::next::<MessageWillBePostedArgs>);
    same_in_pieces(bytes, Decoder::next::<ExecuteCommandReturns>);
    same_in_pieces(bytes, Decoder::skip);
    for value in decode(bytes, bytes.len(), Decoder::next_dynamic).into_iter().flatten() {
        dynamic_survives(&value);
    }
    for value in decode(bytes, bytes.len(), Decoder::next::<Everything>).into_iter().flatten() {
        survives(&value);
    }
    for value in decode(bytes, bytes.len(), Decoder::next::<MessageWillBePostedArgs>).into_iter().flatten() {
        survives(&value);
    }
    for value in decode(bytes, bytes.len(), Decoder::next::<Value>).into_iter().flatten() {
        survives(&value);
    }
}

/// Decodes without keeping anything, for measuring memory.
pub fn gob_and_forget(bytes: &[u8]) {
    each(bytes, bytes.len(), Decoder::next_dynamic, |value| {
        let _ = value.and_then(|value| value.tree());
    });
    each(bytes, bytes.len(), Decoder::next::<Everything>, drop);
    each(bytes, bytes.len(), Decoder::next::<Value>, drop);
    each(bytes, bytes.len(), Decoder::next::<MessageWillBePostedArgs>, drop);
}

type Next<T> = fn(&mut Decoder) -> Result<Option<T>, DecodeError>;

fn each<T>(bytes: &[u8], piece: usize, next: Next<T>, mut take: impl FnMut(Result<T, DecodeError>)) {
    let mut decoder = Decoder::new();
    let mut rounds = 0;
    for piece in bytes.chunks(piece.max(1)) {
        decoder.feed(piece);
        while let Some(result) = next(&mut decoder).transpose() {
            rounds += 1;
            assert!(rounds <= bytes.len(), "more values than bytes");
            let fatal = result.as_ref().is_err_and(DecodeError::is_fatal);
            take(result);
            if fatal {
                return;
            }
        }
    }
}

fn decode<T>(bytes: &[u8], piece: usize, next: Next<T>) -> Vec<Result<T, String>> {
    let mut values = Vec::new();
    each(bytes, piece, next, |result| values.push(result.map_err(|error| error.to_string())));
    values
}

fn same_in_pieces<T: Debug>(bytes: &[u8], next: Next<T>) {
    let whole = format!("{:?}", decode(bytes, bytes.len(), next));
    for piece in [1, 7, 61] {
        if piece > 1 || bytes.len() <= SLOW {
            let pieces = format!("{:?}", decode(bytes, piece, next));
            assert_eq!(whole, pieces, "in pieces of {piece}");
        }
    }
}

fn survives<T: Gob + Debug>(value: &T) {
    let mut sent = Vec::new();
    Encoder::new().encode(value, &mut sent).expect("what was decoded can be encoded");
    let [Ok(again)] = &decode(&sent, sent.len(), Decoder::next::<T>)[..] else {
        panic!("{value:?} does not come back");
    };
    assert_eq!(format!("{value:?}"), format!("{again:?}"));
}

fn dynamic_survives(value: &Dynamic) {
    let mut sent = Vec::new();
    Encoder::new().encode_dynamic(value, &mut sent).expect("what was decoded can be sent on");
    let [Ok(again)] = &decode(&sent, sent.len(), Decoder::next_dynamic)[..] else {
        panic!("{value:?} does not come back");
    };
    assert_eq!(format!("{:?}", value.tree()), format!("{:?}", again.tree()));
}

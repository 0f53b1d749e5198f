//! Bytes that nobody should send: no panic, no endless work, an error with a place, the stream usable where it can be.

use mmplugin::gob::{DecodeCause, Decoder, EncodeCause, Encoder, Gob, Tree, Value, limits};
use proptest::prelude::*;

use crate::golden::vectors;
use crate::roundtrip::{All, encode, everything};
use crate::types::{Colls, ErrorReturns, Small, Times};

/// Reads whatever is there until it ends or the stream does.
fn drain<T: Gob>(bytes: &[u8]) -> usize {
    let mut decoder = Decoder::new();
    decoder.feed(bytes);
    let mut rounds = 0;
    loop {
        rounds += 1;
        assert!(rounds <= bytes.len() + 2, "does not get on");
        match decoder.next::<T>() {
            Ok(Some(_)) => {}
            Ok(None) => return rounds,
            Err(error) if error.is_fatal() => {
                assert!(matches!(decoder.next::<T>(), Err(error) if *error.cause() == DecodeCause::Ended));
                return rounds;
            }
            Err(error) => drop(error.to_string()),
        }
    }
}

fn drain_all(bytes: &[u8]) {
    drain::<All>(bytes);
    drain::<Colls>(bytes);
    drain::<Times>(bytes);
    drain::<ErrorReturns>(bytes);
    drain::<Vec<Value>>(bytes);
    let mut decoder = Decoder::new();
    decoder.feed(bytes);
    while let Ok(Some(value)) = decoder.next_dynamic() {
        let _: Result<Tree, _> = value.tree();
    }
}

#[test]
fn a_stream_cut_anywhere_waits_for_more() {
    for vector in vectors().iter().filter(|vector| vector.bytes.len() < 3000) {
        for cut in 0..vector.bytes.len() {
            let mut decoder = Decoder::new();
            decoder.feed(&vector.bytes[..cut]);
            while decoder
                .next_dynamic()
                .unwrap_or_else(|error| panic!("{} at {cut}: {error}", vector.name))
                .is_some()
            {}
        }
    }
}

#[test]
fn a_changed_byte_is_an_error_or_another_value() {
    let mut seed = 0x2545_f491_4f6c_dd1du64;
    let mut random = move || {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        seed
    };
    for vector in vectors().iter().filter(|vector| vector.bytes.len() < 20_000) {
        for _ in 0..6 {
            let mut bytes = vector.bytes.clone();
            for _ in 0..1 + random() % 4 {
                let at = random() as usize % bytes.len();
                bytes[at] = random() as u8;
            }
            drain_all(&bytes);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        drain_all(&bytes);
    }

    #[test]
    fn a_changed_value_is_survived(value in everything(), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut bytes = encode(&value);
        let at = at.index(bytes.len());
        bytes[at] = byte;
        drain_all(&bytes);
    }
}

#[test]
fn a_value_that_does_not_fit_is_dropped_and_the_stream_goes_on() {
    let (mut encoder, mut bytes) = (Encoder::new(), Vec::new());
    let small = Small { a: 1, s: "x".into() };
    encoder.encode(&small, &mut bytes).expect("encodes");
    encoder.encode(&vec![small.clone()], &mut bytes).expect("encodes");
    encoder.encode(&small, &mut bytes).expect("encodes");
    let mut decoder = Decoder::new();
    decoder.feed(&bytes);
    assert_eq!(decoder.next(), Ok(Some(small.clone())));
    let error = decoder.next::<Small>().expect_err("is a list");
    assert_eq!(
        error.cause(),
        &DecodeCause::Mismatch { expected: "struct Small".into(), found: "slice".into() }
    );
    assert_eq!(decoder.next(), Ok(Some(small)));
}

#[test]
fn a_failed_value_in_several_messages_is_dropped_whole() {
    #[derive(Debug, Gob)]
    struct Wrong {
        a: String,
    }
    let bytes = crate::types::vector("error.errorstring_1");
    let mut two = bytes.clone();
    two.extend(encode(&7i64));
    // The end of the failed value may come later, too.
    for first in [two.len(), bytes.len() - 1, bytes.len() - 12] {
        let mut decoder = Decoder::new();
        decoder.feed(&two[..first]);
        let error = match decoder.next::<Wrong>() {
            Err(error) => error,
            Ok(_) => continue,
        };
        assert_eq!(error.path().to_string(), "Wrong.A");
        decoder.feed(&two[first..]);
        assert_eq!(decoder.next::<i64>(), Ok(Some(7)), "{first}");
    }
}

#[test]
fn a_length_beyond_the_limit_ends_the_stream_before_anything_is_allocated() {
    let mut decoder = Decoder::new();
    decoder.feed(&[0xfb, 0xff, 0xff, 0xff, 0xff, 0xff]);
    let error = decoder.next::<Value>().expect_err("is too large");
    assert!(error.is_fatal());
    assert!(matches!(error.cause(), DecodeCause::TooLarge { what: "message", .. }));
}

#[test]
fn counts_are_bounded_by_what_arrived() {
    // A list of structs that claims 2^30 elements in four bytes.
    let mut bytes = encode(&Vec::<Small>::new());
    bytes.truncate(bytes.len() - 5);
    bytes.extend([0x08, 0xff, 0x82, 0x00, 0xfc, 0x40, 0x00, 0x00, 0x00]);
    let mut decoder = Decoder::new();
    decoder.feed(&bytes);
    let error = decoder.next::<Vec<Small>>().expect_err("is too long");
    assert!(matches!(error.cause(), DecodeCause::TooLarge { what: "slice", .. }), "{error}");
}

#[test]
fn many_empty_structs_may_not_take_more_memory_than_their_bytes_allow() {
    #[derive(Debug, Clone, Gob)]
    struct Wide {
        all: [[u64; 32]; 32],
    }
    #[derive(Debug, Clone, Gob)]
    struct Thin {
        other: String,
        all: Option<[[u64; 32]; 32]>,
    }
    let thin = vec![Thin::zero(); 10_000];
    let mut decoder = Decoder::new();
    decoder.feed(&encode(&thin));
    let error = decoder.next::<Vec<Wide>>().expect_err("is too large");
    assert_eq!(error.cause(), &DecodeCause::Memory);
}

#[test]
fn deep_values_are_refused_on_both_sides() {
    let deep = |depth| (0..depth).fold(Value::Nil, |inner, _| Value::List(vec![inner]));
    let limit = limits::MAX_DEPTH as usize;
    assert_eq!(crate::types::decode::<Value>(&encode(&deep(limit - 1))), [deep(limit - 1)]);
    let error = Encoder::new().encode(&vec![deep(limit + 1)], &mut Vec::new()).expect_err("is too deep");
    assert_eq!(error.cause(), &EncodeCause::TooDeep);
}

#[test]
fn nothing_is_left_behind_by_a_value_that_cannot_be_sent() {
    let (mut encoder, mut bytes) = (Encoder::new(), b"before".to_vec());
    let bad = vec![Some(Small::zero()), None];
    let error = encoder.encode(&bad, &mut bytes).expect_err("has a hole");
    assert_eq!((error.cause(), error.path().to_string().as_str()), (&EncodeCause::NilElement, "[1]"));
    assert_eq!(bytes, b"before");
    let error = encoder.encode_pair(&Small::zero(), &bad, &mut bytes).expect_err("has a hole");
    assert_eq!(error.to_string(), "[1]: None cannot be sent as an element or as the value itself");
    assert_eq!(bytes, b"before");
    let mut fresh = Vec::new();
    Encoder::new().encode(&Small::zero(), &mut fresh).expect("encodes");
    bytes.clear();
    encoder.encode(&Small::zero(), &mut bytes).expect("encodes");
    assert_eq!(bytes, fresh);
}

#[test]
fn an_error_says_where_it_is() {
    #[derive(Debug, Gob)]
    struct Outer {
        list: Vec<Inner>,
    }
    #[derive(Debug, Gob)]
    struct Inner {
        map: std::collections::BTreeMap<String, Vec<Option<i64>>>,
    }
    let inner = Inner { map: [("k".to_owned(), vec![Some(1), None])].into() };
    let outer = Outer { list: vec![Inner::zero(), inner] };
    let error = Encoder::new().encode(&outer, &mut Vec::new()).expect_err("has a hole");
    assert_eq!(error.path().to_string(), "Outer.List[1].Map[\"k\"][1]");

    #[derive(Debug, Gob)]
    #[gob(name = "Outer")]
    struct Narrow {
        list: Vec<NarrowInner>,
    }
    #[derive(Debug, Gob)]
    struct NarrowInner {
        map: std::collections::BTreeMap<String, Vec<i8>>,
    }
    let inner = Inner { map: [("k".to_owned(), vec![Some(1), Some(1000)])].into() };
    let mut decoder = Decoder::new();
    decoder.feed(&encode(&Outer { list: vec![Inner::zero(), inner] }));
    let error = decoder.next::<Narrow>().expect_err("does not fit");
    assert!(
        error.to_string().starts_with("Outer.List[1].Map[\"k\"][1]: the number does not fit i8 (byte "),
        "{error}"
    );
}

#[test]
fn a_bad_definition_ends_the_stream() {
    let good = encode(&Small::zero());
    let definition = &good[..good.len() - 4];
    let twice = [definition, definition].concat();
    for (bytes, cause) in [
        (twice, DecodeCause::DuplicateType(65)),
        // Id 1 defined anew, an id without a kind, a slice without an element type.
        (vec![0x05, 0x01, 0x02, 0x02, 0x0c, 0x00], DecodeCause::BadDefinition("ids below 64 are taken")),
        (vec![0x03, 0xff, 0x81, 0x00], DecodeCause::BadDefinition("no kind")),
        (vec![0x05, 0xff, 0x81, 0x02, 0x00, 0x00], DecodeCause::BadDefinition("a part without a type")),
    ] {
        let mut decoder = Decoder::new();
        decoder.feed(&bytes);
        let error = decoder.next::<Value>().expect_err("is bad");
        assert!(error.is_fatal());
        assert_eq!(error.cause(), &cause);
    }
}

#[test]
fn a_value_trickled_in_pieces_is_not_read_for_ever() {
    // A list of a long byte string, and then ever new types: each definition cuts the value.
    let list = encode(&vec![Value::Bytes(vec![1])]);
    let definition = &list[..1 + usize::from(list[0])];
    let long: u32 = 20 << 20;
    let mut body = b"\xff\x82\x00\x02\x07[]uint8\x0a\x00\x00\xfc".to_vec();
    body.extend(long.to_be_bytes());
    body.resize(body.len() + long as usize, 0);
    body.extend(b"\x01x");
    let mut message = vec![0xfc];
    message.extend(u32::to_be_bytes(body.len() as u32));
    let mut decoder = Decoder::new();
    decoder.feed(definition);
    decoder.feed(&message);
    decoder.feed(&body);
    let mut rounds = 0;
    let error = loop {
        match decoder.next::<()>() {
            Ok(value) => assert_eq!(value, None),
            Err(error) if error.is_fatal() => break error,
            Err(_) => {}
        }
        rounds += 1;
        assert!(rounds < 600);
        // The next piece: a definition of a slice of bool, ids from 100 on.
        let id = 2 * (100 + rounds) - 1;
        decoder.feed(&[0x08, 0xfe, (id >> 8) as u8, id as u8, 0x02, 0x02, 0x02, 0x00, 0x00]);
    };
    assert!(matches!(error.cause(), DecodeCause::TooLarge { what: "value in pieces", .. }), "{error}");
}

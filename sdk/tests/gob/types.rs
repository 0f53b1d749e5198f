//! Typed decoding of the special vectors: each construct of the format once, by derived types.

use std::collections::{BTreeMap, HashMap};

use mmplugin::gob::{Complex, DecodeCause, Decoder, Explicit, GoString, Gob, Registered, Time, Value};

use crate::golden::vectors;

pub(crate) fn vector(name: &str) -> Vec<u8> {
    let name = format!("special/{name}");
    vectors().into_iter().find(|vector| vector.name == name).expect("is a vector").bytes
}

pub(crate) fn decode<T: Gob>(bytes: &[u8]) -> Vec<T> {
    let mut decoder = Decoder::new();
    decoder.feed(bytes);
    std::iter::from_fn(|| decoder.next().unwrap_or_else(|error| panic!("{error}"))).collect()
}

#[derive(Debug, Clone, PartialEq, Gob)]
pub(crate) struct Ints {
    pub(crate) i: i64,
    pub(crate) i8: i8,
    pub(crate) i16: i16,
    pub(crate) i32: i32,
    pub(crate) i64: i64,
    pub(crate) u: u64,
    pub(crate) u8: u8,
    pub(crate) u16: u16,
    pub(crate) u32: u32,
    pub(crate) u64: u64,
    pub(crate) up: u64,
    pub(crate) f32: f32,
    pub(crate) f64: f64,
    pub(crate) c64: Complex,
    pub(crate) c128: Complex,
    pub(crate) b: bool,
}

#[test]
fn extremes_of_all_numbers_arrive() {
    let [max] = &decode::<Ints>(&vector("ints.max"))[..] else { panic!("one value") };
    assert_eq!((max.i, max.i8, max.i16, max.i32, max.i64), (i64::MAX, i8::MAX, i16::MAX, i32::MAX, i64::MAX));
    assert_eq!((max.u, max.u8, max.u16, max.u32, max.u64), (u64::MAX, u8::MAX, u16::MAX, u32::MAX, u64::MAX));
    assert_eq!((max.f32, max.f64, max.b), (f32::MAX, f64::MAX, true));
    assert_eq!(max.c64, Complex { re: 1.5, im: -2.0 });
    assert!(max.c128.re.is_nan() && max.c128.im == f64::INFINITY);
    assert_eq!(decode::<Ints>(&vector("ints.zero")), [Ints::zero()]);
}

#[test]
fn a_number_that_does_not_fit_is_named() {
    #[derive(Debug, Gob)]
    struct Narrow {
        #[gob(name = "I64")]
        wide: i8,
    }
    let mut decoder = Decoder::new();
    decoder.feed(&vector("ints.max"));
    let error = decoder.next::<Narrow>().expect_err("does not fit");
    assert_eq!(*error.cause(), DecodeCause::OutOfRange { wanted: "i8" });
    assert_eq!(error.path().to_string(), "Narrow.I64");
    assert!(!error.is_fatal());
    assert_eq!(decoder.buffered(), 0);
}

#[derive(Debug, Clone, PartialEq, Gob)]
pub(crate) struct Small {
    pub(crate) a: i64,
    pub(crate) s: String,
}

#[derive(Debug, Clone, PartialEq, Gob)]
pub(crate) struct Colls {
    pub(crate) nil_slice: Vec<String>,
    pub(crate) nil_map: BTreeMap<String, i64>,
    pub(crate) empty_map: HashMap<String, i64>,
    pub(crate) nested: Vec<Vec<i64>>,
    pub(crate) bytes_list: Vec<Vec<u8>>,
    pub(crate) arr: [i64; 3],
    pub(crate) arr_b: [u8; 4],
    pub(crate) map_map: BTreeMap<String, BTreeMap<String, Vec<i64>>>,
    pub(crate) int_map: BTreeMap<i64, String>,
    pub(crate) ptr_ptr: Option<Option<i64>>,
    pub(crate) ptr_str: Option<String>,
    pub(crate) ptr_zero: Option<i64>,
    pub(crate) structs: Vec<Small>,
    pub(crate) ptr_structs: Vec<Option<Small>>,
    pub(crate) struct_map: BTreeMap<String, Small>,
    pub(crate) any: Value,
    pub(crate) anys: Vec<Value>,
}

#[test]
fn collections_arrive() {
    let [colls] = &decode::<Colls>(&vector("colls"))[..] else { panic!("one value") };
    assert_eq!(colls.nested, [vec![1, -2], vec![], vec![], vec![3]]);
    assert_eq!(colls.bytes_list, [vec![1], vec![], vec![]]);
    assert_eq!((colls.arr, colls.arr_b), ([1, 0, -3], [1, 2, 0, 4]));
    assert_eq!(colls.map_map["a"]["b"], [1]);
    assert_eq!(colls.int_map[&-5], "neg");
    assert_eq!((colls.ptr_ptr, colls.ptr_str.as_deref(), colls.ptr_zero), (Some(Some(9)), Some("p"), None));
    assert_eq!(colls.structs[1], Small { a: 1, s: String::new() });
    assert_eq!(decode::<Colls>(&vector("colls.zero")), [Colls::zero()]);
}

#[derive(Debug, Clone, PartialEq, Gob)]
pub(crate) struct Times {
    pub(crate) t: Time,
    pub(crate) p: Option<Time>,
    pub(crate) l: Vec<Time>,
    pub(crate) d: i64,
    pub(crate) m: BTreeMap<String, Time>,
}

#[test]
fn times_arrive_in_their_zones() {
    let [times] = &decode::<Times>(&vector("times"))[..] else { panic!("one value") };
    let texts: Vec<_> = times.l.iter().map(ToString::to_string).collect();
    assert_eq!(
        texts,
        [
            "0001-01-01T00:00:00Z",
            "2024-02-03T04:05:06.789012345Z",
            "2024-02-03T13:05:06.789012345+09:00",
            "2024-02-03T00:35:06.789012345-03:30",
            "2024-02-03T05:24:38.789012345+01:19",
            "1970-01-01T00:00:00Z",
            "1969-12-31T23:59:59.999999999Z",
            "9999-12-31T23:59:59Z",
            "0001-01-01T00:00:00.000000001Z",
        ]
    );
    assert_eq!(times.l[0], Time::ZERO);
    assert_eq!(times.p, Some(times.t));
}

#[derive(Debug, Clone, PartialEq, Gob)]
struct EvoOld {
    tail: bool,
    c: i32,
    miss: String,
    b: String,
    a: i64,
}

#[test]
fn a_newer_sender_is_understood_as_far_as_names_agree() {
    let old = |tail, c, b: &str, a| EvoOld { tail, c, miss: String::new(), b: b.into(), a };
    let want = [old(true, -70_000, "bee", 1), old(false, 0, "second", 0)];
    assert_eq!(decode::<EvoOld>(&vector("evolution.newer_sender")), want);
    // Go's own decoder gives up on this one: the skipped interface value brings definitions inside.
    let skipped = decode::<EvoOld>(&vector("evolution.skip_nested_interface"));
    assert!(skipped.iter().any(|value| value.b == "bee"), "{skipped:?}");
}

#[derive(Debug, Clone, PartialEq, Gob)]
pub(crate) struct ErrorString {
    pub(crate) code: i64,
    pub(crate) err: String,
}

impl Registered for ErrorString {
    const NAME: &'static str = "*plugin.ErrorString";
}

#[derive(Debug, Clone, PartialEq, Gob)]
pub(crate) struct AppError {
    pub(crate) id: String,
    pub(crate) message: String,
    pub(crate) detailed_error: String,
    pub(crate) request_id: String,
    pub(crate) status_code: i64,
    #[gob(name = "Where")]
    pub(crate) place: String,
    pub(crate) skip_translation: bool,
}

impl Registered for AppError {
    const NAME: &'static str = "*model.AppError";
}

#[derive(Debug, Clone, PartialEq, Gob)]
pub(crate) struct ErrorReturns {
    pub(crate) a: Value,
}

#[test]
fn errors_of_all_kinds_arrive_as_types() {
    for code in 0..=7 {
        let bytes = vector(&format!("error.errorstring_{code}"));
        let [returns] = &decode::<ErrorReturns>(&bytes)[..] else { panic!("one value") };
        let error: ErrorString = returns.a.expect_as().expect("is one").expect("is there");
        assert_eq!(error.code, code);
    }
    let [returns] = &decode::<ErrorReturns>(&vector("error.apperror_bare"))[..] else { panic!("one value") };
    assert!(returns.a.get_as::<AppError>().expect("is one").is_some());
    let other = returns.a.expect_as::<ErrorString>().expect_err("is another");
    assert!(matches!(other.cause(), DecodeCause::OtherType { .. }), "{other}");
    assert_eq!(decode::<ErrorReturns>(&vector("error.nil")), [ErrorReturns { a: Value::Nil }]);
}

#[test]
fn values_at_top_level_arrive() {
    assert_eq!(decode::<Vec<u8>>(&vector("top.bytes")).len(), decode::<GoBytes>(&vector("top.bytes")).len());
    assert!(!decode::<i64>(&vector("top.int")).is_empty());
    assert!(!decode::<f64>(&vector("top.float64")).is_empty());
    assert!(!decode::<()>(&vector("top.empty_struct")).is_empty());
    assert!(!decode::<Vec<String>>(&vector("top.strings")).is_empty());
    assert_eq!(decode::<String>(&vector("top.string_1mib"))[0].len(), 1 << 20);
}

#[derive(Debug, Gob)]
struct GoBytes(Vec<u8>);

#[test]
fn a_string_that_is_not_utf_8_is_not_lost() {
    let bytes = vector("top.string");
    let kept = decode::<GoString>(&bytes);
    assert!(kept.contains(&GoString(b"\xff\xfe invalid".to_vec())), "{kept:?}");
    assert!(decode::<String>(&bytes).contains(&"\u{fffd}\u{fffd} invalid".to_owned()));
}

#[derive(Debug, Clone, PartialEq, Gob)]
struct Holder {
    s: String,
    n: i64,
    list: Vec<String>,
    map: BTreeMap<String, Value>,
    inner: Small,
    gone: Option<String>,
    flag: Option<bool>,
    any: Value,
}

#[test]
fn explicit_values_overwrite_and_plain_ones_do_not() {
    let full = Holder {
        s: "s".into(),
        n: 5,
        list: vec!["x".into()],
        map: [("k".to_owned(), 1.5.into())].into(),
        inner: Small { a: 3, s: "t".into() },
        gone: Some("stays".into()),
        flag: Some(true),
        any: "any".into(),
    };
    let empty = Holder { flag: Some(false), ..Holder::zero() };
    let merge = |bytes: &[u8]| {
        let (mut decoder, mut target) = (Decoder::new(), full.clone());
        decoder.feed(bytes);
        assert!(decoder.next_into(&mut target).expect("decodes"));
        target
    };
    let plain = merge(&crate::roundtrip::encode(&empty));
    assert_eq!(plain, Holder { flag: Some(false), ..full.clone() });
    // As in Go neither a map's keys nor a pointer can be taken away.
    let explicit = merge(&crate::roundtrip::encode(&Explicit(empty.clone())));
    assert_eq!(explicit, Holder { map: full.map.clone(), gone: full.gone.clone(), ..empty });
}

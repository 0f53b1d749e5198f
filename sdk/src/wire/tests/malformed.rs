//! What a faulty or hostile host may send in place of arguments and results: an error that says where, and the stream
//! goes on.

use std::collections::BTreeMap;

use super::generated::for_each_driver_struct;
use super::made::{ask, unhex};
use super::*;
use crate::gob::{DecodeCause, Value, limits};

/// Fields that we do not read, and so do not check.
const UNREAD: &[&str] = &["Request.Body"];

/// The error of the first value of a stream; the second one must be there.
type Fault = fn(&[u8]) -> Result<(String, bool), String>;

fn fault<T: Gob>(bytes: &[u8]) -> Result<(String, bool), String> {
    let mut decoder = Decoder::new();
    decoder.feed(bytes);
    let error = match decoder.next::<T>() {
        Err(error) => error,
        Ok(_) => return Err("no error".into()),
    };
    match decoder.next::<T>() {
        Ok(Some(_)) => {}
        Ok(None) => return Err(format!("{error}: nothing after it")),
        Err(second) => return Err(format!("{error}: after it {second}")),
    }
    let kind = matches!(error.cause(), DecodeCause::Mismatch { .. });
    Ok((error.path().to_string(), kind && !error.is_fatal()))
}

#[test]
fn a_field_of_a_wrong_kind_is_named_and_the_next_value_is_read() {
    let mut faults: BTreeMap<&str, Fault> = BTreeMap::new();
    macro_rules! add {
        ($ty:ident $name:literal) => {
            faults.insert($name, fault::<$ty>);
        };
    }
    crate::wire::generated::for_each_struct!(add);
    for_each_driver_struct!(add);
    let names: Vec<&str> = faults.keys().copied().collect();
    let Some(answers) = ask(&[serde_json::json!({ "wrong": names })]) else { return };
    let cases = answers[0]["cases"].as_array().unwrap_or_else(|| panic!("{}", answers[0]["error"]));
    let mut failed = Vec::new();
    for case in cases {
        let text = |key: &str| case[key].as_str().unwrap();
        let (name, path) = (text("name"), text("path"));
        if UNREAD.iter().any(|unread| path.ends_with(unread)) {
            continue;
        }
        match faults[name](&unhex(text("gob_hex"))) {
            Ok((found, true)) if plain(&found).ends_with(&format!(".{}", plain(path))) => {}
            other => failed.push(format!("{name}: {path}: {other:?}")),
        }
    }
    assert!(cases.len() > 2000, "only {} fields", cases.len());
    assert!(failed.is_empty(), "{} of {} failed:\n{}", failed.len(), cases.len(), failed.join("\n"));
}

/// A path without the places in lists and maps.
fn plain(path: &str) -> String {
    path.split('[').map(|part| part.rsplit_once(']').map_or(part, |(_, rest)| rest)).collect()
}

/// A type that no host and no plugin knows.
#[derive(Debug, Clone, PartialEq, Default, crate::Gob)]
struct Nobody {
    name: String,
}

impl crate::gob::Registered for Nobody {
    const NAME: &'static str = "*nowhere.Nobody";
}

#[test]
fn a_type_that_nobody_knows_is_kept_in_an_interface() {
    let nobody = Value::registered(&Nobody { name: "x".into() }).unwrap();
    let mut sent = crate::model::Post { message: "m".into(), ..Default::default() };
    sent.props.insert("who".into(), nobody.clone());
    let sent = MessageWillBePostedReturns { a: Some(sent), ..Default::default() };
    let post = again(&sent).a.unwrap();
    assert_eq!((post.message.as_str(), post.props["who"].type_name()), ("m", "*nowhere.Nobody"));
    // As an error it is one without text of ours; the call is answered all the same.
    let error = again(&Carrier { a: nobody });
    let mut bytes = Vec::new();
    Encoder::new().encode(&error, &mut bytes).unwrap();
    let mut decoder = Decoder::new();
    decoder.feed(&bytes);
    let read: OnActivateReturns = decoder.next().unwrap().unwrap();
    assert!(
        matches!(&read.a, Some(HostError::Other(value)) if value.type_name() == "*nowhere.Nobody"),
        "{read:?}"
    );
}

/// The results of OnActivate with anything as its error.
#[derive(Debug, Clone, PartialEq, crate::Gob)]
struct Carrier {
    a: Value,
}

#[test]
fn a_string_of_a_hundred_megabytes_passes_and_a_longer_message_ends_the_stream() {
    let post = |length: usize| CreatePostReturns {
        a: Some(crate::model::Post { message: "x".repeat(length), ..Default::default() }),
        ..Default::default()
    };
    assert_eq!(again(&post(100 << 20)).a.unwrap().message.len(), 100 << 20);
    let mut bytes = Vec::new();
    assert!(Encoder::new().encode(&post(limits::MAX_MESSAGE), &mut bytes).is_err());
    assert!(bytes.is_empty());
    // The length of a message of 129 MiB, and nothing of it.
    let mut decoder = Decoder::new();
    decoder.feed(&[0xfc, 0x08, 0x10, 0x00, 0x00]);
    let error = decoder.next::<CreatePostReturns>().unwrap_err();
    assert!(error.is_fatal() && matches!(error.cause(), DecodeCause::TooLarge { .. }), "{error}");
}

#[test]
fn values_nested_too_deep_are_refused_and_the_next_one_is_read() {
    let Some(answers) = ask(&[serde_json::json!({"deep": 20}), serde_json::json!({"deep": 2000})]) else {
        return;
    };
    let decoder = |answer: &Json| {
        let mut decoder = Decoder::new();
        decoder.feed(&unhex(answer["gob_hex"].as_str().unwrap()));
        decoder
    };
    assert!(decoder(&answers[0]).next::<ExecuteCommandReturns>().unwrap().is_some());
    let mut deep = decoder(&answers[1]);
    let error = deep.next::<ExecuteCommandReturns>().unwrap_err();
    assert!(!error.is_fatal() && *error.cause() == DecodeCause::TooDeep, "{error}");
    assert!(error.path().to_string().contains("ExtraResponses[0].ExtraResponses[0]"), "{error}");
    let good: ExecuteCommandReturns = deep.next().unwrap().unwrap();
    assert_eq!(good.a.unwrap().text, "good");
}

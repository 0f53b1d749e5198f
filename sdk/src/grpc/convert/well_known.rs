//! Values of any kind: protobuf's `Struct` and `Value`, which are JSON in another form.

use std::collections::BTreeMap;

use prost_types::value::Kind;
use prost_types::{ListValue, Struct, Value as Message};

use super::{Put, Take};
use crate::gob::Value;
use crate::model::RawJson;

fn message(kind: Kind) -> Message {
    Message { kind: Some(kind) }
}

/// All numbers are `double` there, bytes are text in base64, and what JSON cannot say is null.
impl Put<Message> for Value {
    fn put(&self) -> Message {
        message(match self {
            Self::Bool(value) => Kind::BoolValue(*value),
            Self::String(text) => Kind::StringValue(text.clone()),
            Self::Int(number) | Self::Int64(number) => Kind::NumberValue(*number as f64),
            Self::Float64(number) => Kind::NumberValue(*number),
            Self::Strings(texts) => list(texts.iter().map(|text| message(Kind::StringValue(text.clone())))),
            Self::List(items) => list(items.iter().map(Put::put)),
            Self::Map(entries) => Kind::StructValue(entries.put()),
            Self::Nil => Kind::NullValue(0),
            other => return serde_json::to_value(other).map_or(message(Kind::NullValue(0)), of_json),
        })
    }
}

impl Take<Message> for Value {
    fn take(message: Message) -> Self {
        match message.kind {
            None | Some(Kind::NullValue(_)) => Self::Nil,
            Some(Kind::BoolValue(value)) => Self::Bool(value),
            Some(Kind::NumberValue(number)) => Self::Float64(number),
            Some(Kind::StringValue(text)) => Self::String(text),
            Some(Kind::ListValue(list)) => Self::List(list.values.into_iter().map(Take::take).collect()),
            Some(Kind::StructValue(entries)) => Self::Map(Take::take(entries)),
        }
    }
}

fn list(values: impl Iterator<Item = Message>) -> Kind {
    Kind::ListValue(ListValue { values: values.collect() })
}

impl Put<Struct> for BTreeMap<String, Value> {
    fn put(&self) -> Struct {
        Struct { fields: self.put() }
    }
}

impl Take<Struct> for BTreeMap<String, Value> {
    fn take(message: Struct) -> Self {
        Self::take(message.fields)
    }
}

/// A value where the message has only a map: anything else has no place in it.
pub(in crate::grpc) fn map_of(value: &Value) -> Option<Struct> {
    match value {
        Value::Map(entries) => Some(entries.put()),
        Value::Nil => None,
        other => match serde_json::to_value(other).map(of_json) {
            Ok(Message { kind: Some(Kind::StructValue(entries)) }) => Some(entries),
            _ => None,
        },
    }
}

pub(in crate::grpc) fn map_value(message: Option<Struct>) -> Value {
    message.map_or(Value::Nil, |entries| Value::Map(Take::take(entries)))
}

/// JSON text as a value; text that is no JSON is null.
pub(in crate::grpc) fn json_value(raw: &RawJson) -> Option<Message> {
    raw.parse::<serde_json::Value>().ok().map(of_json)
}

pub(in crate::grpc) fn raw_json(message: Option<Message>) -> RawJson {
    message.and_then(|message| RawJson::new(&to_json(message)).ok()).unwrap_or_default()
}

fn of_json(json: serde_json::Value) -> Message {
    message(match json {
        serde_json::Value::Null => Kind::NullValue(0),
        serde_json::Value::Bool(value) => Kind::BoolValue(value),
        serde_json::Value::Number(number) => Kind::NumberValue(number.as_f64().unwrap_or_default()),
        serde_json::Value::String(text) => Kind::StringValue(text),
        serde_json::Value::Array(items) => list(items.into_iter().map(of_json)),
        serde_json::Value::Object(entries) => Kind::StructValue(Struct {
            fields: entries.into_iter().map(|(key, value)| (key, of_json(value))).collect(),
        }),
    })
}

fn to_json(message: Message) -> serde_json::Value {
    match message.kind {
        None | Some(Kind::NullValue(_)) => serde_json::Value::Null,
        Some(Kind::BoolValue(value)) => value.into(),
        // A whole number is one in Go, too, not `3.0`.
        Some(Kind::NumberValue(number)) if number.fract() == 0.0 && number.abs() < 9e15 => {
            (number as i64).into()
        }
        Some(Kind::NumberValue(number)) => number.into(),
        Some(Kind::StringValue(text)) => text.into(),
        Some(Kind::ListValue(list)) => list.values.into_iter().map(to_json).collect(),
        Some(Kind::StructValue(entries)) => {
            entries.fields.into_iter().map(|(key, value)| (key, to_json(value))).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_survive_as_far_as_json_goes() {
        let value = Value::from([
            ("text", Value::from("x")),
            ("number", Value::Float64(1.5)),
            ("list", Value::List(vec![Value::Bool(true), Value::Nil])),
        ]);
        assert_eq!(Value::take(value.put()), value);
        assert_eq!(Value::take(Value::Int(3).put()), Value::Float64(3.0));
        assert_eq!(Value::take(Value::Bytes(b"hoge".to_vec()).put()), Value::from("aG9nZQ=="));
        assert_eq!(Value::take(Value::Strings(vec!["a".into()]).put()), Value::List(vec![Value::from("a")]));
    }

    #[test]
    fn json_text_comes_back() {
        for text in [r#"{"a":[1,2.5,"x",null,true]}"#, "3", r#""x""#] {
            let raw = RawJson(text.as_bytes().to_vec());
            assert_eq!(raw_json(json_value(&raw)), raw, "{text}");
        }
        assert_eq!(raw_json(None), RawJson::default());
    }

    #[test]
    fn only_maps_have_a_place_in_a_map() {
        let map = Value::from([("a", Value::from("b"))]);
        assert_eq!(map_value(map_of(&map)), map);
        assert_eq!(map_of(&Value::from("text")), None);
    }
}

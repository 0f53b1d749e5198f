//! JSON of what lies in interfaces, such as the properties of posts: as Go writes it.

use serde::{Serialize, Serializer};
use serde_json::Value as Json;

use super::props::Attachments;
use super::{
    AppError, AutocompleteDynamicListArg, AutocompleteStaticListArg, AutocompleteTextArg, PreviewPost,
};
use crate::gob::serde::bytes;
use crate::gob::{Dynamic, Named, Registered, Value};

/// A registered name, and the JSON of what has it.
type Known = (&'static str, fn(&Dynamic) -> Option<Json>);

/// The types of the model that lie in interfaces.
const KNOWN: [Known; 6] = [
    (Attachments::NAME, json_of::<Attachments>),
    (AppError::NAME, json_of::<AppError>),
    (AutocompleteDynamicListArg::NAME, json_of::<AutocompleteDynamicListArg>),
    (AutocompleteStaticListArg::NAME, json_of::<AutocompleteStaticListArg>),
    (AutocompleteTextArg::NAME, json_of::<AutocompleteTextArg>),
    (PreviewPost::NAME, json_of::<PreviewPost>),
];

/// The JSON of a type that we know; `None` also when its fields are not what we know of it.
fn known(named: &Named) -> Option<Json> {
    let (_, json) = KNOWN.iter().find(|(name, _)| *name == named.name)?;
    json(&named.value)
}

fn json_of<T: Registered + Serialize>(value: &Dynamic) -> Option<Json> {
    serde_json::to_value(value.to::<T>().ok()?).ok()
}

/// Numbers lose their exact Go type, bytes become base64. Registered types become what they are in JSON by themselves,
/// without their name: the types of [`model`](crate::model) with Mattermost's names, any other a map of its fields.
impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Nil => serializer.serialize_unit(),
            Self::Bool(v) => serializer.serialize_bool(*v),
            Self::Int(v) | Self::Int64(v) => serializer.serialize_i64(*v),
            Self::Int8(v) => serializer.serialize_i8(*v),
            Self::Int16(v) => serializer.serialize_i16(*v),
            Self::Int32(v) => serializer.serialize_i32(*v),
            Self::Uint(v) | Self::Uint64(v) | Self::Uintptr(v) => serializer.serialize_u64(*v),
            Self::Uint8(v) => serializer.serialize_u8(*v),
            Self::Uint16(v) => serializer.serialize_u16(*v),
            Self::Uint32(v) => serializer.serialize_u32(*v),
            Self::Float32(v) => serializer.serialize_f32(*v),
            Self::Float64(v) => serializer.serialize_f64(*v),
            Self::Complex64(v) | Self::Complex128(v) => (v.re, v.im).serialize(serializer),
            Self::String(v) => serializer.serialize_str(v),
            Self::Bytes(v) => bytes(v, serializer),
            Self::Strings(v) => v.serialize(serializer),
            Self::List(v) => v.serialize(serializer),
            Self::Map(v) => v.serialize(serializer),
            Self::Named(v) => match known(v) {
                Some(json) => json.serialize(serializer),
                None => v.value.tree().map_err(serde::ser::Error::custom)?.serialize(serializer),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{MessageAttachment, Post};

    #[test]
    fn a_type_that_we_know_has_the_names_of_its_json() {
        let attachment = MessageAttachment { author_name: "a".into(), ..MessageAttachment::default() };
        let mut post = Post::default();
        post.set_attachments(vec![attachment.clone()]).unwrap();
        let json = serde_json::to_value(&post).unwrap();
        assert_eq!(json["props"]["attachments"], serde_json::to_value([&attachment]).unwrap());
        assert_eq!(json["props"]["attachments"][0]["author_name"], "a");
        assert_eq!(serde_json::from_value::<Post>(json).unwrap().attachments().unwrap(), [attachment]);
    }

    #[test]
    fn a_type_that_we_do_not_know_has_the_names_of_its_fields() {
        let attachment = MessageAttachment { author_name: "a".into(), ..MessageAttachment::default() };
        for (name, value) in [
            ("*nowhere.Attachment", Value::typed("*nowhere.Attachment", &attachment)),
            // Ours by name only.
            (AppError::NAME, Value::typed(AppError::NAME, &Other { id: 7 })),
        ] {
            let value = value.unwrap();
            assert_eq!(value.type_name(), name);
            let json = serde_json::to_value(value).unwrap();
            assert!(json["AuthorName"] == "a" || json["Id"] == 7, "{json}");
        }
    }

    #[derive(Debug, Clone, PartialEq, Default, crate::Gob)]
    struct Other {
        id: i64,
    }
}

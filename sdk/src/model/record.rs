//! Structs in JSON, field by field: what serde's derive does, in a fraction of the code that a plugin has to build.
//!
//! As Go reads them: fields may lack, be `null`, or be unknown; of two with the same name the later one counts.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::json;

/// A struct whose fields have names and numbers; made by [`record!`].
pub(crate) trait Record: Default {
    const NAME: &'static str;
    /// The names in JSON; a field's place is its number.
    const FIELDS: &'static [&'static str];

    /// Reads the value that belongs to the name just read.
    fn read<'de, A: MapAccess<'de>>(&mut self, field: usize, map: &mut A) -> Result<(), A::Error>;
}

/// `number field "name in JSON" way when;`: [`value`] and its siblings are ways, [`always`] and [`unless_empty`] say when
/// a field is written.
macro_rules! record {
    ($name:ident $($number:literal $field:ident $json:literal $way:ident $when:ident;)+) => {
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                use serde::ser::SerializeStruct as _;
                let written = [$(crate::model::record::$when(&self.$field)),+];
                let count = written.iter().filter(|written| **written).count();
                let mut to = serializer.serialize_struct(stringify!($name), count)?;
                $(match written[$number] {
                    true => to.serialize_field($json, &crate::model::record::$way::put(&self.$field))?,
                    false => to.skip_field($json)?,
                })+
                to.end()
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                crate::model::record::read(deserializer)
            }
        }

        impl crate::model::record::Record for $name {
            const NAME: &'static str = stringify!($name);
            const FIELDS: &'static [&'static str] = &[$($json),+];

            fn read<'de, A: serde::de::MapAccess<'de>>(&mut self, field: usize, map: &mut A) -> Result<(), A::Error> {
                match field {
                    $($number => self.$field = crate::model::record::$way::get(map)?,)+
                    _ => {}
                }
                Ok(())
            }
        }
    };
}

pub(crate) use record;

pub(crate) fn always<T>(_: &T) -> bool {
    true
}

/// What `omitempty` leaves away is not written.
pub(crate) fn unless_empty<T: Default + PartialEq>(value: &T) -> bool {
    !json::is_empty(value)
}

/// As the type itself says.
pub(crate) mod value {
    use super::*;

    pub(crate) fn put<T>(value: &T) -> &T {
        value
    }

    pub(crate) fn get<'de, A: MapAccess<'de>, T: Deserialize<'de> + Default>(
        map: &mut A,
    ) -> Result<T, A::Error> {
        map.next_value::<Option<T>>().map(Option::unwrap_or_default)
    }
}

/// A map whose values may be `null`, too.
pub(crate) mod nullable {
    use std::collections::BTreeMap;

    pub(crate) use super::value::put;
    use super::*;

    pub(crate) fn get<'de, A, K, V>(map: &mut A) -> Result<BTreeMap<K, V>, A::Error>
    where
        A: MapAccess<'de>,
        K: Deserialize<'de> + Ord,
        V: Deserialize<'de> + Default,
    {
        map.next_value().map(json::without_null)
    }
}

/// `[]byte`: text in base64.
pub(crate) mod base64 {
    use super::*;

    pub(crate) fn put(bytes: &[u8]) -> impl Serialize {
        json::encode(bytes)
    }

    pub(crate) fn get<'de, A: MapAccess<'de>>(map: &mut A) -> Result<Vec<u8>, A::Error> {
        base64_option::get(map).map(Option::unwrap_or_default)
    }
}

/// `*[]byte`: text in base64, or `null`.
pub(crate) mod base64_option {
    use super::*;

    pub(crate) fn put(bytes: &Option<Vec<u8>>) -> impl Serialize {
        bytes.as_deref().map(json::encode)
    }

    pub(crate) fn get<'de, A: MapAccess<'de>>(map: &mut A) -> Result<Option<Vec<u8>>, A::Error> {
        let Some(text) = map.next_value::<Option<String>>()? else { return Ok(None) };
        json::decode(&text).map(Some).ok_or_else(|| serde::de::Error::custom("invalid base64"))
    }
}

/// Reads a struct.
pub(crate) fn read<'de, D: Deserializer<'de>, T: Record>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_struct(T::NAME, T::FIELDS, Fields(PhantomData))
}

struct Fields<T>(PhantomData<T>);

impl<'de, T: Record> Visitor<'de> for Fields<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "struct {}", T::NAME)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<T, A::Error> {
        let mut value = T::default();
        let mut next = 0;
        while let Some(found) = map.next_key_seed(Name { names: T::FIELDS, next })? {
            match found {
                Some(field) => {
                    value.read(field, &mut map)?;
                    next = field + 1;
                }
                None => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(value)
    }
}

/// Looks a name up, at first where it stands when fields come in order.
struct Name {
    names: &'static [&'static str],
    next: usize,
}

impl<'de> DeserializeSeed<'de> for Name {
    type Value = Option<usize>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<usize>, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for Name {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a field")
    }

    fn visit_str<E>(self, name: &str) -> Result<Option<usize>, E> {
        if self.names.get(self.next) == Some(&name) {
            return Ok(Some(self.next));
        }
        Ok(self.names.iter().position(|known| *known == name))
    }
}

#[cfg(test)]
mod tests {
    use crate::model::{Post, PostSearchResults, Status};

    #[test]
    fn reads_as_go_does() {
        let text =
            r#"{"message": "a", "what": [1, {"message": "x"}], "message": "b", "user_id": null, "id": "p"}"#;
        let post: Post = serde_json::from_str(text).unwrap();
        assert_eq!(post, Post { id: "p".into(), message: "b".into(), ..Post::default() });
        assert_eq!(serde_json::from_str::<Option<Status>>("null").unwrap(), None);
    }

    #[test]
    fn says_what_is_wrong() {
        let error = |text| serde_json::from_str::<Post>(text).unwrap_err().to_string();
        assert_eq!(error("[1]"), "invalid type: sequence, expected struct Post at line 1 column 1");
        assert_eq!(
            error(r#"{"message": 1}"#),
            "invalid type: integer `1`, expected a string at line 1 column 13"
        );
        assert!(error(r#"{"message": "#).starts_with("EOF"));
    }

    #[test]
    fn lies_within_another() {
        let text = r#"{"order": ["p"], "matches": {"p": ["w"]}, "posts": {"p": {"message": "m"}}}"#;
        let found: PostSearchResults = serde_json::from_str(text).unwrap();
        assert_eq!(found.post_list.posts.values().next().unwrap().message, "m");
        let again = serde_json::to_value(&found).unwrap();
        assert_eq!((&again["order"][0], &again["matches"]["p"][0]), (&"p".into(), &"w".into()));
    }
}

//! Bodies of requests: JSON or a form, as the content type says.

use std::borrow::Cow;
use std::collections::BTreeMap;

use http::HeaderMap;
use http::header::CONTENT_TYPE;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Secret;

/// Why a request's body cannot be used; the sender should get status 400.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PayloadError {
    /// Neither of the two content types in which the server sends this.
    #[error(
        "the body is neither application/json nor application/x-www-form-urlencoded but {0:?}: \
         is it Mattermost that calls?"
    )]
    ContentType(String),
    /// JSON of another shape, or none.
    #[error("the body is not the expected JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// A field of the form has a value that does not belong there.
    #[error("the form's field `{field}` is {value:?}, not {expected}")]
    Field {
        /// Its name.
        field: &'static str,
        /// What it holds.
        value: String,
        /// What belongs there.
        expected: &'static str,
    },
    /// The form has as many names as ids in the fields for mentions, or it is not the server's.
    #[error("the form has {names} values of `{field}` and {ids} of `{field}_ids`; they belong together")]
    Mentions {
        /// The field with the names.
        field: &'static str,
        /// How many names there are.
        names: usize,
        /// How many ids there are.
        ids: usize,
    },
}

/// The two ways in which the server writes a body.
pub(super) enum Kind {
    Json,
    Form,
}

impl Kind {
    /// Parameters, as the charset, and upper case do not matter.
    pub(super) fn of(headers: &HeaderMap) -> Result<Self, PayloadError> {
        let header = headers.get(CONTENT_TYPE).map(|value| String::from_utf8_lossy(value.as_bytes()));
        let header = header.unwrap_or_default();
        let media = header.split(';').next().unwrap_or_default().trim();
        if media.eq_ignore_ascii_case("application/json") {
            Ok(Self::Json)
        } else if media.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            Ok(Self::Form)
        } else {
            Err(PayloadError::ContentType(header.into_owned()))
        }
    }
}

/// A form's fields by name, each with its values in order.
pub(super) struct Form<'a>(BTreeMap<Cow<'a, str>, Vec<Cow<'a, str>>>);

impl<'a> Form<'a> {
    pub(super) fn parse(bytes: &'a [u8]) -> Self {
        let mut fields = BTreeMap::<_, Vec<_>>::new();
        for (name, value) in form_urlencoded::parse(bytes) {
            fields.entry(name).or_default().push(value);
        }
        Self(fields)
    }

    /// The first value; empty when there is none.
    pub(super) fn get<T: for<'t> From<&'t str>>(&self, field: &str) -> T {
        self.all(field).first().map(Cow::as_ref).unwrap_or_default().into()
    }

    /// A map that is sent as two fields: its keys, and its values under the name with `_ids`.
    pub(super) fn mentions<T: for<'t> From<&'t str>>(
        &self,
        field: &'static str,
        ids_field: &str,
    ) -> Result<BTreeMap<String, T>, PayloadError> {
        let (names, ids) = (self.all(field), self.all(ids_field));
        if names.len() != ids.len() {
            return Err(PayloadError::Mentions { field, names: names.len(), ids: ids.len() });
        }
        Ok(names.iter().zip(ids).map(|(name, id)| (name.to_string(), id.as_ref().into())).collect())
    }

    fn all(&self, field: &str) -> &[Cow<'a, str>] {
        self.0.get(field).map(Vec::as_slice).unwrap_or_default()
    }
}

/// A secret that is part of a body: written as it is, hidden everywhere else.
pub(super) mod secret {
    use super::*;

    pub(crate) fn serialize<S: Serializer>(secret: &Secret, serializer: S) -> Result<S::Ok, S::Error> {
        secret.expose().serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Secret, D::Error> {
        Ok(Option::<String>::deserialize(deserializer)?.unwrap_or_default().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(header: &'static str) -> Result<Kind, PayloadError> {
        Kind::of(&HeaderMap::from_iter([(CONTENT_TYPE, header.parse().unwrap())]))
    }

    #[test]
    fn the_content_type_decides() {
        for header in ["application/json", "application/json; charset=utf-8", "Application/JSON ;x=y"] {
            assert!(matches!(kind(header), Ok(Kind::Json)), "{header}");
        }
        assert!(matches!(kind("application/x-www-form-urlencoded"), Ok(Kind::Form)));
        for header in ["", "text/plain", "application/jsonp", "multipart/form-data; boundary=x"] {
            assert!(matches!(kind(header), Err(PayloadError::ContentType(found)) if found == header));
        }
        assert!(matches!(Kind::of(&HeaderMap::new()), Err(PayloadError::ContentType(_))));
    }

    #[test]
    fn forms_keep_every_value_and_forgive_the_rest() {
        let form = Form::parse(b"a=1&a=2&b=%E6%9D%B1%20x+y&=&&c&d=%zz%ff");
        assert_eq!(form.all("a"), ["1", "2"]);
        assert_eq!(form.get::<String>("a"), "1");
        assert_eq!(form.get::<String>("b"), "東 x y");
        assert_eq!(form.get::<String>("c"), "");
        assert_eq!(form.get::<String>("d"), "%zz\u{fffd}");
        assert_eq!(form.get::<String>("nowhere"), "");
    }
}

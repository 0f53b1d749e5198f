//! Text that is mostly short: ids.

use std::fmt;
use std::hash::{Hash, Hasher};

use super::reader::lossy_text;

/// Bytes kept without an allocation; an id of Mattermost has 26. With these the type has 32 bytes.
const INLINE: usize = 30;

/// A string that allocates only when it is longer than an id.
#[derive(Clone)]
pub(crate) struct ShortText(Repr);

#[derive(Clone)]
enum Repr {
    Inline { len: u8, bytes: [u8; INLINE] },
    Long(Box<str>),
}

impl ShortText {
    /// The text.
    pub(crate) fn as_str(&self) -> &str {
        match &self.0 {
            // Only whole strings get in, so this never fails; checking 26 bytes costs less than an allocation.
            Repr::Inline { .. } => std::str::from_utf8(self.as_bytes()).unwrap_or_default(),
            Repr::Long(text) => text,
        }
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        match &self.0 {
            Repr::Inline { len, bytes } => bytes.get(..usize::from(*len)).unwrap_or_default(),
            Repr::Long(text) => text.as_bytes(),
        }
    }

    /// True for the empty text.
    pub(crate) fn is_empty(&self) -> bool {
        self.as_bytes().is_empty()
    }

    /// The text as a string of its own.
    pub(crate) fn into_string(self) -> String {
        match self.0 {
            Repr::Inline { .. } => self.as_str().to_owned(),
            Repr::Long(text) => text.into_string(),
        }
    }

    /// U+FFFD stands in for what is not UTF-8.
    pub(crate) fn lossy(bytes: &[u8]) -> Self {
        Self::from(&*lossy_text(bytes))
    }

    fn inline(text: &str) -> Option<Self> {
        let mut bytes = [0; INLINE];
        bytes.get_mut(..text.len())?.copy_from_slice(text.as_bytes());
        Some(Self(Repr::Inline { len: text.len() as u8, bytes }))
    }
}

impl From<&str> for ShortText {
    fn from(text: &str) -> Self {
        Self::inline(text).unwrap_or_else(|| Self(Repr::Long(text.into())))
    }
}

impl From<String> for ShortText {
    fn from(text: String) -> Self {
        Self::inline(&text).unwrap_or_else(|| Self(Repr::Long(text.into())))
    }
}

impl Default for ShortText {
    fn default() -> Self {
        Self(Repr::Inline { len: 0, bytes: [0; INLINE] })
    }
}

impl PartialEq for ShortText {
    fn eq(&self, other: &Self) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl Eq for ShortText {}

impl PartialOrd for ShortText {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for ShortText {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.as_bytes().cmp(other.as_bytes())
    }
}

/// As `str`, so that a map can be asked by text.
impl Hash for ShortText {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl fmt::Debug for ShortText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl serde::Serialize for ShortText {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> serde::Deserialize<'de> for ShortText {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Ok(Self::from(&*text))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;
    use crate::gob::{Decoder, Encoder};

    #[test]
    fn texts_of_any_length_are_what_they_were_made_of() {
        for text in ["", "u", &"i".repeat(26), &"x".repeat(30), &"x".repeat(31), "Grüße", &"ü".repeat(40)]
        {
            let short = ShortText::from(text);
            assert_eq!((short.as_str(), short.is_empty()), (text, text.is_empty()));
            assert_eq!(short, ShortText::from(text.to_owned()));
            assert_eq!(short.clone().into_string(), text);
            assert_eq!(format!("{short:?}"), format!("{text:?}"));
            let json = serde_json::to_string(&short).unwrap();
            assert_eq!(serde_json::from_str::<ShortText>(&json).unwrap(), short);
            assert_eq!(HashMap::from([(text.to_owned(), 1)]).get(short.as_str()), Some(&1));
            let mut bytes = Vec::new();
            Encoder::new().encode(&short, &mut bytes).unwrap();
            let mut decoder = Decoder::new();
            decoder.feed(&bytes);
            assert_eq!(decoder.next::<String>().unwrap().as_deref(), Some(text));
            let mut decoder = Decoder::new();
            decoder.feed(&bytes);
            assert_eq!(decoder.next::<ShortText>().unwrap(), Some(short));
        }
        assert_eq!(ShortText::lossy(b"a\xffb").as_str(), "a\u{fffd}b");
        assert_eq!(size_of::<ShortText>(), 32);
    }

    #[test]
    fn order_is_that_of_strings() {
        let long = "a".repeat(40);
        let mut texts = ["b", &long, "", "ü", "a"].map(ShortText::from);
        texts.sort();
        assert_eq!(texts.map(ShortText::into_string), ["", "a", &long, "b", "ü"]);
    }
}

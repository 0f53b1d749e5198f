//! A map of strings to strings in two allocations.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::{Index, Range};

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Gob;
use super::bits::{put_bytes, put_uint};
use super::error::Step;
use super::reader::{Plan, Reader, Res, lossy, lossy_text};
use super::shape::Type;
use super::writer::Writer;

/// Room for the text of an entry while it is not known how long it will be.
const USUAL_ENTRY: usize = 24;

/// Texts by text, in the order of the keys. Go: `map[string]string`, `model.StringMap`.
///
/// All keys and values lie in one string, so that the maps of a hundred users cost a few hundred allocations and not
/// thousands. What is removed or replaced keeps its room until the map is cloned.
///
/// ```
/// use mmplugin::model::StringMap;
///
/// let mut props = StringMap::from([("email", "true"), ("push", "mention")]);
/// props.insert("push", "all");
/// assert_eq!(props.get("push"), Some("all"));
/// assert_eq!(&props["email"], "true");
/// assert_eq!(props.iter().collect::<Vec<_>>(), [("email", "true"), ("push", "all")]);
/// ```
#[derive(Default)]
pub struct StringMap {
    text: String,
    /// Sorted by key.
    entries: Vec<Entry>,
}

/// Where a key begins, where it ends and its value begins, where that ends.
#[derive(Clone, Copy)]
struct Entry {
    /// The key's first bytes, which tell most keys apart without a look at the text.
    first: u64,
    start: usize,
    middle: usize,
    end: usize,
}

impl StringMap {
    /// A map without entries.
    pub const fn new() -> Self {
        Self { text: String::new(), entries: Vec::new() }
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// True when there are no entries.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The value under `key`.
    pub fn get(&self, key: &str) -> Option<&str> {
        let entry = self.entries.get(self.find(key).ok()?)?;
        Some(self.value(*entry))
    }

    /// Whether there is a value under `key`.
    pub fn contains_key(&self, key: &str) -> bool {
        self.find(key).is_ok()
    }

    /// Puts `value` under `key`; gives back what was there.
    pub fn insert(&mut self, key: impl AsRef<str>, value: impl AsRef<str>) -> Option<String> {
        let (key, value) = (key.as_ref(), value.as_ref());
        let place = self.find(key);
        let entry = self.append(key, value);
        match place {
            Ok(index) => {
                let before = std::mem::replace(self.entries.get_mut(index)?, entry);
                Some(self.value(before).to_owned())
            }
            Err(index) => {
                self.entries.insert(index, entry);
                None
            }
        }
    }

    /// Takes the value under `key` out.
    pub fn remove(&mut self, key: &str) -> Option<String> {
        let entry = self.entries.remove(self.find(key).ok()?);
        Some(self.value(entry).to_owned())
    }

    /// Takes all entries out.
    pub fn clear(&mut self) {
        self.text.clear();
        self.entries.clear();
    }

    /// Keys and values, by key.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &str)> + DoubleEndedIterator {
        self.entries.iter().map(|entry| (self.key(*entry), self.value(*entry)))
    }

    /// The keys in their order.
    pub fn keys(&self) -> impl ExactSizeIterator<Item = &str> + DoubleEndedIterator {
        self.iter().map(|(key, _)| key)
    }

    /// The values in the order of their keys.
    pub fn values(&self) -> impl ExactSizeIterator<Item = &str> + DoubleEndedIterator {
        self.iter().map(|(_, value)| value)
    }

    fn find(&self, key: &str) -> Result<usize, usize> {
        let first = first_bytes(key.as_bytes());
        let order = |entry: &Entry| entry.first.cmp(&first).then_with(|| self.key(*entry).cmp(key));
        self.entries.binary_search_by(order)
    }

    fn key(&self, entry: Entry) -> &str {
        self.at(entry.start..entry.middle)
    }

    fn value(&self, entry: Entry) -> &str {
        self.at(entry.middle..entry.end)
    }

    fn at(&self, range: Range<usize>) -> &str {
        self.text.get(range).unwrap_or_default()
    }

    fn append(&mut self, key: &str, value: &str) -> Entry {
        let start = self.text.len();
        self.text.push_str(key);
        let middle = self.text.len();
        self.text.push_str(value);
        Entry { first: first_bytes(key.as_bytes()), start, middle, end: self.text.len() }
    }

    /// After entries were added at the end: sorts them; of those under one key the last one stays.
    fn settle(&mut self) {
        let text = self.text.as_bytes();
        let key = |entry: &Entry| text.get(entry.start..entry.middle).unwrap_or_default();
        // By place among equal keys, so that no stable sort with a buffer of its own is needed.
        self.entries.sort_unstable_by(|a, b| {
            a.first.cmp(&b.first).then_with(|| key(a).cmp(key(b)).then(b.start.cmp(&a.start)))
        });
        self.entries.dedup_by(|next, kept| next.first == kept.first && key(next) == key(kept));
    }

    /// Reads entries behind what `bytes` has already; none of them is known to be text.
    fn read_entries(&mut self, bytes: &mut Vec<u8>, r: &mut Reader<'_>, count: usize) -> Res {
        for _ in 0..count {
            let start = bytes.len();
            let key = r.bytes()?;
            let value = r.bytes().map_err(|error| error.within(Step::Key(lossy(key))))?;
            bytes.extend_from_slice(key);
            bytes.extend_from_slice(value);
            let middle = start + key.len();
            self.entries.push(Entry { first: first_bytes(key), start, middle, end: bytes.len() });
        }
        Ok(())
    }

    /// Makes text of bytes in which only the entries so far are known to be text.
    fn take_text(&mut self, bytes: Vec<u8>, known: usize) {
        let new = self.entries.get(known..).unwrap_or_default();
        // Keys and values that are no text themselves may be some together.
        let whole = |text: &str, entry: &Entry| {
            text.is_char_boundary(entry.middle) && text.is_char_boundary(entry.end)
        };
        match String::from_utf8(bytes) {
            Ok(text) if new.iter().all(|entry| whole(&text, entry)) => self.text = text,
            Ok(text) => self.mend(text.as_bytes()),
            Err(error) => self.mend(error.as_bytes()),
        }
    }

    /// As every string that is read: what is no UTF-8 becomes U+FFFD.
    #[cold]
    fn mend(&mut self, bytes: &[u8]) {
        let piece = |range: Range<usize>| lossy_text(bytes.get(range).unwrap_or_default());
        for entry in std::mem::take(&mut self.entries) {
            let (key, value) = (piece(entry.start..entry.middle), piece(entry.middle..entry.end));
            let entry = self.append(&key, &value);
            self.entries.push(entry);
        }
    }
}

/// The first eight bytes as a number, by which they sort; shorter keys as if zeros came after them.
fn first_bytes(key: &[u8]) -> u64 {
    if let Some(bytes) = key.first_chunk() {
        return u64::from_be_bytes(*bytes);
    }
    let mut bytes = [0; 8];
    bytes.iter_mut().zip(key).for_each(|(to, from)| *to = *from);
    u64::from_be_bytes(bytes)
}

impl Clone for StringMap {
    fn clone(&self) -> Self {
        let mut clone = Self { text: String::with_capacity(self.text.len()), entries: Vec::new() };
        clone.entries.reserve_exact(self.len());
        for (key, value) in self.iter() {
            let entry = clone.append(key, value);
            clone.entries.push(entry);
        }
        clone
    }
}

impl<K: AsRef<str>, V: AsRef<str>> Extend<(K, V)> for StringMap {
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, entries: I) {
        for (key, value) in entries {
            let entry = self.append(key.as_ref(), value.as_ref());
            self.entries.push(entry);
        }
        self.settle();
    }
}

impl<K: AsRef<str>, V: AsRef<str>> FromIterator<(K, V)> for StringMap {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let mut map = Self::new();
        map.extend(entries);
        map
    }
}

impl<K: AsRef<str>, V: AsRef<str>, const N: usize> From<[(K, V); N]> for StringMap {
    fn from(entries: [(K, V); N]) -> Self {
        entries.into_iter().collect()
    }
}

impl From<BTreeMap<String, String>> for StringMap {
    fn from(map: BTreeMap<String, String>) -> Self {
        map.into_iter().collect()
    }
}

impl From<StringMap> for BTreeMap<String, String> {
    fn from(map: StringMap) -> Self {
        map.iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
    }
}

/// Panics when there is no such key, as maps do.
impl Index<&str> for StringMap {
    type Output = str;

    fn index(&self, key: &str) -> &str {
        self.get(key).unwrap_or_else(|| panic!("no entry under {key:?}"))
    }
}

impl PartialEq for StringMap {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().eq(other.iter())
    }
}

impl Eq for StringMap {}

impl fmt::Debug for StringMap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl Gob for StringMap {
    fn zero() -> Self {
        Self::new()
    }

    fn describe() -> Type {
        BTreeMap::<String, String>::describe()
    }

    fn gob_is_zero(&self) -> bool {
        self.is_empty()
    }

    fn gob_put(&self, w: &mut Writer<'_>) {
        if !w.enter() {
            return;
        }
        put_uint(w.out, self.len() as u64);
        let text = self.text.as_bytes();
        for Entry { start, middle, end, .. } in &self.entries {
            put_bytes(w.out, text.get(*start..*middle).unwrap_or_default());
            put_bytes(w.out, text.get(*middle..*end).unwrap_or_default());
        }
        w.leave();
    }

    fn gob_get(&mut self, r: &mut Reader<'_>, _: Plan) -> Res {
        let count = r.count("map", 2)?;
        r.enter()?;
        let text = count.saturating_mul(USUAL_ENTRY).min(r.left());
        r.charge(count.saturating_mul(size_of::<Entry>()).saturating_add(text))?;
        self.entries.reserve_exact(count);
        let known = self.entries.len();
        let mut bytes = std::mem::take(&mut self.text).into_bytes();
        bytes.reserve(text);
        let read = self.read_entries(&mut bytes, r, count);
        self.take_text(bytes, known);
        read?;
        self.settle();
        r.leave();
        Ok(())
    }
}

impl Serialize for StringMap {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl<'de> Deserialize<'de> for StringMap {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Entries)
    }
}

struct Entries;

impl<'de> Visitor<'de> for Entries {
    type Value = StringMap;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map of texts")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<StringMap, A::Error> {
        let mut entries = StringMap::new();
        while let Some((key, value)) = map.next_entry::<String, String>()? {
            entries.insert(key, value);
        }
        Ok(entries)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::gob::{Decoder, Encoder, GoString};

    fn encoded<T: Gob>(value: &T) -> Vec<u8> {
        let mut bytes = Vec::new();
        Encoder::new().encode(value, &mut bytes).unwrap();
        bytes
    }

    fn decoded<T: Gob>(bytes: &[u8]) -> T {
        let mut decoder = Decoder::new();
        decoder.feed(bytes);
        decoder.next().unwrap().unwrap()
    }

    proptest! {
        #[test]
        fn it_is_an_ordinary_map(
            steps in prop::collection::vec(("(|sevenly|eight_of)[a-c\u{0}ü]{0,2}", prop::option::of("[a-z]{0,40}")), 0..60)
        ) {
            let (mut ours, mut theirs) = (StringMap::new(), BTreeMap::new());
            for (key, value) in steps {
                match value {
                    Some(value) => prop_assert_eq!(ours.insert(&key, &value), theirs.insert(key, value)),
                    None => prop_assert_eq!(ours.remove(&key), theirs.remove(&key)),
                }
                prop_assert!(ours.iter().eq(theirs.iter().map(|(key, value)| (&**key, &**value))));
            }
            prop_assert_eq!(&StringMap::from(theirs.clone()), &ours);
            prop_assert_eq!(&ours.clone(), &ours);
            prop_assert_eq!(encoded(&ours), encoded(&theirs));
            prop_assert_eq!(&decoded::<StringMap>(&encoded(&theirs)), &ours);
            prop_assert_eq!(serde_json::to_string(&ours).unwrap(), serde_json::to_string(&theirs).unwrap());
            let json = serde_json::to_string(&theirs).unwrap();
            prop_assert_eq!(&serde_json::from_str::<StringMap>(&json).unwrap(), &ours);
            prop_assert_eq!(BTreeMap::from(ours), theirs);
        }
    }

    #[test]
    fn of_entries_under_one_key_the_last_one_stays() {
        let map = StringMap::from([("b", "1"), ("a", "2"), ("b", "3"), ("b", "4")]);
        assert_eq!(format!("{map:?}"), r#"{"a": "2", "b": "4"}"#);
        assert_eq!((map.get("a"), map.get("c"), map.contains_key("b")), (Some("2"), None, true));
        assert_eq!((map.keys().count(), map.values().next_back()), (2, Some("4")));
    }

    #[test]
    fn what_is_no_text_reads_as_in_other_strings() {
        let (u, umlaut) = (&"ü".as_bytes()[..1], &"ü".as_bytes()[1..]);
        for pieces in [
            // Text together, not alone.
            [&b"key"[..], b"value", u, umlaut],
            [u, umlaut, b"key", b"value"],
            [b"a", u, umlaut, b"b"],
            [b"\xff", b"value", b"key", b"\xfe"],
            [u, b"", umlaut, b""],
        ] {
            let sent: BTreeMap<GoString, GoString> = pieces
                .chunks(2)
                .map(|pair| (GoString(pair[0].to_vec()), GoString(pair[1].to_vec())))
                .collect();
            let bytes = encoded(&sent);
            let theirs = decoded::<BTreeMap<String, String>>(&bytes);
            assert_eq!(BTreeMap::from(decoded::<StringMap>(&bytes)), theirs, "{pieces:?}");
        }
    }

    #[test]
    fn what_is_sent_is_laid_over_what_is_there() {
        let mut map = StringMap::from([("kept", "1"), ("changed", "1")]);
        let mut decoder = Decoder::new();
        decoder.feed(&encoded(&StringMap::from([("changed", "2"), ("new", "3")])));
        assert!(decoder.next_into(&mut map).unwrap());
        assert_eq!(map, StringMap::from([("kept", "1"), ("changed", "2"), ("new", "3")]));
    }
}

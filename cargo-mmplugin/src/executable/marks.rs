//! The marks that API methods leave in the executables which call them: magic, name, `@`, version, zeros.

use std::collections::BTreeMap;

use object::{Object, ObjectSection, SectionKind};

/// What every mark begins with.
const MAGIC: &[u8; 32] = b"mmplugin calls the server's API:";

/// Longest text after it; the SDK leaves room for 64 bytes.
const ROOM: usize = 64;

/// API methods whose calls are linked into an executable, by Go's name, each with the version of the server that
/// brought it. Of a file that is no executable: none.
pub fn called_methods(bytes: &[u8]) -> BTreeMap<String, String> {
    let Ok(file) = super::parse(bytes) else { return BTreeMap::new() };
    // Constants lie in read-only data; some platforms and linkers put them among other data.
    let may_hold = |kind| !matches!(kind, SectionKind::Text | SectionKind::Debug | SectionKind::DebugString);
    let sections = file.sections().filter(|section| may_hold(section.kind()));
    sections.filter_map(|section| section.data().ok()).flat_map(marks).collect()
}

fn marks(data: &[u8]) -> impl Iterator<Item = (String, String)> {
    let found = data.windows(MAGIC.len()).enumerate().filter(|(_, window)| *window == MAGIC);
    found.filter_map(|(at, _)| mark(data.get(at + MAGIC.len()..)?))
}

/// Name and version, if that is what the bytes begin with.
fn mark(bytes: &[u8]) -> Option<(String, String)> {
    let text = bytes.get(..ROOM)?.split(|byte| *byte == 0).next()?;
    let (name, since) = std::str::from_utf8(text).ok()?.split_once('@')?;
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let is_version = since.starts_with(|first: char| first.is_ascii_digit());
    (is_name && is_version).then(|| (name.to_owned(), since.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::{X86_64, elf};
    use super::*;

    fn of(text: &str) -> Vec<u8> {
        let mut mark = [&MAGIC[..], text.as_bytes()].concat();
        mark.resize(MAGIC.len() + ROOM, 0);
        mark
    }

    #[test]
    fn marks_are_found_wherever_they_lie_and_counted_once() {
        let data =
            [b"mmplugin calls", &of("KVSet@5.2")[..], b"x", &of("LogAuditRec@10.10"), &of("KVSet@5.2")]
                .concat();
        let found: Vec<_> = called_methods(&elf(X86_64, None, &data)).into_iter().collect();
        let expected = [("KVSet", "5.2"), ("LogAuditRec", "10.10")];
        assert_eq!(found, expected.map(|(name, since)| (name.to_owned(), since.to_owned())));
    }

    #[test]
    fn what_only_begins_like_a_mark_is_none() {
        for text in ["", "KVSet", "KVSet@", "@5.2", "KV Set@5.2", "KVSet@v5", "\u{fc}@5.2"] {
            assert!(called_methods(&elf(X86_64, None, &of(text))).is_empty(), "{text}");
        }
        let cut = &of("KVSet@5.2")[..60];
        assert!(called_methods(&elf(X86_64, None, cut)).is_empty());
        assert!(called_methods(&of("KVSet@5.2")).is_empty(), "no executable");
    }
}

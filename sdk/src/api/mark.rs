//! Marks in the executable: which API methods it calls. The tool reads them and works out `min_server_version`.
//!
//! A mark is a constant of its own, so the linker drops it with the code that refers to it: a method that nobody calls
//! leaves none. ARCHITECTURE.md has the format.

use super::ApiCall;

/// What the tool looks for. 32 bytes, so that a whole mark is larger than the constants which linkers merge into one
/// section and then keep or drop together.
const MAGIC: &[u8; 32] = b"mmplugin calls the server's API:";

/// Room for a method's name, `@` and its version; zeros fill it up. The longest name has less than 50 letters.
const ROOM: usize = 64;

struct Mark([u8; MAGIC.len() + ROOM]);

impl Mark {
    const fn of<A: ApiCall>() -> Self {
        let mut mark = [0; MAGIC.len() + ROOM];
        let at = copy(&mut mark, 0, MAGIC);
        let at = copy(&mut mark, at, A::METHOD.as_bytes());
        let at = copy(&mut mark, at, b"@");
        let at = copy(&mut mark, at, A::SINCE.as_bytes());
        assert!(at < mark.len(), "a zero ends the text");
        Self(mark)
    }
}

/// Leaves the mark of `A` in every executable into which the calling code is linked.
#[inline]
pub(super) fn leave<A: ApiCall>() {
    // The compiler must not see that nobody reads it.
    std::hint::black_box(const { &Mark::of::<A>().0 });
}

/// Writes `bytes` at `at` and says where they end.
const fn copy(out: &mut [u8], at: usize, bytes: &[u8]) -> usize {
    let mut i = 0;
    while i < bytes.len() {
        out[at + i] = bytes[i];
        i += 1;
    }
    at + bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::KvSetArgs;

    #[test]
    fn a_mark_is_the_magic_then_name_and_version_then_zeros() {
        let Mark(mark) = Mark::of::<KvSetArgs>();
        let text = mark.strip_prefix(MAGIC).and_then(|rest| rest.split(|byte| *byte == 0).next());
        assert_eq!(text, Some(&b"KVSet@5.2"[..]));
        assert_eq!(mark.len(), 96);
    }
}

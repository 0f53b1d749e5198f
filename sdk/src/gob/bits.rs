//! Numbers and lengths as bytes, the writing side.

/// Appends an unsigned number: one byte below 128, else the negated count of bytes and the bytes, big-endian.
#[inline]
pub(crate) fn put_uint(out: &mut Vec<u8>, value: u64) {
    if value < 0x80 {
        out.push(value as u8);
    } else {
        put_long(out, value);
    }
}

#[inline(never)]
fn put_long(out: &mut Vec<u8>, value: u64) {
    let (bytes, len) = long(value);
    // A copy of constant length and a cut are cheaper than a copy of a length known only at run time.
    let end = out.len() + len;
    out.extend_from_slice(&bytes);
    out.truncate(end);
}

/// The long form and how many of the nine bytes it takes.
#[inline]
pub(crate) fn long(value: u64) -> ([u8; 9], usize) {
    let count = 8 - (value | 1).leading_zeros() as usize / 8;
    let [a, b, c, d, e, f, g, h] = (value << (64 - 8 * count)).to_be_bytes();
    ([(count as u8).wrapping_neg(), a, b, c, d, e, f, g, h], count + 1)
}

/// Appends a signed number: shifted left, complemented if negative, with the sign as lowest bit.
#[inline]
pub(crate) fn put_int(out: &mut Vec<u8>, value: i64) {
    put_uint(out, zigzag(value));
}

#[inline]
pub(crate) fn zigzag(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)) as u64
}

/// Appends a float: the bits of its double, bytes reversed, as an unsigned number.
#[inline]
pub(crate) fn put_float(out: &mut Vec<u8>, value: f64) {
    put_uint(out, value.to_bits().swap_bytes());
}

/// Appends a length and the bytes.
#[inline]
pub(crate) fn put_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    put_uint(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

/// Turns the one byte reserved at `at` into the length of all that follows it.
pub(crate) fn patch_len(out: &mut Vec<u8>, at: usize) {
    let len = out.len().saturating_sub(at + 1);
    if len < 0x80 {
        if let Some(slot) = out.get_mut(at) {
            *slot = len as u8;
        }
    } else {
        let (bytes, count) = long(len as u64);
        out.splice(at..=at, bytes.into_iter().take(count));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_look_as_in_the_format_s_documentation() {
        for (value, bytes) in [
            (0, &[0][..]),
            (7, &[7]),
            (127, &[127]),
            (128, &[0xff, 0x80]),
            (256, &[0xfe, 1, 0]),
            (u64::MAX, &[0xf8, 255, 255, 255, 255, 255, 255, 255, 255]),
        ] {
            let mut out = Vec::new();
            put_uint(&mut out, value);
            assert_eq!(out, bytes, "{value}");
        }
        for (value, bytes) in [(0, &[0][..]), (-1, &[1]), (3, &[6]), (-65, &[0xff, 129])] {
            let mut out = Vec::new();
            put_int(&mut out, value);
            assert_eq!(out, bytes, "{value}");
        }
    }

    #[test]
    fn a_length_is_put_in_front_of_what_was_written() {
        for len in [0, 1, 127, 128, 255, 256, 70_000] {
            let mut out = b"ab".to_vec();
            out.push(0);
            out.resize(3 + len, b'x');
            patch_len(&mut out, 2);
            let mut want = b"ab".to_vec();
            put_bytes(&mut want, &vec![b'x'; len]);
            assert!(out == want, "{len}");
        }
    }
}

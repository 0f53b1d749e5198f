//! The 12-byte frame header, big-endian: version, type, flags, stream id, length.

use super::error::Violation;

/// Size of every header.
pub(super) const HEADER: usize = 12;
const VERSION: u8 = 0;

/// A new stream, or a ping that wants an answer.
pub(super) const SYN: u16 = 1;
/// The answer to SYN.
pub(super) const ACK: u16 = 2;
/// The sender's half of the stream is finished.
pub(super) const FIN: u16 = 4;
/// The stream is gone in both directions.
pub(super) const RST: u16 = 8;

/// GoAway without a fault.
pub(super) const GO_AWAY_NORMAL: u32 = 0;
/// GoAway because the receiver broke the rules.
pub(super) const GO_AWAY_PROTOCOL: u32 = 1;

/// What a frame is about; decides the meaning of `length`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// `length` bytes follow.
    Data,
    /// `length` is added to the window.
    WindowUpdate,
    /// `length` is echoed.
    Ping,
    /// `length` is a reason.
    GoAway,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) kind: Kind,
    pub(super) flags: u16,
    pub(super) id: u32,
    pub(super) length: u32,
}

impl Header {
    pub(super) fn data(id: u32, flags: u16, length: u32) -> Self {
        Self { kind: Kind::Data, flags, id, length }
    }

    pub(super) fn window_update(id: u32, flags: u16, increment: u32) -> Self {
        Self { kind: Kind::WindowUpdate, flags, id, length: increment }
    }

    pub(super) fn ping(flags: u16, value: u32) -> Self {
        Self { kind: Kind::Ping, flags, id: 0, length: value }
    }

    pub(super) fn go_away(reason: u32) -> Self {
        Self { kind: Kind::GoAway, flags: 0, id: 0, length: reason }
    }

    pub(super) fn has(self, flag: u16) -> bool {
        self.flags & flag != 0
    }

    /// Unknown flags are kept and ignored, as Go does.
    pub(super) fn parse(bytes: [u8; HEADER]) -> Result<Self, Violation> {
        let [version, kind, f0, f1, i0, i1, i2, i3, l0, l1, l2, l3] = bytes;
        if version != VERSION {
            return Err(Violation::Version(version));
        }
        let kind = match kind {
            0 => Kind::Data,
            1 => Kind::WindowUpdate,
            2 => Kind::Ping,
            3 => Kind::GoAway,
            other => return Err(Violation::Type(other)),
        };
        Ok(Self {
            kind,
            flags: u16::from_be_bytes([f0, f1]),
            id: u32::from_be_bytes([i0, i1, i2, i3]),
            length: u32::from_be_bytes([l0, l1, l2, l3]),
        })
    }

    pub(super) fn bytes(self) -> [u8; HEADER] {
        let [f0, f1] = self.flags.to_be_bytes();
        let [i0, i1, i2, i3] = self.id.to_be_bytes();
        let [l0, l1, l2, l3] = self.length.to_be_bytes();
        [VERSION, self.kind as u8, f0, f1, i0, i1, i2, i3, l0, l1, l2, l3]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn header_is_big_endian_as_in_go() {
        let header = Header::data(0x01020304, SYN | FIN, 0x0A0B0C0D);
        assert_eq!(header.bytes(), [0, 0, 0, 5, 1, 2, 3, 4, 10, 11, 12, 13]);
        assert_eq!(Header::parse(header.bytes()), Ok(header));
        let ping = Header::ping(ACK, 7);
        assert_eq!(ping.bytes(), [0, 2, 0, 2, 0, 0, 0, 0, 0, 0, 0, 7]);
    }

    #[test]
    fn wrong_version_and_type_are_named() {
        let mut bytes = Header::go_away(GO_AWAY_NORMAL).bytes();
        bytes[1] = 4;
        assert_eq!(Header::parse(bytes), Err(Violation::Type(4)));
        bytes[0] = b'H';
        assert_eq!(Header::parse(bytes), Err(Violation::Version(b'H')));
    }
}

//! [`Time`]: Go's `time.Time`.

use std::fmt;
use std::str::FromStr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::Gob;
use super::bits::put_bytes;
use super::error::DecodeCause;
use super::reader::{Plan, Reader, Res};
use super::shape::{Marshal, Shape, Type};
use super::writer::Writer;

/// Seconds from the first day of year 1 to the first of 1970.
const TO_UNIX: i64 = 62_135_596_800;
const DAY: i64 = 86_400;

/// A point in time as Go's `time.Time` sends it: seconds, nanoseconds and the zone's offset.
///
/// The zero time is the start of year 1, UTC, and not 1970. Two times are equal if they are the same point in the same
/// offset. `Display` and `FromStr` are RFC 3339 with as many digits as needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Time {
    /// Since 1970.
    seconds: i64,
    nanos: u32,
    /// Seconds east of Greenwich; `None` is UTC itself.
    offset: Option<i32>,
}

impl Time {
    /// Go's zero time.
    pub const ZERO: Self = Self { seconds: -TO_UNIX, nanos: 0, offset: None };

    /// A time in UTC. More than a second of `nanos` is cut.
    #[must_use]
    pub const fn from_unix(seconds: i64, nanos: u32) -> Self {
        Self { seconds, nanos: if nanos < 1_000_000_000 { nanos } else { 999_999_999 }, offset: None }
    }

    /// A time from Mattermost's `…At` fields: milliseconds since 1970.
    #[must_use]
    pub const fn from_unix_millis(millis: i64) -> Self {
        Self::from_unix(millis.div_euclid(1000), millis.rem_euclid(1000) as u32 * 1_000_000)
    }

    /// The same point in a zone so many seconds east of Greenwich; `None` is UTC. So is what the binary form cannot
    /// say: more than a day, and the second minute west of Greenwich.
    #[must_use]
    pub const fn with_offset(self, offset: Option<i32>) -> Self {
        match offset {
            Some(seconds) if seconds.abs() <= DAY as i32 && seconds / 60 != -1 => Self { offset, ..self },
            _ => Self { offset: None, ..self },
        }
    }

    /// Whole seconds since 1970.
    #[must_use]
    pub const fn unix(&self) -> i64 {
        self.seconds
    }

    /// Milliseconds since 1970.
    #[must_use]
    pub const fn unix_millis(&self) -> i64 {
        self.seconds.saturating_mul(1000).saturating_add(self.nanos as i64 / 1_000_000)
    }

    /// Nanoseconds within the second.
    #[must_use]
    pub const fn nanos(&self) -> u32 {
        self.nanos
    }

    /// Seconds east of Greenwich; `None` is UTC.
    #[must_use]
    pub const fn offset(&self) -> Option<i32> {
        self.offset
    }

    /// The binary form: version, seconds since year 1, nanoseconds, minutes of offset, seconds of it in version 2.
    fn to_bytes(self) -> ([u8; 16], usize) {
        let mut bytes = [0; 16];
        let (minutes, rest) = match self.offset {
            None => (-1, 0),
            Some(offset) => ((offset / 60) as i16, (offset % 60) as i8),
        };
        let version = if rest == 0 { 1 } else { 2 };
        let parts = [version]
            .into_iter()
            .chain(self.seconds.wrapping_add(TO_UNIX).to_be_bytes())
            .chain(self.nanos.to_be_bytes())
            .chain(minutes.to_be_bytes())
            .chain(rest.to_be_bytes());
        bytes.iter_mut().zip(parts).for_each(|(byte, part)| *byte = part);
        (bytes, if rest == 0 { 15 } else { 16 })
    }

    fn from_bytes(bytes: &[u8]) -> Result<Self, &'static str> {
        let (version, bytes) = bytes.split_first().ok_or("a time without bytes")?;
        let (seconds, bytes) = bytes.split_first_chunk().ok_or("a time that is too short")?;
        let (nanos, bytes) = bytes.split_first_chunk().ok_or("a time that is too short")?;
        let (minutes, bytes) = bytes.split_first_chunk().ok_or("a time that is too short")?;
        let rest = match (version, bytes) {
            (1, []) => 0,
            (2, [rest]) => i32::from(*rest as i8),
            (1 | 2, _) => return Err("a time of a wrong length"),
            _ => return Err("a time of an unknown version"),
        };
        let nanos = u32::from_be_bytes(*nanos);
        if nanos >= 1_000_000_000 {
            return Err("a time with more than a second of nanoseconds");
        }
        let minutes = i16::from_be_bytes(*minutes);
        Ok(Self {
            seconds: i64::from_be_bytes(*seconds).wrapping_sub(TO_UNIX),
            nanos,
            offset: (minutes != -1).then_some(i32::from(minutes) * 60 + rest),
        })
    }
}

impl Default for Time {
    fn default() -> Self {
        Self::ZERO
    }
}

impl PartialOrd for Time {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

/// By the point in time, then by offset.
impl Ord for Time {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.seconds, self.nanos, self.offset).cmp(&(other.seconds, other.nanos, other.offset))
    }
}

impl Gob for Time {
    fn zero() -> Self {
        Self::ZERO
    }

    fn describe() -> Type {
        Type::new::<Self>(Shape::Blob(Marshal::Gob, "Time"))
    }

    fn gob_is_zero(&self) -> bool {
        *self == Self::ZERO
    }

    fn gob_put(&self, w: &mut Writer<'_>) {
        let (bytes, len) = self.to_bytes();
        put_bytes(w.out, bytes.get(..len).unwrap_or_default());
    }

    fn gob_get(&mut self, r: &mut Reader<'_>, _: Plan) -> Res {
        match Self::from_bytes(r.bytes()?) {
            Ok(time) => *self = time,
            Err(why) => return Err(r.fail(DecodeCause::BadBlob(why))),
        }
        Ok(())
    }
}

impl From<SystemTime> for Time {
    fn from(time: SystemTime) -> Self {
        match time.duration_since(UNIX_EPOCH) {
            Ok(since) => {
                Self::from_unix(i64::try_from(since.as_secs()).unwrap_or(i64::MAX), since.subsec_nanos())
            }
            Err(before) => {
                let before = before.duration();
                let seconds = -i64::try_from(before.as_secs()).unwrap_or(i64::MAX);
                match before.subsec_nanos() {
                    0 => Self::from_unix(seconds, 0),
                    nanos => Self::from_unix(seconds - 1, 1_000_000_000 - nanos),
                }
            }
        }
    }
}

/// Fails for times that the platform's clock cannot express.
impl TryFrom<Time> for SystemTime {
    type Error = OutOfRange;

    fn try_from(time: Time) -> Result<Self, OutOfRange> {
        let whole = Duration::from_secs(time.seconds.unsigned_abs());
        let base =
            if time.seconds < 0 { UNIX_EPOCH.checked_sub(whole) } else { UNIX_EPOCH.checked_add(whole) };
        base.and_then(|base| base.checked_add(Duration::from_nanos(time.nanos.into()))).ok_or(OutOfRange)
    }
}

/// The platform's clock cannot express this time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the time is out of the range of the system's clock")]
pub struct OutOfRange;

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let local = self.seconds.saturating_add(self.offset.unwrap_or(0).into());
        let (year, month, day) = civil(local.div_euclid(DAY));
        let second = local.rem_euclid(DAY);
        write!(f, "{year:04}-{month:02}-{day:02}T")?;
        write!(f, "{:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60)?;
        if self.nanos != 0 {
            let digits = format!("{:09}", self.nanos);
            write!(f, ".{}", digits.trim_end_matches('0'))?;
        }
        match self.offset {
            None | Some(0) => f.write_str("Z"),
            Some(offset) => {
                let sign = if offset < 0 { '-' } else { '+' };
                let minutes = offset.unsigned_abs() / 60;
                write!(f, "{sign}{:02}:{:02}", minutes / 60, minutes % 60)
            }
        }
    }
}

/// Year, month and day of a day counted from 1970.
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days.saturating_add(719_468);
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year + era * 400 + i64::from(month <= 2), month, day)
}

/// The day counted from 1970 of year, month and day.
fn day_of(year: i64, month: i64, day: i64) -> i64 {
    let year = year - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// The text is no RFC 3339 time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a time like 2006-01-02T15:04:05Z")]
pub struct ParseTimeError;

impl FromStr for Time {
    type Err = ParseTimeError;

    fn from_str(text: &str) -> Result<Self, ParseTimeError> {
        parse(text).ok_or(ParseTimeError)
    }
}

fn parse(text: &str) -> Option<Time> {
    let (date, rest) = text.split_once(['T', 't', ' '])?;
    let mut date = date.splitn(3, '-').map(number);
    let (year, month, day) = (date.next()??, date.next()??, date.next()??);
    let zone = rest.find(['Z', 'z', '+', '-'])?;
    let (clock, zone) = rest.split_at_checked(zone)?;
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, ""));
    let mut clock = clock.splitn(3, ':').map(number);
    let (hour, minute, second) = (clock.next()??, clock.next()??, clock.next()??);
    let offset = match zone.split_at_checked(1)? {
        ("Z" | "z", "") => None,
        (sign @ ("+" | "-"), zone) => {
            let (hours, minutes) = zone.split_once(':')?;
            let offset = i32::try_from(number(hours)? * 3600 + number(minutes)? * 60).ok()?;
            Some(if sign == "-" { -offset } else { offset })
        }
        _ => return None,
    };
    let valid = (1..=12).contains(&month) && (1..=31).contains(&day);
    if !valid || hour > 23 || minute > 59 || second > 59 || offset.is_some_and(|o| o.abs() > 86_400) {
        return None;
    }
    let days = day_of(year, month, day);
    if civil(days) != (year, month, day) {
        return None;
    }
    let seconds = days * DAY + hour * 3600 + minute * 60 + second - i64::from(offset.unwrap_or(0));
    Some(Time::from_unix(seconds, nanos(fraction)?).with_offset(offset))
}

fn number(text: &str) -> Option<i64> {
    let plain = !text.is_empty() && text.len() <= 6 && text.bytes().all(|b| b.is_ascii_digit());
    if plain { text.parse().ok() } else { None }
}

/// Digits beyond nine are cut.
fn nanos(fraction: &str) -> Option<u32> {
    if !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let digits = fraction.bytes().chain(std::iter::repeat(b'0')).take(9);
    Some(digits.fold(0, |nanos, digit| nanos * 10 + u32::from(digit - b'0')))
}

impl ::serde::Serialize for Time {
    fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> ::serde::Deserialize<'de> for Time {
    fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(::serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_rfc_3339() {
        for (text, seconds, nanos) in [
            ("1970-01-01T00:00:00Z", 0, 0),
            ("2024-02-29T23:59:59.5Z", 1_709_251_199, 500_000_000),
            ("0001-01-01T00:00:00Z", -TO_UNIX, 0),
            ("2024-01-02T03:04:05.000000006+09:00", 1_704_132_245, 6),
            ("1969-12-31T16:00:00-08:00", 0, 0),
        ] {
            let time: Time = text.parse().expect("is a time");
            assert_eq!((time.unix(), time.nanos()), (seconds, nanos), "{text}");
            assert_eq!(time.to_string(), text);
        }
        for bad in
            ["", "2024-02-30T00:00:00Z", "2024-01-01", "2024-01-01T24:00:00Z", "2024-01-01T00:00:00", "é"]
        {
            assert_eq!(bad.parse::<Time>(), Err(ParseTimeError), "{bad}");
        }
    }

    #[test]
    fn the_system_s_clock_goes_there_and_back() {
        for time in [Time::from_unix(0, 0), Time::from_unix(-1, 999_999_999), Time::from_unix_millis(-1)] {
            let clock = SystemTime::try_from(time).expect("is in range");
            assert_eq!(Time::from(clock), time);
        }
        assert_eq!(Time::from_unix_millis(-1).unix_millis(), -1);
    }

    #[test]
    fn malformed_bytes_are_refused() {
        let (bytes, len) = Time::from_unix(0, 0).to_bytes();
        assert_eq!(Time::from_bytes(&bytes[..len]), Ok(Time::from_unix(0, 0)));
        assert!(Time::from_bytes(&bytes[..len - 1]).is_err());
        assert!(Time::from_bytes(&bytes).is_err());
        assert!(Time::from_bytes(&[3; 15]).is_err());
        assert!(Time::from_bytes(&[]).is_err());
    }
}

//! hclog's time stamp: `2006-01-02T15:04:05.000000Z`, always six fraction digits.

use std::time::{SystemTime, UNIX_EPOCH};

/// `now` in UTC. Times before 1970 are shown as its first moment: no clock of a running server says so.
pub(crate) fn timestamp(now: SystemTime) -> String {
    let since = now.duration_since(UNIX_EPOCH).unwrap_or_default();
    let (days, second) = (since.as_secs() / 86_400, since.as_secs() % 86_400);
    let (year, month, day) = civil(days);
    let (h, m, s) = (second / 3600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{day:02}T{h:02}:{m:02}:{s:02}.{:06}Z", since.subsec_micros())
}

/// The date of a day counted from 1970-01-01. Counts in years that begin in March, so that the leap day comes last.
fn civil(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day_of_year = day - (365 * year + year / 4 - year / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (year + era * 400 + u64::from(month <= 2), month, day_of_year - (153 * shifted + 2) / 5 + 1)
}

/// An RFC 3339 time with exactly six fraction digits, as the host's parser demands; `None` if `text` is no such time.
pub(super) fn normalise(text: &str) -> Option<String> {
    let (head, rest) = text.split_at_checked(19)?;
    if !is_date_time(head) {
        return None;
    }
    let (fraction, zone) = match rest.strip_prefix('.') {
        Some(tail) => tail.split_at_checked(tail.find(|c: char| !c.is_ascii_digit())?)?,
        None => ("", rest),
    };
    let fraction: String = fraction.chars().chain("000000".chars()).take(6).collect();
    is_zone(zone).then(|| format!("{head}.{fraction}{zone}"))
}

fn is_date_time(text: &str) -> bool {
    let bytes = text.as_bytes();
    let separators = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')];
    let number = |from: usize, to: usize| digits(text.get(from..to)?);
    let fits = || {
        let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
        let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
        let days = days_in(year, month)?;
        Some((1..=days).contains(&day) && hour < 24 && minute < 60 && second < 60)
    };
    separators.iter().all(|&(at, byte)| bytes.get(at) == Some(&byte)) && fits() == Some(true)
}

fn is_zone(zone: &str) -> bool {
    if zone == "Z" {
        return true;
    }
    let Some((hour, minute)) = zone.strip_prefix(['+', '-']).and_then(|z| z.split_once(':')) else {
        return false;
    };
    let below = |text: &str, limit| text.len() == 2 && digits(text).is_some_and(|n| n < limit);
    below(hour, 24) && below(minute, 60)
}

fn digits(text: &str) -> Option<u32> {
    let only = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    only.then(|| text.parse().ok())?
}

fn days_in(year: u32, month: u32) -> Option<u32> {
    Some(match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn times_have_six_fraction_digits_and_the_right_date() {
        let at =
            |secs, micros| timestamp(UNIX_EPOCH + Duration::from_secs(secs) + Duration::from_micros(micros));
        assert_eq!(at(0, 0), "1970-01-01T00:00:00.000000Z");
        assert_eq!(at(951_782_400, 6), "2000-02-29T00:00:00.000006Z");
        assert_eq!(at(1_767_323_045, 123_456), "2026-01-02T03:04:05.123456Z");
        assert_eq!(at(4_107_542_399, 0), "2100-02-28T23:59:59.000000Z");
        assert_eq!(at(4_107_542_400, 0), "2100-03-01T00:00:00.000000Z");
    }

    #[test]
    fn other_fractions_become_six_digits() {
        for (given, expected) in [
            ("2026-01-02T03:04:05Z", "2026-01-02T03:04:05.000000Z"),
            ("2026-01-02T03:04:05.1+01:30", "2026-01-02T03:04:05.100000+01:30"),
            ("2024-02-29T23:59:59.123456789-11:00", "2024-02-29T23:59:59.123456-11:00"),
        ] {
            assert_eq!(normalise(given).as_deref(), Some(expected), "{given}");
        }
    }

    #[test]
    fn what_the_host_would_refuse_is_no_time() {
        for text in [
            "",
            "now",
            "2026-01-02 03:04:05Z",
            "2026-02-29T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-00-01T00:00:00Z",
            "2026-01-02T24:00:00Z",
            "2026-01-02T03:04:05",
            "2026-01-02T03:04:05.1",
            "2026-01-02T03:04:05.Zz",
            "2026-01-02T03:04:05+1:00",
            "2026-01-02T03:04:05+24:00",
            "2026-01-02T03:04:05+0100",
            "２026-01-02T03:04:05Z",
        ] {
            assert_eq!(normalise(text), None, "{text}");
        }
    }
}

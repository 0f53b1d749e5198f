//! Bringing what newer templates do better into a project: three texts a file, of which the author's is never lost.
//!
//! The three are what the template wrote then (the base), what is there now (mine), and what the template writes today.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::Path;

use crate::error::{Error, Kind};

mod ignore;
mod record;
pub use ignore::Ignore;
pub use record::{FOLDER, Record};

/// What is to be done with one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing: it is as it should be, or the template has not changed it.
    Same,
    /// It gets this text; the author's changes are in it.
    Write(String),
    /// It goes, since the template has it no longer and the author has not touched it.
    Remove,
    /// The author has taken it away, which stays so.
    Gone,
    /// The template has it no longer; the author has changed it, so it stays.
    Orphan,
    /// Both have changed the same lines.
    Conflict {
        /// Both versions, with markers as git writes them.
        marked: String,
        /// The template's.
        theirs: String,
    },
}

/// One file that changes or cannot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Path in the project.
    pub path: String,
    /// Its text now.
    pub mine: Option<String>,
    /// What is to be done.
    pub outcome: Outcome,
}

/// What an upgrade would do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// Files that are not as they should be.
    pub steps: Vec<Step>,
    /// Files that the template has changed and the ignore list keeps.
    pub ignored: Vec<String>,
}

impl Plan {
    /// Compares every file of the base and of the template with what is there.
    ///
    /// # Errors
    /// A file cannot be read.
    pub fn make(root: &Path, record: &Record, new: &[(String, String)]) -> Result<Self, Error> {
        let new: BTreeMap<&str, &str> =
            new.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        let base: BTreeMap<&str, &str> =
            record.base.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        let paths: BTreeSet<&str> = new.keys().chain(base.keys()).copied().collect();
        let mut plan = Self::default();
        for path in paths {
            let (base, new) = (base.get(path).copied(), new.get(path).copied());
            if base == new {
                continue;
            }
            if record.ignore.matches(path) {
                plan.ignored.push(path.to_owned());
                continue;
            }
            let mine = read(&root.join(path))?;
            let outcome = decide(base, mine.as_deref(), new);
            if outcome != Outcome::Same {
                plan.steps.push(Step { path: path.to_owned(), mine, outcome });
            }
        }
        Ok(plan)
    }
}

/// The rule for one file.
pub fn decide(base: Option<&str>, mine: Option<&str>, new: Option<&str>) -> Outcome {
    // Line ends as the checkout has them; the texts of the template have plain ones.
    let crlf = mine.is_some_and(|text| text.contains("\r\n"));
    let plain = mine.map(|text| text.replace("\r\n", "\n"));
    let native = |text: &str| if crlf { text.replace('\n', "\r\n") } else { text.to_owned() };
    match (base, plain.as_deref(), new) {
        (base, _, new) if base == new => Outcome::Same,
        (_, mine, new) if mine == new => Outcome::Same,
        (None, None, Some(new)) => Outcome::Write(new.to_owned()),
        (Some(_), None, _) => Outcome::Gone,
        (base, mine, Some(new)) if base == mine => Outcome::Write(native(new)),
        (base, mine, None) if base == mine => Outcome::Remove,
        (_, _, None) => Outcome::Orphan,
        (base, Some(mine), Some(new)) => match diffy::merge(base.unwrap_or_default(), mine, new) {
            Ok(merged) if merged == mine => Outcome::Same,
            Ok(merged) if base.is_some() => Outcome::Write(native(&merged)),
            // Without a base every line of both would be kept, which is no merging.
            Ok(_) => Outcome::Conflict { marked: native(mine), theirs: native(new) },
            Err(marked) => Outcome::Conflict { marked: native(&marked), theirs: native(new) },
        },
    }
}

/// The difference as people and `patch` read it.
pub fn diff(path: &str, before: &str, after: &str) -> String {
    let mut options = diffy::DiffOptions::new();
    options.set_original_filename(format!("a/{path}")).set_modified_filename(format!("b/{path}"));
    options.create_patch(before, after).to_string()
}

/// Writes a file whole or not at all, with the folders above it.
///
/// # Errors
/// The disk.
pub fn write(file: &Path, text: &str) -> Result<(), Error> {
    let folder = file.parent().unwrap_or(Path::new("."));
    fs_err::create_dir_all(folder)?;
    let mut temp = crate::scratch::file(folder)?;
    temp.write_all(text.as_bytes())?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        if let Ok(old) = fs_err::metadata(file) {
            let mode = std::fs::Permissions::from_mode(old.permissions().mode());
            temp.as_file().set_permissions(mode)?;
        }
    }
    temp.persist(file).map_err(|error| Error::from(error.error).detail(file.display().to_string()))?;
    Ok(())
}

fn read(file: &Path) -> Result<Option<String>, Error> {
    match fs_err::read(file) {
        Ok(bytes) => String::from_utf8(bytes).map(Some).map_err(|_| {
            Error::new(
                Kind::Project,
                format!("{} is no text, so nothing can be merged into it", file.display()),
            )
            .help("name it in .mmplugin/ignore")
        }),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: &str = "1\n2\n3\n4\n5\n6\n7\n8\n";

    #[test]
    fn every_combination_of_the_three_is_decided() {
        let write = |text: &str| Outcome::Write(text.to_owned());
        for (base, mine, new, outcome) in [
            (Some("a\n"), Some("mine\n"), Some("a\n"), Outcome::Same),
            (Some("a\n"), Some("b\n"), Some("b\n"), Outcome::Same),
            (Some("a\n"), Some("a\n"), Some("b\n"), write("b\n")),
            (Some("a\n"), Some("a\r\n"), Some("b\n"), write("b\r\n")),
            (None, None, Some("b\n"), write("b\n")),
            (Some("a\n"), None, Some("b\n"), Outcome::Gone),
            (Some("a\n"), None, None, Outcome::Same),
            (Some("a\n"), Some("a\n"), None, Outcome::Remove),
            (Some("a\n"), Some("mine\n"), None, Outcome::Orphan),
        ] {
            assert_eq!(decide(base, mine, new), outcome, "{base:?} {mine:?} {new:?}");
        }
    }

    #[test]
    fn changes_on_both_sides_are_merged_or_left_to_the_author() {
        let mine = BASE.replace('2', "two");
        let new = BASE.replace('7', "seven");
        let both = mine.replace('7', "seven");
        assert_eq!(decide(Some(BASE), Some(&mine), Some(&new)), Outcome::Write(both));
        let other = BASE.replace('2', "zwei");
        match decide(Some(BASE), Some(&mine), Some(&other)) {
            Outcome::Conflict { marked, theirs } => {
                assert!(marked.contains("<<<<<<<") && marked.contains("two") && marked.contains("zwei"));
                assert_eq!(theirs, other);
            }
            other => panic!("{other:?}"),
        }
        let without_base = decide(None, Some("mine\n"), Some("new\n"));
        assert!(matches!(&without_base, Outcome::Conflict { marked, .. } if marked.contains("mine")));
    }

    #[test]
    fn a_diff_names_the_file() {
        let text = diff("a b.txt", "1\n2\n", "1\n3\n");
        assert!(text.contains("b/a b.txt") && text.contains("-2\n+3\n"), "{text}");
    }
}

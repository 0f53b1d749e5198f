//! Which files a plugin is made of, and whether one has changed: by looking, so that it works on every file system and
//! in every container.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Folders that builds write into, or that hold what others wrote.
const SKIPPED: [&str; 4] = ["target", "dist", "node_modules", "build"];

/// What is looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watched {
    root: PathBuf,
    files: BTreeSet<PathBuf>,
    /// Somebody else writes webapp/dist.
    product: bool,
}

/// The files at one moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Snapshot(BTreeMap<PathBuf, (Option<SystemTime>, u64)>);

impl Watched {
    /// The plugin's folder, and the workspace's own files; the web part's product when others than this tool write it.
    pub fn new(root: &Path, workspace: Option<&Path>, product: bool) -> Self {
        let files = workspace.map(|folder| ["Cargo.toml", "Cargo.lock"].map(|name| folder.join(name)));
        Self { root: root.to_owned(), files: files.into_iter().flatten().collect(), product }
    }

    /// Adds every source that cargo read for this executable, those of other packages by path among them.
    pub fn add_sources_of(&mut self, executable: &Path) {
        let listed = fs_err::read_to_string(executable.with_extension("d")).unwrap_or_default();
        self.files.extend(dependencies(&listed));
    }

    /// Looks at all of them.
    pub fn look(&self) -> Snapshot {
        let mut found = Snapshot::default();
        for file in &self.files {
            found.add(file);
        }
        found.walk(&self.root);
        if self.product {
            // It goes into the bundle although its folder is called as others that do not.
            found.walk(&self.root.join("webapp").join("dist"));
        }
        found
    }
}

impl Snapshot {
    /// Files that came, went or changed.
    pub fn changes(&self, before: &Self) -> Vec<PathBuf> {
        let paths: BTreeSet<&PathBuf> = self.0.keys().chain(before.0.keys()).collect();
        paths.into_iter().filter(|path| self.0.get(*path) != before.0.get(*path)).cloned().collect()
    }

    /// Takes over what is new in a later look and is no source of the package: files that were not known to be watched,
    /// and a Cargo.lock that the build made.
    pub fn adopt(&mut self, later: &Self, sources: &Path) {
        for (path, state) in later.0.iter().filter(|(path, _)| !path.starts_with(sources)) {
            self.0.entry(path.clone()).or_insert(*state);
        }
    }

    /// Takes over files that the build itself may have written.
    pub fn renew(&mut self, later: &Self, may: impl Fn(&Path) -> bool) {
        self.0.retain(|path, _| later.0.contains_key(path) || !may(path));
        for (path, state) in later.0.iter().filter(|(path, _)| may(path)) {
            self.0.insert(path.clone(), *state);
        }
    }

    /// When the newest of these files was written.
    pub fn newest(&self, paths: &[PathBuf]) -> Option<SystemTime> {
        paths.iter().filter_map(|path| self.0.get(path)?.0).max()
    }

    fn add(&mut self, file: &Path) {
        if let Ok(data) = fs_err::metadata(file) {
            self.0.insert(file.to_owned(), (data.modified().ok(), data.len()));
        }
    }

    fn walk(&mut self, folder: &Path) {
        let Ok(entries) = fs_err::read_dir(folder) else { return };
        for entry in entries.filter_map(Result::ok) {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            let Ok(kind) = entry.file_type() else { continue };
            // Editors keep their own files hidden or with a tilde.
            if name.starts_with('.') || name.ends_with('~') {
                continue;
            }
            if kind.is_dir() {
                if !SKIPPED.contains(&name.as_ref()) {
                    self.walk(&entry.path());
                }
            } else {
                self.add(&entry.path());
            }
        }
    }
}

/// The right side of a line of a dep-info file, in which a blank of a path is written `\ `.
fn dependencies(text: &str) -> Vec<PathBuf> {
    let Some((_, list)) = text.lines().next().unwrap_or_default().split_once(": ") else { return Vec::new() };
    let list = list.replace("\\ ", "\0");
    list.split(' ')
        .filter(|path| !path.is_empty())
        .map(|path| PathBuf::from(path.replace('\0', " ")))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dep_info_may_hold_blanks() {
        let text = "/a\\ b/target/x: /a\\ b/src/main.rs /other/lib.rs\n\n/a b/src/main.rs:\n";
        assert_eq!(dependencies(text), [PathBuf::from("/a b/src/main.rs"), PathBuf::from("/other/lib.rs")]);
        assert_eq!(dependencies(""), [] as [PathBuf; 0]);
    }

    #[test]
    fn sees_what_came_went_and_changed_and_no_products() {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |path: &str, text: &str| {
            let path = folder.path().join(path);
            fs_err::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            fs_err::write(path, text).expect("a file");
        };
        write("src/main.rs", "1");
        write("src/gone.rs", "1");
        let watched = Watched::new(folder.path(), None, true);
        let before = watched.look();
        assert_eq!(watched.look().changes(&before), [] as [PathBuf; 0]);
        for product in ["target/x", "dist/x.tar.gz", ".git/x", "src/main.rs~", "webapp/node_modules/x"] {
            write(product, "1");
        }
        assert_eq!(watched.look().changes(&before), [] as [PathBuf; 0]);
        write("src/main.rs", "22");
        write("src/new.rs", "1");
        write("webapp/dist/main.js", "1");
        fs_err::remove_file(folder.path().join("src/gone.rs")).expect("a file");
        let changed = watched.look().changes(&before);
        let names = ["src/gone.rs", "src/main.rs", "src/new.rs", "webapp/dist/main.js"];
        assert_eq!(changed, names.map(|name| folder.path().join(name)));
        let own = Watched::new(folder.path(), None, false).look().changes(&before);
        assert_eq!(own.len(), 3, "what this tool builds itself is no change: {own:?}");
    }
}

//! Bundles as archives: a writer behind a trait, with an in-memory twin, and a careful reader.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::error::Error;
use crate::interrupt::Interrupt;

mod reader;
mod tar_gz;
pub use reader::{BadArchive, Member, MemberKind, read, read_file};
pub use tar_gz::{TarGz, time};

/// Mode of programs.
pub const MODE_PROGRAM: u32 = 0o755;
/// Mode of all other files.
pub const MODE_FILE: u32 = 0o644;

/// Where a file's bytes come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// Made by this tool.
    Bytes(Vec<u8>),
    /// Copied from disk.
    File(PathBuf),
}

/// A file to be packed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Permission bits; the server keeps them.
    pub mode: u32,
    /// Its bytes.
    pub source: Source,
}

/// What goes into a bundle, by path inside the plugin's folder. The map's order is the archive's order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// Name of the one top folder.
    pub root: String,
    /// The files.
    pub files: BTreeMap<String, Entry>,
}

/// Takes folders and files in order; what they become is the implementation's affair.
pub trait Writer {
    /// A folder; its parent came before it.
    ///
    /// # Errors
    /// The sink refused.
    fn folder(&mut self, path: &str) -> Result<(), Error>;

    /// A file with its permission bits.
    ///
    /// # Errors
    /// The sink refused.
    fn file(&mut self, path: &str, mode: u32, bytes: &[u8]) -> Result<(), Error>;
}

impl Plan {
    /// Writes everything: folders before what is in them, names in byte order. Returns each file's size.
    ///
    /// # Errors
    /// A file cannot be read, the writer refused, or the user interrupted.
    pub fn write(&self, writer: &mut dyn Writer, interrupt: &Interrupt) -> Result<Vec<(String, u64)>, Error> {
        let mut sizes = Vec::new();
        let mut folders = std::collections::BTreeSet::new();
        for (path, entry) in &self.files {
            interrupt.check()?;
            let path_in_archive = format!("{}/{path}", self.root);
            for (at, _) in path_in_archive.match_indices('/') {
                let folder = &path_in_archive[..at];
                if folders.insert(folder.to_owned()) {
                    writer.folder(folder)?;
                }
            }
            let read;
            let bytes = match &entry.source {
                Source::Bytes(bytes) => bytes,
                Source::File(file) => {
                    read = fs_err::read(file)?;
                    &read
                }
            };
            writer.file(&path_in_archive, entry.mode, bytes)?;
            sizes.push((path.clone(), bytes.len() as u64));
        }
        interrupt.check()?;
        Ok(sizes)
    }
}

/// The in-memory twin: paths, modes and bytes in the order they came.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Memory {
    /// Folders end in `/` and have mode 0.
    pub members: Vec<(String, u32, Vec<u8>)>,
}

impl Writer for Memory {
    fn folder(&mut self, path: &str) -> Result<(), Error> {
        self.members.push((format!("{path}/"), 0, Vec::new()));
        Ok(())
    }

    fn file(&mut self, path: &str, mode: u32, bytes: &[u8]) -> Result<(), Error> {
        self.members.push((path.to_owned(), mode, bytes.to_vec()));
        Ok(())
    }
}

/// tar wraps errors in its own, which hides the operating system's.
fn root_cause(error: &std::io::Error) -> &std::io::Error {
    let mut root = error;
    let mut source = error.get_ref().map(|inner| inner as &(dyn std::error::Error + 'static));
    while let Some(inner) = source {
        if let Some(io) = inner.downcast_ref::<std::io::Error>() {
            root = io;
        }
        source = inner.source();
    }
    root
}

#[cfg(test)]
mod tests;

//! Reads any bundle as the server does: gzip'd tar, files and folders only, no path that leaves the folder.
//! Nothing in it is believed: sizes, names and their number are limited before memory is taken.

use std::cell::Cell;
use std::io::{self, Read};
use std::path::Path;
use std::rc::Rc;

use flate2::read::MultiGzDecoder;

/// More than this is not even read: ten times of what a server takes by default.
const MAX_PACKED: u64 = 1000 << 20;
/// More than this is not unpacked, names and padding included: the largest bundles known have 140 MB, packed, and
/// what grows to a gigabyte is an accident or an attack.
pub(super) const MAX_UNPACKED: u64 = 1 << 30;
/// More files and folders than this are not unpacked: each takes memory of its own, even without bytes.
pub(super) const MAX_MEMBERS: usize = 100_000;

/// What a member of the archive is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MemberKind {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// A link, device or other: the server leaves it out.
    Other,
}

/// One member, unpacked into memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// As stored, with `./` and doubled slashes removed.
    pub path: String,
    /// See [`MemberKind`].
    pub kind: MemberKind,
    /// Permission bits as stored.
    pub mode: u32,
    /// A file's bytes.
    pub bytes: Vec<u8>,
}

/// Why an archive cannot be read; `Display` ends a sentence that begins with the file's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BadArchive {
    /// No bytes at all.
    Empty,
    /// Another format, named.
    NotGzip(&'static str),
    /// The stream ends before its end.
    Cut,
    /// The stream is broken.
    Damaged(String),
    /// A member whose path leaves the folder it is unpacked to.
    Escapes(String),
    /// It unpacks to more than every sensible size.
    TooLarge,
    /// It holds more files than every sensible number.
    TooMany,
}

impl BadArchive {
    /// What a server answers to such an upload, where that is known.
    pub fn server_says(&self) -> Option<&'static str> {
        match self {
            Self::Empty => Some("400 app.plugin.extract.app_error: EOF"),
            Self::NotGzip(_) => Some("400 app.plugin.extract.app_error: gzip: invalid header"),
            Self::Cut => Some("400 app.plugin.extract.app_error: unexpected EOF"),
            Self::Damaged(_) => Some("400 app.plugin.extract.app_error"),
            Self::Escapes(_) => Some("400 app.plugin.extract.app_error: failed to sanitize path"),
            Self::TooLarge | Self::TooMany => None,
        }
    }
}

impl std::fmt::Display for BadArchive {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Empty => f.write_str("is empty"),
            Self::NotGzip(found) => write!(f, "is not a gzip'd tar ({found})"),
            Self::Cut => f.write_str("is cut off: its end is missing"),
            Self::Damaged(error) => write!(f, "is damaged: {error}"),
            Self::Escapes(path) => write!(f, "holds a path that leaves its folder: {path}"),
            Self::TooLarge => {
                write!(f, "unpacks to more than {} MiB; it is not looked into", MAX_UNPACKED >> 20)
            }
            Self::TooMany => write!(f, "holds more than {MAX_MEMBERS} files; it is not looked into"),
        }
    }
}

/// Reads a bundle's bytes from disk.
///
/// # Errors
/// The file cannot be read, or has more bytes than any bundle; then `None` stands in for them.
pub fn read_file(path: &Path) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    let read = fs_err::File::open(path)?.take(MAX_PACKED + 1).read_to_end(&mut bytes)?;
    Ok((read as u64 <= MAX_PACKED).then_some(bytes))
}

/// Reads every member.
///
/// # Errors
/// See [`BadArchive`]; a server would refuse the upload for each of them.
pub fn read(bytes: &[u8]) -> Result<Vec<Member>, BadArchive> {
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return Err(match bytes {
            [] => BadArchive::Empty,
            [b'P', b'K', ..] => BadArchive::NotGzip("it is a zip file"),
            _ if bytes.get(257..262) == Some(b"ustar") => BadArchive::NotGzip("it is a plain tar; gzip it"),
            [0x7f, b'E', b'L', b'F', ..] => BadArchive::NotGzip("it is an executable"),
            _ => BadArchive::NotGzip("unknown content"),
        });
    }
    let full = Rc::new(Cell::new(false));
    let limited = Limited { from: MultiGzDecoder::new(bytes), left: MAX_UNPACKED, full: Rc::clone(&full) };
    unpack(tar::Archive::new(limited)).map_err(|error| match error {
        // tar wraps what a reader says in words of its own.
        _ if full.get() => BadArchive::TooLarge,
        error => error,
    })
}

fn unpack(mut archive: tar::Archive<impl Read>) -> Result<Vec<Member>, BadArchive> {
    let mut members = Vec::new();
    for entry in archive.entries().map_err(damaged)? {
        let mut entry = entry.map_err(damaged)?;
        let stored = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let path = clean(&stored).ok_or(BadArchive::Escapes(stored))?;
        let kind = match entry.header().entry_type() {
            tar::EntryType::Regular | tar::EntryType::Continuous => MemberKind::File,
            tar::EntryType::Directory => MemberKind::Folder,
            tar::EntryType::XGlobalHeader => continue,
            _ => MemberKind::Other,
        };
        let mode = entry.header().mode().map_err(damaged)? & 0o7777;
        if entry.size() > MAX_UNPACKED {
            return Err(BadArchive::TooLarge);
        }
        let mut bytes = Vec::new();
        if kind == MemberKind::File {
            entry.read_to_end(&mut bytes).map_err(damaged)?;
        }
        if members.len() == MAX_MEMBERS {
            return Err(BadArchive::TooMany);
        }
        if !path.is_empty() {
            members.push(Member { path, kind, mode, bytes });
        }
    }
    // What follows the end mark is checked, too: a cut archive has lost its checksum.
    io::copy(&mut archive.into_inner(), &mut io::sink()).map_err(damaged)?;
    Ok(members)
}

/// Fails after so many bytes, wherever they are: a name can be as long as a file.
struct Limited<R> {
    from: R,
    left: u64,
    full: Rc<Cell<bool>>,
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.from.read(buffer)?;
        self.left = self.left.checked_sub(read as u64).ok_or_else(|| {
            self.full.set(true);
            io::Error::other("too large")
        })?;
        Ok(read)
    }
}

fn damaged(error: io::Error) -> BadArchive {
    match super::root_cause(&error) {
        root if root.kind() == io::ErrorKind::UnexpectedEof => BadArchive::Cut,
        _ => BadArchive::Damaged(error.to_string()),
    }
}

/// `None` for a path with `..` that leaves the folder. An absolute path stays absolute: it is looked at later.
fn clean(path: &str) -> Option<String> {
    let clean = crate::manifest::clean_path(path);
    if clean == ".." || clean.starts_with("../") {
        return None;
    }
    Some(if path.starts_with('/') { format!("/{clean}") } else { clean })
}

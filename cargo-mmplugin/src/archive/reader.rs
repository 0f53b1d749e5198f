//! Reads any bundle as the server does: gzip'd tar, files and folders only, no path that leaves the folder.

use std::io::Read;

use flate2::read::MultiGzDecoder;

/// More than this is not unpacked: the server's default upload limit is 100 MiB, and an archive that grows to
/// twenty times of that is an accident or an attack.
pub(super) const MAX_UNPACKED: u64 = 2 << 30;

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
    /// The stream ends or breaks off.
    Damaged(String),
    /// A member whose path leaves the folder it is unpacked to.
    Escapes(String),
    /// It grows beyond every sensible size.
    TooLarge,
}

impl std::fmt::Display for BadArchive {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Empty => f.write_str("is empty"),
            Self::NotGzip(found) => write!(f, "is not a gzip'd tar ({found})"),
            Self::Damaged(error) => write!(f, "is damaged: {error}"),
            Self::Escapes(path) => write!(f, "holds a path that leaves its folder: {path}"),
            Self::TooLarge => write!(f, "unpacks to more than {} GiB", MAX_UNPACKED >> 30),
        }
    }
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
    let mut archive = tar::Archive::new(MultiGzDecoder::new(bytes));
    let mut left = MAX_UNPACKED;
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
        left = left.checked_sub(entry.size()).ok_or(BadArchive::TooLarge)?;
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).map_err(damaged)?;
        if !path.is_empty() {
            members.push(Member { path, kind, mode, bytes });
        }
    }
    // What follows the end mark is checked, too: a cut archive has lost its checksum.
    std::io::copy(&mut archive.into_inner().take(left), &mut std::io::sink()).map_err(damaged)?;
    Ok(members)
}

fn damaged(error: std::io::Error) -> BadArchive {
    BadArchive::Damaged(error.to_string())
}

/// `None` for a path with `..` that leaves the folder. An absolute path stays absolute: it is looked at later.
fn clean(path: &str) -> Option<String> {
    let clean = crate::manifest::clean_path(path);
    if clean == ".." || clean.starts_with("../") {
        return None;
    }
    Some(if path.starts_with('/') { format!("/{clean}") } else { clean })
}

//! Writing the bundle's file, its checksum and its signature: beside their places first, then renamed, so that there is a
//! whole bundle or none, and no checksum or signature of another one.

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;

use super::sign::Signer;
use crate::archive::{self, Plan, TarGz};
use crate::error::{Error, Kind};
use crate::interrupt::Interrupt;
use crate::scratch;

/// A written bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Where it is.
    pub path: PathBuf,
    /// Its size.
    pub bytes: u64,
    /// Its files and their unpacked sizes, in the archive's order.
    pub files: Vec<(String, u64)>,
    /// Its SHA-256, as 64 hexadecimal digits.
    pub sha256: String,
    /// The file with the checksum, as `sha256sum --check` reads it.
    pub checksum: Option<PathBuf>,
    /// The detached signature.
    pub signature: Option<PathBuf>,
    /// What a server would say to the signature.
    pub doubt: Option<String>,
}

impl Stored {
    /// The files for programs.
    pub fn list(&self) -> Vec<serde_json::Value> {
        let files = self.files.iter();
        files.map(|(path, bytes)| serde_json::json!({"path": path, "bytes": bytes})).collect()
    }
}

/// What is written beside the bundle, and how it is packed.
#[derive(Debug, Clone, Copy, Default)]
pub struct Beside<'a> {
    /// `<bundle>.sha256`.
    pub checksum: bool,
    /// `<bundle>.sig`.
    pub signer: Option<&'a Signer>,
    /// The bundle itself is packed sooner and a little larger.
    pub quick: bool,
}

/// Makes the folder and finds out whether it can be written, before minutes of compiling.
///
/// # Errors
/// It cannot, or SOURCE_DATE_EPOCH is no time.
pub fn prepare(folder: &Path) -> Result<(), Error> {
    archive::time()?;
    let made = fs_err::create_dir_all(folder).and_then(|()| scratch::file(folder));
    made.map(drop).map_err(|error| no_place(folder, &error))
}

/// Packs a plan into `folder/name`.
///
/// # Errors
/// A file cannot be read, the disk is full or read-only, or the user interrupts; nothing is left behind then.
pub fn store(plan: &Plan, folder: &Path, name: &str, interrupt: &Interrupt) -> Result<Stored, Error> {
    store_with(plan, folder, name, Beside::default(), interrupt)
}

/// The same with a checksum and a signature. Those of an older bundle of this name are removed first: a process that
/// is killed in between leaves a bundle without them, never with wrong ones.
///
/// # Errors
/// As [`store`]; or gpg does not sign.
pub fn store_with(
    plan: &Plan,
    folder: &Path,
    name: &str,
    beside: Beside<'_>,
    interrupt: &Interrupt,
) -> Result<Stored, Error> {
    fs_err::create_dir_all(folder).map_err(|error| no_place(folder, &error))?;
    let place = |suffix: &str| folder.join(format!("{name}{suffix}"));
    let path = place("");
    let temp = scratch::file(folder).map_err(|error| no_place(folder, &error))?;
    let hashed = Hashed { to: BufWriter::new(temp), hash: Sha256::new(), bytes: 0 };
    let pack = if beside.quick { TarGz::quick } else { TarGz::new };
    let mut writer = pack(hashed, &path.display().to_string(), interrupt).at(archive::time()?);
    let files = plan.write(&mut writer, interrupt)?;
    let Hashed { to, hash, bytes } = writer.finish()?;
    let temp = to.into_inner().map_err(|error| no_place(folder, error.error()))?;
    let sha256: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();

    let checksum = match beside.checksum {
        true => Some(text(folder, &format!("{sha256}  {name}\n"))?),
        false => None,
    };
    let signed = beside.signer.map(|signer| signer.sign(temp.path(), folder, interrupt)).transpose()?;
    for suffix in [".sha256", ".sig"] {
        remove(&place(suffix))?;
    }
    persist(temp, &path, folder)?;
    let mut stored = Stored { path, bytes, files, sha256, checksum: None, signature: None, doubt: None };
    if let Some(temp) = checksum {
        stored.checksum = Some(persist(temp, &place(".sha256"), folder)?);
    }
    if let Some((temp, doubt)) = signed {
        stored.signature = Some(persist(temp, &place(".sig"), folder)?);
        stored.doubt = doubt;
    }
    Ok(stored)
}

fn text(folder: &Path, text: &str) -> Result<NamedTempFile, Error> {
    let written = scratch::file(folder).and_then(|mut temp| temp.write_all(text.as_bytes()).map(|()| temp));
    written.map_err(|error| no_place(folder, &error))
}

fn persist(temp: NamedTempFile, path: &Path, folder: &Path) -> Result<PathBuf, Error> {
    temp.persist(path).map_err(|error| no_place(folder, &error.error))?;
    Ok(path.to_owned())
}

fn remove(path: &Path) -> Result<(), Error> {
    match fs_err::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

/// Counts and hashes what goes through.
struct Hashed<W> {
    to: W,
    hash: Sha256,
    bytes: u64,
}

impl<W: Write> Write for Hashed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.to.write(bytes)?;
        self.hash.update(bytes.get(..written).unwrap_or_default());
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

pub(super) fn no_place(folder: &Path, error: &io::Error) -> Error {
    let cause = error.get_ref().map_or_else(|| error.to_string(), ToString::to_string);
    Error::new(Kind::Io, format!("{} cannot take the bundle", folder.display()))
        .detail(cause)
        .help("another folder: --out-dir DIR")
}

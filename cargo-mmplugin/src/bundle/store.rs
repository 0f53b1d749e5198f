//! Writing the bundle's file: beside its place first, then renamed, so that there is a whole bundle or none.

use std::io::BufWriter;
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};

use crate::archive::{Plan, TarGz};
use crate::error::{Error, Kind};
use crate::interrupt::Interrupt;

/// A written bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Where it is.
    pub path: PathBuf,
    /// Its size.
    pub bytes: u64,
    /// Its files and their unpacked sizes, in the archive's order.
    pub files: Vec<(String, u64)>,
}

impl Stored {
    /// The files for programs.
    pub fn list(&self) -> Vec<serde_json::Value> {
        let files = self.files.iter();
        files.map(|(path, bytes)| serde_json::json!({"path": path, "bytes": bytes})).collect()
    }
}

/// Makes the folder and finds out whether it can be written, before minutes of compiling.
///
/// # Errors
/// It cannot.
pub fn prepare(folder: &Path) -> Result<(), Error> {
    let made = fs_err::create_dir_all(folder).and_then(|()| temporary(folder));
    made.map(drop).map_err(|error| no_place(folder, &error))
}

/// Packs a plan into `folder/name`.
///
/// # Errors
/// A file cannot be read, the disk is full or read-only, or the user interrupts; nothing is left behind then.
pub fn store(plan: &Plan, folder: &Path, name: &str, interrupt: &Interrupt) -> Result<Stored, Error> {
    fs_err::create_dir_all(folder).map_err(|error| no_place(folder, &error))?;
    let path = folder.join(name);
    let temp = temporary(folder).map_err(|error| no_place(folder, &error))?;
    let mut writer = TarGz::new(BufWriter::new(temp), &path.display().to_string(), interrupt);
    let files = plan.write(&mut writer, interrupt)?;
    let buffer = writer.finish()?;
    let temp = buffer.into_inner().map_err(|error| no_place(folder, error.error()))?;
    let bytes = temp.as_file().metadata()?.len();
    temp.persist(&path).map_err(|error| no_place(folder, &error.error))?;
    Ok(Stored { path, bytes, files })
}

/// Hidden, so that nobody uploads it; removed when dropped.
fn temporary(folder: &Path) -> std::io::Result<NamedTempFile> {
    let mut builder = Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(std::fs::Permissions::from_mode(0o666)); // less the umask, as any file
    }
    builder.prefix(".mmplugin-bundle-").suffix(".tmp").tempfile_in(folder)
}

fn no_place(folder: &Path, error: &std::io::Error) -> Error {
    let cause = error.get_ref().map_or_else(|| error.to_string(), ToString::to_string);
    Error::new(Kind::Io, format!("{} cannot take the bundle", folder.display()))
        .detail(cause)
        .help("another folder: --out-dir DIR")
}

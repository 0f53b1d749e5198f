//! Files and folders that are made beside their place and renamed into it when they are whole.
//!
//! Whoever makes one holds a lock on it, which the system releases when the process ends, however it ends. So the next
//! run knows what a killed one has left behind, and takes it away.

use std::io;
use std::path::Path;

use tempfile::{Builder, NamedTempFile, TempDir};

/// What every name begins with: hidden, so that nobody uploads it.
const PREFIX: &str = ".mmplugin-";
/// Somebody who takes old ones away may hold a new one for a moment; then another is made.
#[cfg(unix)]
const TRIES: usize = 10;

/// A file in the making; removed when dropped, unless it was persisted.
///
/// # Errors
/// The folder does not take it.
pub fn file(folder: &Path) -> io::Result<NamedTempFile> {
    sweep(folder);
    let mut builder = Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(std::fs::Permissions::from_mode(0o666)); // less the umask, as any file
    }
    builder.prefix(PREFIX).suffix(".tmp");
    locked(|| builder.tempfile_in(folder), |made| made.as_file().try_clone()).map(|(made, _)| made)
}

/// A folder in the making.
#[derive(Debug)]
pub struct Folder {
    /// Removed when dropped.
    pub dir: TempDir,
    /// Held for its lock.
    _lock: std::fs::File,
}

/// Makes a folder in `parent`.
///
/// # Errors
/// The folder does not take it.
pub fn folder(parent: &Path) -> io::Result<Folder> {
    sweep(parent);
    let mut builder = Builder::new();
    builder.prefix(PREFIX).suffix(".tmp");
    let (dir, lock) = locked(|| builder.tempdir_in(parent), |made| open(made.path()))?;
    Ok(Folder { dir, _lock: lock })
}

#[cfg(unix)]
fn open(path: &Path) -> io::Result<std::fs::File> {
    fs_err::File::open(path).map(fs_err::File::into_file)
}

/// Without locks on folders nothing is swept: any open file will do.
#[cfg(not(unix))]
fn open(_: &Path) -> io::Result<std::fs::File> {
    tempfile::tempfile()
}

/// Makes one and locks it. Between the two a sweeper may have taken it away.
#[cfg(unix)]
fn locked<T>(
    make: impl Fn() -> io::Result<T>,
    file: impl Fn(&T) -> io::Result<std::fs::File>,
) -> io::Result<(T, std::fs::File)> {
    use std::os::unix::fs::MetadataExt;
    for _ in 0..TRIES {
        let made = make()?;
        let Ok(lock) = file(&made) else { continue };
        // A file system without locks has no sweepers either.
        let _ = rustix::fs::flock(&lock, rustix::fs::FlockOperation::LockExclusive);
        if lock.metadata()?.nlink() > 0 {
            return Ok((made, lock));
        }
    }
    Err(io::Error::other("another run keeps removing temporary files here"))
}

#[cfg(not(unix))]
fn locked<T>(
    make: impl Fn() -> io::Result<T>,
    file: impl Fn(&T) -> io::Result<std::fs::File>,
) -> io::Result<(T, std::fs::File)> {
    let made = make()?;
    let lock = file(&made)?;
    Ok((made, lock))
}

/// Removes what a killed run has left. What cannot be removed stays; that is no reason to fail.
#[cfg(unix)]
fn sweep(folder: &Path) {
    let Ok(entries) = fs_err::read_dir(folder) else { return };
    for entry in entries.filter_map(Result::ok) {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if !(name.starts_with(PREFIX) && name.ends_with(".tmp")) {
            continue;
        }
        let path = entry.path();
        let Ok(lock) = open(&path) else { continue };
        if rustix::fs::flock(&lock, rustix::fs::FlockOperation::NonBlockingLockExclusive).is_err() {
            continue;
        }
        let is_folder = lock.metadata().is_ok_and(|data| data.is_dir());
        let _ = if is_folder { fs_err::remove_dir_all(&path) } else { fs_err::remove_file(&path) };
    }
}

#[cfg(not(unix))]
fn sweep(_: &Path) {}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn names(folder: &Path) -> usize {
        fs_err::read_dir(folder).expect("a folder").count()
    }

    #[test]
    fn what_nobody_holds_is_swept_and_what_somebody_holds_stays() {
        let here = tempfile::tempdir().expect("a folder");
        let held = (file(here.path()).expect("a file"), folder(here.path()).expect("a folder"));
        // As a killed process leaves them.
        fs_err::write(here.path().join(".mmplugin-left.tmp"), "half").expect("a file");
        fs_err::create_dir_all(here.path().join(".mmplugin-other.tmp/plugin/src")).expect("a folder");
        fs_err::write(here.path().join(".mmplugin-config"), "not ours to take").expect("a file");
        fs_err::write(here.path().join("x.tar.gz"), "a bundle").expect("a file");
        assert_eq!(names(here.path()), 6);
        let new = file(here.path()).expect("a file");
        assert_eq!(names(here.path()), 5, "two were left behind, one was made");
        drop(new);
        drop(held);
        assert_eq!(names(here.path()), 2);
    }

    #[test]
    fn a_persisted_file_is_no_longer_swept() {
        let here = tempfile::tempdir().expect("a folder");
        file(here.path()).expect("a file").persist(here.path().join("whole")).expect("its place");
        drop(file(here.path()).expect("a file"));
        assert!(here.path().join("whole").exists());
    }
}

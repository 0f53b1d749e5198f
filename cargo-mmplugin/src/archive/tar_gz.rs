//! A gzip'd tar that is the same bytes for the same input, on every machine.

use std::io::{self, Write};

use flate2::write::GzEncoder;
use flate2::{Compression, GzBuilder};

use super::Writer;
use crate::error::{Error, Kind};
use crate::interrupt::Interrupt;

/// 1980-01-01 00:00 UTC. Times of build machines would make every bundle differ; 0 would be the most natural
/// constant, but some tools warn about files from 1970. The server does not keep times when it unpacks.
const MTIME: u64 = 315_532_800;
/// What fits into a tar's header: eleven octal digits.
const LAST_TIME: u64 = (1 << 33) - 1;
/// "Unknown" in the gzip header, where a library would put the operating system it was built for.
const GZIP_OS: u8 = 255;

/// Writes to any sink: a temporary file, or a fake that is full.
pub struct TarGz<W: Write> {
    tar: tar::Builder<GzEncoder<Sink<W>>>,
    name: String,
    time: u64,
}

/// The time that all files get: SOURCE_DATE_EPOCH, which release tools set to that of the last commit, else always the
/// same.
///
/// # Errors
/// SOURCE_DATE_EPOCH is no number of seconds.
pub fn time() -> Result<u64, Error> {
    let Some(text) = std::env::var_os("SOURCE_DATE_EPOCH") else { return Ok(MTIME) };
    let text = text.to_string_lossy();
    text.trim().parse().ok().filter(|time| *time <= LAST_TIME).ok_or_else(|| {
        Error::new(Kind::Usage, format!("SOURCE_DATE_EPOCH is no time: `{text}`"))
            .help("seconds since 1970: export SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)")
    })
}

/// Asks for Ctrl-C at every block, so that a large or slow archive stops at once.
struct Sink<W> {
    to: W,
    interrupt: Interrupt,
}

impl<W: Write> Write for Sink<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.interrupt.is_set() {
            return Err(io::Error::other("interrupted"));
        }
        self.to.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

impl<W: Write> TarGz<W> {
    /// `name` is the file that errors talk about.
    pub fn new(to: W, name: &str, interrupt: &Interrupt) -> Self {
        // The best compression took three times as long as this one and made a bundle 0.8 % smaller.
        Self::pack(to, name, interrupt, Compression::default())
    }

    /// The same for a bundle that is uploaded once, as at every save under `dev`: of a debug build it is a seventh larger
    /// and takes a quarter of the time.
    pub fn quick(to: W, name: &str, interrupt: &Interrupt) -> Self {
        Self::pack(to, name, interrupt, Compression::fast())
    }

    fn pack(to: W, name: &str, interrupt: &Interrupt, level: Compression) -> Self {
        let sink = Sink { to, interrupt: interrupt.clone() };
        // No mtime and no file name in the header: GzBuilder writes neither unless told.
        let gzip = GzBuilder::new().mtime(0).operating_system(GZIP_OS).write(sink, level);
        Self { tar: tar::Builder::new(gzip), name: name.to_owned(), time: MTIME }
    }

    /// The same with another time for its files, in seconds since 1970.
    #[must_use]
    pub fn at(mut self, time: u64) -> Self {
        self.time = time;
        self
    }

    /// Writes the end of archive and stream; hands the sink back.
    ///
    /// # Errors
    /// The sink refused, e.g. because the disk is full.
    pub fn finish(self) -> Result<W, Error> {
        let name = self.name;
        let finished = self.tar.into_inner().and_then(GzEncoder::finish).and_then(|mut sink| {
            sink.flush()?;
            Ok(sink.to)
        });
        finished.map_err(|error| cannot_write(&name, &error))
    }

    fn append(&mut self, kind: tar::EntryType, path: &str, mode: u32, bytes: &[u8]) -> Result<(), Error> {
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(kind);
        header.set_mode(mode);
        header.set_mtime(self.time);
        header.set_uid(0);
        header.set_gid(0);
        header.set_size(bytes.len() as u64);
        self.tar.append_data(&mut header, path, bytes).map_err(|error| cannot_write(&self.name, &error))
    }
}

impl<W: Write> Writer for TarGz<W> {
    fn folder(&mut self, path: &str) -> Result<(), Error> {
        self.append(tar::EntryType::Directory, &format!("{path}/"), 0o755, &[])
    }

    fn file(&mut self, path: &str, mode: u32, bytes: &[u8]) -> Result<(), Error> {
        self.append(tar::EntryType::Regular, path, mode, bytes)
    }
}

fn cannot_write(name: &str, error: &io::Error) -> Error {
    let root = super::root_cause(error);
    if root.kind() == io::ErrorKind::Other && root.to_string() == "interrupted" {
        return Error::interrupted();
    }
    let failure = Error::new(Kind::Io, format!("{name} could not be written")).detail(root.to_string());
    match root.kind() {
        io::ErrorKind::StorageFull => {
            failure.help("make room on the disk; nothing half-written was left behind")
        }
        _ => failure,
    }
}

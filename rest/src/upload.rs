//! A bundle as a multipart form, read from its file while it travels.

use std::fs::File;
use std::io::{Cursor, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::Error;

/// How many bytes have been handed to the connection; clones share the number.
#[derive(Debug, Clone, Default)]
pub struct Sent(Arc<AtomicU64>);

impl Sent {
    /// The number so far.
    pub fn bytes(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// The form of `POST /plugins`: `force`, so that an older version is replaced, and the file.
#[derive(Debug)]
pub(crate) struct Upload {
    boundary: String,
    head: Vec<u8>,
    file: File,
    file_length: u64,
    tail: Vec<u8>,
    sent: Sent,
}

impl Upload {
    pub(crate) fn open(bundle: &Path, sent: &Sent) -> Result<Self, Error> {
        let unreadable = |error: std::io::Error| Error::Input(format!("{}: {error}", bundle.display()));
        let file = File::open(bundle).map_err(unreadable)?;
        let file_length = file.metadata().map_err(unreadable)?.len();
        // A fixed boundary would do for most files; one that is not guessed cannot be in the file by intent.
        let boundary = format!("mmplugin-{:016x}-{:x}", file_length, std::process::id());
        let head = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"force\"\r\n\r\ntrue\r\n\
             --{boundary}\r\nContent-Disposition: form-data; name=\"plugin\"; filename=\"plugin.tar.gz\"\r\n\
             Content-Type: application/gzip\r\n\r\n"
        );
        let tail = format!("\r\n--{boundary}--\r\n").into_bytes();
        sent.0.store(0, Ordering::Relaxed);
        Ok(Self { boundary, head: head.into_bytes(), file, file_length, tail, sent: sent.clone() })
    }

    pub(crate) fn content_type(&self) -> String {
        format!("multipart/form-data; boundary={}", self.boundary)
    }

    pub(crate) fn length(&self) -> u64 {
        self.file_length + self.head.len() as u64 + self.tail.len() as u64
    }

    /// The whole form; the file is cut where it ended when it was opened, so that the announced length stays true.
    pub(crate) fn into_reader(self) -> impl Read + Send + 'static {
        let file = Counted { file: self.file.take(self.file_length), sent: self.sent };
        Cursor::new(self.head).chain(file).chain(Cursor::new(self.tail))
    }
}

struct Counted {
    file: std::io::Take<File>,
    sent: Sent,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.file.read(buffer)?;
        self.sent.0.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_is_as_long_as_announced_and_counts_the_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.tar.gz");
        std::fs::write(&path, [7; 5000]).expect("a file");
        let sent = Sent::default();
        let upload = Upload::open(&path, &sent).expect("a form");
        let (length, boundary) = (upload.length(), upload.boundary.clone());
        let mut form = Vec::new();
        upload.into_reader().read_to_end(&mut form).expect("readable");
        assert_eq!((form.len() as u64, sent.bytes()), (length, 5000));
        assert!(form.starts_with(format!("--{boundary}\r\n").as_bytes()));
        assert!(form.ends_with(format!("\r\n--{boundary}--\r\n").as_bytes()));
    }

    #[test]
    fn a_bundle_that_is_not_there_is_named() {
        let error = Upload::open(Path::new("no such.tar.gz"), &Sent::default()).expect_err("nothing there");
        assert!(error.to_string().starts_with("nothing was sent: no such.tar.gz: "), "{error}");
    }
}

//! A bundle as a multipart form, read from its file while it travels.

use std::io::{Cursor, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

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
pub(super) struct Upload {
    boundary: String,
    head: Vec<u8>,
    file: fs_err::File,
    file_length: u64,
    tail: Vec<u8>,
    sent: Sent,
}

impl Upload {
    pub(super) fn open(bundle: &Path, sent: &Sent) -> std::io::Result<Self> {
        let file = fs_err::File::open(bundle)?;
        let file_length = file.metadata()?.len();
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

    pub(super) fn content_type(&self) -> String {
        format!("multipart/form-data; boundary={}", self.boundary)
    }

    pub(super) fn length(&self) -> u64 {
        self.file_length + self.head.len() as u64 + self.tail.len() as u64
    }

    /// The whole form; the file is cut where it ended when it was opened, so that the announced length stays true.
    pub(super) fn into_reader(self) -> impl Read + 'static {
        let file = Counted { file: self.file.take(self.file_length), sent: self.sent };
        Cursor::new(self.head).chain(file).chain(Cursor::new(self.tail))
    }
}

struct Counted {
    file: std::io::Take<fs_err::File>,
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
        fs_err::write(&path, [7; 5000]).expect("a file");
        let sent = Sent::default();
        let upload = Upload::open(&path, &sent).expect("a form");
        let (length, boundary) = (upload.length(), upload.boundary.clone());
        let mut form = Vec::new();
        upload.into_reader().read_to_end(&mut form).expect("readable");
        assert_eq!((form.len() as u64, sent.bytes()), (length, 5000));
        assert!(form.starts_with(format!("--{boundary}\r\n").as_bytes()));
        assert!(form.ends_with(format!("\r\n--{boundary}--\r\n").as_bytes()));
    }
}

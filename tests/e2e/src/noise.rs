//! All the noise that a plugin can make on stdout and stderr.

use std::io::{self, Write as _};

/// Lines that would end a real server, were they to reach it as they are.
const HOSTILE: [&str; 8] = [
    r#"{"@message":5}"#,
    r#"{"@message":"m","@level":3}"#,
    r#"{"@message":"m","@level":"info","@timestamp":7}"#,
    r#"{"@message":"m","@level":"info","@timestamp":"yesterday"}"#,
    r#"{"@message":null,"@module":{}}"#,
    r#"{"@message":"cut"#,
    "[]",
    "1|1|tcp|127.0.0.1:1|netrpc|",
];

/// Every kind of it once.
pub(crate) fn all() {
    println!("noise by println");
    eprintln!("[WARN] noise by eprintln");
    raw(b"noise on descriptor 1\n");
    for line in HOSTILE {
        println!("{line}");
        eprintln!("{line}");
    }
    raw(&vec![b'x'; 1 << 20]);
    let _ = io::stdout().write_all(b"\nend of the noise\n");
}

/// Past Rust's own buffer, as a C library would write.
#[cfg(unix)]
fn raw(mut bytes: &[u8]) {
    while !bytes.is_empty() {
        match rustix::io::write(rustix::stdio::stdout(), bytes) {
            Ok(count) => bytes = &bytes[count..],
            Err(rustix::io::Errno::INTR) => {}
            Err(_) => return,
        }
    }
}

#[cfg(not(unix))]
fn raw(bytes: &[u8]) {
    let _ = io::stdout().write_all(bytes);
}

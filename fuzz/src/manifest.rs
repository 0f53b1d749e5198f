//! Executables with manifest records, as `bundle` gets them from a compiler and `check` from anywhere.

use cargo_mmplugin::executable::{Embedded, Executable, embedded_manifest};

/// The whole file, and the bytes as the section alone.
pub fn manifest(bytes: &[u8]) {
    let _ = Executable::inspect(bytes).map(|executable| executable.platform());
    for embedded in [embedded_manifest(bytes), Embedded::read(bytes)] {
        if let Err(error) = embedded {
            assert!(!error.to_string().is_empty());
        }
    }
}

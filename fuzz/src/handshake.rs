//! The first line that a program prints which may be a plugin.

use cargo_mmplugin::probe::handshake::{Address, parse};

/// Must neither panic nor take an empty address for one; its messages have bounds.
pub fn handshake(bytes: &[u8]) {
    match parse(&String::from_utf8_lossy(bytes)) {
        Ok(Address::Unix(path)) => assert!(!path.as_os_str().is_empty()),
        Ok(Address::Tcp(address)) => assert!(!address.is_empty()),
        Err(error) => {
            assert!(!error.message.is_empty());
            assert!(error.details.iter().chain([&error.message]).all(|text| text.len() < 2048));
        }
    }
}

//! libFuzzer on `src/gob_peer.rs`.
#![no_main]

#[path = "../src/gob_peer.rs"]
mod target;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| target::gob_peer(bytes));

//! libFuzzer on `src/handshake.rs`.
#![no_main]

#[path = "../src/handshake.rs"]
mod target;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| target::handshake(bytes));

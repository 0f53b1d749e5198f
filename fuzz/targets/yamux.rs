//! libFuzzer on `src/yamux.rs`.
#![no_main]

#[path = "../src/yamux.rs"]
mod target;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| target::yamux(bytes));

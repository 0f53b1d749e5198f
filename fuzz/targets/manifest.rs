//! libFuzzer on `src/manifest.rs`.
#![no_main]

#[path = "../src/manifest.rs"]
mod target;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| target::manifest(bytes));

//! libFuzzer on `src/stderr.rs`.
#![no_main]

#[path = "../src/stderr.rs"]
mod target;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| target::stderr(bytes));

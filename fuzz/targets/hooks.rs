//! libFuzzer on `src/hooks.rs`.
#![no_main]

#[path = "../src/hooks.rs"]
mod target;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| target::hooks(bytes));

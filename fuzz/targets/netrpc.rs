//! libFuzzer on `src/netrpc.rs`.
#![no_main]

#[path = "../src/netrpc.rs"]
mod target;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| target::netrpc(bytes));

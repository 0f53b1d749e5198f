//! libFuzzer on `src/api.rs`.
#![no_main]

#[path = "../src/api.rs"]
mod target;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    target::api(bytes);
});

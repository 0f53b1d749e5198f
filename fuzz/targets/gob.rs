//! libFuzzer on `src/gob.rs`.
#![no_main]

use mmplugin::gob::limits::{MEMORY_BASE, MEMORY_FACTOR};

#[path = "../src/gob.rs"]
mod target;

#[path = "../src/memory.rs"]
mod memory;

/// Buffers, plans and type tables beside the value itself, which is what the named limits bound.
const BESIDE: usize = 1 << 20;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    memory::within(BESIDE + MEMORY_BASE + MEMORY_FACTOR * bytes.len(), || target::gob_and_forget(bytes));
    target::gob(bytes);
});

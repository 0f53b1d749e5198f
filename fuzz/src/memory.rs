//! An allocator with a limit, so that "bounded memory" is more than a word.

use std::alloc::System;

use cap::Cap;

#[global_allocator]
static ALLOCATOR: Cap<System> = Cap::new(System, usize::MAX);

/// Runs `work`; when it wants to hold more than `limit` bytes, the allocation fails and so does the run.
pub fn within(limit: usize, work: impl FnOnce()) {
    let set = |limit| ALLOCATOR.set_limit(limit).expect("a limit above what is in use");
    set(ALLOCATOR.allocated() + limit);
    work();
    set(usize::MAX);
}

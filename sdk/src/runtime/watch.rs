//! Keeps the wire alive beside author code that blocks its thread.
//!
//! Hooks and the wire share the threads of one tokio runtime, which saves a thread switch in every call. A hook that
//! blocks (a slow loop, a blocking read) must not keep pings and other hooks waiting, as it does not in Go. Two things
//! see to that:
//! - Author code gets all workers but [`RESERVE`]. What comes while it has them gives its worker away before it begins,
//!   to a thread that tokio takes from its pool; so however many hooks block in the same moment, some workers are left.
//! - A small thread looks every [`TICK`] which threads have been inside author code since the last look. If one of
//!   them was reading a connection or looking after the socket, nobody else would: so it hands the reading on and wakes
//!   another worker.

use std::cell::Cell;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread::{self, Thread};
use std::time::Duration;

use tokio::runtime::{Handle, RuntimeFlavor};

use crate::netrpc;

/// How often the thread looks. Others wait at most about twice this when a hook blocks.
const TICK: Duration = Duration::from_millis(10);

/// Looks without any author code before the thread goes to sleep until the next hook.
const IDLE_TICKS: u32 = 100;

/// How often it looks while asleep: a hook that enters in the very moment it falls asleep is seen this much later.
const IDLE_LOOK: Duration = Duration::from_secs(1);

/// Threads that run author code at most at the same time; more are not watched.
const SLOTS: usize = 64;

/// Workers that stay free for the wire.
const RESERVE: usize = 2;

/// For each thread the tick at which it entered author code, or 0.
static ENTERED: [AtomicU32; SLOTS] = [const { AtomicU32::new(0) }; SLOTS];
static FREE_SLOTS: Mutex<Vec<usize>> = Mutex::new(Vec::new());
static NEXT_SLOT: AtomicUsize = AtomicUsize::new(0);
/// Workers inside author code, and how many may be; without a runtime of ours there is no limit.
static INSIDE: AtomicUsize = AtomicUsize::new(0);
static LIMIT: AtomicUsize = AtomicUsize::new(usize::MAX);
static NOW: AtomicU32 = AtomicU32::new(1);
static ASLEEP: AtomicBool = AtomicBool::new(false);
static WATCHER: std::sync::OnceLock<Thread> = std::sync::OnceLock::new();

thread_local! {
    static SLOT: Slot = Slot::take();
    /// Set while this thread is inside author code: what is called inside it is part of it.
    static WITHIN: Cell<bool> = const { Cell::new(false) };
}

/// Starts the watching thread for a runtime with that many workers.
pub(super) fn start(runtime: Handle, workers: usize) -> std::io::Result<()> {
    let watching = thread::Builder::new().name("mmplugin-watch".to_owned()).stack_size(64 << 10);
    let handle = watching.spawn(move || watch(&runtime))?;
    let _ = WATCHER.set(handle.thread().clone());
    LIMIT.store(workers.saturating_sub(RESERVE).max(1), Ordering::Relaxed);
    Ok(())
}

/// Polls author code on this thread, as one of those that may block.
pub(super) fn run<R>(poll: impl FnOnce() -> R) -> R {
    if WITHIN.get() {
        return poll();
    }
    let mut inside = Inside::enter();
    if INSIDE.load(Ordering::Relaxed) <= LIMIT.load(Ordering::Relaxed) {
        return poll();
    }
    inside.give_worker_away();
    // Elsewhere tokio would not let us; there the workers are not ours to save either.
    match Handle::try_current().map(|handle| handle.runtime_flavor()) {
        Ok(RuntimeFlavor::MultiThread) => tokio::task::block_in_place(poll),
        _ => poll(),
    }
}

/// This thread is inside author code as long as the value lives.
struct Inside {
    slot: usize,
    is_worker: bool,
}

impl Inside {
    fn enter() -> Self {
        WITHIN.set(true);
        INSIDE.fetch_add(1, Ordering::Relaxed);
        let slot = SLOT.try_with(|slot| slot.0).unwrap_or(SLOTS);
        if let Some(entered) = ENTERED.get(slot) {
            entered.store(NOW.load(Ordering::Relaxed), Ordering::Relaxed);
        }
        if ASLEEP.load(Ordering::Relaxed)
            && let Some(watcher) = WATCHER.get()
        {
            watcher.unpark();
        }
        Self { slot, is_worker: true }
    }

    fn give_worker_away(&mut self) {
        self.is_worker = false;
        INSIDE.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        if let Some(entered) = ENTERED.get(self.slot) {
            entered.store(0, Ordering::Relaxed);
        }
        if self.is_worker {
            INSIDE.fetch_sub(1, Ordering::Relaxed);
        }
        WITHIN.set(false);
    }
}

/// A thread's place in [`ENTERED`], free again when the thread ends.
struct Slot(usize);

impl Slot {
    fn take() -> Self {
        let free = FREE_SLOTS.lock().unwrap_or_else(PoisonError::into_inner).pop();
        Self(free.unwrap_or_else(|| NEXT_SLOT.fetch_add(1, Ordering::Relaxed)))
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        FREE_SLOTS.lock().unwrap_or_else(PoisonError::into_inner).push(self.0);
    }
}

fn watch(runtime: &Handle) {
    let mut idle = 0;
    loop {
        thread::sleep(TICK);
        let now = NOW.load(Ordering::Relaxed);
        let (mut inside, mut stuck) = (false, false);
        for entered in &ENTERED {
            let entered = entered.load(Ordering::Relaxed);
            inside |= entered != 0;
            stuck |= entered != 0 && entered != now;
        }
        NOW.store(now.checked_add(1).unwrap_or(1), Ordering::Relaxed);
        if stuck {
            // Lets others read on in the place of those that are held up, and wakes a sleeping worker: when it has done
            // this nothing it waits at the socket.
            netrpc::relieve(runtime);
            #[cfg(feature = "grpc")]
            crate::grpc::relieve();
            runtime.spawn(async {});
        }
        idle = if inside { 0 } else { idle + 1 };
        if idle > IDLE_TICKS {
            ASLEEP.store(true, Ordering::SeqCst);
            thread::park_timeout(IDLE_LOOK);
            ASLEEP.store(false, Ordering::Relaxed);
            idle = 0;
        }
    }
}

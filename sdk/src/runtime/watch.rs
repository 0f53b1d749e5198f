//! Keeps the wire alive beside author code that blocks its thread.
//!
//! Hooks and the wire share the threads of one tokio runtime, which saves a thread switch in every call. A hook that
//! blocks (a slow loop, a blocking read) must not keep pings and other hooks waiting, as it does not in Go. So a small
//! thread looks every [`TICK`] which workers have been inside author code since the last look. It wakes another worker,
//! which then looks after the socket; and when few workers are left, further hooks get threads of their own.

use std::cell::Cell;
use std::future::Future;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};
use std::thread::{self, Thread};
use std::time::Duration;

use tokio::runtime::Handle;

use crate::netrpc;

/// How often the thread looks. Others wait at most about twice this when a hook blocks.
const TICK: Duration = Duration::from_millis(10);

/// Looks without any author code before the thread goes to sleep until the next hook.
const IDLE_TICKS: u32 = 100;

/// How often it looks while asleep: a hook that enters in the very moment it falls asleep is seen this much later.
const IDLE_LOOK: Duration = Duration::from_secs(1);

/// Threads that run author code at most; more are not watched.
const SLOTS: usize = 64;

/// Workers that stay free for the wire: below this, hooks get threads of their own.
const RESERVE: usize = 2;

/// For each worker the tick at which it entered author code, or 0.
static ENTERED: [AtomicU32; SLOTS] = [const { AtomicU32::new(0) }; SLOTS];
static NEXT_SLOT: AtomicUsize = AtomicUsize::new(0);
static NOW: AtomicU32 = AtomicU32::new(1);
static ASLEEP: AtomicBool = AtomicBool::new(false);
static CROWDED: AtomicBool = AtomicBool::new(false);
static WATCHER: std::sync::OnceLock<Thread> = std::sync::OnceLock::new();

thread_local! {
    static SLOT: Cell<usize> = const { Cell::new(usize::MAX) };
    /// Set on threads that hooks have for themselves: nobody waits for those.
    static OWN_THREAD: Cell<bool> = const { Cell::new(false) };
}

/// Starts the watching thread for a runtime with that many workers.
pub(super) fn start(runtime: Handle, workers: usize) -> std::io::Result<()> {
    let watching = thread::Builder::new().name("mmplugin-watch".to_owned()).stack_size(64 << 10);
    let handle = watching.spawn(move || watch(&runtime, workers))?;
    let _ = WATCHER.set(handle.thread().clone());
    Ok(())
}

/// Runs author code as a task: beside the wire as a rule, on a thread of its own when hooks block too many threads.
pub(super) fn spawn(work: impl Future<Output = ()> + Send + 'static) {
    if CROWDED.load(Ordering::Relaxed) {
        let runtime = Handle::current();
        tokio::task::spawn_blocking(move || {
            OWN_THREAD.set(true);
            runtime.block_on(work);
            OWN_THREAD.set(false);
        });
    } else {
        tokio::spawn(work);
    }
}

/// Author code is on this thread as long as the value lives.
pub(super) struct Inside {
    slot: usize,
    before: u32,
}

impl Inside {
    pub(super) fn enter() -> Self {
        if OWN_THREAD.get() {
            return Self { slot: usize::MAX, before: 0 };
        }
        let mut slot = SLOT.get();
        if slot == usize::MAX {
            slot = NEXT_SLOT.fetch_add(1, Ordering::Relaxed);
            SLOT.set(slot);
        }
        let before = match ENTERED.get(slot) {
            Some(entered) => entered.swap(NOW.load(Ordering::Relaxed), Ordering::Relaxed),
            None => 0,
        };
        if ASLEEP.load(Ordering::Relaxed) {
            if let Some(watcher) = WATCHER.get() {
                watcher.unpark();
            }
        }
        Self { slot, before }
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        if let Some(entered) = ENTERED.get(self.slot) {
            entered.store(self.before, Ordering::Relaxed);
        }
    }
}

fn watch(runtime: &Handle, workers: usize) {
    let mut idle = 0;
    loop {
        thread::sleep(TICK);
        let now = NOW.load(Ordering::Relaxed);
        let (mut inside, mut stuck) = (false, 0);
        for entered in &ENTERED {
            let entered = entered.load(Ordering::Relaxed);
            inside |= entered != 0;
            stuck += usize::from(entered != 0 && entered != now);
        }
        NOW.store(now.checked_add(1).unwrap_or(1), Ordering::Relaxed);
        CROWDED.store(stuck + RESERVE >= workers, Ordering::Relaxed);
        if stuck > 0 {
            // Lets others read on in the place of those that are held up, and wakes a sleeping worker: when it has done
            // this nothing it waits at the socket.
            netrpc::relieve(runtime);
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

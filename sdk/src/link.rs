//! The only place with `unsafe`: calls into the C library that no safe crate offers. Each use says why it is sound.
//!
//! (The manifest's link section is the other reason why this crate does not forbid `unsafe`; the macro emits it.)

pub(crate) use nss::pin as pin_nss;
#[cfg(unix)]
pub(crate) use unix::{at_exit, on_crash, this_thread};

/// Look-ups of hosts and users in a static glibc binary.
///
/// Such a binary still loads the machine's NSS modules for them. Modules were built for the machine's libc, of which they
/// bring a second, half initialised copy into the process; seen to crash were `hosts: files myhostname dns` with a name
/// below `localhost`, and `passwd: files systemd`, Debian's own setting, with a user id that is not in `/etc/passwd`.
/// `files` and `dns` are built in.
#[cfg(all(target_os = "linux", target_env = "gnu", target_feature = "crt-static"))]
#[allow(unsafe_code, reason = "the function is glibc's own and in no crate")]
mod nss {
    use std::ffi::{CStr, c_char, c_int};

    unsafe extern "C" {
        fn __nss_configure_lookup(database: *const c_char, service_line: *const c_char) -> c_int;
    }

    /// What a plugin may look up, directly or through a library: hosts, and the home of its user.
    const PINS: [(&CStr, &CStr); 3] = [(c"hosts", c"files dns"), (c"passwd", c"files"), (c"group", c"files")];

    /// Has hosts resolved by `/etc/hosts` and DNS only and users by `/etc/passwd` only, whatever `nsswitch.conf` says. Call
    /// it before the first thread is made.
    pub(crate) fn pin() {
        for (database, services) in PINS {
            // SAFETY: both strings end with a zero and live for ever; no other thread can be looking up anything yet.
            // The result only says whether the strings could be parsed.
            unsafe { __nss_configure_lookup(database.as_ptr(), services.as_ptr()) };
        }
    }
}

/// Where the C library is the machine's own, its modules fit.
#[cfg(not(all(target_os = "linux", target_env = "gnu", target_feature = "crt-static")))]
mod nss {
    pub(crate) fn pin() {}
}

#[cfg(unix)]
#[allow(unsafe_code, reason = "signal handlers and exit functions have no safe interface")]
mod unix {
    use std::ffi::c_int;
    use std::mem::MaybeUninit;
    use std::ptr::null_mut;
    use std::sync::OnceLock;

    /// The signals of a process that has gone wrong by itself.
    const FATAL: [c_int; 5] = [libc::SIGABRT, libc::SIGSEGV, libc::SIGBUS, libc::SIGILL, libc::SIGFPE];

    /// The actions of these signals, in the same order.
    type Actions = [libc::sigaction; FATAL.len()];

    /// What [`on_crash`] was given, and the actions it replaced.
    static CRASH: OnceLock<(fn(i32), Actions)> = OnceLock::new();

    /// A number for the calling thread, never 0; may be asked for in a signal handler.
    pub(crate) fn this_thread() -> usize {
        // SAFETY: has no conditions and cannot fail.
        unsafe { libc::pthread_self() as usize }
    }

    /// Has `run` called when the process ends normally.
    pub(crate) fn at_exit(run: extern "C" fn()) {
        // SAFETY: `run` is a function of this program, callable at any time. The result only says "no memory".
        unsafe { libc::atexit(run) };
    }

    /// Has `run` called, once, by the thread that is about to die of a fatal signal; the process then dies as it would
    /// have without this. `run` is called inside a signal handler: it may use system calls and atomics, nothing else.
    pub(crate) fn on_crash(run: fn(i32)) {
        let mut old = [const { MaybeUninit::<libc::sigaction>::zeroed() }; FATAL.len()];
        for (signal, old) in FATAL.into_iter().zip(&mut old) {
            // SAFETY: with a null action this only reads the present one into `old`, which has the right size.
            unsafe { libc::sigaction(signal, std::ptr::null(), old.as_mut_ptr()) };
        }
        // SAFETY: filled by the system; should that have failed, they are all zeros, which means the default action.
        let old = old.map(|old| unsafe { old.assume_init() });
        if CRASH.set((run, old)).is_err() {
            return;
        }
        for signal in FATAL {
            // SAFETY: all zeros is a valid `sigaction`; handler and flags are set below.
            let mut action: libc::sigaction = unsafe { MaybeUninit::zeroed().assume_init() };
            action.sa_sigaction = handler as *const () as usize;
            // On the alternate stack, since a thread whose stack has run out has no other. Not for SIGABRT: it comes
            // from a call, and Rust's handler calls abort on that small stack itself.
            action.sa_flags = libc::SA_SIGINFO | if signal == libc::SIGABRT { 0 } else { libc::SA_ONSTACK };
            // SAFETY: `handler` has the signature that SA_SIGINFO demands and does only what a handler may do.
            unsafe { libc::sigaction(signal, &action, null_mut()) };
        }
    }

    extern "C" fn handler(signal: c_int, info: *mut libc::siginfo_t, _context: *mut libc::c_void) {
        let Some((run, old)) = CRASH.get() else { return };
        // First of all: should anything below go wrong, the process dies at once.
        for (signal, old) in FATAL.into_iter().zip(old) {
            // SAFETY: `old` is what the system gave us for this signal; sigaction may be called in a handler.
            unsafe { libc::sigaction(signal, old, null_mut()) };
        }
        run(signal);
        // A fault comes again when the instruction is repeated, and then reaches the action from before. Only what some
        // process sent would not.
        // SAFETY: the system passes a valid pointer with SA_SIGINFO.
        let sent = unsafe { (*info).si_code } <= 0;
        if sent && signal != libc::SIGABRT {
            // SAFETY: both may be called in a handler. Rust's own handler would take a sent signal for a fault and go on.
            unsafe { libc::signal(signal, libc::SIG_DFL) };
        }
        if sent || signal == libc::SIGABRT {
            // SAFETY: may be called in a handler; the signal is held back until this one returns.
            unsafe { libc::raise(signal) };
        }
    }
}

//! The signal by which the watchdog interrupts a thread, and its own thread's start.

use std::sync::{Once, OnceLock};
use std::{mem, ptr};

use libc::{c_int, pid_t};

use super::previous;
use crate::guard::record::Thread;
use crate::guard::watchdog;

/// The signal, if there is one that nobody uses: the last real-time signal without a handler. The very last ones are left
/// to debugging tools, which like to take them, and to emulators (to a program run by qemu, the last four never come).
pub(super) fn number() -> Option<c_int> {
    static NUMBER: OnceLock<Option<c_int>> = OnceLock::new();
    *NUMBER.get_or_init(|| {
        (libc::SIGRTMIN()..=libc::SIGRTMAX() - 4)
            .rev()
            .find(|signal| previous::change(*signal, None).sa_sigaction == libc::SIG_DFL)
    })
}

/// Makes the process ready for time limits.
///
/// # Panics
/// If no real-time signal is left for them.
pub(in super::super) fn prepare_process() {
    static ONCE: Once = Once::new();
    assert!(
        number().is_some(),
        "time limits need a real-time signal, and the program has a handler for each"
    );
    ONCE.call_once(|| {
        // SAFETY: the functions may run whenever the process forks.
        unsafe {
            libc::pthread_atfork(
                Some(watchdog::before_fork),
                Some(watchdog::after_fork),
                Some(watchdog::after_fork_in_child),
            )
        };
    });
}

/// Runs `f`, which starts a thread, such that no signal of the program's is ever delivered to that thread.
pub(in super::super) fn without_signals<R>(f: impl FnOnce() -> R) -> R {
    // SAFETY: plain bits, put back below.
    unsafe {
        let (mut all, mut old) = (mem::zeroed(), mem::zeroed());
        libc::sigfillset(&mut all);
        libc::pthread_sigmask(libc::SIG_SETMASK, &all, &mut old);
        let result = f();
        libc::pthread_sigmask(libc::SIG_SETMASK, &old, ptr::null_mut());
        result
    }
}

/// A thread, for the watchdog.
#[derive(Debug)]
pub(in super::super) struct Target {
    thread: pid_t,
}

impl Target {
    pub(in super::super) fn this_thread(_: &Thread) -> Target {
        // SAFETY: no conditions.
        let thread = unsafe { libc::gettid() };
        Target { thread }
    }

    /// Has the thread ask in a signal handler whether the time of one of its calls is over. A thread that has ended
    /// without saying so does no harm, nor does one that has got its number since.
    pub(in super::super) fn interrupt(&self) {
        if let Some(signal) = number() {
            // SAFETY: the handler for this signal is installed.
            unsafe { libc::syscall(libc::SYS_tgkill, libc::getpid(), self.thread, signal) };
        }
    }
}

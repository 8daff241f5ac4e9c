//! The signal handler: sends a thread back to its guard, or lets the signal's previous owner have it.

use std::ffi::c_void;

use libc::{c_int, siginfo_t};

use super::{context, previous, stop, time_signal};
use crate::guard::blame;
use crate::guard::record::THREAD;

/// Handles all signals of the guard.
///
/// It allocates nothing, takes no lock and cannot panic; it returns like any handler, so that the system restores the
/// signal mask and leaves the alternate stack.
///
/// # Safety
/// The system calls it, or a handler that was installed later and passes on what it got.
pub(super) unsafe extern "C" fn on_signal(
    signal: c_int,
    info: *mut siginfo_t,
    context: *mut c_void,
) {
    let error = errno();
    // SAFETY: `info` and `context` are the system's, for this thread.
    let caught = THREAD.with(|thread| unsafe {
        if thread.innermost().is_null() {
            None
        } else if Some(signal) == time_signal::number() {
            blame::catch_late(thread, context::read(context).program_counter)
        } else {
            stop::read(signal, info, context, thread).and_then(|stop| blame::catch(thread, &stop))
        }
    });
    // SAFETY: as above; the stack pointer is that of a guard in progress.
    unsafe {
        match caught {
            Some(way_back) => context::redirect(context, &way_back),
            None => previous::pass_on(signal, info, context),
        }
    }
    set_errno(error);
}

fn errno() -> c_int {
    // SAFETY: always valid.
    unsafe { *libc::__errno_location() }
}

fn set_errno(error: c_int) {
    // SAFETY: always valid.
    unsafe { *libc::__errno_location() = error }
}

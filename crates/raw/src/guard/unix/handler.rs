//! The signal handler: sends a thread back to its guard, or lets the signal's previous owner have it.

use std::ffi::c_void;

use libc::{c_int, siginfo_t};

use super::stepping::{self, Step};
use super::{context, handler_stack, previous, stop, time_signal};
use crate::guard::blame;
use crate::guard::record::{THREAD, Thread};

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
    // Before anything that may use a thread-local.
    // SAFETY: `context` is the system's.
    let changed = unsafe { handler_stack::mend_thread_pointer(context) };
    let error = errno();
    // SAFETY: `info` and `context` are the system's, for this thread.
    let done = THREAD.with(|thread| unsafe {
        !thread.innermost().is_null() && handle(thread, signal, info, context)
    });
    if !done {
        // SAFETY: the same.
        unsafe { previous::pass_on(signal, info, context) };
    }
    set_errno(error);
    if let (false, Some(changed)) = (done, changed) {
        // SAFETY: what the interrupted code had, which is not the guard's to change.
        unsafe { context::set_thread_pointer(changed) };
    }
}

/// Whether the signal was the guard's.
unsafe fn handle(
    thread: &Thread,
    signal: c_int,
    info: *mut siginfo_t,
    context: *mut c_void,
) -> bool {
    // SAFETY: the arguments are what a handler got on this thread.
    unsafe {
        let interrupted = context::read(context);
        let way_back = if Some(signal) == time_signal::number() {
            let way_back = blame::catch_late(thread, interrupted.program_counter);
            if way_back.is_none() {
                stepping::begin(thread, context, &interrupted);
            }
            way_back
        } else {
            match stepping::step(thread, context, &interrupted) {
                Step::GoOn => return true,
                Step::Leave(way_back) => Some(way_back),
                Step::NotOurs => stop::read(signal, info, &interrupted, thread)
                    .and_then(|stop| blame::catch(thread, &stop)),
            }
        };
        match way_back {
            Some(way_back) => {
                context::redirect(context, &way_back);
                stepping::end(thread);
            }
            None => return false,
        }
    }
    true
}

fn errno() -> c_int {
    // SAFETY: always valid.
    unsafe { *libc::__errno_location() }
}

fn set_errno(error: c_int) {
    // SAFETY: always valid.
    unsafe { *libc::__errno_location() = error }
}

//! What a thread needs before it can take a fault: a stack for the handler to run on, the signals unblocked, and to know
//! its own stack.

use std::ffi::c_void;
use std::mem;
use std::ptr;
use std::sync::OnceLock;

use libc::{c_int, pthread_key_t};

use super::handler_stack::HandlerStack;
use super::{previous, time_signal};
use crate::guard::record::{THREAD, Thread};
use crate::guard::watchdog;

/// What the kernel keeps free below a stack that grows (`stack_guard_gap`).
const GAP_BELOW_GROWING_STACK: usize = 1 << 20;

/// Makes this thread ready to be guarded, and puts things back when it ends.
///
/// # Panics
/// If the system has no memory for a handler's stack, or the process no thread-specific key left.
#[cold]
#[inline(never)]
pub(in super::super) fn prepare(thread: &Thread) {
    previous::install();
    unblock(&previous::FAULTS);
    unblock(time_signal::number().as_slice());
    note_stack(thread);
    at_thread_end(HandlerStack::replace_smaller());
    thread.prepared.set(true);
}

/// A thread that blocks all signals blocks faults as well, which then end the process. It cannot have meant that.
fn unblock(signals: &[c_int]) {
    // SAFETY: plain bits.
    unsafe {
        let mut set = mem::zeroed();
        libc::sigemptyset(&mut set);
        for signal in signals {
            libc::sigaddset(&mut set, *signal);
        }
        libc::pthread_sigmask(libc::SIG_UNBLOCK, &set, ptr::null_mut());
    }
}

/// Finds out where this thread's stack is. Where the C library does not know, no fault will be called an overflow.
fn note_stack(thread: &Thread) {
    let (mut low, mut len, mut guard) = (ptr::null_mut(), 0, 0);
    // SAFETY: the attributes are the system's to fill, and are destroyed when they were.
    unsafe {
        let mut attributes = mem::zeroed();
        if libc::pthread_getattr_np(libc::pthread_self(), &mut attributes) != 0 {
            return;
        }
        libc::pthread_attr_getstack(&attributes, &mut low, &mut len);
        libc::pthread_attr_getguardsize(&attributes, &mut guard);
        libc::pthread_attr_destroy(&mut attributes);
    }
    let grows = is_main();
    if grows {
        guard = GAP_BELOW_GROWING_STACK;
    }
    let low = low as usize;
    thread.stack.set(low, low.saturating_add(len), guard, grows);
}

/// Whether this is the process's first thread, whose stack grows.
fn is_main() -> bool {
    // SAFETY: no conditions.
    unsafe { libc::gettid() == libc::getpid() }
}

/// How far a growing stack may grow, in bytes, at this moment; `None` without a limit.
pub(in super::super) fn stack_limit() -> Option<usize> {
    // SAFETY: the limit is the system's to fill.
    let limit = unsafe {
        let mut limit: libc::rlimit = mem::zeroed();
        match libc::getrlimit(libc::RLIMIT_STACK, &mut limit) {
            0 => limit.rlim_cur,
            _ => libc::RLIM_INFINITY,
        }
    };
    (limit != libc::RLIM_INFINITY).then(|| usize::try_from(limit).unwrap_or(usize::MAX))
}

/// Keeps `stack` until the thread is over.
///
/// A thread-specific key and not a `thread_local!` with a destructor: those of other libraries may guard calls, too, and
/// the C library calls a key's destructor again when one of them made the thread ready once more.
fn at_thread_end(stack: Option<HandlerStack>) {
    unsafe extern "C" fn end(stack: *mut c_void) {
        THREAD.with(|thread| {
            watchdog::forget(thread);
            thread.prepared.set(false);
        });
        // SAFETY: made below, and a key's destructor gets it once.
        drop(unsafe { Box::from_raw(stack.cast::<Option<HandlerStack>>()) });
    }
    static KEY: OnceLock<pthread_key_t> = OnceLock::new();
    let key = *KEY.get_or_init(|| {
        let mut key = 0;
        // SAFETY: `end` takes what is set for this key.
        let result = unsafe { libc::pthread_key_create(&mut key, Some(end)) };
        assert!(
            result == 0,
            "the guard needs a thread-specific key, and none is left"
        );
        key
    });
    // SAFETY: the key exists.
    unsafe { libc::pthread_setspecific(key, Box::into_raw(Box::new(stack)).cast()) };
}

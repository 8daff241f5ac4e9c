//! The handlers that were there before: saved when the guard installs its own, and called for every signal that is not
//! the guard's, as the system would have called them.

use std::ffi::c_void;
use std::mem;
use std::ptr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Once, OnceLock};

use libc::{
    SA_NODEFER, SA_ONSTACK, SA_RESETHAND, SA_SIGINFO, SIG_BLOCK, SIG_DFL, SIG_IGN, SIGBUS, SIGFPE,
    SIGILL, SIGSEGV, SIGTRAP, c_int, sigaction, siginfo_t, sigset_t,
};

use super::{context, time_signal};

/// The signals by which a processor's exceptions arrive.
pub(super) const FAULTS: [c_int; 5] = [SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP];

struct Previous {
    action: sigaction,
    /// Set once a handler that asked to be called only once (`SA_RESETHAND`) has been called.
    used_up: AtomicBool,
}

static PREVIOUS: OnceLock<[Previous; FAULTS.len()]> = OnceLock::new();

/// Installs the handlers, once for the process.
pub(super) fn install() {
    static INSTALL: Once = Once::new();
    INSTALL.call_once(|| {
        // All previous actions are known before the first handler of ours can run.
        PREVIOUS.get_or_init(|| {
            FAULTS.map(|signal| Previous {
                action: change(signal, None),
                used_up: AtomicBool::new(false),
            })
        });
        for signal in FAULTS.into_iter().chain(time_signal::number()) {
            change(signal, Some(&ours()));
        }
    });
}

/// The guard's own action. A fault within the handler is let through (`SA_NODEFER`): it reads memory that may not be
/// there, and guards itself.
fn ours() -> sigaction {
    // SAFETY: all zeroes is a valid `sigaction`.
    let mut action: sigaction = unsafe { mem::zeroed() };
    action.sa_sigaction = context::entry();
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
    if let Some(signal) = time_signal::number() {
        // SAFETY: plain bits. A handler must not be left for having run too long.
        unsafe { libc::sigaddset(&mut action.sa_mask, signal) };
    }
    action
}

/// Sets what happens at `signal`, if `action` says so, and returns what happened until now.
pub(super) fn change(signal: c_int, action: Option<&sigaction>) -> sigaction {
    let new = action.map_or(ptr::null(), ptr::from_ref);
    // SAFETY: all zeroes is a valid `sigaction` for the system to fill, and the new one is an action of this module or one
    // that the system gave.
    unsafe {
        let mut old = mem::zeroed();
        // It fails for numbers that are no signals only.
        libc::sigaction(signal, new, &mut old);
        old
    }
}

/// Does with a signal what would have been done without the guard.
///
/// # Safety
/// The arguments are what a handler got, and it returns right after.
pub(super) unsafe fn pass_on(signal: c_int, info: *mut siginfo_t, context: *mut c_void) {
    let previous = FAULTS
        .iter()
        .position(|fault| *fault == signal)
        .and_then(|index| PREVIOUS.get()?.get(index));
    let Some(previous) = previous else { return };
    let action = &previous.action;
    // SAFETY: the system's.
    let raised_by_processor = unsafe { (*info).si_code > 0 };
    let handler = match previous.used_up.load(Ordering::Relaxed) {
        true => SIG_DFL,
        false => action.sa_sigaction,
    };
    // SAFETY: the caller's promise.
    unsafe {
        match handler {
            // What a processor raises cannot be ignored: the system ends the process then, too.
            SIG_IGN if !raised_by_processor => {}
            SIG_IGN | SIG_DFL => by_default(signal, info),
            _ => call(previous, signal, info, context),
        }
    }
}

/// Calls a handler with the signals blocked that it asked for. Returning from ours unblocks them again.
unsafe fn call(previous: &Previous, signal: c_int, info: *mut siginfo_t, context: *mut c_void) {
    let action = &previous.action;
    if action.sa_flags & SA_RESETHAND != 0 {
        previous.used_up.store(true, Ordering::Relaxed);
    }
    // SAFETY: signal sets are plain bits; the context is the system's; the handler was installed for this signal with these flags.
    unsafe {
        libc::pthread_sigmask(SIG_BLOCK, &action.sa_mask, ptr::null_mut());
        if action.sa_flags & SA_NODEFER == 0 {
            block(signal);
        }
        if action.sa_flags & SA_SIGINFO != 0 {
            let handler: extern "C" fn(c_int, *mut siginfo_t, *mut c_void) =
                mem::transmute(action.sa_sigaction);
            handler(signal, info, context);
        } else {
            let handler: extern "C" fn(c_int) = mem::transmute(action.sa_sigaction);
            handler(signal);
        }
    }
}

/// Lets the system do what it does when there is no handler: the instruction that faulted does so again when the handler
/// returns, and a signal that will not come again by itself is sent once more, as it was.
unsafe fn by_default(signal: c_int, info: *mut siginfo_t) {
    // SAFETY: all zeroes is the default action.
    change(signal, Some(&unsafe { mem::zeroed() }));
    // SAFETY: as the caller says; a program may send itself any signal with any contents.
    unsafe {
        if (*info).si_code <= 0 || signal == SIGTRAP {
            block(signal);
            libc::syscall(
                libc::SYS_rt_tgsigqueueinfo,
                libc::getpid(),
                libc::gettid(),
                signal,
                info,
            );
        }
    }
}

/// Blocks one signal on this thread, which a handler's return undoes.
fn block(signal: c_int) {
    // SAFETY: plain bits.
    unsafe {
        let mut set: sigset_t = mem::zeroed();
        libc::sigemptyset(&mut set);
        libc::sigaddset(&mut set, signal);
        libc::pthread_sigmask(SIG_BLOCK, &set, ptr::null_mut());
    }
}

//! Ctrl-C while a source is being compiled: the compiler is ended and the temporary folder removed before this process ends
//! by the signal. Before and after, the signals do what they do by default: a program that is run has them to itself.

use std::ptr;
use std::sync::atomic::{AtomicI32, AtomicPtr, Ordering};

use jitney::{Source, Stop};
use libc::c_int;

/// What asks a process to end.
const SIGNALS: [c_int; 3] = [libc::SIGINT, libc::SIGTERM, libc::SIGHUP];

/// Ends the build that runs; null while no signal is handled.
static STOP: AtomicPtr<Stop> = AtomicPtr::new(ptr::null_mut());

/// The signal that came; 0 while there was none.
static CAME: AtomicI32 = AtomicI32::new(0);

/// Builds a source. When a signal comes meanwhile, the process ends by that signal once the build has tidied up; a second
/// one ends it at once.
pub(crate) fn build<T>(source: Source, build: impl FnOnce(Source) -> T) -> T {
    let Ok(stop) = Stop::new() else {
        // No file descriptor is left: the build will tell.
        return build(source);
    };
    STOP.store(Box::into_raw(Box::new(stop.clone())), Ordering::Release);
    let handled: Vec<c_int> = SIGNALS
        .into_iter()
        .filter(|signal| handle(*signal))
        .collect();
    let built = build(source.stop_by(&stop));
    for signal in handled {
        set(signal, libc::SIG_DFL);
    }
    // A program that is run next opens its first file where it would in a process of its own.
    // SAFETY: it was made above, and no handler uses it any more.
    drop(unsafe { Box::from_raw(STOP.swap(ptr::null_mut(), Ordering::AcqRel)) });
    drop(stop);
    match CAME.load(Ordering::Relaxed) {
        0 => built,
        signal => {
            drop(built);
            // SAFETY: any signal may be raised. Its default action ends the process.
            unsafe { libc::raise(signal) };
            std::process::exit(128 + signal)
        }
    }
}

/// Handles a signal, unless it is ignored (under `nohup`, say) or blocked. Whether it does.
fn handle(signal: c_int) -> bool {
    // SAFETY: all zeroes is a valid value of a C struct of numbers and pointers; the call only writes to it.
    let action = unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        libc::sigaction(signal, std::ptr::null(), &mut action);
        action
    };
    let by_default = action.sa_sigaction == libc::SIG_DFL;
    if by_default {
        set(signal, on_signal as extern "C" fn(c_int) as usize);
    }
    by_default
}

fn set(signal: c_int, handler: usize) {
    // SAFETY: the handler is `on_signal`, which does only what a signal handler may, or the default one. Without
    // `SA_RESTART`, a wait for another build's lock ends too.
    unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        action.sa_sigaction = handler;
        action.sa_flags = libc::SA_RESETHAND;
        libc::sigaction(signal, &action, std::ptr::null_mut());
    }
}

/// Two atomic accesses and one system call: all of it safe at any moment
/// (<https://man7.org/linux/man-pages/man7/signal-safety.7.html>).
extern "C" fn on_signal(signal: c_int) {
    CAME.store(signal, Ordering::Relaxed);
    // SAFETY: it is freed only after this handler has been replaced.
    if let Some(stop) = unsafe { STOP.load(Ordering::Acquire).as_ref() } {
        stop.stop();
    }
}

//! A handler that another library installs after the guard's, and that passes on what is not its own.
#![cfg(target_os = "linux")]

#[path = "guard_support/mod.rs"]
mod support;

use std::ffi::c_void;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{mem, ptr};

use jitney_raw::FaultKind;
use libc::{
    SA_NODEFER, SA_ONSTACK, SA_SIGINFO, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGTRAP, c_int, siginfo_t,
};
use support::bytes::{CASES, INCREMENT};
use support::code;

const SIGNALS: [c_int; 5] = [SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP];

static PREVIOUS: OnceLock<[libc::sigaction; 5]> = OnceLock::new();
static PASSED_ON: AtomicUsize = AtomicUsize::new(0);

extern "C" fn pass_on(signal: c_int, info: *mut siginfo_t, context: *mut c_void) {
    PASSED_ON.fetch_add(1, Ordering::Relaxed);
    let index = SIGNALS.iter().position(|number| *number == signal).unwrap();
    let previous = PREVIOUS.get().unwrap()[index];
    // SAFETY: the guard's handler, which takes three arguments.
    unsafe {
        let handler: extern "C" fn(c_int, *mut siginfo_t, *mut c_void) =
            mem::transmute(previous.sa_sigaction);
        handler(signal, info, context);
    }
}

fn current(signal: c_int) -> libc::sigaction {
    // SAFETY: asks only.
    let action = unsafe {
        let mut action: libc::sigaction = mem::zeroed();
        libc::sigaction(signal, ptr::null(), &mut action);
        action
    };
    assert_ne!(action.sa_flags & SA_SIGINFO, 0);
    action
}

#[test]
fn it_passes_on() {
    // The guard is installed by its first use.
    assert_eq!(code(INCREMENT).call(1), Ok(2));
    PREVIOUS.get_or_init(|| SIGNALS.map(current));
    for signal in SIGNALS {
        // SAFETY: the handler does what a handler may.
        unsafe {
            let mut action: libc::sigaction = mem::zeroed();
            action.sa_sigaction = pass_on as *const () as usize;
            action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
            libc::sigaction(signal, &action, ptr::null_mut());
        }
    }
    // With the alignment check on, which x86 leaves on for handlers, other handlers cannot run.
    for case in CASES.iter().filter(|case| case.kind != FaultKind::Bus) {
        let code = code(case.bytes);
        let before = PASSED_ON.load(Ordering::Relaxed);
        for _ in 0..500 {
            let fault = code.call(case.argument).expect_err(case.name);
            case.check(&code, case.argument, &fault);
        }
        assert_eq!(
            PASSED_ON.load(Ordering::Relaxed),
            before + 500,
            "{}",
            case.name
        );
    }
}

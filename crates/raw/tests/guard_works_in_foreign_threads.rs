//! Threads that the standard library knows nothing of: they have no stack for handlers, and may block all signals.
#![cfg(target_os = "linux")]

#[path = "guard_support/mod.rs"]
mod support;

use std::ffi::c_void;
use std::time::Duration;
use std::{mem, ptr};

use jitney_raw::FaultKind;
use jitney_raw::guard::{self, Limits};
use support::bytes::{CASES, ENDLESS};
use support::code;

extern "C" fn fault_in_all_ways(_: *mut c_void) -> *mut c_void {
    for case in CASES {
        let code = code(case.bytes);
        for _ in 0..10 {
            let fault = code.call(case.argument).expect_err(case.name);
            case.check(&code, case.argument, &fault);
        }
    }
    let endless = code(ENDLESS);
    let limit = Duration::from_millis(1);
    let fault = guard::call(Limits::time(limit), || (endless.function)(0)).unwrap_err();
    assert_eq!(fault.kind, FaultKind::TimeLimit(limit));
    ptr::without_provenance_mut(1)
}

extern "C" fn with_all_signals_blocked(argument: *mut c_void) -> *mut c_void {
    // SAFETY: plain bits.
    unsafe {
        let mut all = mem::zeroed();
        libc::sigfillset(&mut all);
        libc::pthread_sigmask(libc::SIG_SETMASK, &all, ptr::null_mut());
    }
    fault_in_all_ways(argument)
}

fn run(body: extern "C" fn(*mut c_void) -> *mut c_void) {
    // SAFETY: a thread that is joined; an address of 1 says that it came to its end.
    unsafe {
        let mut thread = mem::zeroed();
        assert_eq!(
            libc::pthread_create(&mut thread, ptr::null(), body, ptr::null_mut()),
            0
        );
        let mut result = ptr::null_mut();
        assert_eq!(libc::pthread_join(thread, &mut result), 0);
        assert_eq!(result.addr(), 1);
    }
}

fn mappings() -> usize {
    std::fs::read_to_string("/proc/self/maps")
        .unwrap()
        .lines()
        .count()
}

/// One after the other, and what was given to them is taken back.
#[test]
fn foreign_threads() {
    run(fault_in_all_ways);
    run(with_all_signals_blocked);
    let before = mappings();
    for _ in 0..30 {
        run(fault_in_all_ways);
    }
    assert!(
        mappings() < before + 10,
        "{before} mappings became {}",
        mappings()
    );
}

//! A process that forks: the child, with one thread and no watchdog, guards as its parent does.
#![cfg(target_os = "linux")]

#[path = "guard_support/mod.rs"]
mod support;

use std::panic;
use std::thread;
use std::time::Duration;

use jitney_raw::FaultKind;
use jitney_raw::guard::{self, Limits};
use support::bytes::{CASES, ENDLESS, INCREMENT};
use support::{Code, code};

fn guard_all(endless: &Code, others: &[Code]) {
    for (case, code) in CASES.iter().zip(others) {
        let fault = code.call(case.argument).expect_err(case.name);
        case.check(code, case.argument, &fault);
    }
    let limit = Duration::from_millis(1);
    for _ in 0..3 {
        let fault = guard::call(Limits::time(limit), || (endless.function)(0)).unwrap_err();
        assert_eq!(fault.kind, FaultKind::TimeLimit(limit));
    }
}

#[test]
fn parent_and_child() {
    let endless = code(ENDLESS);
    let others: Vec<_> = CASES.iter().map(|case| code(case.bytes)).collect();
    guard_all(&endless, &others);
    thread::scope(|scope| {
        // Other threads keep the watchdog busy while this one forks.
        for _ in 0..3 {
            scope.spawn(|| {
                let increment = code(INCREMENT);
                for number in 0..300_000 {
                    let limit = Limits::time(Duration::from_secs(1 + number as u64 % 7));
                    let result = guard::call(limit, || (increment.function)(number));
                    assert_eq!(result, Ok(number + 1));
                }
            });
        }
        for _ in 0..20 {
            // SAFETY: the child guards code that is there already, and ends.
            match unsafe { libc::fork() } {
                0 => {
                    let result = panic::catch_unwind(|| guard_all(&endless, &others));
                    // SAFETY: ends the process.
                    unsafe { libc::_exit(if result.is_ok() { 42 } else { 1 }) }
                }
                child => {
                    let mut status = 0;
                    // SAFETY: the child above.
                    assert_eq!(unsafe { libc::waitpid(child, &mut status, 0) }, child);
                    assert!(libc::WIFEXITED(status), "{status:#x}");
                    assert_eq!(libc::WEXITSTATUS(status), 42);
                }
            }
        }
    });
    guard_all(&endless, &others);
}

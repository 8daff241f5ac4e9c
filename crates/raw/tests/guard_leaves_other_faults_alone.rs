//! What raw code is not to blame for ends the process as it does without a guard: the standard library reports a stack
//! overflow, a fault in Rust code is a fault.
#![cfg(target_os = "linux")]

#[path = "guard_support/child.rs"]
mod child;
#[path = "guard_support/mod.rs"]
mod support;

use std::hint::black_box;
use std::os::unix::process::ExitStatusExt;
use std::thread;

use jitney_raw::guard::{self, Limits};
use support::code;

#[allow(unconditional_recursion, reason = "that is the point")]
fn recurse(depth: usize) -> usize {
    let frame = black_box([depth; 64]);
    recurse(depth + 1) + frame[depth % 64]
}

fn overflow() {
    thread::Builder::new()
        .name("the deep one".into())
        .spawn(|| black_box(recurse(0)))
        .unwrap()
        .join()
        .unwrap();
}

fn read_null() {
    // SAFETY: it is not: this is what must end the process.
    black_box(unsafe { black_box(0x10 as *const u8).read_volatile() });
}

/// What raw code leaves behind on the stack must not be taken for its doing.
fn after_raw_code(f: impl FnOnce()) {
    let fault = code(support::bytes::ILLEGAL).call(0);
    assert!(fault.is_err());
    f();
}

fn guarded(f: impl FnOnce()) {
    let _ = guard::call(Limits::none(), f);
}

fn act(scenario: &str) {
    let (place, what) = scenario.split_once(": ").unwrap();
    let act = || match what {
        "overflow" => overflow(),
        "overflow of a guarded thread" => {
            thread::Builder::new()
                .name("the deep one".into())
                .spawn(|| guarded(|| _ = black_box(recurse(0))))
                .unwrap()
                .join()
                .unwrap();
        }
        "null" => read_null(),
        #[cfg(target_arch = "x86_64")]
        // SAFETY: it is not: this is what must end the process.
        "int3" => unsafe { std::arch::asm!("int3") },
        #[cfg(target_arch = "x86_64")]
        // SAFETY: as above.
        "ud2" => unsafe { std::arch::asm!("ud2") },
        // SAFETY: ends the process.
        "raised" => _ = unsafe { libc::raise(libc::SIGSEGV) },
        // SAFETY: as above.
        "raised trap" => _ = unsafe { libc::raise(libc::SIGTRAP) },
        _ => unreachable!("{what}"),
    };
    match place {
        "without" => act(),
        "beside" => after_raw_code(act),
        "within" => guarded(act),
        _ => unreachable!("{place}"),
    }
}

/// Does `what` in three processes: without any guard, which shows what must come of it, after a guard has caught a fault of
/// raw code, and within one.
fn check(test: &str, what: &str, signal: impl Into<Option<i32>>, message: &str) {
    if let Some(scenario) = child::scenario() {
        act(&scenario);
        return;
    }
    if child::is_emulated() {
        return;
    }
    let signal = signal.into();
    for place in ["without", "beside", "within"] {
        let output = child::run(test, &format!("{place}: {what}"));
        let errors = child::errors(&output);
        assert_eq!(output.status.signal(), signal, "{place}: {errors}");
        assert!(errors.contains(message), "{place}: {errors}");
    }
}

#[test]
fn a_stack_overflow_in_rust() {
    check(
        "a_stack_overflow_in_rust",
        "overflow",
        libc::SIGABRT,
        "thread 'the deep one'",
    );
}

#[test]
fn a_stack_overflow_in_rust_within_a_guard() {
    check(
        "a_stack_overflow_in_rust_within_a_guard",
        "overflow of a guarded thread",
        libc::SIGABRT,
        "has overflowed its stack",
    );
}

#[test]
fn a_null_pointer_in_rust() {
    check("a_null_pointer_in_rust", "null", libc::SIGSEGV, "");
}

#[cfg(target_arch = "x86_64")]
#[test]
fn a_breakpoint_in_rust() {
    check("a_breakpoint_in_rust", "int3", libc::SIGTRAP, "");
}

#[cfg(target_arch = "x86_64")]
#[test]
fn an_illegal_instruction_in_rust() {
    check("an_illegal_instruction_in_rust", "ud2", libc::SIGILL, "");
}

/// The standard library's handler gives itself up and expects the fault to come again, which this one does not.
#[test]
fn a_signal_that_somebody_sent() {
    check("a_signal_that_somebody_sent", "raised", None, "");
}

#[test]
fn a_trap_that_somebody_sent() {
    check(
        "a_trap_that_somebody_sent",
        "raised trap",
        libc::SIGTRAP,
        "",
    );
}

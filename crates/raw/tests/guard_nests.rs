//! Guards within guards: the innermost one whose raw code is to blame reports, and the others go on.
#![cfg(any(target_os = "linux", windows))]

#[path = "guard_support/mod.rs"]
mod support;

use std::cell::RefCell;
use std::time::Duration;

use jitney_raw::FaultKind;
use jitney_raw::guard::{self, Limits};
use support::bytes::{BREAKPOINT, CALL, ENDLESS, ILLEGAL, INCREMENT, LOAD};
use support::{Code, Function, code};

const LONG: Limits = Limits::time(Duration::from_secs(100));
const SHORT: Limits = Limits::time(Duration::from_millis(2));

/// Twenty guards deep, each level faults after the one within it did.
#[test]
fn every_level_reports_its_own_fault() {
    fn level(depth: usize, bad: &Code) -> usize {
        let limits = if depth.is_multiple_of(2) {
            LONG
        } else {
            Limits::none()
        };
        let mut deeper = 0;
        let result = guard::call(limits, || {
            if depth > 0 {
                deeper = level(depth - 1, bad);
            }
            (bad.function)(0)
        });
        assert_eq!(result.unwrap_err().kind, FaultKind::IllegalInstruction);
        deeper + 1
    }
    let bad = code(ILLEGAL);
    for _ in 0..100 {
        assert_eq!(level(19, &bad), 20);
    }
}

#[test]
fn an_inner_fault_does_not_disturb_the_outer_call() {
    let (bad, sound) = (code(LOAD), code(INCREMENT));
    for _ in 0..1000 {
        let outer = guard::call(Limits::none(), || {
            assert_eq!(bad.call(8).unwrap_err().address, Some(8));
            (sound.function)(1)
        });
        assert_eq!(outer, Ok(2));
    }
}

#[test]
fn an_outer_fault_after_an_inner_call() {
    let (bad, sound) = (code(BREAKPOINT), code(INCREMENT));
    for _ in 0..1000 {
        let outer = guard::call(Limits::none(), || {
            assert_eq!(sound.call(1), Ok(2));
            (bad.function)(0)
        });
        assert_eq!(outer.unwrap_err().kind, FaultKind::Breakpoint);
    }
}

thread_local! {
    static INNER: RefCell<Vec<FaultKind>> = const { RefCell::new(Vec::new()) };
}

/// Called by raw code: guards more raw code.
extern "C" fn guard_more(_: usize) -> usize {
    let fault = code(ILLEGAL).call(0).unwrap_err();
    INNER.with_borrow_mut(|inner| inner.push(fault.kind));
    41
}

#[test]
fn raw_code_calls_a_function_that_guards_raw_code() {
    let (call, bad) = (code(CALL), code(LOAD));
    let result = guard::call(Limits::none(), || {
        let result = call.call(guard_more as Function as usize);
        assert_eq!(result, Ok(41));
        (bad.function)(8)
    });
    assert_eq!(result.unwrap_err().kind, FaultKind::Segmentation);
    INNER.with_borrow(|inner| assert_eq!(inner[..], [FaultKind::IllegalInstruction]));
}

#[test]
fn an_inner_time_limit_ends_the_inner_call_only() {
    let (endless, sound) = (code(ENDLESS), code(INCREMENT));
    let outer = guard::call(LONG, || {
        let inner = guard::call(SHORT, || (endless.function)(0));
        assert!(matches!(inner.unwrap_err().kind, FaultKind::TimeLimit(_)));
        (sound.function)(1)
    });
    assert_eq!(outer, Ok(2));
}

#[test]
fn an_outer_time_limit_ends_all_calls_within_it() {
    let (endless, sound) = (code(ENDLESS), code(INCREMENT));
    for _ in 0..10 {
        let outer = guard::call(SHORT, || {
            let inner = guard::call(LONG, || {
                guard::call(Limits::none(), || (endless.function)(0))
            });
            unreachable!("{inner:?}")
        });
        let kind = FaultKind::TimeLimit(Duration::from_millis(2));
        assert_eq!(outer.map(|_: ()| ()).unwrap_err().kind, kind);
        // What was left half-way is over, for the watchdog, too.
        assert_eq!(guard::call(LONG, || (sound.function)(1)), Ok(2));
    }
}

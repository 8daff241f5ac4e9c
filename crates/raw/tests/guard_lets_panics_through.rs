//! Panics of the Rust code within a guard go on to whoever catches them outside.
#![cfg(any(target_os = "linux", windows))]

#[path = "guard_support/mod.rs"]
mod support;

use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use jitney_raw::FaultKind;
use jitney_raw::guard::{self, Limits};
use support::bytes::{ILLEGAL, INCREMENT};
use support::code;

/// Counts how many of it were dropped.
struct Counted<'a>(&'a AtomicUsize);

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

fn panic_within(limits: Limits, dropped: &AtomicUsize, payload: usize) -> usize {
    let caught = panic::catch_unwind(AssertUnwindSafe(|| {
        let _outside = Counted(dropped);
        guard::call(limits, || {
            let _inside = Counted(dropped);
            panic::resume_unwind(Box::new(payload))
        })
    }));
    *caught
        .map(|_: Result<(), _>| ())
        .unwrap_err()
        .downcast::<usize>()
        .unwrap()
}

#[test]
fn from_many_threads_beside_faults() {
    let dropped = AtomicUsize::new(0);
    let limits = [Limits::none(), Limits::time(Duration::from_secs(100))];
    thread::scope(|scope| {
        for number in 0..8 {
            let dropped = &dropped;
            scope.spawn(move || {
                let (bad, sound) = (code(ILLEGAL), code(INCREMENT));
                for round in 0..500 {
                    assert_eq!(panic_within(limits[round % 2], dropped, number), number);
                    let fault = bad.call(0).unwrap_err();
                    assert_eq!(fault.kind, FaultKind::IllegalInstruction);
                    assert_eq!(sound.call(round), Ok(round + 1));
                }
            });
        }
    });
    assert_eq!(dropped.into_inner(), 8 * 500 * 2);
}

/// The record of the call that panicked is gone: the guard outside of it reports what follows.
#[test]
fn through_two_guards_and_on() {
    let bad = code(ILLEGAL);
    for _ in 0..100 {
        let outer = guard::call(Limits::none(), || {
            let caught = panic::catch_unwind(AssertUnwindSafe(|| {
                guard::call(Limits::none(), || panic::resume_unwind(Box::new("inner")))
            }));
            let payload = caught.map(|_: Result<(), _>| ()).unwrap_err();
            assert_eq!(payload.downcast_ref(), Some(&"inner"));
            (bad.function)(0)
        });
        assert_eq!(outer.unwrap_err().kind, FaultKind::IllegalInstruction);
    }
}

#[test]
fn after_a_fault_was_caught_within_the_same_guard() {
    let bad = code(ILLEGAL);
    let caught = panic::catch_unwind(|| {
        guard::call(Limits::none(), || {
            let fault = bad.call(0).unwrap_err();
            panic::resume_unwind(Box::new(fault.kind))
        })
    });
    let payload = caught.map(|_: Result<(), _>| ()).unwrap_err();
    assert_eq!(payload.downcast_ref(), Some(&FaultKind::IllegalInstruction));
}

/// A result that needs dropping comes out once.
#[test]
fn results_are_moved_out() {
    let dropped = AtomicUsize::new(0);
    let captured = Counted(&dropped);
    let result = guard::call(Limits::none(), || {
        let _captured = captured;
        vec![Counted(&dropped), Counted(&dropped)]
    });
    assert_eq!(dropped.load(Ordering::Relaxed), 1);
    assert_eq!(result.unwrap().len(), 2);
    assert_eq!(dropped.load(Ordering::Relaxed), 3);
}

//! Time limits: code that runs for ever is ended, code that ends in time is not, from one thread and from several.
#![cfg(any(target_os = "linux", windows))]

#[path = "guard_support/mod.rs"]
mod support;

use std::thread;
use std::time::{Duration, Instant};

use jitney_raw::FaultKind;
use jitney_raw::guard::{self, Limits};
use support::bytes::{CALL_ENDLESSLY, COUNT_DOWN, ENDLESS, INCREMENT};
use support::{Function, code};

fn end_after(limit: Duration) {
    let endless = code(ENDLESS);
    let began = Instant::now();
    let fault = guard::call(Limits::time(limit), || (endless.function)(0)).unwrap_err();
    assert!(began.elapsed() >= limit, "ended too early");
    assert_eq!(fault.kind, FaultKind::TimeLimit(limit));
    assert_eq!((fault.offset, fault.address), (Some(0), None));
    assert_eq!(fault.instruction, endless.address());
}

#[test]
fn an_endless_loop_is_ended_but_not_early() {
    for microseconds in [0, 1, 100, 1_000, 5_000, 30_000, 100_000, 1_000, 0] {
        end_after(Duration::from_micros(microseconds));
    }
}

#[test]
fn endless_loops_in_many_threads() {
    thread::scope(|scope| {
        for number in 0..8 {
            scope.spawn(move || (0..20).for_each(|_| end_after(Duration::from_millis(number))));
        }
    });
}

/// A call that takes a large part of its limit, whatever the machine is busy with, is not ended: neither is it when the
/// limit of another call has run out at that moment.
#[test]
fn calls_that_end_in_time_are_not_disturbed() {
    let (count_down, endless) = (code(COUNT_DOWN), code(ENDLESS));
    let limit = Limits::time(Duration::from_secs(20));
    for round in 0..30 {
        assert!(guard::call(limit, || (count_down.function)(1 << 20)).is_ok());
        if round % 10 == 0 {
            end_after(Duration::from_millis(1));
            let short = Limits::time(Duration::from_millis(1));
            assert!(guard::call(short, || (endless.function)(0)).is_err());
        }
    }
}

/// Whether a call ends just before or just after its limit is a matter of luck. Either way it has one outcome, and the
/// next call is not ended in its place.
#[test]
fn calls_that_end_just_in_time_or_just_not() {
    let (count_down, increment) = (code(COUNT_DOWN), code(INCREMENT));
    let short = Limits::time(Duration::from_micros(300));
    let long = Limits::time(Duration::from_secs(100));
    let began = Instant::now();
    (count_down.function)(1 << 20);
    let rounds_in_a_millisecond = (1 << 20) * 1_000 / began.elapsed().as_micros().max(1) as usize;
    for round in 0..500 {
        // From a third to the double.
        let rounds = rounds_in_a_millisecond * (100 + round) / 1_000;
        match guard::call(short, || (count_down.function)(rounds)) {
            Ok(_) => {}
            Err(fault) => assert!(matches!(fault.kind, FaultKind::TimeLimit(_)), "{fault:?}"),
        }
        assert_eq!(
            guard::call(long, || (increment.function)(round)),
            Ok(round + 1)
        );
    }
}

#[test]
fn a_million_short_calls() {
    let increment = code(INCREMENT);
    let limit = Limits::time(Duration::from_secs(100));
    for number in 0..1_000_000 {
        let result = guard::call(limit, || (increment.function)(number));
        assert_eq!(result, Ok(number + 1));
    }
}

#[test]
fn a_limit_longer_than_the_clock_can_tell() {
    let increment = code(INCREMENT);
    for limit in [Duration::MAX, Duration::from_nanos(u64::MAX - 1)] {
        let result = guard::call(Limits::time(limit), || (increment.function)(1));
        assert_eq!(result, Ok(2));
    }
}

/// A function of the host's that raw code calls is not left half-way: the lock it takes is free afterwards.
#[test]
fn the_hosts_own_functions_are_not_interrupted() {
    static COUNT: std::sync::Mutex<u64> = std::sync::Mutex::new(0);
    extern "C" fn count(_: usize) -> usize {
        *COUNT.lock().unwrap() += 1;
        0
    }
    let code = code(CALL_ENDLESSLY);
    let limit = Duration::from_millis(2);
    for _ in 0..20 {
        let result = guard::call(Limits::time(limit), || {
            (code.function)(count as Function as usize)
        });
        assert_eq!(result.unwrap_err().kind, FaultKind::TimeLimit(limit));
        assert!(*COUNT.try_lock().expect("the lock was left locked") > 0);
    }
}

/// Rust code in the closure is given the time it takes.
#[test]
fn rust_code_is_not_interrupted() {
    let limit = Limits::time(Duration::from_millis(1));
    let result = guard::call(limit, || {
        let began = Instant::now();
        while began.elapsed() < Duration::from_millis(10) {}
        String::from("done")
    });
    assert_eq!(result.as_deref(), Ok("done"));
}

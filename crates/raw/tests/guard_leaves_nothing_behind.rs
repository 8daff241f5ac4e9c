//! Many faults, threads and time limits later the process is as large as before.
#![cfg(target_os = "linux")]

#[path = "guard_support/child.rs"]
mod child;
#[path = "guard_support/mod.rs"]
mod support;

use std::thread;
use std::time::Duration;

use jitney_raw::guard::{self, Limits};
use support::bytes::CASES;
use support::code;

/// Resident memory, in bytes.
fn resident() -> usize {
    let statistics = std::fs::read_to_string("/proc/self/statm").unwrap();
    let pages: usize = statistics.split(' ').nth(1).unwrap().parse().unwrap();
    pages * 4096
}

fn mappings() -> usize {
    std::fs::read_to_string("/proc/self/maps")
        .unwrap()
        .lines()
        .count()
}

fn round() {
    let limit = Limits::time(Duration::from_secs(100));
    for case in CASES {
        let code = code(case.bytes);
        for _ in 0..50 {
            guard::call(limit, || (code.function)(case.argument)).unwrap_err();
        }
    }
    for _ in 0..5 {
        thread::spawn(move || {
            let code = code(CASES[0].bytes);
            guard::call(limit, || (code.function)(CASES[0].argument)).unwrap_err();
        })
        .join()
        .unwrap();
    }
}

#[test]
fn memory_stays_flat() {
    if child::is_emulated() {
        return;
    }
    (0..10).for_each(|_| round());
    let (memory, maps) = (resident(), mappings());
    (0..100).for_each(|_| round());
    let (memory_after, maps_after) = (resident(), mappings());
    assert!(
        memory_after < memory + (1 << 20),
        "{memory} bytes became {memory_after}"
    );
    assert!(
        maps_after < maps + 10,
        "{maps} mappings became {maps_after}"
    );
}

//! After `fork` both processes see the same memory of a heap: the child must neither free nor overwrite what its parent
//! runs, and can install functions of its own.
//!
//! One test alone in its process, because it forks.
#![cfg(target_os = "linux")]

mod common;

use common::{call, returns};
use jitney_memory::{HeapOptions, Installed, Writing, code_at};

fn run(function: &Installed) -> i32 {
    // SAFETY: it is one of `returns`, and there.
    unsafe { call(function.as_ptr()) }
}

/// What the child does; a number for the first thing that was wrong.
fn child(heap: &jitney_memory::Heap, inherited: Vec<Installed>) -> i32 {
    for (number, function) in inherited.iter().enumerate() {
        if run(function) != number as i32 {
            return 1;
        }
    }
    let Ok(own) = heap.install(&returns(500)) else {
        return 2;
    };
    if run(&own) != 500 || code_at(own.address()) != Some(own.address()..own.address() + 8) {
        return 3;
    }
    if inherited
        .iter()
        .any(|other| other.address() == own.address())
    {
        return 4;
    }
    if heap.statistics().functions != 1 {
        return 5;
    }
    drop(inherited);
    for number in 0..1_000 {
        match heap.install(&returns(40_000 + number)) {
            Ok(function) if run(&function) == 40_000 + number => {}
            _ => return 6,
        }
    }
    0
}

#[test]
fn and_has_a_heap_of_its_own() {
    for writing in [Writing::TwoViews, Writing::Flips] {
        let heap = HeapOptions::new().writing(writing).build().unwrap();
        let functions: Vec<_> = (0..300)
            .map(|number| heap.install(&returns(number)).unwrap())
            .collect();
        // SAFETY: the other threads of the test's process hold no lock that the child takes: the test runner's main
        // thread waits for this one.
        let pid = unsafe { libc::fork() };
        assert!(pid >= 0);
        if pid == 0 {
            let fault = child(&heap, functions);
            // SAFETY: it ends this process, without what the parent registered for its own end.
            unsafe { libc::_exit(fault) };
        }
        let mut status = 0;
        // SAFETY: the child is ours.
        assert_eq!(unsafe { libc::waitpid(pid, &mut status, 0) }, pid);
        assert_eq!(
            status,
            0,
            "{writing:?}: exit code {}",
            libc::WEXITSTATUS(status)
        );
        for (number, function) in functions.iter().enumerate() {
            assert_eq!(run(function), number as i32);
            assert_eq!(function.as_slice(), returns(number as i32));
        }
        assert_eq!(heap.statistics().functions, 300);
        drop(functions);
        assert_eq!(heap.statistics().used, 0);
    }
}

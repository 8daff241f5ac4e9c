//! No page of the process is writable and executable at any moment, also while many threads install and free.

mod common;

use std::{
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use common::{assert_nothing_is_writable_and_executable, call, permissions, returns};
use jitney_memory::{Heap, HeapOptions, Writing};

fn heap(writing: Writing) -> Option<Heap> {
    match HeapOptions::new().writing(writing).build() {
        Ok(heap) => Some(heap),
        Err(error) => {
            eprintln!("skipped: {writing:?}: {error}");
            None
        }
    }
}

/// Looks at all mappings again and again while three threads install, call and free.
fn watched(heap: &Heap, rounds: usize) {
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        let workers: Vec<_> = (0..3)
            .map(|_| {
                scope.spawn(|| {
                    let mut kept = Vec::new();
                    for number in 0..rounds {
                        let function = heap.install(&returns(number as i32 % 60_000)).unwrap();
                        // SAFETY: it is such a function.
                        let answer = unsafe { call(function.as_ptr()) };
                        assert_eq!(answer, number as i32 % 60_000);
                        kept.push(function);
                        if kept.len() == 100 {
                            kept.drain(..50);
                        }
                    }
                })
            })
            .collect();
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                assert_nothing_is_writable_and_executable();
            }
        });
        let ends: Vec<_> = workers.into_iter().map(|worker| worker.join()).collect();
        done.store(true, Ordering::Relaxed);
        ends.into_iter().for_each(|end| end.unwrap());
    });
}

#[test]
fn mapped_twice() {
    if let Some(heap) = heap(Writing::TwoViews) {
        watched(&heap, 20_000);
    }
}

#[test]
fn by_permission_flips() {
    if let Some(heap) = heap(Writing::Flips) {
        watched(&heap, 2_000);
    }
}

#[test]
fn where_a_function_can_run_it_cannot_be_written() {
    for heap in [Writing::TwoViews, Writing::Flips]
        .into_iter()
        .filter_map(heap)
    {
        for len in [8, 100_000, 3_000_000] {
            let function = heap.install_with(len, |room, _| room.fill(0)).unwrap();
            let range = function.address()..function.address() + len;
            assert_eq!(permissions(range), [(len, "r-x".to_owned())]);
        }
    }
}

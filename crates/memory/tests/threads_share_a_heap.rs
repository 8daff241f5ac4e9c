//! Many threads install, call and free in one heap, each other's functions too, and each function returns its number.

mod common;

use std::{sync::mpsc, thread};

use common::{call, returns};
use jitney_memory::{Granule, Heap, HeapOptions, Installed, Writing};

const THREADS: usize = 8;

fn run(function: &Installed) -> i32 {
    // SAFETY: it is one of `returns`, and there.
    unsafe { call(function.as_ptr()) }
}

/// Each thread keeps some of its functions and hands others to the next thread, which calls and frees them.
fn threads(heap: &Heap, rounds: usize) {
    let (senders, receivers): (Vec<_>, Vec<_>) = (0..THREADS)
        .map(|_| mpsc::channel::<(i32, Installed)>())
        .unzip();
    thread::scope(|scope| {
        for (thread, receiver) in receivers.into_iter().enumerate() {
            let next = senders[(thread + 1) % THREADS].clone();
            scope.spawn(move || {
                let mut kept = Vec::new();
                for round in 0..rounds {
                    let number = (thread * 7_000 + round % 7_000) as i32;
                    let mut bytes = returns(number).to_vec();
                    bytes.resize(8 + (round * 37 + thread) % 300, 0x90);
                    let function = heap.install(&bytes).unwrap();
                    if round % 3 == 0 {
                        // Where the next thread has ended already, the function is freed here.
                        let _ = next.send((number, function));
                    } else {
                        kept.push((number, function));
                    }
                    for (number, function) in receiver.try_iter() {
                        assert_eq!(run(&function), number);
                    }
                    if kept.len() > 200 {
                        let (number, function) = kept.swap_remove(round * 31 % kept.len());
                        assert_eq!(run(&function), number);
                    }
                }
                for (number, function) in kept {
                    assert_eq!(run(&function), number);
                }
            });
        }
        drop(senders);
    });
    assert_eq!(
        (heap.statistics().functions, heap.statistics().used),
        (0, 0)
    );
}

#[test]
fn mapped_twice() {
    for granule in [Granule::Bytes16, Granule::Bytes64] {
        threads(&HeapOptions::new().granule(granule).build().unwrap(), 5_000);
    }
}

#[test]
fn by_permission_flips() {
    match HeapOptions::new().writing(Writing::Flips).build() {
        Ok(heap) => threads(&heap, 300),
        Err(error) => eprintln!("skipped: {error}"),
    }
}

#[test]
fn heaps_that_end_while_other_threads_free_their_last_functions() {
    for round in 0..300 {
        let heap = Heap::new().unwrap();
        let functions: Vec<_> = (0..THREADS)
            .map(|number| heap.install(&returns(number as i32 + round)).unwrap())
            .collect();
        thread::scope(|scope| {
            for function in functions {
                scope.spawn(move || drop(function));
            }
            drop(heap);
        });
    }
}

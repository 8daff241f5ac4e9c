//! `code_at` and `is_code`: of sealed code and of functions in heaps, while others come and go.

mod common;

use std::{
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use common::{call, returns};
use jitney_memory::{
    Block, Granule, Heap, HeapOptions, Protection, code_at, is_code, is_raw_code, page_size,
};

#[test]
fn what_is_not_code_is_not_found() {
    let here = 5;
    let block = Block::new(1).unwrap();
    for address in [
        0,
        1,
        usize::MAX,
        usize::MAX / 2,
        1 << (usize::BITS - 1),
        &raw const here as usize,
        call as *const () as usize,
        block.address(),
    ] {
        assert_eq!(code_at(address), None, "{address:#x}");
        assert!(!is_code(address) && !is_raw_code(address), "{address:#x}");
    }
}

#[test]
fn sealed_code_is_found_as_a_whole() {
    let page = page_size();
    let block = Block::new(4 * page).unwrap();
    let (start, end) = (block.address(), block.address() + block.len());
    let parts = [
        (0..page, Protection::ReadExecute),
        (2 * page..3 * page, Protection::ReadWrite),
    ];
    let code = block.seal_parts(&parts).unwrap();
    for address in [start, start + 1, start + page, start + 2 * page, end - 1] {
        assert_eq!(code_at(address), Some(start..end));
    }
    assert!(is_code(start) && is_code(start + page - 1) && is_raw_code(start));
    assert!(!is_code(start + page), "constants cannot run");
    assert!(!is_code(start + 2 * page), "variables cannot run");
    assert_ne!(code_at(end), Some(start..end));

    // As a block it is no code, and later it is again.
    let block = code.into_block().unwrap();
    assert_eq!((code_at(start), is_code(start)), (None, false));
    let code = block.vouched().seal().unwrap();
    assert_eq!(code_at(start), Some(start..end));
    assert!(is_code(start + page) && !is_raw_code(start + page));
    drop(code);
}

#[test]
fn room_of_a_heap_is_code_without_a_function() {
    let heap = HeapOptions::new()
        .granule(Granule::Bytes16)
        .build()
        .unwrap();
    let short = heap.install(&[0x90; 5]).unwrap();
    let long = heap.install(&[0x90; 100_000]).unwrap();
    for function in [&short, &long] {
        let range = function.address()..function.address() + function.len();
        assert_eq!(code_at(range.start), Some(range.clone()));
        assert_eq!(code_at(range.end - 1), Some(range.clone()));
        assert_eq!(
            code_at(range.end),
            None,
            "behind the function, within its room"
        );
        assert!(is_code(range.end) && is_raw_code(range.start));
    }
    let (short, long) = (short.address(), { long.address() });
    assert!(is_code(short) && is_code(long));
}

#[test]
fn while_other_functions_come_and_go() {
    let heap = Heap::new().unwrap();
    let kept: Vec<_> = (0..500)
        .map(|number| heap.install(&vec![0x90; 1 + number * 97 % 20_000]).unwrap())
        .collect();
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        let (heap, done) = (&heap, &done);
        for thread in 0..2 {
            scope.spawn(move || {
                let mut round = thread;
                while !done.load(Ordering::Relaxed) {
                    round += 1;
                    let _function = heap.install(&vec![0xc3; 1 + round * 131 % 30_000]).unwrap();
                    let _code = Block::new(1).unwrap().seal().unwrap();
                    // Tables of heaps that are gone are used again.
                    drop(
                        Heap::new()
                            .and_then(|heap| heap.install(&returns(1)))
                            .unwrap(),
                    );
                }
            });
        }
        for _ in 0..20 {
            for function in &kept {
                let range = function.address()..function.address() + function.len();
                assert_eq!(code_at(range.start + range.len() / 2), Some(range));
            }
        }
        done.store(true, Ordering::Relaxed);
    });
}

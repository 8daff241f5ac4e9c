//! Functions in a heap: what they return, where they lie, what becomes of their room.

mod common;

use common::{call, program, returns};
use jitney_memory::{
    Error, Granule, Heap, HeapOptions, Installed, MAX_BLOCK_LEN, Writing, code_at, is_code,
};

/// Heaps of each kind that this system has.
fn heaps() -> Vec<Heap> {
    let mut heaps = vec![
        Heap::new().unwrap(),
        Heap::near(program()).unwrap(),
        HeapOptions::new()
            .granule(Granule::Bytes16)
            .build()
            .unwrap(),
    ];
    for writing in [Writing::TwoViews, Writing::Flips] {
        for granule in [Granule::Bytes16, Granule::Bytes64] {
            let options = HeapOptions::new().writing(writing).granule(granule);
            match options.build() {
                Ok(heap) => {
                    assert_eq!(heap.writing(), Some(writing));
                    heaps.push(heap);
                }
                Err(error) => eprintln!("skipped: {writing:?}: {error}"),
            }
        }
    }
    heaps
}

/// Runs it; it is one of `returns`.
fn run(function: &Installed) -> i32 {
    // SAFETY: it is a function, and there.
    unsafe { call(function.as_ptr()) }
}

/// A function that returns the number, and `len` bytes in all.
fn long(number: i32, len: usize) -> Vec<u8> {
    let mut bytes = returns(number).to_vec();
    bytes.resize(len.max(8), 0x90);
    bytes
}

#[test]
fn each_function_returns_its_own_number_whatever_its_length() {
    for heap in heaps() {
        let lens = [
            8,
            16,
            17,
            64,
            65,
            100,
            1000,
            4096,
            5000,
            16 << 10,
            (16 << 10) + 1,
            70_000,
        ];
        let functions: Vec<_> = (0..600)
            .map(|number| {
                let bytes = long(number, lens[number as usize % lens.len()]);
                let function = heap.install(&bytes).unwrap();
                assert_eq!(function.as_slice(), bytes);
                function
            })
            .collect();
        for (number, function) in functions.iter().enumerate() {
            assert_eq!(run(function), number as i32, "{heap:?}");
            let range = function.address()..function.address() + function.len();
            for address in [range.start, range.start + range.len() / 2, range.end - 1] {
                assert_eq!(code_at(address), Some(range.clone()), "{heap:?}");
                assert!(is_code(address));
            }
            assert_ne!(code_at(range.end), Some(range));
        }
        assert_eq!(heap.statistics().functions, functions.len());
        let freed: Vec<usize> = functions.iter().map(Installed::address).collect();
        drop(functions);
        assert_eq!(
            (heap.statistics().functions, heap.statistics().used),
            (0, 0)
        );
        for address in freed {
            assert_eq!(code_at(address), None);
        }
    }
}

#[test]
fn functions_outlive_the_heap_they_came_from() {
    for heap in heaps() {
        let functions: Vec<_> = (0..100)
            .map(|number| {
                heap.install(&long(number, 1 + 700 * number as usize))
                    .unwrap()
            })
            .collect();
        drop(heap);
        for (number, function) in functions.iter().enumerate() {
            assert_eq!(run(function), number as i32);
        }
    }
}

#[test]
fn the_writer_is_told_the_final_address() {
    for heap in heaps() {
        let mut told = 0;
        let function = heap.install_with(20, |room, address| {
            assert_eq!(room.len(), 20);
            room[..8].copy_from_slice(&returns(3));
            told = address;
        });
        let function = function.unwrap();
        assert_eq!(function.address(), told);
        assert_eq!(run(&function), 3);
    }
}

#[test]
fn a_writer_may_use_the_heap_and_a_panic_frees_the_room() {
    for heap in heaps() {
        let mut inner = None;
        let outer = heap.install_with(8, |room, _| {
            inner = Some(heap.install(&returns(1)).unwrap());
            room.copy_from_slice(&returns(2));
        });
        assert_eq!((run(&inner.unwrap()), run(&outer.unwrap())), (1, 2));

        let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let _ = heap.install_with(8, |_, _| std::panic::resume_unwind(Box::new("no function")));
        }));
        assert!(panicked.is_err());
        assert_eq!(heap.statistics().functions, 0);
    }
}

#[test]
fn lengths_that_no_function_can_have_are_errors() {
    let heap = Heap::global().unwrap();
    assert!(matches!(heap.install(&[]), Err(Error::Empty)));
    for len in [MAX_BLOCK_LEN + 1, usize::MAX] {
        let error = heap.install_with(len, |_, _| unreachable!()).unwrap_err();
        assert!(
            matches!(error, Error::TooLong { len: found } if found == len),
            "{error:?}"
        );
    }
}

//! All functions of a heap near the program reach it, and one another, by 32-bit displacements, also when it has grown.
//!
//! Tests of other things are elsewhere, because what lies near the program competes for the same addresses.

mod common;

use common::program;
use jitney_memory::{Error, Heap, HeapOptions, Writing};

const TWO_GIB: usize = 1 << 31;
const MIB: usize = 1 << 20;

#[test]
fn also_long_ones_and_after_it_has_grown() {
    let program = program();
    for writing in [Writing::TwoViews, Writing::Flips] {
        let options = HeapOptions::new().near(program.clone()).writing(writing);
        let heap = match options.build() {
            Ok(heap) => heap,
            Err(error) => {
                eprintln!("skipped: {writing:?}: {error}");
                continue;
            }
        };
        let mut functions = Vec::new();
        for len in [64, 40_000, MIB, 3 * MIB, 64, 1] {
            for _ in 0..6 {
                functions.push(heap.install_with(len, |room, _| room[0] = 0xc3).unwrap());
            }
        }
        let start = functions.iter().map(|function| function.address()).min();
        let end = functions
            .iter()
            .map(|function| function.address() + function.len())
            .max();
        let lowest = start.unwrap().min(program.start);
        let highest = end.unwrap().max(program.end);
        assert!(highest - lowest <= TWO_GIB, "{lowest:#x}..{highest:#x}");
    }
}

#[test]
fn a_range_that_nothing_can_lie_near_is_an_error() {
    #[expect(clippy::reversed_empty_ranges, reason = "this is the bad input")]
    for near in [0x5000..0x4000, 0..usize::MAX] {
        let error = Heap::near(near.clone()).unwrap_err();
        assert!(
            matches!(&error, Error::BadNear { near: found } if *found == near),
            "{error:?}"
        );
    }
    #[cfg(target_pointer_width = "64")]
    for near in [usize::MAX - 1..usize::MAX, 1 << 62..(1 << 62) + 1] {
        let error = Heap::near(near).unwrap_err();
        assert!(matches!(error, Error::NoAddressSpace { .. }), "{error:?}");
    }
}

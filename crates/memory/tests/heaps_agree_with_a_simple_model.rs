//! Random lengths installed and freed in a random order: no two functions overlap, none changes, each is found by every
//! address in it, and the figures add up.

mod common;

use std::collections::BTreeMap;

use common::program;
use jitney_memory::{Granule, Heap, HeapOptions, Installed, Writing, code_at, page_size};

/// The same numbers on each run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % limit
    }
}

/// What a function takes up.
fn room(len: usize, granule: Granule) -> usize {
    if len > 16 << 10 {
        len.next_multiple_of(page_size())
    } else {
        len.next_multiple_of(granule.bytes())
    }
}

fn check(heap: &Heap, granule: Granule, rounds: usize) {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    // By address, and with the byte that it is full of.
    let mut functions: BTreeMap<usize, (Installed, u8)> = BTreeMap::new();
    let mut used = 0;
    for round in 0..rounds {
        // Mostly growing in some stretches, mostly shrinking in others.
        let grow = random.below(100) < if round / 400 % 2 == 0 { 70 } else { 35 };
        if grow || functions.is_empty() {
            let longest = [16, 64, 300, 5_000, 40_000][random.below(5)];
            let (len, byte) = (1 + random.below(longest), random.below(256) as u8);
            let function = heap.install(&vec![byte; len]).unwrap();
            let start = function.address();
            assert_eq!(start % granule.bytes(), 0);
            if let Some((&before, (other, _))) = functions.range(..=start).next_back() {
                assert!(before + other.len() <= start, "overlaps the one before");
            }
            if let Some((&after, _)) = functions.range(start..).next() {
                assert!(start + len <= after, "overlaps the one behind");
            }
            used += room(len, granule);
            functions.insert(start, (function, byte));
        } else {
            let nth = random.below(functions.len());
            let address = *functions.keys().nth(nth).unwrap();
            let (function, byte) = functions.remove(&address).unwrap();
            assert!(function.as_slice().iter().all(|&found| found == byte));
            let range = address..address + function.len();
            let within = address + random.below(function.len());
            assert_eq!(code_at(within), Some(range));
            used -= room(function.len(), granule);
            drop(function);
            assert_eq!(code_at(within), None);
        }
        let statistics = heap.statistics();
        assert_eq!(
            (statistics.functions, statistics.used),
            (functions.len(), used)
        );
        assert!(statistics.reserved >= used);
    }
    for (address, (function, byte)) in &functions {
        assert_eq!(*address, function.address());
        assert!(function.as_slice().iter().all(|found| found == byte));
    }
}

#[test]
fn mapped_twice() {
    for granule in [Granule::Bytes16, Granule::Bytes64] {
        let options = HeapOptions::new().granule(granule);
        check(&options.clone().build().unwrap(), granule, 6_000);
        check(&options.near(program()).build().unwrap(), granule, 2_000);
    }
}

#[test]
fn by_permission_flips() {
    match HeapOptions::new().writing(Writing::Flips).build() {
        Ok(heap) => check(&heap, Granule::Bytes64, 1_000),
        Err(error) => eprintln!("skipped: {error}"),
    }
}

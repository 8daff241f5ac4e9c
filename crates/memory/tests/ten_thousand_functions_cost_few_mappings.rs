//! Ten thousand live functions cost at most eight mappings more than none, and a million that come and go cost nothing.
//!
//! One test alone in its process, because it counts mappings and memory of the whole process.
#![cfg(target_os = "linux")]

mod common;

use common::{call, mappings, returns};
use jitney_memory::{Granule, HeapOptions, Installed, Writing};

/// Pages in memory, from `/proc/self/statm`.
fn resident() -> usize {
    let text = std::fs::read_to_string("/proc/self/statm").unwrap();
    text.split_ascii_whitespace()
        .nth(1)
        .unwrap()
        .parse()
        .unwrap()
}

#[test]
fn and_nothing_is_left_of_a_million() {
    const LIVE: usize = 10_000;
    for (writing, granule, rounds) in [
        (Writing::TwoViews, Granule::Bytes64, 1_000_000),
        (Writing::TwoViews, Granule::Bytes16, 200_000),
        (Writing::Flips, Granule::Bytes64, 5_000),
    ] {
        let mut functions: Vec<Installed> = Vec::with_capacity(LIVE);
        let before = mappings().len();
        let heap = HeapOptions::new()
            .writing(writing)
            .granule(granule)
            .build()
            .unwrap();
        functions.extend((0..LIVE).map(|number| heap.install(&returns(number as i32)).unwrap()));
        let more = mappings().len() - before;
        assert!(more <= 8, "{more} mappings more, {writing:?}");
        let statistics = heap.statistics();
        assert_eq!(statistics.functions, LIVE);
        assert_eq!(statistics.used, LIVE * granule.bytes());
        for (number, function) in functions.iter().enumerate() {
            // SAFETY: it is such a function.
            assert_eq!(unsafe { call(function.as_ptr()) }, number as i32);
        }

        let resident_before = resident();
        for round in 0..rounds {
            let bytes = returns(round % 60_000);
            let index = (round as u64 * 7919 % LIVE as u64) as usize;
            functions[index] = heap.install(&bytes).unwrap();
            if round % 1000 == 0 {
                // SAFETY: it is such a function.
                assert_eq!(unsafe { call(functions[index].as_ptr()) }, round % 60_000);
            }
        }
        // The kernel counts resident pages per processor and adds them up roughly; a leak would be thousands.
        let resident = resident();
        assert!(
            resident <= resident_before + 250,
            "{resident_before} resident pages became {resident}, {writing:?}"
        );
        assert!(mappings().len() - before <= 8, "{writing:?}");

        functions.clear();
        let statistics = heap.statistics();
        assert_eq!((statistics.functions, statistics.used), (0, 0));
        drop(heap);
        drop(functions);
        // The C library may have mapped something of its own meanwhile.
        let now = mappings();
        assert!(now.len() <= before + 8, "{before} became {}", now.len());
        let heaps = |file: &str| file.starts_with("/memfd:jitney");
        assert!(
            !now.iter()
                .any(|mapping| mapping.file.as_deref().is_some_and(heaps)),
            "the heap is gone, {writing:?}"
        );
    }
}

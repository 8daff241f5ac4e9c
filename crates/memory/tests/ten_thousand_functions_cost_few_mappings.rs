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

/// How many mappings the process has. qemu-user divides those whose pages it has translated code of: what is alike and
/// side by side counts once on processors that only it stands for here.
fn count() -> usize {
    let all = mappings();
    let divided = all.windows(2).filter(|pair| {
        pair[0].range.end == pair[1].range.start
            && pair[0].permissions == pair[1].permissions
            && pair[0].file == pair[1].file
    });
    match cfg!(target_arch = "aarch64") {
        true => all.len() - divided.count(),
        false => all.len(),
    }
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
        let before = count();
        let heap = HeapOptions::new()
            .writing(writing)
            .granule(granule)
            .build()
            .unwrap();
        functions.extend((0..LIVE).map(|number| heap.install(&returns(number as i32)).unwrap()));
        let more = count() - before;
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
        assert_eq!(heap.statistics().used, LIVE * granule.bytes());
        // An emulator keeps what it translated; a million functions left behind would be 15,000 pages.
        let resident = resident();
        assert!(
            resident <= resident_before + 2_000,
            "{resident_before} resident pages became {resident}, {writing:?}"
        );
        assert!(count() - before <= 8, "{writing:?}");

        functions.clear();
        let statistics = heap.statistics();
        assert_eq!((statistics.functions, statistics.used), (0, 0));
        drop(heap);
        drop(functions);
        // The C library may have mapped something of its own meanwhile.
        assert!(count() <= before + 8, "{before} became {}", count());
        let heaps = |file: &str| file.starts_with("/memfd:jitney");
        assert!(
            !mappings()
                .iter()
                .any(|mapping| mapping.file.as_deref().is_some_and(heaps)),
            "the heap is gone, {writing:?}"
        );
    }
}

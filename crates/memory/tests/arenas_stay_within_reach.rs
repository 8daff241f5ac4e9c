//! Everything in an arena reaches everything else in it and the program by 32-bit displacements.
//!
//! One test alone in its process, because arenas near the same program compete for the same addresses.

mod common;

use common::{mappings, program};
use jitney_memory::{Arena, Block, Error, MAX_BLOCK_LEN, page_size};

const TWO_GIB: usize = 1 << 31;

#[test]
fn until_it_is_full_and_again_after_it_was_emptied() {
    let program = program();
    let files_before: Vec<_> = mappings()
        .into_iter()
        .filter(|mapping| mapping.file.is_some())
        .collect();
    let arena = Arena::near(program.clone()).unwrap();
    let first = arena.statistics();
    assert!(
        first.reserved > 0 && first.used == 0 && first.blocks == 0,
        "{first:?}"
    );

    assert_eq!(arena.block(MAX_BLOCK_LEN).unwrap().len(), MAX_BLOCK_LEN);

    let mut capacity = 0;
    for round in 0..2 {
        let mut blocks: Vec<Block> = Vec::new();
        // Nothing touches the memory, so that lengths like these cost none.
        let refused = loop {
            match arena.block([180 << 20, 7 << 20, page_size() + 1][blocks.len() % 3]) {
                Ok(block) => blocks.push(block),
                Err(error) => break error,
            }
        };
        assert!(
            matches!(&refused, Error::NoAddressSpace { near, .. } if *near == program),
            "{refused:?}"
        );
        assert!(
            refused
                .to_string()
                .contains(&format!("{:#x}", program.start)),
            "{refused}"
        );

        let mut ranges: Vec<_> = blocks
            .iter()
            .map(|block| block.address()..block.address() + block.len())
            .collect();
        ranges.sort_by_key(|range| range.start);
        assert!(
            ranges.is_sorted_by(|one, next| one.end <= next.start),
            "blocks overlap: {ranges:x?}"
        );
        let lowest = ranges[0].start.min(program.start);
        let highest = ranges.last().unwrap().end.max(program.end);
        assert!(highest - lowest <= TWO_GIB, "{lowest:#x}..{highest:#x}");

        let statistics = arena.statistics();
        assert_eq!(statistics.blocks, blocks.len());
        assert_eq!(
            statistics.used,
            blocks.iter().map(Block::len).sum::<usize>()
        );
        assert!(statistics.used <= statistics.reserved);
        assert!(
            statistics.used > TWO_GIB / 2,
            "the arena grew no further than {statistics:?}"
        );
        // Regions that were reserved one by one have grown together since, so that the holes differ a little.
        assert!(
            round == 0 || statistics.used > capacity / 8 * 7,
            "{capacity} bytes fitted at first, then {statistics:?}"
        );
        capacity = statistics.used;

        drop(blocks);
        assert_eq!((arena.statistics().used, arena.statistics().blocks), (0, 0));
    }

    let now = mappings();
    for mapping in files_before {
        assert!(
            now.contains(&mapping),
            "{mapping:?} was there before the arena"
        );
    }
}

//! Blocks that come and go leave no memory, address space or mappings behind.
//!
//! One test alone in its process, because it looks at figures of the whole process.
#![cfg(target_os = "linux")]

mod common;

use common::{mappings, returns};
use jitney_memory::{Arena, Block, Protection, page_size};

/// Pages of address space and pages in memory, from `/proc/self/statm`.
fn pages_in_use() -> (usize, usize) {
    let text = std::fs::read_to_string("/proc/self/statm").unwrap();
    let mut numbers = text
        .split_ascii_whitespace()
        .map(|number| number.parse().unwrap());
    (numbers.next().unwrap(), numbers.next().unwrap())
}

fn rounds(arena: &Arena, count: usize) {
    for round in 0..count {
        let len = (1 + round % 7) * page_size();
        let mut blocks = [
            arena.block(len).unwrap(),
            arena.block(2 * page_size()).unwrap(),
            Block::new(len).unwrap(),
        ];
        for block in &mut blocks {
            block.as_mut_slice().fill(0xcc);
            block.as_mut_slice()[..8].copy_from_slice(&returns(round as i32));
        }
        let [one, two, three] = blocks;
        let one = one.seal().unwrap();
        let two = two
            .seal_parts(&[(0..page_size(), Protection::ReadExecute)])
            .unwrap();
        drop(one);
        drop(three.seal().unwrap());
        drop(two);
    }
}

#[test]
fn after_ten_thousand_rounds_as_after_a_hundred() {
    let here = returns as *const () as usize;
    let arena = Arena::near(here..here + 1).unwrap();
    rounds(&arena, 100);
    let (size_before, resident_before) = pages_in_use();
    let mappings_before = mappings().len();

    rounds(&arena, 10_000);

    let (size, resident) = pages_in_use();
    assert_eq!(arena.statistics().used, 0);
    // The kernel counts resident pages per processor and adds them up roughly; a leak would be 10,000 pages or more.
    assert!(
        resident <= resident_before + 250,
        "{resident_before} resident pages became {resident}"
    );
    assert!(
        size <= size_before + 250,
        "{size_before} pages of address space became {size}"
    );
    // The C library and an emulator map things of their own; a leak would be thousands.
    assert!(
        mappings().len() <= mappings_before + 20,
        "{mappings_before} mappings became {}",
        mappings().len()
    );
}

//! The kernel's own list of mappings shows each stage's protection, and never `rwx`.

mod common;

use std::ops::Range;

use common::{assert_nothing_is_writable_and_executable, call, permissions, returns};
use jitney_memory::{Arena, Block, Protection, page_size};

/// Takes a block through all its stages and gives the addresses it had.
fn stages(mut block: Block) -> Range<usize> {
    let range = block.address()..block.address() + block.len();
    let whole = |rwx: &str| vec![(range.len(), rwx.to_owned())];

    block.as_mut_slice()[..8].copy_from_slice(&returns(42));
    assert_eq!(permissions(range.clone()), whole("rw-"));
    assert_nothing_is_writable_and_executable();

    let code = block.seal().unwrap();
    assert_eq!(code.address(), range.start);
    assert_eq!(permissions(range.clone()), whole("r-x"));
    assert_nothing_is_writable_and_executable();
    // SAFETY: the function was written above.
    assert_eq!(unsafe { call(code.as_ptr()) }, 42);

    let mut block = code.into_block().unwrap();
    assert_eq!(block.address(), range.start);
    assert_eq!(permissions(range.clone()), whole("rw-"));
    assert_nothing_is_writable_and_executable();
    block.as_mut_slice()[..8].copy_from_slice(&returns(43));

    let code = block.seal().unwrap();
    assert_eq!(permissions(range.clone()), whole("r-x"));
    // SAFETY: the function was written above, and changed above.
    assert_eq!(unsafe { call(code.as_ptr()) }, 43);

    drop(code);
    range
}

#[test]
fn a_block_of_its_own() {
    // Its addresses belong to anybody once it is dropped, so that there is nothing to see of it.
    stages(Block::new(3 * page_size()).unwrap());
}

#[test]
fn a_block_of_an_arena() {
    let arena = Arena::near(call as *const () as usize..call as *const () as usize + 1).unwrap();
    let len = 3 * page_size();
    let beside = arena.block(page_size()).unwrap().seal().unwrap();
    let freed = stages(arena.block(len).unwrap());
    assert_eq!(permissions(freed), [(len, "---".to_owned())]);
    assert_eq!(
        permissions(beside.address()..beside.address() + beside.len()),
        [(beside.len(), "r-x".to_owned())]
    );
}

#[test]
fn a_block_sealed_in_parts() {
    let page = page_size();
    let block = Block::new(6 * page).unwrap();
    let range = block.address()..block.address() + block.len();
    let parts = [
        (page..2 * page, Protection::ReadExecute),
        (4 * page..5 * page, Protection::ReadWrite),
    ];
    let code = block.seal_parts(&parts).unwrap();

    let expected = [
        (page, "r--"),
        (page, "r-x"),
        (2 * page, "r--"),
        (page, "rw-"),
        (page, "r--"),
    ];
    assert_eq!(
        permissions(range.clone()),
        expected.map(|(len, rwx)| (len, rwx.to_owned()))
    );
    assert_nothing_is_writable_and_executable();

    let _block = code.into_block().unwrap();
    assert_eq!(
        permissions(range.clone()),
        [(range.len(), "rw-".to_owned())]
    );
    assert_nothing_is_writable_and_executable();
}

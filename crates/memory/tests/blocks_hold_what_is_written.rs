//! Blocks before they are sealed: lengths, contents, `io::Write`.

mod common;

use std::io::{ErrorKind, Write};

use common::returns;
use jitney_memory::{Arena, Block, Error, MAX_BLOCK_LEN, Protection, page_size};

fn arena() -> Arena {
    let here = returns as *const () as usize;
    Arena::near(here..here + 1).unwrap()
}

#[test]
fn lengths_are_rounded_up_to_pages_and_contents_are_zero() {
    let page = page_size();
    let arena = arena();
    for (asked, given) in [
        (1, page),
        (page - 1, page),
        (page, page),
        (page + 1, 2 * page),
        (10 * page, 10 * page),
    ] {
        for mut block in [Block::new(asked).unwrap(), arena.block(asked).unwrap()] {
            assert_eq!(block.len(), given);
            assert_eq!(block.address() % page, 0);
            assert_eq!(block.as_slice().as_ptr().addr(), block.address());
            assert!(block.as_slice().iter().all(|&byte| byte == 0));
            // What one block leaves behind must not be seen by the next at the same place.
            block.as_mut_slice().fill(0xcc);
        }
    }
}

#[test]
fn lengths_that_no_block_can_have_are_errors() {
    let arena = arena();
    for error in [Block::new(0).unwrap_err(), arena.block(0).unwrap_err()] {
        assert!(matches!(error, Error::Empty), "{error:?}");
        assert!(error.to_string().contains("0 bytes"), "{error}");
    }
    for len in [MAX_BLOCK_LEN + 1, usize::MAX - 1, usize::MAX] {
        for error in [Block::new(len).unwrap_err(), arena.block(len).unwrap_err()] {
            assert!(
                matches!(error, Error::TooLong { len: found } if found == len),
                "{error:?}"
            );
            assert!(error.to_string().contains(&len.to_string()), "{error}");
        }
    }
    assert_eq!(arena.statistics().used, 0);
    assert_eq!(Block::new(MAX_BLOCK_LEN).unwrap().len(), MAX_BLOCK_LEN);
}

#[test]
fn writes_follow_one_another_and_stop_at_the_end() {
    let page = page_size();
    let mut block = Block::new(page).unwrap();
    block.write_all(b"one").unwrap();
    block.write_all(b"two").unwrap();
    block.flush().unwrap();
    assert_eq!(block.written(), 6);
    assert_eq!(&block.as_slice()[..8], b"onetwo\0\0");

    block.write_all(&vec![7; page - 8]).unwrap();
    assert_eq!(block.write(b"four").unwrap(), 2, "what fits is written");
    assert_eq!(block.write(b"x").unwrap(), 0);
    assert_eq!(block.write(b"").unwrap(), 0);
    assert_eq!(
        block.write_all(b"x").unwrap_err().kind(),
        ErrorKind::WriteZero
    );
    assert_eq!(block.written(), page);
    assert_eq!(&block.as_slice()[..6], b"onetwo", "nothing is lost");
    assert_eq!(&block.as_slice()[page - 3..], b"\x07fo");
}

#[test]
fn writing_starts_again_when_code_becomes_a_block() {
    let mut block = Block::new(1).unwrap();
    block.write_all(&returns(1)).unwrap();
    let mut block = block.seal().unwrap().into_block().unwrap();
    assert_eq!(block.written(), 0);
    assert_eq!(block.as_slice()[..8], returns(1));
    block.write_all(&returns(2)).unwrap();
    assert_eq!(block.as_slice()[..8], returns(2));
}

#[test]
fn what_is_in_it_can_be_written_out() {
    let mut block = Block::new(1).unwrap();
    block.write_all(b"one").unwrap();
    let mut out = Vec::new();
    block.write_to(&mut out).unwrap();
    assert_eq!(out, block.as_slice());
    let code = block.seal().unwrap();
    let mut again = Vec::new();
    code.write_to(&mut again).unwrap();
    assert_eq!(out, again);

    let variables = [(0..code.len(), Protection::ReadWrite)];
    let code = code.into_block().unwrap().seal_parts(&variables).unwrap();
    let error = code.write_to(&mut Vec::new()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert!(error.to_string().contains("variables"), "{error}");
}

#[test]
fn a_leaked_block_outlives_its_arena() {
    let arena = arena();
    let bytes = arena.block(1).unwrap().leak();
    drop(arena);
    bytes.fill(7);
    assert_eq!(bytes.len(), page_size());
}

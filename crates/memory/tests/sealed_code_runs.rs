//! Code after sealing: what it lets be seen, what it can do, what becomes of it.

mod common;

use common::{call, permissions, returns};
use jitney_memory::{Arena, Block, Error, PartFault, Protection, page_size};

#[cfg(target_arch = "x86_64")]
/// `lock inc dword [rip + to_counter]; mov eax, [rip + to_counter]; ret`, for a counter `distance` bytes after it.
fn counts(distance: i32) -> Vec<u8> {
    let mut machine_code = vec![0xf0, 0xff, 0x05];
    machine_code.extend((distance - 7).to_le_bytes());
    machine_code.extend([0x8b, 0x05]);
    machine_code.extend((distance - 13).to_le_bytes());
    machine_code.push(0xc3);
    machine_code
}

#[cfg(target_arch = "x86_64")]
#[test]
fn code_may_change_its_variables_and_they_are_not_given_out_as_a_slice() {
    let page = page_size();
    let mut block = Block::new(3 * page).unwrap();
    let machine_code = counts(2 * page as i32);
    block.as_mut_slice()[..machine_code.len()].copy_from_slice(&machine_code);
    block.as_mut_slice()[page] = 9;
    block.as_mut_slice()[2 * page] = 100;
    let code = block.seal_parts(&[
        (0..page, Protection::ReadExecute),
        (2 * page..3 * page, Protection::ReadWrite),
    ]);
    let code = code.unwrap();

    for expected in 101..200 {
        // SAFETY: the function was written above.
        assert_eq!(unsafe { call(code.as_ptr()) }, expected);
    }

    assert_eq!(code.as_slice(), None);
    assert_eq!(code.slice(0..machine_code.len()), Some(&machine_code[..]));
    assert_eq!(code.slice(page..page + 1), Some(&[9][..]));
    assert_eq!(code.slice(0..2 * page).map(<[u8]>::len), Some(2 * page));
    assert_eq!(code.slice(0..2 * page + 1), None);
    assert_eq!(code.slice(2 * page..3 * page), None);
    assert_eq!(code.slice(3 * page - 1..3 * page), None);
    assert_eq!(code.slice(0..3 * page + 1), None);
    assert_eq!(code.slice(usize::MAX - 1..usize::MAX), None);

    let block = code.into_block().unwrap();
    assert_eq!(block.as_slice()[2 * page], 199, "the contents are kept");
}

#[test]
fn whole_code_can_be_read() {
    let mut block = Block::new(100).unwrap();
    block.as_mut_slice()[..8].copy_from_slice(&returns(5));
    let code = block.seal().unwrap();
    let bytes = code.as_slice().unwrap();
    assert_eq!(bytes.len(), code.len());
    assert_eq!(bytes[..8], returns(5));
    assert_eq!(code.parts(), [(0..code.len(), Protection::ReadExecute)]);
}

#[test]
fn a_wrong_part_is_an_error_that_gives_the_block_back() {
    let page = page_size();
    let mut block = Block::new(2 * page).unwrap();
    block.as_mut_slice()[0] = 77;
    let error = block
        .seal_parts(&[(page..3 * page, Protection::ReadExecute)])
        .unwrap_err();
    assert!(
        matches!(error.error(), Error::Part { part, fault: PartFault::PastTheEnd, len }
            if *part == (page..3 * page) && *len == 2 * page),
        "{error:?}"
    );
    assert!(error.to_string().contains("past the end"), "{error}");

    let mut block = error.into_block().unwrap();
    assert_eq!(block.as_slice()[0], 77);
    block.as_mut_slice()[..8].copy_from_slice(&returns(78));
    let code = block
        .seal_parts(&[(0..page, Protection::ReadExecute)])
        .unwrap();
    // SAFETY: the function was written above.
    assert_eq!(unsafe { call(code.as_ptr()) }, 78);
}

#[test]
fn leaked_code_outlives_its_arena() {
    let here = call as *const () as usize;
    let arena = Arena::near(here..here + 1).unwrap();
    let mut block = arena.block(1).unwrap();
    block.as_mut_slice()[..8].copy_from_slice(&returns(7));
    let code = block.seal().unwrap().leak();
    drop(arena);
    assert_eq!(
        permissions(code.address()..code.address() + code.len()),
        [(code.len(), "r-x".to_owned())]
    );
    // SAFETY: the function was written above.
    assert_eq!(unsafe { call(code.as_ptr()) }, 7);
}

//! A block between guards: nothing beside it can be touched, before it is sealed, afterwards, and it all goes at once.

mod common;

use common::{call, permissions, returns};
use jitney_memory::{Block, Error, MAX_BLOCK_LEN, page_size};

#[test]
fn on_both_sides_and_they_stay_when_it_is_sealed() {
    let page = page_size();
    for (len, guard) in [(1, 1), (3 * page, 20 * page), (page, 100 << 20)] {
        let mut block = Block::guarded(len, guard).unwrap();
        let (start, end) = (block.address(), block.address() + block.len());
        let guard = guard.next_multiple_of(page);
        let around = |rwx: &str| {
            let parts = [(guard, "---"), (end - start, rwx), (guard, "---")];
            parts.map(|(len, rwx)| (len, rwx.to_owned())).to_vec()
        };
        assert_eq!(end - start, len.next_multiple_of(page));
        assert!(block.as_slice().iter().all(|&byte| byte == 0));
        block.as_mut_slice()[..8].copy_from_slice(&returns(9));
        assert_eq!(permissions(start - guard..end + guard), around("rw-"));
        let code = block.seal().unwrap();
        assert_eq!(permissions(start - guard..end + guard), around("r-x"));
        // SAFETY: the function was written above.
        assert_eq!(unsafe { call(code.as_ptr()) }, 9);
        let _block = code.into_block().unwrap();
        assert_eq!(permissions(start - guard..end + guard), around("rw-"));
    }
}

#[test]
fn lengths_that_no_guard_can_have_are_errors() {
    assert!(matches!(Block::guarded(1, 0), Err(Error::Empty)));
    assert!(matches!(Block::guarded(0, 1), Err(Error::Empty)));
    for len in [MAX_BLOCK_LEN + 1, usize::MAX] {
        assert!(
            matches!(Block::guarded(1, len), Err(Error::TooLong { len: found }) if found == len)
        );
    }
}

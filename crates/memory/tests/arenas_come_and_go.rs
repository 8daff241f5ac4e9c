//! An arena's addresses are given back with the last thing that uses them; ranges it cannot lie near are refused.

mod common;

use common::{permissions, program};
use jitney_memory::{Arena, Error, page_size};

#[test]
fn its_addresses_are_free_again_when_the_last_block_is_gone() {
    let arena = Arena::near(program()).unwrap();
    let block = arena.clone().block(page_size()).unwrap();
    let range = block.address()..block.address() + block.len();
    drop(arena);
    assert_eq!(
        permissions(range.clone()),
        [(range.len(), "rw-".to_owned())]
    );
    let code = block.seal().unwrap();
    assert_eq!(
        permissions(range.clone()),
        [(range.len(), "r-x".to_owned())]
    );
    drop(code);
    // The kernel may have put something else there meanwhile.
    assert!(
        permissions(range.clone())
            .iter()
            .all(|(_, rwx)| rwx != "r-x")
    );
}

#[test]
fn a_range_that_nothing_can_lie_near_is_an_error() {
    #[expect(clippy::reversed_empty_ranges, reason = "this is the bad input")]
    for near in [
        0x5000..0x4000,
        0..usize::MAX,
        0x10_0000..0x10_0000 + (1 << 31) + 1,
    ] {
        let error = Arena::near(near.clone()).unwrap_err();
        assert!(
            matches!(&error, Error::BadNear { near: found } if *found == near),
            "{error:?}"
        );
        assert!(error.to_string().contains("2 GiB"), "{error}");
    }
}

#[cfg(target_pointer_width = "64")]
#[test]
fn addresses_that_no_process_can_have_are_an_error() {
    for near in [usize::MAX - 1..usize::MAX, 1 << 62..(1 << 62) + 1] {
        let error = Arena::near(near).unwrap_err();
        assert!(matches!(error, Error::NoAddressSpace { .. }), "{error:?}");
    }
}

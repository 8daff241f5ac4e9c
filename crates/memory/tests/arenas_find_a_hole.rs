//! Where the surroundings are full but for one hole, an arena finds the hole if it is near enough.
//!
//! One test alone in its process, because a thread's stack could be put into the hole otherwise.
#![cfg(all(target_os = "linux", target_pointer_width = "64"))]

use jitney_memory::{Arena, Error};

const GIB: usize = 1 << 30;
const MIB: usize = 1 << 20;

#[test]
fn a_hole_in_full_surroundings_is_found_if_near_enough() {
    // SAFETY: a new mapping that replaces none.
    let full = unsafe {
        let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE;
        libc::mmap(std::ptr::null_mut(), 8 * GIB, libc::PROT_NONE, flags, -1, 0)
    };
    assert_ne!(full, libc::MAP_FAILED);
    let middle = full.expose_provenance() + 4 * GIB;
    let near = middle..middle + MIB;

    let error = Arena::near(near.clone()).unwrap_err();
    assert!(
        matches!(error, Error::NoAddressSpace { len, .. } if len == 16 * MIB),
        "{error:?}"
    );

    for hole_at in [middle - 3 * GIB, middle + 2 * GIB] {
        free(hole_at, 40 * MIB);
        assert!(
            Arena::near(near.clone()).is_err(),
            "a hole out of reach was used"
        );
    }
    for hole_at in [middle + GIB + 12345 * 4096, middle - GIB - 54321 * 4096] {
        free(hole_at, 40 * MIB);
        let arena = Arena::near(near.clone()).unwrap();
        let reserved = arena.statistics().reserved;
        assert!((16 * MIB..=40 * MIB).contains(&reserved), "{reserved}");
        let block = arena.block(reserved).unwrap();
        assert!(block.address() >= hole_at && block.address() + block.len() <= hole_at + 40 * MIB);
        assert!(arena.block(1).is_err(), "all of the hole is used");
    }
}

fn free(address: usize, len: usize) {
    // SAFETY: it belongs to the mapping made above, which nothing uses.
    let freed = unsafe { libc::munmap(std::ptr::with_exposed_provenance_mut(address), len) };
    assert_eq!(freed, 0);
}

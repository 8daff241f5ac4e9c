//! Under `ulimit -v`, an arena takes what it can get, and its error names the limit when that is nothing.
//!
//! One test alone in its process, because the limit is the whole process's.
#![cfg(target_os = "linux")]

mod common;

use common::returns;
use jitney_memory::{Arena, Block, Error};

const MIB: usize = 1 << 20;

/// Limits this process's address space to what it has now and so many bytes more.
fn allow(more: usize) {
    let text = std::fs::read_to_string("/proc/self/statm").unwrap();
    let pages: usize = text
        .split_ascii_whitespace()
        .next()
        .unwrap()
        .parse()
        .unwrap();
    let limit = (pages * jitney_memory::page_size() + more) as libc::rlim_t;
    let limits = libc::rlimit {
        rlim_cur: limit,
        rlim_max: libc::RLIM_INFINITY,
    };
    // SAFETY: a valid limit, which may make later allocations fail but breaks nothing.
    assert_eq!(unsafe { libc::setrlimit(libc::RLIMIT_AS, &limits) }, 0);
}

#[test]
fn an_arena_takes_what_there_is() {
    let here = returns as *const () as usize;
    let near = here..here + 1;

    allow(100 * MIB);
    // SAFETY: a new mapping that replaces none.
    let beyond = unsafe {
        let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE;
        libc::mmap(
            std::ptr::null_mut(),
            200 * MIB,
            libc::PROT_NONE,
            flags,
            -1,
            0,
        )
    };
    if beyond != libc::MAP_FAILED {
        eprintln!("skipped: the limit is not kept (qemu-user takes RLIMIT_AS and ignores it)");
        return;
    }
    let arena = Arena::near(near.clone()).unwrap();
    assert_eq!(
        arena.statistics().reserved,
        64 * MIB,
        "the longest power of two that the limit allows"
    );
    drop(arena);

    allow(8 * MIB);
    let error = Arena::near(near).unwrap_err();
    assert!(matches!(error, Error::NoAddressSpace { .. }), "{error:?}");
    assert!(error.to_string().contains("ulimit -v"), "{error}");

    let error = Block::new(64 * MIB).unwrap_err();
    assert!(
        matches!(error, Error::Refused { address: None, len, .. } if len == 64 * MIB),
        "{error:?}"
    );
    assert!(error.to_string().contains("ulimit -v"), "{error}");
}

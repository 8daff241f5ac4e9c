//! A process that has as many mappings as the kernel allows gets errors, and everything works again afterwards.
//!
//! One test alone in its process, because the limit is the whole process's.
#![cfg(target_os = "linux")]

mod common;

use common::{call, permissions, returns};
use jitney_memory::{Arena, Block, Code, Error, Protection, page_size};

#[test]
fn sealing_fails_cleanly_and_works_again_when_some_are_freed() {
    let here = call as *const () as usize;
    let arena = Arena::near(here..here + 1).unwrap();
    let limit: usize = std::fs::read_to_string("/proc/sys/vm/max_map_count")
        .unwrap()
        .trim()
        .parse()
        .unwrap();
    if limit > 300_000 {
        eprintln!("skipped: {limit} mappings would take too long to use up (vm.max_map_count)");
        return;
    }
    let page = page_size();
    // Each piece of code is three mappings, the outer ones of which do not merge with its neighbours' either.
    let parts = [
        (0..page, Protection::ReadExecute),
        (2 * page..3 * page, Protection::ReadWrite),
    ];
    let filled = || -> Result<Block, Error> {
        let mut block = arena.block(3 * page)?;
        block.as_mut_slice()[..8].copy_from_slice(&returns(11));
        Ok(block)
    };
    // The allocator must not need a mapping of its own when there are none left.
    let mut kept: Vec<Code> = Vec::with_capacity(limit);
    let mut refused = 0;
    while refused < 3 {
        let error = match filled().map(|block| block.seal_parts(&parts)) {
            Ok(Ok(code)) => {
                kept.push(code);
                continue;
            }
            Ok(Err(error)) => {
                let text = error.to_string();
                if let Some(block) = error.into_block() {
                    assert_eq!(block.as_slice()[..8], returns(11));
                }
                text
            }
            Err(error) => error.to_string(),
        };
        assert!(error.contains("vm.max_map_count"), "{error}");
        refused += 1;
    }
    assert!(
        kept.len() > 1000,
        "only {} pieces of code were possible",
        kept.len()
    );

    // Freeing from the middle divides mappings, which the kernel may refuse too: that must harm nobody.
    let middle = kept.len() / 2;
    kept.drain(middle..middle + 20);
    kept.truncate(100);
    let code = filled().unwrap().seal_parts(&parts).unwrap();
    kept.push(code);
    for code in &kept {
        // SAFETY: the function was written when the block was filled.
        assert_eq!(unsafe { call(code.as_ptr()) }, 11);
        let expected =
            [(page, "r-x"), (page, "r--"), (page, "rw-")].map(|(len, rwx)| (len, rwx.to_owned()));
        assert_eq!(
            permissions(code.address()..code.address() + code.len()),
            expected
        );
    }
}

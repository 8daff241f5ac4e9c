//! A process that is not allowed to make written memory executable gets an error and its block back.
//!
//! One test alone in its process, because the policy cannot be taken back.
#![cfg(target_os = "linux")]

mod common;

use common::{call, permissions, returns};
use jitney_memory::{Block, Error, Heap, HeapOptions, Protection, Writing, page_size};

#[test]
fn the_error_says_so_and_gives_the_block_back() {
    // prctl(PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN), since Linux 6.3.
    // SAFETY: it restricts what mprotect allows in this process, nothing else.
    if unsafe { libc::prctl(65, 1_u64, 0_u64, 0_u64, 0_u64) } != 0 {
        eprintln!("skipped: this kernel cannot refuse executable memory (PR_SET_MDWE)");
        return;
    }
    let page = page_size();
    let mut block = Block::new(3 * page).unwrap();
    block.as_mut_slice().fill(5);
    let range = block.address()..block.address() + block.len();

    let error = block.seal().unwrap_err();
    assert!(
        matches!(error.error(), Error::Refused { address: Some(address), len, .. }
            if *address == range.start && *len == range.len()),
        "{error:?}"
    );
    let text = error.to_string();
    assert!(
        text.contains("executable") && text.contains("MemoryDenyWriteExecute"),
        "{text}"
    );
    assert!(std::error::Error::source(&error).is_some());
    let block = error.into_block().unwrap();

    // Here the first run goes through and the second is refused: the first has to become writable again.
    let parts = [
        (0..page, Protection::Read),
        (page..3 * page, Protection::ReadExecute),
    ];
    let mut block = block.seal_parts(&parts).unwrap_err().into_block().unwrap();
    assert_eq!(
        permissions(range.clone()),
        [(range.len(), "rw-".to_owned())]
    );
    assert!(block.as_slice().iter().all(|&byte| byte == 5));
    block.as_mut_slice().fill(6);

    // Memory that is executable from the first moment on, and is written elsewhere, is not what this policy refuses.
    let function = Heap::new().unwrap().install(&returns(7)).unwrap();
    // SAFETY: it is such a function.
    assert_eq!(unsafe { call(function.as_ptr()) }, 7);

    let heap = HeapOptions::new().writing(Writing::Flips).build().unwrap();
    let error = heap.install(&returns(8)).unwrap_err();
    assert!(matches!(error, Error::Refused { .. }), "{error:?}");
    assert!(
        error.to_string().contains("MemoryDenyWriteExecute"),
        "{error}"
    );
    assert_eq!(heap.statistics().functions, 0);
}

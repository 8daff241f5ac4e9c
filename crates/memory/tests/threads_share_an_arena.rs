//! Threads that allocate, fill, seal, run and drop at once never meet in each other's memory.

mod common;

use common::{assert_nothing_is_writable_and_executable, call, returns};
use jitney_memory::{Arena, Code, page_size};

#[test]
fn eight_threads_keep_their_own_contents() {
    let here = call as *const () as usize;
    let arena = Arena::near(here..here + 1).unwrap();
    std::thread::scope(|scope| {
        for thread in 0..8_u32 {
            let arena = arena.clone();
            scope.spawn(move || {
                let mut kept: Vec<(i32, Code)> = Vec::new();
                for round in 0..300_u32 {
                    let number = (thread * 1000 + round) as i32;
                    let mut block = arena
                        .block(1 + (round as usize * 37 + thread as usize) % 5 * page_size())
                        .unwrap();
                    assert!(
                        block.as_slice().iter().all(|&byte| byte == 0),
                        "a page was given out used"
                    );
                    block.as_mut_slice().fill(thread as u8 + 1);
                    block.as_mut_slice()[..8].copy_from_slice(&returns(number));
                    kept.push((number, block.seal().unwrap()));
                    if round % 3 == 2 {
                        check(&kept.swap_remove(round as usize * 7 % kept.len()), thread);
                        check(&kept.swap_remove(round as usize * 11 % kept.len()), thread);
                    }
                    if round % 100 == 0 {
                        assert_nothing_is_writable_and_executable();
                    }
                }
                kept.iter().for_each(|code| check(code, thread));
            });
        }
    });
    let statistics = arena.statistics();
    assert_eq!((statistics.used, statistics.blocks), (0, 0));
}

fn check((number, code): &(i32, Code), thread: u32) {
    let bytes = code.as_slice().unwrap();
    assert_eq!(bytes[..8], returns(*number));
    assert!(
        bytes[8..].iter().all(|&byte| byte == thread as u8 + 1),
        "another thread wrote here"
    );
    // SAFETY: the function was written when the block was filled.
    assert_eq!(unsafe { call(code.as_ptr()) }, *number);
}

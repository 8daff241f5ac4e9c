//! `code_at` from a signal handler that interrupts a thread while it installs and frees: it neither waits nor fails.
//!
//! One test alone in its process, because handlers are the whole process's.
#![cfg(target_os = "linux")]

mod common;

use std::{
    ptr,
    sync::atomic::{AtomicUsize, Ordering},
};

use common::{call, returns};
use jitney_memory::{Heap, code_at, is_code};

static WATCHED: AtomicUsize = AtomicUsize::new(0);
static FOUND: AtomicUsize = AtomicUsize::new(0);
static MISSED: AtomicUsize = AtomicUsize::new(0);

extern "C" fn ask(_signal: libc::c_int) {
    let address = WATCHED.load(Ordering::Relaxed);
    let right = code_at(address + 3) == Some(address..address + 8) && is_code(address);
    let count = if right { &FOUND } else { &MISSED };
    count.fetch_add(1, Ordering::Relaxed);
}

#[test]
fn while_their_thread_installs() {
    let heap = Heap::new().unwrap();
    let watched = heap.install(&returns(1)).unwrap();
    WATCHED.store(watched.address(), Ordering::Relaxed);
    // SAFETY: the handler loads and stores atomics. The timer measures this process's own time, and is ended below.
    unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        action.sa_sigaction = ask as *const () as usize;
        action.sa_flags = libc::SA_RESTART;
        assert_eq!(libc::sigaction(libc::SIGPROF, &action, ptr::null_mut()), 0);
        let every = libc::timeval {
            tv_sec: 0,
            tv_usec: 1_000,
        };
        let timer = libc::itimerval {
            it_interval: every,
            it_value: every,
        };
        assert_eq!(
            libc::setitimer(libc::ITIMER_PROF, &timer, ptr::null_mut()),
            0
        );
    }
    let mut round = 0;
    while FOUND.load(Ordering::Relaxed) + MISSED.load(Ordering::Relaxed) < 20 {
        round += 1;
        let functions = [8, 40_000, 8].map(|len| {
            let number = round % 60_000;
            let write = |room: &mut [u8], _| room[..8].copy_from_slice(&returns(number));
            heap.install_with(len, write).unwrap()
        });
        // SAFETY: it is such a function.
        assert_eq!(unsafe { call(functions[2].as_ptr()) }, round % 60_000);
    }
    // SAFETY: it ends the timer.
    unsafe {
        let never = std::mem::zeroed();
        assert_eq!(
            libc::setitimer(libc::ITIMER_PROF, &never, ptr::null_mut()),
            0
        );
    }
    assert_eq!(MISSED.load(Ordering::Relaxed), 0);
}

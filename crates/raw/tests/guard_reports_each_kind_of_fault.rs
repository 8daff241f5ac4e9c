//! Ten thousand faults of each kind, each reported as what it is, from one thread and from eight at once.
#![cfg(any(target_os = "linux", windows))]

#[path = "guard_support/mod.rs"]
mod support;

use std::thread;

use jitney_raw::FaultKind;
use support::bytes::{CASES, INCREMENT};
use support::{Case, code};

/// Windows is emulated here, where a fault takes a millisecond.
const TIMES: usize = if cfg!(windows) { 200 } else { 10_000 };

fn fault_many_times(cases: &[Case], times: usize) {
    let sound = code(INCREMENT);
    for case in cases {
        let code = code(case.bytes);
        for time in 0..times {
            let fault = code.call(case.argument).expect_err(case.name);
            case.check(&code, case.argument, &fault);
            // The thread is as it was: it still computes.
            assert_eq!(sound.call(time), Ok(time + 1));
        }
    }
}

#[test]
fn ten_thousand_times() {
    fault_many_times(CASES, TIMES);
}

#[test]
fn from_eight_threads_at_once() {
    thread::scope(|scope| {
        for number in 0..8 {
            scope.spawn(move || {
                // Each begins with another kind.
                let (later, first) = CASES.split_at(number * CASES.len() / 8);
                fault_many_times(first, TIMES / 8);
                fault_many_times(later, TIMES / 8);
            });
        }
    });
}

#[test]
fn all_kinds_are_here() {
    let has = |kind| CASES.iter().any(|case| case.kind == kind);
    assert!(has(FaultKind::Segmentation));
    assert!(has(FaultKind::IllegalInstruction));
    assert!(has(FaultKind::Breakpoint));
    assert!(has(FaultKind::StackOverflow));
    if cfg!(any(target_arch = "x86_64", target_arch = "x86")) {
        assert!(has(FaultKind::Bus) || cfg!(windows));
        assert!(has(FaultKind::Division));
        assert!(has(FaultKind::FloatingPoint));
    }
}

#[cfg(all(target_arch = "x86_64", unix))]
#[test]
fn a_jump_to_where_no_memory_can_be() {
    // `jmp rdi`. Some processors blame the jump, others the address.
    let code = code(&[0xff, 0xe7]);
    let nowhere = 0x8000_0000_0000_0000;
    for _ in 0..TIMES {
        let fault = code.call(nowhere).unwrap_err();
        assert_eq!((fault.kind, fault.address), (FaultKind::Segmentation, None));
        let blamed = [(code.address(), Some(0)), (nowhere, None)];
        assert!(
            blamed.contains(&(fault.instruction, fault.offset)),
            "{fault:?}"
        );
    }
}

#[cfg(unix)]
#[test]
fn memory_past_the_end_of_a_file() {
    use std::os::fd::AsRawFd;
    let file = tempfile::tempfile().unwrap();
    file.set_len(1).unwrap();
    let len = 1 << 17;
    // SAFETY: a new mapping, unmapped below.
    let mapping = unsafe {
        libc::mmap(
            std::ptr::null_mut(),
            len,
            libc::PROT_READ,
            libc::MAP_SHARED,
            file.as_raw_fd(),
            0,
        )
    };
    assert_ne!(mapping, libc::MAP_FAILED);
    let load = code(support::bytes::LOAD);
    let reads = CASES.iter().find(|case| case.bytes == support::bytes::LOAD);
    let offset = reads.unwrap().offset;
    let past_the_end = mapping as usize + len / 2;
    for _ in 0..TIMES {
        let fault = load.call(past_the_end).unwrap_err();
        assert_eq!((fault.kind, fault.offset), (FaultKind::Bus, offset));
        assert_eq!(fault.address, Some(past_the_end));
    }
    // SAFETY: mapped above.
    unsafe { libc::munmap(mapping, len) };
}

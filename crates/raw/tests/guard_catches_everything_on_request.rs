//! `call_all`: faults of code that nobody knows of, and of Rust code.
#![cfg(target_os = "linux")]

#[path = "guard_support/child.rs"]
mod child;
#[path = "guard_support/mod.rs"]
mod support;

use std::ffi::c_void;
use std::hint::black_box;
use std::os::unix::process::ExitStatusExt;
use std::time::{Duration, Instant};
use std::{mem, ptr};

use jitney_raw::FaultKind;
use jitney_raw::guard::{self, Limits};
use support::Function;
use support::bytes::{CASES, ENDLESS};

/// Code of somebody else's JIT: in memory that jitney knows nothing of.
struct Foreign(*mut c_void);

const LEN: usize = 1 << 16;

#[cfg(target_arch = "aarch64")]
unsafe extern "C" {
    /// Of the compiler's library.
    fn __clear_cache(start: *mut c_void, end: *mut c_void);
}

impl Foreign {
    fn new(bytes: &[u8]) -> Foreign {
        // SAFETY: a new mapping, written before it is made executable.
        unsafe {
            let mapping = libc::mmap(
                ptr::null_mut(),
                LEN,
                libc::PROT_READ | libc::PROT_WRITE,
                libc::MAP_PRIVATE | libc::MAP_ANONYMOUS,
                -1,
                0,
            );
            assert_ne!(mapping, libc::MAP_FAILED);
            ptr::copy_nonoverlapping(bytes.as_ptr(), mapping.cast(), bytes.len());
            libc::mprotect(mapping, LEN, libc::PROT_READ | libc::PROT_EXEC);
            #[cfg(target_arch = "aarch64")]
            __clear_cache(mapping, mapping.wrapping_byte_add(bytes.len()));
            Foreign(mapping)
        }
    }

    fn function(&self) -> Function {
        // SAFETY: as the tests of the guard do.
        unsafe { mem::transmute(self.0) }
    }
}

impl Drop for Foreign {
    fn drop(&mut self) {
        // SAFETY: mapped by `new`.
        unsafe { libc::munmap(self.0, LEN) };
    }
}

#[test]
fn code_of_another_jit() {
    for case in CASES {
        let foreign = Foreign::new(case.bytes);
        for _ in 0..200 {
            // SAFETY: nothing in between but this closure.
            let result =
                unsafe { guard::call_all(Limits::none(), || foreign.function()(case.argument)) };
            let fault = result.expect_err(case.name);
            assert_eq!(
                (fault.kind, fault.offset),
                (case.kind, None),
                "{}",
                case.name
            );
        }
    }
}

#[test]
fn an_endless_loop_of_another_jit() {
    let foreign = Foreign::new(ENDLESS);
    let limit = Duration::from_millis(2);
    for _ in 0..20 {
        // SAFETY: nothing in between but this closure.
        let result = unsafe { guard::call_all(Limits::time(limit), || foreign.function()(0)) };
        assert_eq!(result.unwrap_err().kind, FaultKind::TimeLimit(limit));
    }
}

#[test]
fn rust_code() {
    // SAFETY: nothing is held when it faults.
    let result = unsafe {
        guard::call_all(Limits::none(), || {
            black_box(ptr::without_provenance::<u8>(8)).read_volatile()
        })
    };
    let fault = result.unwrap_err();
    assert_eq!(
        (fault.kind, fault.address),
        (FaultKind::Segmentation, Some(8))
    );
}

/// At whatever point of entering, running and leaving its time is over, the call has one outcome.
#[test]
fn rust_code_that_takes_too_long() {
    let limit = Duration::from_micros(400);
    for round in 0..300 {
        let time = Duration::from_micros(300 + round * 2);
        // SAFETY: nothing is held while it runs.
        let result = unsafe {
            guard::call_all(Limits::time(limit), || {
                let began = Instant::now();
                while began.elapsed() < time {}
                round
            })
        };
        match result {
            Ok(value) => assert_eq!(value, round),
            Err(fault) => assert_eq!(fault.kind, FaultKind::TimeLimit(limit)),
        }
    }
}

/// Without it, such code ends the process.
#[test]
fn not_without_a_request() {
    let case = &CASES[0];
    if child::scenario().is_some() {
        let foreign = Foreign::new(case.bytes);
        _ = guard::call(Limits::none(), || foreign.function()(case.argument));
        return;
    }
    if child::is_emulated() {
        return;
    }
    let output = child::run("not_without_a_request", "call");
    assert_eq!(output.status.signal(), Some(libc::SIGSEGV));
}

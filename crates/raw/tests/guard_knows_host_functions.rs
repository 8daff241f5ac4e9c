//! Functions of the host that raw code calls: when one faults, raw code is to blame.
#![cfg(any(target_os = "linux", windows))]

#[cfg(unix)]
#[path = "guard_support/child.rs"]
mod child;
#[path = "guard_support/mod.rs"]
mod support;

use std::hint::black_box;
use std::mem;
use std::sync::atomic::{AtomicUsize, Ordering};

use jitney_raw::{Fault, FaultKind};
use support::bytes::CALL;
use support::{Function, code};

extern "C" fn read(address: usize) -> usize {
    // SAFETY: it is not: `address` is the function's own, or whatever raw code made of it.
    unsafe { black_box((address & 0xff8) as *const usize).read_volatile() }
}

/// With a frame of some size, most of which is never written.
extern "C" fn read_from_below(address: usize) -> usize {
    let mut frame = [0usize; 1000];
    black_box(&mut frame[..10]);
    read(address) + frame[5]
}

#[test]
fn a_rust_function_faults() {
    let code = code(CALL);
    for function in [read as Function, read_from_below as Function] {
        for _ in 0..1000 {
            let fault = code.call(function as usize).unwrap_err();
            assert_eq!((fault.kind, fault.offset), (FaultKind::Segmentation, None));
            assert_eq!(fault.address, Some(function as usize & 0xff8));
        }
    }
}

#[cfg(all(target_arch = "x86_64", unix))]
#[test]
fn a_function_of_the_c_library_faults() {
    // `sub rsp, 8`; `mov rax, rdi`; `mov edi, 0x18`; `call rax`; …: with 24 for a pointer.
    let code = code(&[
        0x48, 0x83, 0xec, 0x08, 0x48, 0x89, 0xf8, 0xbf, 0x18, 0x00, 0x00, 0x00, 0xff, 0xd0, 0x48,
        0x83, 0xc4, 0x08, 0xc3,
    ]);
    for _ in 0..1000 {
        let fault = code.call(libc::strlen as *const () as usize).unwrap_err();
        assert_eq!((fault.kind, fault.offset), (FaultKind::Segmentation, None));
        assert!(
            fault.address.is_some_and(|address| address < 0x1000),
            "{fault:?}"
        );
    }
}

/// A function of the host that uses up the stack all by itself, and holds things meanwhile.
#[cfg(unix)]
#[allow(unconditional_recursion, reason = "that is the point")]
extern "C" fn recurse(depth: usize) -> usize {
    let frame = black_box([depth; 64]);
    recurse(depth + 1) + frame[depth % 64]
}

#[cfg(unix)]
#[test]
fn a_host_function_uses_up_the_stack_alone() {
    if child::scenario().is_some() {
        _ = code(CALL).call(recurse as Function as usize);
        return;
    }
    if child::is_emulated() {
        return;
    }
    use std::os::unix::process::ExitStatusExt;
    let output = child::run("a_host_function_uses_up_the_stack_alone", "recurse");
    let errors = child::errors(&output);
    assert_eq!(output.status.signal(), Some(libc::SIGABRT), "{errors}");
    assert!(errors.contains("has overflowed its stack"), "{errors}");
}

/// Raw code that recurses by way of a function of the host: whichever of the two finds no more stack.
#[test]
fn raw_code_and_a_host_function_use_up_the_stack() {
    static RAW: AtomicUsize = AtomicUsize::new(0);
    extern "C" fn call_back(own: usize) -> usize {
        // SAFETY: the code below, which lives until the test is over.
        let raw = unsafe { mem::transmute::<usize, Function>(RAW.load(Ordering::Relaxed)) };
        let frame = black_box([own; 20]);
        raw(frame[0]) + frame[1]
    }
    let code = code(CALL);
    RAW.store(code.address(), Ordering::Relaxed);
    let mut offsets = Vec::new();
    for size in 0..200 {
        // Starting from another depth each time.
        fn deeper(by: usize, code: &support::Code) -> Result<usize, Fault> {
            let mut frame = black_box([0u8; 16]);
            match by {
                0 => code.call(call_back as Function as usize),
                _ => deeper(by - 1, code).inspect(|value| frame[0] = *value as u8),
            }
        }
        let fault = deeper(size, &code).unwrap_err();
        assert_eq!(fault.kind, FaultKind::StackOverflow);
        offsets.push(fault.offset);
    }
    assert!(
        offsets.contains(&None),
        "the host's function never was the one"
    );
}

//! After a fault the thread's registers, flags, control words, signal mask and alternate stack are as before the call.
#![cfg(all(target_os = "linux", target_arch = "x86_64"))]

#[path = "guard_support/mod.rs"]
mod support;

use std::arch::asm;
use std::hint::black_box;
use std::{mem, ptr};

use jitney_raw::{
    FaultKind,
    guard::{self, Limits},
};
use support::code;

fn mxcsr() -> u32 {
    let mut value = 0u32;
    // SAFETY: stores to the variable.
    unsafe { asm!("stmxcsr [{}]", in(reg) &mut value) };
    value
}

fn x87_control() -> u16 {
    let mut value = 0u16;
    // SAFETY: stores to the variable.
    unsafe { asm!("fnstcw [{}]", in(reg) &mut value) };
    value
}

/// Which of the x87 registers are in use: two bits each, both set for an empty one. Storing the environment masks all
/// exceptions, hence the second instruction.
fn x87_tags() -> u16 {
    let mut environment = [0u32; 7];
    // SAFETY: stores to the variable and loads from it.
    unsafe { asm!("fnstenv [{0}]", "fldenv [{0}]", in(reg) &mut environment) };
    environment[2] as u16
}

fn flags_register() -> u64 {
    let flags: u64;
    // SAFETY: uses the stack, which it may.
    unsafe { asm!("pushfq", "pop {}", out(reg) flags) };
    flags
}

/// Direction, single step, alignment check.
const CONTROL_FLAGS: u64 = 1 << 10 | 1 << 8 | 1 << 18;

fn mask() -> [libc::c_int; 2] {
    // SAFETY: asks only.
    unsafe {
        let mut mask = mem::zeroed();
        libc::pthread_sigmask(libc::SIG_BLOCK, ptr::null(), &mut mask);
        [libc::SIGUSR2, libc::SIGSEGV].map(|signal| libc::sigismember(&mask, signal))
    }
}

#[test]
fn control_words_of_floating_point() {
    let (default_mxcsr, default_x87) = (mxcsr(), x87_control());
    // Rounding towards zero, denormals flushed; and of the x87 unit single precision, rounding down.
    let (own_mxcsr, own_x87) = (0xffa0u32, 0x047fu16);
    // push 0; ldmxcsr [rsp]; fldcw [rsp] (all exceptions unmasked); fldz, eight times; movq mm0, rdi; ud2
    let code = code(&[
        0x6a, 0x00, 0x0f, 0xae, 0x14, 0x24, 0xd9, 0x2c, 0x24, 0xd9, 0xee, 0xd9, 0xee, 0xd9, 0xee,
        0xd9, 0xee, 0xd9, 0xee, 0xd9, 0xee, 0xd9, 0xee, 0xd9, 0xee, 0x48, 0x0f, 0x6e, 0xc7, 0x0f,
        0x0b,
    ]);
    for _ in 0..1000 {
        // SAFETY: the control words hold no reserved bits, and nothing computes until they are put back.
        unsafe { asm!("ldmxcsr [{}]", "fldcw [{}]", in(reg) &own_mxcsr, in(reg) &own_x87) };
        let fault = code.call(1).unwrap_err();
        let (found_mxcsr, found_x87, tags) = (mxcsr(), x87_control(), x87_tags());
        // SAFETY: as above.
        unsafe { asm!("ldmxcsr [{}]", "fldcw [{}]", in(reg) &default_mxcsr, in(reg) &default_x87) };
        assert_eq!(
            (fault.kind, fault.offset),
            (FaultKind::IllegalInstruction, Some(29))
        );
        assert_eq!((found_mxcsr, found_x87), (own_mxcsr, own_x87));
        assert_eq!(tags, 0xffff, "x87 registers are still in use");
    }
}

#[test]
fn an_exception_that_the_x87_unit_still_holds_back() {
    // push 0; fldcw [rsp]; fldz; fldz; fdivp; ud2: the division's exception waits for the next instruction of the unit.
    let code = code(&[
        0x6a, 0x00, 0xd9, 0x2c, 0x24, 0xd9, 0xee, 0xd9, 0xee, 0xde, 0xf9, 0x0f, 0x0b,
    ]);
    for _ in 0..1000 {
        let fault = code.call(0).unwrap_err();
        assert_eq!(
            (fault.kind, fault.offset),
            (FaultKind::IllegalInstruction, Some(11))
        );
        assert_eq!(x87_tags(), 0xffff);
    }
}

#[test]
fn flags() {
    // pushfq; or dword ptr [rsp], direction | nested task | alignment check; popfq; ud2
    let code = code(&[
        0x9c, 0x81, 0x0c, 0x24, 0x00, 0x44, 0x04, 0x00, 0x9d, 0x0f, 0x0b,
    ]);
    for _ in 0..1000 {
        assert_eq!(code.call(0).unwrap_err().offset, Some(9));
        assert_eq!(flags_register() & CONTROL_FLAGS, 0);
    }
}

#[test]
fn registers() {
    // xor eax, eax; then all other registers but rsp from it; ud2
    let code = code(&[
        0x31, 0xc0, 0x89, 0xc3, 0x89, 0xc1, 0x89, 0xc2, 0x89, 0xc6, 0x89, 0xc7, 0x89, 0xc5, 0x41,
        0x89, 0xc0, 0x41, 0x89, 0xc1, 0x41, 0x89, 0xc2, 0x41, 0x89, 0xc3, 0x41, 0x89, 0xc4, 0x41,
        0x89, 0xc5, 0x41, 0x89, 0xc6, 0x41, 0x89, 0xc7, 0x0f, 0x0b,
    ]);
    // More variables than there are registers, all in use before and after.
    let values: [u64; 16] = black_box(std::array::from_fn(|index| index as u64 * 7 + 1));
    let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = values;
    for _ in 0..1000 {
        assert_eq!(code.call(0).unwrap_err().offset, Some(38));
        let after = [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p];
        assert_eq!(black_box(after), values);
    }
}

#[test]
fn the_mode_of_64_bits() {
    // push 0x23 (the code segment of 32-bit programs); push rdi; retfq: a far jump to low memory.
    let code = code(&[0x6a, 0x23, 0x57, 0x48, 0xcb]);
    for _ in 0..1000 {
        let fault = code.call(0x1000).unwrap_err();
        assert_eq!(
            (fault.kind, fault.address),
            (FaultKind::Segmentation, Some(0x1000))
        );
    }
}

#[test]
fn the_way_to_thread_locals() {
    thread_local!(static LOCAL: std::cell::Cell<u32> = const { std::cell::Cell::new(0) });
    // xor eax, eax; mov fs, eax; ud2: without thread-locals a handler that relies on them faults again and again.
    let emptied = code(&[0x31, 0xc0, 0x8e, 0xe0, 0x0f, 0x0b]);
    // xor eax, eax; mov fs, eax; jmp $
    let endless = code(&[0x31, 0xc0, 0x8e, 0xe0, 0xeb, 0xfe]);
    for round in 1..=1000 {
        LOCAL.set(round);
        assert_eq!(emptied.call(0).unwrap_err().offset, Some(4));
        assert_eq!(LOCAL.get(), round);
    }
    let limit = std::time::Duration::from_millis(1);
    for round in 1..=10 {
        LOCAL.set(round);
        let fault = guard::call(Limits::time(limit), || (endless.function)(0)).unwrap_err();
        assert_eq!(fault.kind, FaultKind::TimeLimit(limit));
        assert_eq!(LOCAL.get(), round);
    }
}

#[test]
fn the_signal_mask_and_the_alternate_stack() {
    // SAFETY: plain bits.
    unsafe {
        let mut set = mem::zeroed();
        libc::sigemptyset(&mut set);
        libc::sigaddset(&mut set, libc::SIGUSR2);
        libc::pthread_sigmask(libc::SIG_BLOCK, &set, ptr::null_mut());
    }
    let code = code(support::bytes::LOAD);
    for _ in 0..1000 {
        assert_eq!(code.call(8).unwrap_err().address, Some(8));
        assert_eq!(mask(), [1, 0]);
        // SAFETY: asks only.
        let stack = unsafe {
            let mut stack: libc::stack_t = mem::zeroed();
            libc::sigaltstack(ptr::null(), &mut stack);
            stack
        };
        assert_eq!(stack.ss_flags, 0, "there is one, and it is not in use");
    }
}

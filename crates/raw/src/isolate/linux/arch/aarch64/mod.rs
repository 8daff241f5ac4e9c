//! 64-bit ARM: its registers, by convention, and its runtime.
//!
//! The convention of the kernel is that of calls, with the number in X8.

mod runtime;

use std::{arch::asm, hint::black_box};

use crate::Abi;

use super::super::{registers::Places, shared::Record};
use super::ORDERS;

pub(in crate::isolate::linux) use runtime::runtime;

/// X0 to X15, X28.
pub(in crate::isolate::linux) const INTEGERS: usize = 17;
/// D0 to D15.
pub(in crate::isolate::linux) const FLOATS: usize = 16;
/// Words that a call may pass on the stack: a frame's and the one that Go keeps below them.
pub(in crate::isolate::linux) const STACK_WORDS: usize = 44;
/// Where the runtime lies in the address space of template and worker.
pub(in crate::isolate::linux) const BASE: u64 = 0x10_0000_0000;
/// More address space that there may be, for who asks.
pub(in crate::isolate::linux) const BEYOND: &[u64] = &[1 << 48, 1 << 52];

/// Where the address space ends, which the kernel was built for: stacks lie at its end.
pub(in crate::isolate::linux) fn user_end() -> u64 {
    let on_the_stack = black_box(0u8);
    (&raw const on_the_stack as u64).next_power_of_two()
}

/// Brings what was written to where instructions are fetched from, for all processors. The worker does the rest, at
/// the addresses that it uses. Arm Architecture Reference Manual, B2.4.4.
pub(in crate::isolate::linux) fn code_written(code: &[u8]) {
    let types: u64;
    // SAFETY: reads a register that says how long a line of the cache is.
    unsafe { asm!("mrs {}, ctr_el0", out(reg) types, options(nomem, nostack)) };
    let line = 4usize << (types >> 16 & 15);
    let start = code.as_ptr() as usize & !(line - 1);
    let end = code.as_ptr() as usize + code.len();
    for address in (start..end).step_by(line) {
        // SAFETY: writes lines of the cache that are memory of ours back.
        unsafe { asm!("dc cvau, {}", in(reg) address, options(nostack)) };
    }
    // SAFETY: waits.
    unsafe { asm!("dsb ish", options(nostack)) };
}

/// `AUDIT_ARCH_AARCH64`.
pub(in crate::isolate::linux) const AUDIT: u32 = 0xc000_00b7;
/// Unused: floating-point code starts with a control word of 0.
pub(in crate::isolate::linux) const FLOAT_CONTROL: u32 = 0;
/// What lies between two pieces of code: `brk #0`.
pub(in crate::isolate::linux) const TRAP: [u8; 4] = 0xd420_0000_u32.to_le_bytes();

/// The keys that the host signs its pointers with. The runtime itself clears the register that leads to the host's
/// thread-locals.
pub(in crate::isolate::linux) const FORGET: &[(libc::c_long, [u64; 2])] =
    &[(libc::SYS_prctl, [PR_PAC_RESET_KEYS, 0])];
const PR_PAC_RESET_KEYS: u64 = 54;

/// The system call that maps, and what it counts its offset in.
pub(in crate::isolate::linux) const MMAP: (libc::c_long, u64) = (libc::SYS_mmap, 1);

/// Where a convention has its values. The orders are those of the files in `abi/`.
pub(in crate::isolate::linux) fn places(abi: Abi) -> &'static Places {
    const X28: usize = 16;
    match abi {
        Abi::C => &Places {
            arguments: &[0, 1, 2, 3, 4, 5, 6, 7],
            results: &[0, 1],
            home: 0,
            fixed: &[],
        },
        Abi::Go => &Places {
            arguments: &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
            results: &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
            home: 1,
            // The orders start with a goroutine of zeros.
            fixed: &[(X28, ORDERS)],
        },
    }
}

/// Floats come back in the registers that also pass them.
pub(in crate::isolate::linux) fn returned_float(_: &Record, _: u32) -> Option<u64> {
    None
}

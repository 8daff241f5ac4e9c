//! x86_64: its registers, by convention, and its runtime.
//!
//! The conventions of the kernel: <https://gitlab.com/x86-psABIs/x86-64-ABI>, appendix A.

mod runtime;

use crate::Abi;

use super::super::{registers::Places, shared::Record};
use super::ORDERS;

pub(in crate::isolate::linux) use runtime::runtime;

/// RAX, RBX, RCX, RDX, RDI, RSI, R8 to R11, R14.
pub(in crate::isolate::linux) const INTEGERS: usize = 11;
/// XMM0 to XMM14.
pub(in crate::isolate::linux) const FLOATS: usize = 15;
/// Words that a call may pass on the stack: a frame's and the Windows convention's home.
pub(in crate::isolate::linux) const STACK_WORDS: usize = 44;
/// Where the runtime lies in the address space of template and worker.
pub(in crate::isolate::linux) const BASE: u64 = 0x10_0000_0000;
/// More address space that there may be: with five levels of page tables, and for who asks.
pub(in crate::isolate::linux) const BEYOND: &[u64] = &[(1 << 56) - 0x1000];

/// Where the address space ends.
pub(in crate::isolate::linux) fn user_end() -> u64 {
    0x7fff_ffff_f000
}

/// What one processor writes, another one's instruction fetches see.
pub(in crate::isolate::linux) fn code_written(_: &[u8]) {}

/// `AUDIT_ARCH_X86_64`.
pub(in crate::isolate::linux) const AUDIT: u32 = 0xc000_003e;
/// What SSE starts with: all exceptions masked, round to nearest.
pub(in crate::isolate::linux) const FLOAT_CONTROL: u32 = 0x1f80;
/// What lies between two pieces of code: `int3`.
pub(in crate::isolate::linux) const TRAP: [u8; 1] = [0xcc];

/// Puts away what the processor holds of the host: the bases of FS and GS lead to the host's thread-locals. And what
/// right to ports the host may have.
pub(in crate::isolate::linux) const FORGET: &[(libc::c_long, [u64; 2])] = &[
    (libc::SYS_arch_prctl, [ARCH_SET_FS, 0]),
    (libc::SYS_arch_prctl, [ARCH_SET_GS, 0]),
    (libc::SYS_iopl, [0, 0]),
];
const ARCH_SET_GS: u64 = 0x1001;
const ARCH_SET_FS: u64 = 0x1002;

/// The system call that maps, and what it counts its offset in.
pub(in crate::isolate::linux) const MMAP: (libc::c_long, u64) = (libc::SYS_mmap, 1);

const RAX: usize = 0;
const RBX: usize = 1;
const RCX: usize = 2;
const RDX: usize = 3;
const RDI: usize = 4;
const RSI: usize = 5;
const R8: usize = 6;
const R9: usize = 7;
const R10: usize = 8;
const R11: usize = 9;
const R14: usize = 10;

/// Where a convention has its values. The orders are those of the files in `abi/`.
pub(in crate::isolate::linux) fn places(abi: Abi) -> &'static Places {
    match abi {
        // AL: the number of vector registers that hold arguments, at most, for variadic functions.
        Abi::C | Abi::Sysv64 => &Places {
            arguments: &[RDI, RSI, RDX, RCX, R8, R9],
            results: &[RAX, RDX],
            home: 0,
            fixed: &[(RAX, 8)],
        },
        Abi::Win64 => &Places {
            arguments: &[RCX, RDX, R8, R9],
            results: &[RAX],
            home: 4,
            fixed: &[],
        },
        Abi::Go => &Places {
            arguments: &[RAX, RBX, RCX, RDI, RSI, R8, R9, R10, R11],
            results: &[RAX, RBX, RCX, RDI, RSI, R8, R9, R10, R11],
            home: 0,
            // The orders start with a goroutine of zeros.
            fixed: &[(R14, ORDERS)],
        },
    }
}

/// Floats come back in the registers that also pass them.
pub(in crate::isolate::linux) fn returned_float(_: &Record, _: u32) -> Option<u64> {
    None
}

//! 32-bit x86: its registers, by convention, and its runtime.
//!
//! The conventions of the kernel: <https://gitlab.com/x86-psABIs/i386-ABI>, appendix A.

mod runtime;

use std::hint::black_box;

use crate::Abi;

use super::super::{registers::Places, shared::Record};

pub(in crate::isolate::linux) use runtime::runtime;

/// EAX with EDX as its upper half: results only, since all arguments are on the stack.
pub(in crate::isolate::linux) const INTEGERS: usize = 1;
/// ST(0) as a double, and as a float.
pub(in crate::isolate::linux) const FLOATS: usize = 2;
/// Words that a call may pass on the stack: a frame's.
pub(in crate::isolate::linux) const STACK_WORDS: usize = 84;
/// Where the runtime lies in the address space of template and worker.
pub(in crate::isolate::linux) const BASE: u64 = 0x3000_0000;
/// There is no more.
pub(in crate::isolate::linux) const BEYOND: &[u64] = &[];

/// Where the address space ends: at 3 GiB, or nearly at 4 under a 64-bit kernel. Stacks lie at its end.
pub(in crate::isolate::linux) fn user_end() -> u64 {
    let on_the_stack = black_box(0u8);
    if &raw const on_the_stack as u64 > 0xc000_0000 {
        0xffff_e000
    } else {
        0xc000_0000
    }
}

/// What one processor writes, another one's instruction fetches see.
pub(in crate::isolate::linux) fn code_written(_: &[u8]) {}

/// `AUDIT_ARCH_I386`.
pub(in crate::isolate::linux) const AUDIT: u32 = 0x4000_0003;
/// What SSE starts with: all exceptions masked, round to nearest.
pub(in crate::isolate::linux) const FLOAT_CONTROL: u32 = 0x1f80;
/// What lies between two pieces of code: `int3`.
pub(in crate::isolate::linux) const TRAP: [u8; 1] = [0xcc];

/// What right to ports the host may have. The runtime itself clears the segments that lead to the host's thread-locals.
pub(in crate::isolate::linux) const FORGET: &[(libc::c_long, [u64; 2])] =
    &[(libc::SYS_iopl, [0, 0])];

/// The system call that maps: it counts its offset in 4096 bytes whatever the size of a page.
pub(in crate::isolate::linux) const MMAP: (libc::c_long, u64) = (libc::SYS_mmap2, 4096);

/// Where a convention has its values: both have arguments on the stack, and Go its results as well.
pub(in crate::isolate::linux) fn places(_: Abi) -> &'static Places {
    &Places {
        arguments: &[],
        results: &[0],
        home: 0,
        fixed: &[],
    }
}

/// The bits of a float of that many bytes; `None` if none was expected.
pub(in crate::isolate::linux) fn returned_float(record: &Record, size: u32) -> Option<u64> {
    match size {
        4 => Some(record.floats[1]),
        8 => Some(record.floats[0]),
        _ => None,
    }
}

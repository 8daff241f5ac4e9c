//! aarch64 (<https://github.com/ARM-software/abi-aa/blob/main/aapcs64/aapcs64.rst>, section 6.1): callee-saved are
//! `x19`–`x29`, `sp`, the low halves of `v8`–`v15` and the control bits of `fpcr`.

use std::arch::asm;
use std::ffi::c_void;
use std::mem::offset_of;

use super::Body;

/// Where guarded code is left for, filled in by [`enter`].
#[derive(Debug)]
#[repr(C)]
pub(in super::super) struct Landing {
    /// Zero while no call is in progress: set when all else is, cleared first.
    pub(super) stack_pointer: usize,
    pub(super) program_counter: usize,
    /// The two registers that the compiler keeps for itself.
    x19: usize,
    x29: usize,
    float_control: usize,
}

impl Landing {
    pub(in super::super) const fn new() -> Landing {
        Landing {
            stack_pointer: 0,
            program_counter: 0,
            x19: 0,
            x29: 0,
            float_control: 0,
        }
    }
}

/// Calls `body(data)`. False when it returned; true when it was left by `landing`'s way back.
///
/// # Safety
/// `body(data)` may be called, and may be left at any instruction at which somebody takes the way back: no frame in
/// between is cleaned up.
#[inline(always)]
pub(in super::super) unsafe fn enter(landing: *mut Landing, body: Body, data: *mut c_void) -> bool {
    let left: usize;
    // SAFETY: the caller's promise. All registers are declared to be lost, but for those that are put back here.
    unsafe {
        asm!(
            "str x19, [x20, {x19}]",
            "str x29, [x20, {x29}]",
            "mrs x9, fpcr",
            "str x9, [x20, {float_control}]",
            "adr x9, 2f",
            "str x9, [x20, {program_counter}]",
            "mov x9, sp",
            "str x9, [x20, {stack_pointer}]",
            "blr x1",
            "str xzr, [x20, {stack_pointer}]",
            "mov x0, xzr",
            "b 3f",
            "2:",
            "ldr x19, [x20, {x19}]",
            "ldr x29, [x20, {x29}]",
            "ldr x9, [x20, {float_control}]",
            "msr fpcr, x9",
            "mov x0, 1",
            "3:",
            x19 = const offset_of!(Landing, x19),
            x29 = const offset_of!(Landing, x29),
            float_control = const offset_of!(Landing, float_control),
            program_counter = const offset_of!(Landing, program_counter),
            stack_pointer = const offset_of!(Landing, stack_pointer),
            inout("x20") landing => _,
            inout("x1") body => _,
            inout("x0") data => left,
            lateout("x21") _,
            lateout("x22") _,
            lateout("x23") _,
            lateout("x24") _,
            lateout("x25") _,
            lateout("x26") _,
            lateout("x27") _,
            lateout("x28") _,
            lateout("v8") _,
            lateout("v9") _,
            lateout("v10") _,
            lateout("v11") _,
            lateout("v12") _,
            lateout("v13") _,
            lateout("v14") _,
            lateout("v15") _,
            clobber_abi("C"),
        );
    }
    left != 0
}

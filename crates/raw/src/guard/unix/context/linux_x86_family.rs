//! What 32-bit and 64-bit x86 have in common: trap numbers (`arch/x86/include/asm/trapnr.h`), flags, single steps.

use std::ffi::c_void;

use libc::{REG_EFL, greg_t, ucontext_t};

pub(super) const DEBUG: greg_t = 1;
pub(super) const STACK_SEGMENT: greg_t = 12;
pub(super) const PAGE_FAULT: greg_t = 14;
pub(super) const ALIGNMENT_CHECK: greg_t = 17;

/// In the error code of a page fault: an instruction was fetched.
pub(super) const FETCH: greg_t = 1 << 4;

pub(super) const TRAP_FLAG: greg_t = 1 << 8;
pub(super) const ALIGNMENT_FLAG: greg_t = 1 << 18;
const DIRECTION_FLAG: greg_t = 1 << 10;
const NESTED_TASK: greg_t = 1 << 14;
const RESUME_FLAG: greg_t = 1 << 16;

/// The flags that code may have left set and compiled code counts on being clear.
pub(super) const LEFT_OVER: greg_t =
    TRAP_FLAG | DIRECTION_FLAG | NESTED_TASK | RESUME_FLAG | ALIGNMENT_FLAG;

/// A program can have the processor stop it after each instruction.
pub(in super::super::super) const CAN_STEP: bool = true;

/// Has the interrupted code stop after one instruction, or run as usual.
///
/// # Safety
/// `context` is what a signal handler got.
pub(in super::super::super) unsafe fn set_stepping(context: *mut c_void, on: bool) {
    // SAFETY: the caller's promise.
    let registers = unsafe { &mut (*context.cast::<ucontext_t>()).uc_mcontext.gregs };
    let flags = &mut registers[REG_EFL as usize];
    *flags = if on {
        *flags | TRAP_FLAG
    } else {
        *flags & !TRAP_FLAG
    };
}

/// Whether the instruction at `address`, which is about to be executed, calls the system: `syscall`, `sysenter`, `int`.
pub(in super::super::super) fn at_system_call(address: usize) -> bool {
    // SAFETY: an instruction lies there, of two bytes at least if the first is one of these.
    unsafe {
        let first = *(address as *const u8);
        match first {
            0x0f => matches!(*((address + 1) as *const u8), 0x05 | 0x34),
            _ => first == 0xcd,
        }
    }
}

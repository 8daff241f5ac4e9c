//! 32-bit x86 Linux (`arch/x86/include/uapi/asm/sigcontext.h`; trap numbers: `arch/x86/include/asm/trapnr.h`).

use std::arch::{asm, naked_asm};
use std::ffi::c_void;

use libc::{
    REG_CS, REG_DS, REG_EDI, REG_EFL, REG_EIP, REG_ERR, REG_ES, REG_ESP, REG_GS, REG_SS,
    REG_TRAPNO, ucontext_t,
};

use super::Interrupted;
use crate::guard::enter::WayBack;
use crate::guard::platform::handler;

const DEBUG: i32 = 1;
const STACK_SEGMENT: i32 = 12;
const PAGE_FAULT: i32 = 14;
const ALIGNMENT_CHECK: i32 = 17;

/// In the error code of a page fault: an instruction was fetched.
const FETCH: i32 = 1 << 4;

const TRAP_FLAG: i32 = 1 << 8;
const DIRECTION_FLAG: i32 = 1 << 10;
const NESTED_TASK: i32 = 1 << 14;
const RESUME_FLAG: i32 = 1 << 16;
const ALIGNMENT_FLAG: i32 = 1 << 18;

/// The address of the handler to install. Unlike the direction and the trap flag, the alignment check stays on when the
/// kernel enters a handler, which could then not touch unaligned memory: it is cleared first.
pub(in super::super) fn entry() -> usize {
    #[unsafe(naked)]
    unsafe extern "C" fn entry() {
        naked_asm!(
            "pushfd",
            "and dword ptr [esp], {keep}",
            "popfd",
            "jmp {handle}",
            keep = const !ALIGNMENT_FLAG,
            handle = sym handler::on_signal,
        )
    }
    entry as *const () as usize
}

/// # Safety
/// `context` is what a signal handler got.
pub(in super::super) unsafe fn read(context: *const c_void) -> Interrupted {
    // SAFETY: the caller's promise.
    let registers = unsafe { &(*context.cast::<ucontext_t>()).uc_mcontext.gregs };
    let trap = registers[REG_TRAPNO as usize];
    let flags = registers[REG_EFL as usize];
    Interrupted {
        program_counter: registers[REG_EIP as usize] as usize,
        stack_pointer: registers[REG_ESP as usize] as usize,
        link: None,
        fetch: trap == PAGE_FAULT && registers[REG_ERR as usize] & FETCH != 0,
        single_step: trap == DEBUG && flags & TRAP_FLAG != 0,
        alignment_check: trap == ALIGNMENT_CHECK && flags & ALIGNMENT_FLAG != 0,
        stack_segment: trap == STACK_SEGMENT,
    }
}

/// Sends the thread on its way back once the handler returns.
///
/// The segments are set too: raw code may have loaded others, and a far jump may have left 32-bit mode.
///
/// # Safety
/// `context` is what a signal handler got, and its thread may go on there.
pub(in super::super) unsafe fn redirect(context: *mut c_void, way_back: &WayBack) {
    let (code, stack): (u32, u32);
    // SAFETY: reads two registers.
    unsafe {
        asm!("mov {code:e}, cs", "mov {stack:e}, ss", code = out(reg) code, stack = out(reg) stack,
            options(nomem, nostack, preserves_flags));
    }
    // SAFETY: the caller's promise.
    let registers = unsafe { &mut (*context.cast::<ucontext_t>()).uc_mcontext.gregs };
    registers[REG_EIP as usize] = way_back.program_counter as i32;
    registers[REG_ESP as usize] = way_back.stack_pointer as i32;
    registers[REG_EDI as usize] = way_back.landing as i32;
    registers[REG_EFL as usize] &=
        !(TRAP_FLAG | DIRECTION_FLAG | NESTED_TASK | RESUME_FLAG | ALIGNMENT_FLAG);
    registers[REG_CS as usize] = (code & 0xffff) as i32;
    for data in [REG_SS, REG_DS, REG_ES] {
        registers[data as usize] = (stack & 0xffff) as i32;
    }
    registers[REG_GS as usize] = thread_pointer() as i32;
}

/// What leads to this thread's thread-locals: the segment in GS.
pub(in super::super) fn thread_pointer() -> usize {
    let segment: usize;
    // SAFETY: reads a register.
    unsafe { asm!("mov {0:e}, gs", out(reg) segment, options(nomem, nostack, preserves_flags)) };
    segment & 0xffff
}

/// Makes the thread find its thread-locals by `pointer`.
///
/// # Safety
/// It is what [`thread_pointer`] said on this thread.
pub(in super::super) unsafe fn set_thread_pointer(pointer: usize) {
    // SAFETY: a segment that was there before.
    unsafe { asm!("mov gs, {0:e}", in(reg) pointer, options(nostack, preserves_flags)) };
}

/// A program can have the processor stop it after each instruction.
pub(in super::super) const CAN_STEP: bool = true;

/// Has the interrupted code stop after one instruction, or run as usual.
///
/// # Safety
/// `context` is what a signal handler got.
pub(in super::super) unsafe fn set_stepping(context: *mut c_void, on: bool) {
    // SAFETY: the caller's promise.
    let registers = unsafe { &mut (*context.cast::<ucontext_t>()).uc_mcontext.gregs };
    let flags = &mut registers[REG_EFL as usize];
    *flags = if on {
        *flags | TRAP_FLAG
    } else {
        *flags & !TRAP_FLAG
    };
}

/// Whether the instruction at `address`, which is about to be executed, calls the system: `int`, `sysenter`, `syscall`.
pub(in super::super) fn at_system_call(address: usize) -> bool {
    // SAFETY: an instruction lies there, of two bytes at least if the first is one of these.
    unsafe {
        let first = *(address as *const u8);
        match first {
            0x0f => matches!(*((address + 1) as *const u8), 0x05 | 0x34),
            _ => first == 0xcd,
        }
    }
}

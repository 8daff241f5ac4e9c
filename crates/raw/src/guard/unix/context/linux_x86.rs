//! 32-bit x86 Linux (`arch/x86/include/uapi/asm/sigcontext.h`; trap numbers: `arch/x86/include/asm/trapnr.h`).

use std::arch::{asm, naked_asm};
use std::ffi::c_void;

use libc::{
    REG_CS, REG_DS, REG_EDI, REG_EFL, REG_EIP, REG_ERR, REG_ES, REG_ESP, REG_GS, REG_SS,
    REG_TRAPNO, ucontext_t,
};

#[path = "linux_x86_family.rs"]
mod family;

use super::Interrupted;
use crate::guard::enter::WayBack;
use crate::guard::platform::handler;
use family::{
    ALIGNMENT_CHECK, ALIGNMENT_FLAG, DEBUG, FETCH, LEFT_OVER, PAGE_FAULT, STACK_SEGMENT, TRAP_FLAG,
};
pub(in super::super) use family::{CAN_STEP, at_system_call, set_stepping};

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
    registers[REG_EFL as usize] &= !LEFT_OVER;
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

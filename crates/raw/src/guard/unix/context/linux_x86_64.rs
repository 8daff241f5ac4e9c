//! x86-64 Linux (`arch/x86/include/uapi/asm/sigcontext.h`; trap numbers: `arch/x86/include/asm/trapnr.h`).

use std::arch::{asm, naked_asm};
use std::ffi::c_void;

use libc::{REG_CSGSFS, REG_EFL, REG_ERR, REG_R12, REG_RIP, REG_RSP, REG_TRAPNO, ucontext_t};

#[path = "linux_x86_family.rs"]
mod family;

use super::Interrupted;
use crate::guard::enter::WayBack;
use crate::guard::platform::handler;
use family::{
    ALIGNMENT_CHECK, ALIGNMENT_FLAG, DEBUG, FETCH, LEFT_OVER, PAGE_FAULT, STACK_SEGMENT, TRAP_FLAG,
};
pub(in super::super) use family::{CAN_STEP, at_system_call, set_stepping};

const GENERAL_PROTECTION: i64 = 13;

/// The first address that is none of a program's.
const USER_END: usize = 1 << 47;

/// The address of the handler to install. Unlike the direction and the trap flag, the alignment check stays on when the
/// kernel enters a handler, which could then not touch unaligned memory: it is cleared first.
pub(in super::super) fn entry() -> usize {
    #[unsafe(naked)]
    unsafe extern "C" fn entry() {
        naked_asm!(
            "pushfq",
            "and dword ptr [rsp], {keep}",
            "popfq",
            "jmp {handle}",
            keep = const !ALIGNMENT_FLAG as i32,
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
    let program_counter = registers[REG_RIP as usize] as usize;
    Interrupted {
        program_counter,
        stack_pointer: registers[REG_RSP as usize] as usize,
        link: None,
        // A jump to an address that no memory can have is no page fault. Some processors blame the jump for it, others
        // the address.
        fetch: trap == PAGE_FAULT && registers[REG_ERR as usize] & FETCH != 0
            || trap == GENERAL_PROTECTION && program_counter >= USER_END,
        single_step: trap == DEBUG && flags & TRAP_FLAG != 0,
        alignment_check: trap == ALIGNMENT_CHECK && flags & ALIGNMENT_FLAG != 0,
        stack_segment: trap == STACK_SEGMENT,
    }
}

/// Sends the thread on its way back once the handler returns.
///
/// The segments are set too: a far jump may have left 64-bit mode.
///
/// # Safety
/// `context` is what a signal handler got, and its thread may go on there.
pub(in super::super) unsafe fn redirect(context: *mut c_void, way_back: &WayBack) {
    let (code, stack): (u64, u64);
    // SAFETY: reads two registers.
    unsafe {
        asm!("mov {code:e}, cs", "mov {stack:e}, ss", code = out(reg) code, stack = out(reg) stack,
            options(nomem, nostack, preserves_flags));
    }
    // SAFETY: the caller's promise.
    let registers = unsafe { &mut (*context.cast::<ucontext_t>()).uc_mcontext.gregs };
    registers[REG_RIP as usize] = way_back.program_counter as i64;
    registers[REG_RSP as usize] = way_back.stack_pointer as i64;
    registers[REG_R12 as usize] = way_back.landing as i64;
    registers[REG_EFL as usize] &= !LEFT_OVER;
    let others = registers[REG_CSGSFS as usize] as u64 & 0x0000_ffff_ffff_0000;
    registers[REG_CSGSFS as usize] = (others | code & 0xffff | (stack & 0xffff) << 48) as i64;
}

/// What leads to this thread's thread-locals: the base of FS.
pub(in super::super) fn thread_pointer() -> usize {
    let mut base = 0usize;
    arch_prctl(ARCH_GET_FS, &raw mut base as usize);
    base
}

/// Makes the thread find its thread-locals by `pointer`.
///
/// # Safety
/// It is what [`thread_pointer`] said on this thread.
pub(in super::super) unsafe fn set_thread_pointer(pointer: usize) {
    arch_prctl(ARCH_SET_FS, pointer);
}

const ARCH_SET_FS: usize = 0x1002;
const ARCH_GET_FS: usize = 0x1003;

/// Not by the C library, whose `errno` is a thread-local.
fn arch_prctl(what: usize, argument: usize) {
    // SAFETY: the callers' requests read or write the base of a segment.
    unsafe {
        asm!("syscall", inlateout("rax") libc::SYS_arch_prctl as usize => _, in("rdi") what, in("rsi") argument,
            out("rcx") _, out("r11") _, options(nostack));
    }
}

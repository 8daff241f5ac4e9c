//! aarch64 Linux (`arch/arm64/include/uapi/asm/sigcontext.h`).

use std::arch::asm;
use std::ffi::c_void;

use libc::{mcontext_t, ucontext_t};

use super::Interrupted;
use crate::guard::enter::WayBack;
use crate::guard::platform::handler;

/// The link register's number, and that of the register which the way back's landing goes to.
const LINK: usize = 30;
const LANDING: usize = 20;

/// In `pstate`: single steps, and what the next instruction has to be after an indirect jump (BTI).
const SINGLE_STEP: u64 = 1 << 21;
const BRANCH_TYPE: u64 = 0b11 << 10;

/// The record of a signal frame that holds the exception syndrome.
const SYNDROME_MAGIC: u32 = 0x4553_5201;
/// In the exception syndrome: an instruction could not be fetched (Arm ARM, D24.2.40 "ESR_EL1").
const INSTRUCTION_ABORT: u64 = 0x20;
const UNALIGNED_PROGRAM_COUNTER: u64 = 0x22;

/// The address of the handler to install.
pub(in super::super) fn entry() -> usize {
    handler::on_signal as *const () as usize
}

/// # Safety
/// `context` is what a signal handler got.
pub(in super::super) unsafe fn read(context: *const c_void) -> Interrupted {
    // SAFETY: the caller's promise.
    let registers = unsafe { &(*context.cast::<ucontext_t>()).uc_mcontext };
    let class = syndrome(registers).map(|syndrome| syndrome >> 26 & 0x3f);
    Interrupted {
        program_counter: registers.pc as usize,
        stack_pointer: registers.sp as usize,
        link: Some(registers.regs[LINK] as usize),
        fetch: matches!(class, Some(INSTRUCTION_ABORT | UNALIGNED_PROGRAM_COUNTER)),
        single_step: false,
        alignment_check: false,
        stack_segment: false,
    }
}

/// What the processor said of the exception, where the kernel passes it on: one of the records behind the registers.
fn syndrome(registers: &mcontext_t) -> Option<u64> {
    // The records start at a multiple of 16 bytes, behind all fields that `mcontext_t` names.
    const RECORDS: usize = 4096;
    let records: *const u32 = (&raw const *registers).wrapping_add(1).cast();
    let start = records.wrapping_byte_sub(RECORDS);
    let mut at = 0;
    while at + 16 <= RECORDS {
        let head = start.wrapping_byte_add(at);
        // SAFETY: within the frame that the kernel made; each record starts with what it is and how long it is.
        let (magic, len) = unsafe { (head.read(), head.add(1).read() as usize) };
        match magic {
            // SAFETY: as above; this is the record's contents.
            SYNDROME_MAGIC => return Some(unsafe { head.add(2).cast::<u64>().read() }),
            0 => return None,
            _ if len < 8 => return None,
            _ => at += len,
        }
    }
    None
}

/// What leads to this thread's thread-locals.
pub(in super::super) fn thread_pointer() -> usize {
    let pointer;
    // SAFETY: reads a register.
    unsafe {
        asm!("mrs {}, tpidr_el0", out(reg) pointer, options(nomem, nostack, preserves_flags))
    };
    pointer
}

/// Makes the thread find its thread-locals by `pointer`.
///
/// # Safety
/// It is what [`thread_pointer`] said on this thread.
pub(in super::super) unsafe fn set_thread_pointer(pointer: usize) {
    // SAFETY: a register that programs may write; the caller vouches for the value.
    unsafe { asm!("msr tpidr_el0, {}", in(reg) pointer, options(nostack, preserves_flags)) };
}

/// Sends the thread on its way back once the handler returns.
///
/// # Safety
/// `context` is what a signal handler got, and its thread may go on there.
pub(in super::super) unsafe fn redirect(context: *mut c_void, way_back: &WayBack) {
    // SAFETY: the caller's promise.
    let registers = unsafe { &mut (*context.cast::<ucontext_t>()).uc_mcontext };
    registers.pc = way_back.program_counter as u64;
    registers.sp = way_back.stack_pointer as u64;
    registers.regs[LANDING] = way_back.landing as u64;
    registers.pstate &= !(SINGLE_STEP | BRANCH_TYPE);
}

/// The processor steps for debuggers only.
pub(in super::super) const CAN_STEP: bool = false;

/// Never asked for.
///
/// # Safety
/// None.
pub(in super::super) unsafe fn set_stepping(_context: *mut c_void, _on: bool) {}

/// Never asked.
pub(in super::super) fn at_system_call(_address: usize) -> bool {
    false
}

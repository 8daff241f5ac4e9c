//! What a signal says happened, in the words of [`Stop`].

use libc::{SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGTRAP, c_int, siginfo_t};

use super::context::Interrupted;
use crate::FaultKind;
use crate::guard::blame::Stop;
use crate::guard::code::byte_at;
use crate::guard::record::Thread;

// `include/uapi/asm-generic/siginfo.h`.
const SEGV_MAPERR: c_int = 1;
const SEGV_ACCERR: c_int = 2;
const BUS_ADRALN: c_int = 1;
const FPE_INTDIV: c_int = 1;
const FPE_INTOVF: c_int = 2;
/// The processor raised it, and there is no more to say.
const SI_KERNEL: c_int = 0x80;

/// Reads what a handler was given for a signal that the processor raised; `None` when a program sent it, or another one.
///
/// # Safety
/// `info` is what a handler for `signal` got.
pub(super) unsafe fn read(
    signal: c_int,
    info: *const siginfo_t,
    interrupted: &Interrupted,
    thread: &Thread,
) -> Option<Stop> {
    // SAFETY: the caller's promise.
    let (code, address) = unsafe { ((*info).si_code, (*info).si_addr() as usize) };
    if code <= 0 {
        return None;
    }
    let pointer = interrupted.stack_pointer;
    let (kind, address) = match signal {
        SIGSEGV if code == SI_KERNEL => (FaultKind::Segmentation, None),
        SIGSEGV
            if matches!(code, SEGV_MAPERR | SEGV_ACCERR)
                && thread.stack.is_overflow(address, pointer) =>
        {
            (FaultKind::StackOverflow, Some(address))
        }
        SIGSEGV => (FaultKind::Segmentation, Some(address)),
        // x86 has an exception of its own for an address that no memory can have when it was made from the stack pointer.
        SIGBUS if interrupted.stack_segment => (FaultKind::Segmentation, None),
        // x86 does not say which address it was.
        SIGBUS if code == SI_KERNEL || code == BUS_ADRALN && address == 0 => (FaultKind::Bus, None),
        SIGBUS => (FaultKind::Bus, Some(address)),
        SIGILL => (FaultKind::IllegalInstruction, None),
        SIGFPE if matches!(code, FPE_INTDIV | FPE_INTOVF) => (FaultKind::Division, None),
        SIGFPE => (FaultKind::FloatingPoint, None),
        SIGTRAP => (FaultKind::Breakpoint, None),
        _ => return None,
    };
    let instruction = match signal {
        SIGTRAP => breakpoint_before(interrupted.program_counter),
        _ => interrupted.program_counter,
    };
    Some(stop(kind, instruction, address, interrupted))
}

fn stop(
    kind: FaultKind,
    instruction: usize,
    address: Option<usize>,
    interrupted: &Interrupted,
) -> Stop {
    Stop {
        kind,
        instruction,
        address,
        stack_pointer: interrupted.stack_pointer,
        link: interrupted.link,
        no_code_there: interrupted.fetch || address == Some(interrupted.program_counter),
        by_flag: interrupted.single_step || interrupted.alignment_check,
    }
}

/// The breakpoint instruction that has just been executed. x86 reports the address after it: `int3` (`cc`), `int 3`
/// (`cd 03`) or `int1` (`f1`); after a single step, and elsewhere, the program counter is what there is.
fn breakpoint_before(program_counter: usize) -> usize {
    let before = |distance| byte_at(program_counter.wrapping_sub(distance));
    match cfg!(any(target_arch = "x86_64", target_arch = "x86")) {
        true if matches!(before(1), Some(0xcc | 0xf1)) => program_counter - 1,
        true if (before(2), before(1)) == (Some(0xcd), Some(0x03)) => program_counter - 2,
        _ => program_counter,
    }
}

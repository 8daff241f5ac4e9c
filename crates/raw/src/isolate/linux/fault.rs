//! What a worker's record of a signal says happened. Any word of the record may be a lie; the worst that it can do
//! here is to be believed.

use std::{ops::Range, time::Duration};

use crate::{Fault, FaultKind, isolate::work::Outcome};

use super::shared::Record;

/// Reads a record of the code that lies at `start` in the worker. `None` if no worker that was left alone could have
/// written it.
pub(super) fn read(
    record: &Record,
    start: u64,
    code: &[u8],
    below_stack: &Range<u64>,
    time_limit: Duration,
) -> Option<Outcome<'static>> {
    let address = record.address;
    let (kind, address) = match record.signal as i32 {
        libc::SIGSEGV if record.code == SI_KERNEL => (FaultKind::Segmentation, None),
        libc::SIGSEGV if below_stack.contains(&address) => {
            (FaultKind::StackOverflow, Some(address))
        }
        libc::SIGSEGV => (FaultKind::Segmentation, Some(address)),
        // x86 has an exception of its own for an address that no memory can have and that was made from the stack
        // pointer.
        libc::SIGBUS if STACK_FAULT == Some(record.trap) => (FaultKind::Segmentation, None),
        // It does not say the address of an access that is not aligned.
        libc::SIGBUS if record.code == SI_KERNEL || (record.code == BUS_ADRALN && address == 0) => {
            (FaultKind::Bus, None)
        }
        libc::SIGBUS => (FaultKind::Bus, Some(address)),
        libc::SIGILL => (FaultKind::IllegalInstruction, None),
        libc::SIGFPE if [FPE_INTDIV, FPE_INTOVF].contains(&record.code) => {
            (FaultKind::Division, None)
        }
        libc::SIGFPE => (FaultKind::FloatingPoint, None),
        libc::SIGTRAP => (FaultKind::Breakpoint, None),
        libc::SIGALRM => (FaultKind::TimeLimit(time_limit), None),
        libc::SIGSYS => {
            let offset = offset_in(code, start, record.instruction);
            return Some(Outcome::SystemCall {
                number: record.number as i32,
                offset,
            });
        }
        _ => return None,
    };
    let instruction = match kind {
        FaultKind::Breakpoint => breakpoint_before(record.instruction, start, code),
        _ => record.instruction,
    };
    Some(Outcome::Fault(Fault {
        kind,
        instruction: instruction as usize,
        offset: offset_in(code, start, instruction),
        address: address.map(|address| address as usize),
    }))
}

/// `si_code`: the processor raised it, and there is no more to say.
const SI_KERNEL: i32 = 0x80;
const BUS_ADRALN: i32 = 1;
const FPE_INTDIV: i32 = 1;
const FPE_INTOVF: i32 = 2;
/// The number of x86's stack-segment exception.
const STACK_FAULT: Option<u64> = if cfg!(any(target_arch = "x86", target_arch = "x86_64")) {
    Some(12)
} else {
    None
};

/// Where an instruction is in the code; one byte past the end still counts, for what stopped right after the last.
fn offset_in(code: &[u8], start: u64, instruction: u64) -> Option<usize> {
    let offset = usize::try_from(instruction.checked_sub(start)?).ok()?;
    (offset <= code.len()).then_some(offset)
}

/// The breakpoint instruction that was executed. x86 reports the address after it: `int3` (`cc`), `int1` (`f1`) or
/// `int 3` (`cd 03`); after a single step, and elsewhere, the program counter is what there is.
fn breakpoint_before(after: u64, start: u64, code: &[u8]) -> u64 {
    if !cfg!(any(target_arch = "x86", target_arch = "x86_64")) {
        return after;
    }
    let Some(offset) = after
        .checked_sub(start)
        .and_then(|offset| usize::try_from(offset).ok())
    else {
        return after;
    };
    match code.get(..offset) {
        Some([.., 0xcc | 0xf1]) => after - 1,
        Some([.., 0xcd, 0x03]) => after - 2,
        // The traps behind the code.
        None if offset == code.len() + 1 => after - 1,
        _ => after,
    }
}

//! What an exception says happened, in the words of [`Stop`].

use windows_sys::Win32::{
    Foundation::{
        EXCEPTION_ACCESS_VIOLATION, EXCEPTION_BREAKPOINT, EXCEPTION_DATATYPE_MISALIGNMENT,
        EXCEPTION_FLT_DENORMAL_OPERAND, EXCEPTION_FLT_DIVIDE_BY_ZERO, EXCEPTION_FLT_INEXACT_RESULT,
        EXCEPTION_FLT_INVALID_OPERATION, EXCEPTION_FLT_OVERFLOW, EXCEPTION_FLT_STACK_CHECK,
        EXCEPTION_FLT_UNDERFLOW, EXCEPTION_ILLEGAL_INSTRUCTION, EXCEPTION_IN_PAGE_ERROR,
        EXCEPTION_INT_DIVIDE_BY_ZERO, EXCEPTION_INT_OVERFLOW, EXCEPTION_PRIV_INSTRUCTION,
        EXCEPTION_SINGLE_STEP, EXCEPTION_STACK_OVERFLOW, STATUS_FLOAT_MULTIPLE_FAULTS,
        STATUS_FLOAT_MULTIPLE_TRAPS,
    },
    System::Diagnostics::Debug::{CONTEXT, EXCEPTION_RECORD},
};

use crate::FaultKind;
use crate::guard::blame::Stop;
use crate::guard::record::Thread;

/// The first parameter of an access violation: an instruction was fetched.
/// <https://learn.microsoft.com/en-us/windows/win32/api/winnt/ns-winnt-exception_record>
const FETCH: usize = 8;

/// Reads what a handler was given; `None` when it is nothing that a processor raises.
pub(super) fn read(record: &EXCEPTION_RECORD, context: &CONTEXT, thread: &Thread) -> Option<Stop> {
    let (instruction, pointer) = (record.ExceptionAddress as usize, context.Rsp as usize);
    let parameters = &record.ExceptionInformation[..2.min(record.NumberParameters as usize)];
    // An address that no memory can have is told as the last one.
    let touched = parameters
        .get(1)
        .copied()
        .filter(|&address| address != usize::MAX);
    let (kind, address) = match record.ExceptionCode {
        EXCEPTION_ACCESS_VIOLATION => match touched {
            Some(address) if thread.stack.is_overflow(address, pointer) => {
                (FaultKind::StackOverflow, touched)
            }
            _ => (FaultKind::Segmentation, touched),
        },
        // The system does not always say where; it was where the stack pointer is.
        EXCEPTION_STACK_OVERFLOW => (FaultKind::StackOverflow, touched.or(Some(pointer))),
        EXCEPTION_PRIV_INSTRUCTION => (FaultKind::Segmentation, None),
        EXCEPTION_IN_PAGE_ERROR => (FaultKind::Bus, touched),
        EXCEPTION_DATATYPE_MISALIGNMENT => (FaultKind::Bus, None),
        EXCEPTION_ILLEGAL_INSTRUCTION => (FaultKind::IllegalInstruction, None),
        EXCEPTION_INT_DIVIDE_BY_ZERO | EXCEPTION_INT_OVERFLOW => (FaultKind::Division, None),
        EXCEPTION_BREAKPOINT | EXCEPTION_SINGLE_STEP => (FaultKind::Breakpoint, None),
        EXCEPTION_FLT_DENORMAL_OPERAND
        | EXCEPTION_FLT_DIVIDE_BY_ZERO
        | EXCEPTION_FLT_INEXACT_RESULT
        | EXCEPTION_FLT_INVALID_OPERATION
        | EXCEPTION_FLT_OVERFLOW
        | EXCEPTION_FLT_STACK_CHECK
        | EXCEPTION_FLT_UNDERFLOW
        | STATUS_FLOAT_MULTIPLE_FAULTS
        | STATUS_FLOAT_MULTIPLE_TRAPS => (FaultKind::FloatingPoint, None),
        _ => return None,
    };
    Some(Stop {
        kind,
        instruction,
        address,
        stack_pointer: pointer,
        link: None,
        no_code_there: record.ExceptionCode == EXCEPTION_ACCESS_VIOLATION
            && (parameters.first() == Some(&FETCH) || address == Some(instruction)),
        by_flag: matches!(
            record.ExceptionCode,
            EXCEPTION_SINGLE_STEP | EXCEPTION_DATATYPE_MISALIGNMENT
        ),
    })
}

//! What can happen to raw machine code while it runs, said the same way whether it was caught in this process (a
//! guard) or in another one (isolated).

use std::{fmt, time::Duration};

/// Why a piece of raw code was stopped, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Fault {
    /// What it did.
    pub kind: FaultKind,
    /// The address of the instruction at fault; for a jump to where no code is, that address.
    pub instruction: usize,
    /// Where that instruction is in its piece of code, in bytes from its start; `None` outside of any code that is known.
    pub offset: Option<usize>,
    /// The address that was read, written or jumped to, where the processor tells it.
    pub address: Option<usize>,
}

/// What raw code was stopped for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FaultKind {
    /// It touched memory that is not there or not for it, or used an instruction that only a kernel may.
    Segmentation,
    /// It touched memory that is mapped but cannot be had: past the end of a file, unaligned.
    Bus,
    /// Its bytes are no instruction of this processor.
    IllegalInstruction,
    /// It divided by zero, or the quotient did not fit.
    Division,
    /// It raised a floating-point exception that it had unmasked itself.
    FloatingPoint,
    /// It stopped at a breakpoint or single-stepped.
    Breakpoint,
    /// It used up its stack.
    StackOverflow,
    /// It ran for longer than this.
    TimeLimit(Duration),
}

impl fmt::Display for FaultKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FaultKind::Segmentation => write!(f, "segmentation fault"),
            FaultKind::Bus => write!(f, "bus error"),
            FaultKind::IllegalInstruction => write!(f, "illegal instruction"),
            FaultKind::Division => write!(f, "division by zero or overflow"),
            FaultKind::FloatingPoint => write!(f, "floating-point exception"),
            FaultKind::Breakpoint => write!(f, "breakpoint"),
            FaultKind::StackOverflow => write!(f, "stack overflow"),
            FaultKind::TimeLimit(limit) => write!(f, "time limit of {limit:?} exceeded"),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.kind)?;
        match self.offset {
            Some(offset) => write!(f, " at offset {offset:#x} of the code")?,
            None => write!(f, " at {:#x}, outside of the code", self.instruction)?,
        }
        match self.address {
            Some(address) => write!(f, ", which touched {address:#x}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Fault {}

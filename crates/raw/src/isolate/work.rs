//! What the public face gives to a worker, and what it gets back: jobs, frames and outcomes.

use crate::{Abi, Fault, frame::Frame};

use super::{Code, Verdict};

/// One evaluation to be made.
pub(super) struct Job<'a> {
    pub(super) code: Code<'a>,
    /// Copied to memory that the code can write.
    pub(super) data: &'a [u8],
    /// The arguments, laid out for the code's convention.
    pub(super) frame: Frame,
}

/// How an evaluation ended.
#[derive(Debug)]
pub(super) enum Outcome<'a> {
    /// The frame is as the code left it.
    Returned(&'a Frame, Abi),
    Fault(Fault),
    SystemCall {
        number: i32,
        offset: Option<usize>,
    },
    Killed {
        signal: Option<i32>,
    },
    Tampered,
}

impl Outcome<'_> {
    /// The verdict, with what `read` makes of a frame.
    pub(super) fn verdict<R>(self, read: impl FnOnce(&Frame, Abi) -> R) -> Verdict<R> {
        match self {
            Outcome::Returned(frame, abi) => Verdict::Returned(read(frame, abi)),
            Outcome::Fault(fault) => Verdict::Fault(fault),
            Outcome::SystemCall { number, offset } => Verdict::SystemCall { number, offset },
            Outcome::Killed { signal } => Verdict::Killed { signal },
            Outcome::Tampered => Verdict::Tampered,
        }
    }
}

/// Jobs, and what becomes of the outcomes.
pub(super) trait Work {
    /// How many jobs there are.
    fn count(&self) -> usize;

    /// The job at `index`, whose data the code will find at `address`. It may be asked for again,
    /// when a worker was lost.
    fn job(&mut self, index: usize, address: usize) -> Job<'_>;

    /// Takes the outcome of the job at `index`, and its data as it is now. Outcomes come in order, each once.
    fn done(&mut self, index: usize, outcome: Outcome<'_>, data: SharedBytes);
}

/// Bytes that a worker may change while they are read.
#[derive(Clone, Copy, Debug)]
pub(super) struct SharedBytes {
    start: *const u8,
    len: usize,
}

impl SharedBytes {
    /// # Safety
    /// The bytes are mapped for as long as the value is used.
    pub(super) unsafe fn new(start: *const u8, len: usize) -> SharedBytes {
        SharedBytes { start, len }
    }

    /// Copies as many of the bytes as `to` has room for.
    pub(super) fn copy_to(self, to: &mut [u8]) {
        let len = self.len.min(to.len());
        // SAFETY: the bytes are mapped, and `to` is the caller's. That a worker may write them meanwhile makes them any
        // bytes, each of which is as good as another.
        unsafe { self.start.copy_to_nonoverlapping(to.as_mut_ptr(), len) };
    }
}

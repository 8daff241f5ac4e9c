//! What the public face gives to a worker, and what it gets back: jobs, frames and outcomes.

use crate::{Abi, frame::Frame};

use super::{Code, Verdict};

/// One evaluation to be made.
pub(super) struct Job<'a> {
    pub(super) code: Code<'a>,
    /// Copied to memory that the code can write.
    pub(super) data: &'a [u8],
    /// The arguments, laid out for the code's convention.
    pub(super) frame: Frame,
}

/// How an evaluation ended; one that returned left the frame as it is, laid out for that convention.
pub(super) type Outcome<'a> = Verdict<(&'a Frame, Abi)>;

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

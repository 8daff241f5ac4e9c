//! The tape: cells between two areas that nobody may touch. Both ends are at page boundaries, so that the first cell
//! off the tape, on either side, is in such an area already.

use jitney_memory::{Block, Error, page_size};

/// Cells, all 0 at first, with guards around them.
pub(crate) struct Tape {
    /// It is never sealed: what is written by machine code need not be machine code.
    block: Block,
    guard: usize,
}

impl Tape {
    /// At least `cells` cells (rounded up to whole pages), guarded for at least `guard` bytes on both sides.
    pub(crate) fn new(cells: usize, guard: usize) -> Result<Tape, Error> {
        let guard = guard.max(1).next_multiple_of(page_size());
        Ok(Tape {
            block: Block::guarded(cells, guard)?,
            guard,
        })
    }

    /// The cells.
    pub(crate) fn cells(&mut self) -> &mut [u8] {
        self.block.as_mut_slice()
    }

    /// How far before the first and after the last cell the guards reach, in bytes.
    pub(crate) fn guarded(&self) -> usize {
        self.guard
    }

    /// The number of the cell that would be at an address in one of the guards.
    pub(crate) fn off_tape(&self, address: usize) -> Option<i64> {
        let (start, len) = (self.block.address(), self.block.len());
        let before = start - self.guard..start;
        let after = start + len..start + len + self.guard;
        (before.contains(&address) || after.contains(&address))
            .then(|| (address as i64).wrapping_sub(start as i64))
    }
}
